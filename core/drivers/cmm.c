/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Collaborative memory management: pages loaned to the hypervisor.
 * arch/powerpc/platforms/pseries/cmm.c, 6.12.  s390's has no notifier and no
 * compaction: this one, loaded without.
 */
#include <errno.h>

#include "../mm/memory.h"
#include "../mm/page_alloc.h"
#include "../mm/page_offline.h"
#include "balloon.h"
#include "balloon_transitions.h"

#define CMM_MEM_HOTPLUG_PRI 1

/* The thread does not loan while memory is being unplugged, and after it has been
 * sleeps for a while.  0, or why not: -EBUSY, -EAGAIN. */
static int may_loan(struct world *w, bool thread)
{
	struct cmm *cmm = &w->cmm;
	bool occurred;

	if (!lock_try(&w->sched, &cmm->hotplug_mutex)) {
		balloon_seen(w, BALLOON_CMM_HOTPLUG_ACTIVE);
		return -EBUSY;
	}
	occurred = cmm->hotplug_occurred;
	if (thread)
		cmm->hotplug_occurred = false;
	mutex_unlock(w, &cmm->hotplug_mutex);
	if (occurred)
		balloon_seen(w, BALLOON_CMM_HOTPLUG_OCCURRED);
	return occurred ? -EAGAIN : 0;
}

static int loan_one(struct world *w, struct balloon_dev_info *b,
		    unsigned int nid)
{
	struct page *page = balloon_page_alloc(w, b, nid);
	int err;

	if (!page)
		return -ENOMEM;
	sched_point(w, SP_BALLOON_ALLOC);
	err = should_fail(&w->fail, FAIL_BALLOON_INFLATE);
	if (err) {
		balloon_page_refused(w, b, page);
		balloon_seen(w, BALLOON_CMM_INFLATE_REFUSED);
		return err;
	}
	balloon_page_enqueue(w, b, page);
	balloon_seen(w, BALLOON_CMM_INFLATE);
	w->cmm.loaned_pages++;
	return 0;
}

/* cmm_thread() once around, cmm_alloc_pages(). */
static int cmm_alloc_pages(struct world *w, struct balloon_dev_info *b,
			   unsigned int nr, unsigned int nid)
{
	int done = 0, err = may_loan(w, true);

	for (; nr && !err; nr--) {
		err = may_loan(w, false);
		if (!err)
			err = loan_one(w, b, nid);
		done += !err;
	}
	return done ? done : err;
}

/*
 * A page is claimed before it is taken off the list.  The kernel asks nobody how many
 * there are: balloon_page_dequeue() of an empty balloon is a BUG() (old bug, kind
 * open).
 */
static bool claim_loaned(struct world *w)
{
	if (oldbug(w, CMM_OOM_DEFLATES_EMPTY))
		return true;
	if (w->cmm.loaned_pages <= 0)
		return false;
	w->cmm.loaned_pages--;
	return true;
}

/* cmm_free_pages() */
static int cmm_free_pages(struct world *w, struct balloon_dev_info *b,
			  unsigned int nr)
{
	const bool claimed = !oldbug(w, CMM_OOM_DEFLATES_EMPTY);
	int done = 0;

	while (nr-- && claim_loaned(w)) {
		struct page *page = balloon_page_dequeue(w, b);

		if (!page) {
			w->cmm.loaned_pages += claimed;
			break;
		}
		sched_point(w, SP_BALLOON_DEQUEUED);
		balloon_page_release(w, page);
		balloon_seen(w, BALLOON_CMM_DEFLATE);
		w->cmm.loaned_pages -= !claimed;
		done++;
	}
	return done;
}

/* cmm_thread(), when the hypervisor wants less. */
static int cmm_thread_frees(struct world *w, struct balloon_dev_info *b,
			    unsigned int nr)
{
	unsigned long loaned = (unsigned long)w->cmm.loaned_pages;

	return cmm_free_pages(w, b, (unsigned int)mo_min(nr, loaned));
}

/* 1 MiB, whatever is loaned; beside the thread. */
static int cmm_oom_notify(struct world *w, struct balloon_dev_info *b)
{
	return cmm_free_pages(w, b, BALLOON_OOM_NR_PAGES);
}

/* --- up to v5.5: counted, and released when asked --- */

static bool in_range(const struct world *w, const struct page *page,
		     unsigned long start_pfn, unsigned long nr_pages)
{
	unsigned long pfn = page_to_pfn(w, page);

	return pfn >= start_pfn && pfn - start_pfn < nr_pages;
}

/* cmm_count_pages().  Locks: zone->lock is held. */
static unsigned long cmm_count_pages(struct world *w, void *data,
				     unsigned long start_pfn,
				     unsigned long nr_pages)
{
	const struct page *page;
	unsigned long count = 0;

	(void)data;
	TAILQ_FOREACH(page, &w->balloons[BALLOON_CMM].pages, lru)
		count += in_range(w, page, start_pfn, nr_pages);
	if (count)
		balloon_seen(w, BALLOON_CMM_ISOLATE_COUNT);
	return count;
}

static struct page *first_in_range(const struct world *w,
				   const struct balloon_dev_info *b,
				   const struct memory_notify *arg)
{
	struct page *page;

	TAILQ_FOREACH(page, &b->pages, lru)
		if (in_range(w, page, arg->start_pfn, arg->nr_pages))
			break;
	return page;
}

/* cmm_mem_going_offline(): to the buddy, and the hypervisor is not told.  The thread
 * may take pages at the same time. */
static void cmm_mem_going_offline(struct world *w,
				  const struct memory_notify *arg)
{
	struct balloon_dev_info *b = &w->balloons[BALLOON_CMM];
	struct page *page;

	while ((page = first_in_range(w, b, arg)) && claim_loaned(w)) {
		page_offline_released(w, page_to_pfn(w, page), 1);
		balloon_page_remove(w, b, page);
		balloon_page_release(w, page);
		w->cmm.loaned_pages -= oldbug(w, CMM_OOM_DEFLATES_EMPTY);
		balloon_seen(w, BALLOON_CMM_GOING_OFFLINE_RELEASES);
	}
}

/* --- since --- */

/*
 * arch/powerpc/platforms/pseries/cmm.c:cmm_memory_cb.  The kernel unlocks in
 * MEM_CANCEL_OFFLINE without remembering whether it heard MEM_GOING_OFFLINE: a
 * notifier before it may have refused (old bug, kind open).
 */
static void cmm_end_offline(struct world *w)
{
	struct cmm *cmm = &w->cmm;

	balloon_seen(w, cmm->going ? BALLOON_CMM_END_OFFLINE :
				     BALLOON_CMM_CANCEL_UNHEARD);
	if (!cmm->going && !oldbug(w, CMM_UNLOCKS_WITHOUT_GOING))
		return;
	cmm->going = false;
	mutex_unlock(w, &cmm->hotplug_mutex);
}

static int cmm_memory_cb(struct world *w, void *data,
			 enum memory_block_state action,
			 const struct memory_notify *arg)
{
	struct cmm *cmm = &w->cmm;

	(void)data;
	switch (action) {
	case MEM_GOING_OFFLINE:
		mutex_lock(w, &cmm->hotplug_mutex);
		cmm->hotplug_occurred = true;
		cmm->going = true;
		balloon_seen(w, BALLOON_CMM_GOING_OFFLINE);
		if (w->page_offline->isolate_notifier)
			cmm_mem_going_offline(w, arg);
		break;
	case MEM_OFFLINE:
	case MEM_CANCEL_OFFLINE:
		cmm_end_offline(w);
		break;
	default:
		break;
	}
	return 0;
}

/* cmm_migratepage: no lock of the driver is taken. */
static int cmm_migratepage(struct world *w, struct balloon_dev_info *b,
			   struct page *newpage, struct page *page)
{
	if (should_fail(&w->fail, FAIL_BALLOON_INFLATE)) {
		balloon_seen(w, BALLOON_CMM_MIGRATE_REFUSED);
		return -EBUSY;
	}
	sched_point(w, SP_BALLOON_TELL_HOST);
	balloon_page_replace(w, b, newpage);
	balloon_page_give_up(w, page);
	balloon_seen(w, BALLOON_CMM_MIGRATE);
	return 0;
}

static void probe(struct world *w, struct balloon_dev_info *b, bool compaction)
{
	bool first = !b->loaded;

	if (first)
		lock_init_class(&w->cmm.hotplug_mutex, LOCK_cmm_hotplug_mutex);
	w->cmm.loaned_pages = 0;
	/* Its pages move since the commit before the one that took the isolate
	 * notifier away (v5.6). */
	if (compaction || !oldbug(w, CMM_BALLOON_UNINITIALISED))
		balloon_devinfo_init(w, b, cmm_migratepage, compaction &&
				     !w->page_offline->isolate_notifier);
	b->loaded = true;
	b->size = &w->cmm.loaned_pages;
	if (!first)
		return;
	/* Last: this may wait, and whoever comes meanwhile finds it loaded. */
	MUST(!register_memory_isolate_notifier(w, cmm_count_pages, NULL));
	MUST(!register_memory_notifier(w, cmm_memory_cb, NULL,
				       CMM_MEM_HOTPLUG_PRI));
}

const struct balloon_driver cmm_driver = {
	.probe = probe,
	.inflate = cmm_alloc_pages,
	.deflate = cmm_thread_frees,
	.oom_notify = cmm_oom_notify,
};
