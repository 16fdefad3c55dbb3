/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The balloon of VMware.  drivers/misc/vmw_balloon.c, 6.12; small pages only, no
 * statistics.  The hypervisor answers for each page, and its pages stay among the
 * managed ones.
 */
#include <errno.h>

#include "../mm/page_alloc.h"
#include "balloon.h"
#include "balloon_transitions.h"

/* vmballoon_lock_op() for one page.  0, or the hypervisor refuses it. */
static int tell_hypervisor(struct world *w, enum fail_point op)
{
	int err;

	spin_lock(w, &w->vmballoon.comm_lock);
	err = should_fail(&w->fail, op);
	spin_unlock(w, &w->vmballoon.comm_lock);
	return err;
}

/* drivers/misc/vmw_balloon.c:vmballoon_inflate; refused pages are freed. */
static int vmballoon_inflate(struct world *w, struct balloon_dev_info *b,
			     unsigned int nr, unsigned int nid)
{
	struct vmballoon *vmb = &w->vmballoon;
	int done = 0, err = 0;

	mo_lock_read(w, &vmb->conf_sem, __func__);
	while (nr-- && !err) {
		struct page *page = balloon_page_alloc(w, b, nid);

		if (!page) {
			err = -ENOMEM;
			break;
		}
		sched_point(w, SP_BALLOON_ALLOC);
		err = tell_hypervisor(w, FAIL_BALLOON_INFLATE);
		if (err) {
			balloon_page_refused(w, b, page);
			balloon_seen(w, BALLOON_VMWARE_INFLATE_REFUSED);
			break;
		}
		balloon_seen(w, BALLOON_VMWARE_INFLATE);
		vmb->size++;
		balloon_page_enqueue(w, b, page);
		done++;
	}
	lock_release_read(&w->sched, &vmb->conf_sem, __func__);
	return done ? done : err;
}

/* The hypervisor keeps the page: back to the balloon, unless it went offline. */
static void keep(struct world *w, struct balloon_dev_info *b, struct page *page)
{
	balloon_seen(w, BALLOON_VMWARE_DEFLATE_REFUSED);
	if (balloon_page_is_lost(w, page))
		w->vmballoon.size--;
	else
		balloon_page_enqueue(w, b, page);
}

static int __vmballoon_deflate(struct world *w, struct balloon_dev_info *b,
			       unsigned int nr, bool coordinated)
{
	struct vmballoon *vmb = &w->vmballoon;
	int done = 0;

	while (nr-- && vmb->size) {
		struct page *page = balloon_page_list_dequeue(w, b);

		if (!page)
			break;
		sched_point(w, SP_BALLOON_DEQUEUED);
		if (coordinated && tell_hypervisor(w, FAIL_BALLOON_DEFLATE)) {
			keep(w, b, page);
			break;
		}
		balloon_seen(w, BALLOON_VMWARE_DEFLATE);
		vmb->size--;
		balloon_page_release(w, page);
		done++;
	}
	return done;
}

static int vmballoon_deflate(struct world *w, struct balloon_dev_info *b,
			     unsigned int nr)
{
	int ret;

	mo_lock_read(w, &w->vmballoon.conf_sem, __func__);
	ret = __vmballoon_deflate(w, b, nr, true);
	lock_release_read(&w->sched, &w->vmballoon.conf_sem, __func__);
	return ret;
}

/* drivers/misc/vmw_balloon.c:vmballoon_reset, vmballoon_pop: nobody is asked. */
int vmballoon_reset(struct world *w)
{
	struct balloon_dev_info *b = &w->balloons[BALLOON_VMWARE];
	int ret;

	if (!b->loaded)
		return 0;
	mo_lock(w, &w->vmballoon.conf_sem, __func__);
	sched_point(w, SP_BALLOON_TELL_HOST);
	ret = __vmballoon_deflate(w, b, ~0u, false);
	balloon_seen(w, BALLOON_VMWARE_RESET);
	mo_unlock(w, &w->vmballoon.conf_sem, __func__);
	return ret;
}

/*
 * The old page went, the new one is not taken: the balloon is one page smaller, and
 * both pages are free.  Success for migration, since the old page is gone: 6.17
 * returned -EBUSY, and migration put back a page that was no longer the balloon's.
 */
static int shrink_by_migration(struct world *w, struct balloon_dev_info *b)
{
	w->vmballoon.size--;
	spin_lock(w, &b->pages_lock);
	b->isolated_pages--;
	spin_unlock(w, &b->pages_lock);
	balloon_seen(w, BALLOON_VMWARE_MIGRATE_NEW_REFUSED);
	return 0;
}

/*
 * drivers/misc/vmw_balloon.c:vmballoon_migratepage.  Deflates first: else the
 * hypervisor could say that it has enough.
 */
static int __vmballoon_migratepage(struct world *w, struct balloon_dev_info *b,
				   struct page *newpage, struct page *page)
{
	if (tell_hypervisor(w, FAIL_BALLOON_DEFLATE)) {
		balloon_seen(w, BALLOON_VMWARE_MIGRATE_OLD_REFUSED);
		return -EBUSY;
	}
	balloon_page_give_up(w, page);
	sched_point(w, SP_BALLOON_OLD_GONE);
	if (tell_hypervisor(w, FAIL_BALLOON_INFLATE))
		return shrink_by_migration(w, b);
	balloon_page_replace(w, b, newpage);
	balloon_seen(w, BALLOON_VMWARE_MIGRATE);
	return 0;
}

static int vmballoon_migratepage(struct world *w, struct balloon_dev_info *b,
				 struct page *newpage, struct page *page)
{
	struct lock *conf_sem = &w->vmballoon.conf_sem;
	int ret;

	if (!lock_is_readable(conf_sem)) { /* down_read_trylock() */
		balloon_seen(w, BALLOON_VMWARE_MIGRATE_DURING_RESET);
		return -EAGAIN;
	}
	lock_acquire_read(&w->sched, conf_sem, __func__);
	ret = __vmballoon_migratepage(w, b, newpage, page);
	lock_release_read(&w->sched, conf_sem, __func__);
	return ret;
}

static void probe(struct world *w, struct balloon_dev_info *b, bool compaction)
{
	if (!b->loaded) {
		lock_init_class(&w->vmballoon.conf_sem, LOCK_vmballoon_conf_sem);
		lock_init_class(&w->vmballoon.comm_lock, LOCK_vmballoon_comm_lock);
	}
	w->vmballoon.size = 0;
	balloon_devinfo_init(w, b, vmballoon_migratepage, compaction);
	b->adjust_managed_page_count = false;
	b->size = &w->vmballoon.size;
}

const struct balloon_driver vmballoon_driver = {
	.probe = probe,
	.inflate = vmballoon_inflate,
	.deflate = vmballoon_deflate,
};
