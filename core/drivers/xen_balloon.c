/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The balloon of Xen.  drivers/xen/balloon.c, 6.12: its pages cannot move, and
 * with CONFIG_XEN_BALLOON_MEMORY_HOTPLUG every page that comes online starts in it.
 */
#include <errno.h>

#include "../mm/memory_hotplug.h"
#include "../mm/page_alloc.h"
#include "balloon.h"
#include "balloon_transitions.h"
#include "fake_offline.h"

/* drivers/xen/balloon.c:decrease_reservation */
static int decrease_reservation(struct world *w, struct balloon_dev_info *b,
				unsigned int nr, unsigned int nid)
{
	struct page_list pages = TAILQ_HEAD_INITIALIZER(pages);
	struct page *page;
	int done = 0;

	mutex_lock(w, &w->xen_balloon.balloon_mutex);
	while (nr-- && (page = balloon_page_alloc(w, b, nid))) {
		page_list_add(w, &pages, page, false);
		sched_point(w, SP_BALLOON_ALLOC);
	}
	while ((page = TAILQ_FIRST(&pages))) {
		page_list_del(w, &pages, page);
		balloon_page_enqueue(w, b, page);
		balloon_seen(w, BALLOON_XEN_INFLATE);
		done++;
	}
	mutex_unlock(w, &w->xen_balloon.balloon_mutex);
	return done ? done : -ENOMEM;
}

/* drivers/xen/balloon.c:increase_reservation; free_reserved_page() makes the page
 * managed, whether it ever was or not. */
static int increase_reservation(struct world *w, struct balloon_dev_info *b,
				unsigned int nr)
{
	int done = 0;

	mutex_lock(w, &w->xen_balloon.balloon_mutex);
	while (nr-- && b->nr_pages) {
		struct page *page;

		if (should_fail(&w->fail, FAIL_BALLOON_DEFLATE)) {
			balloon_seen(w, BALLOON_XEN_DEFLATE_REFUSED);
			break;
		}
		page = balloon_page_dequeue(w, b);
		if (!page)
			break; /* all went offline under the driver */
		balloon_page_release(w, page);
		balloon_seen(w, BALLOON_XEN_DEFLATE);
		done++;
	}
	mutex_unlock(w, &w->xen_balloon.balloon_mutex);
	return done;
}

static bool fake_offliner_owns_part(const struct world *w, unsigned long pfn,
				    unsigned long nr_pages)
{
	unsigned long last = (pfn + nr_pages - 1) >> w->pageblock_order;

	for (unsigned long pb = pfn >> w->pageblock_order; pb <= last; pb++)
		if (fake_offline_owns(w, pb))
			return true;
	return false;
}

/* drivers/xen/balloon.c:xen_online_page.  Memory of the fake-offliner, who is not
 * there on a machine that runs on Xen, is left to him. */
static void xen_online_page(struct world *w, struct page *page,
			    unsigned int order)
{
	struct balloon_dev_info *b = &w->balloons[BALLOON_XEN];
	unsigned long pfn = page_to_pfn(w, page);

	if (fake_offliner_owns_part(w, pfn, 1ul << order)) {
		w->xen_balloon.next(w, page, order);
		return;
	}
	mutex_lock(w, &w->xen_balloon.balloon_mutex);
	for (unsigned long i = 0; i < 1ul << order; i++)
		balloon_page_append(w, b, pfn_to_page(w, pfn + i));
	balloon_seen(w, BALLOON_XEN_ONLINE_PAGE);
	mutex_unlock(w, &w->xen_balloon.balloon_mutex);
}

/* drivers/xen/balloon.c:balloon_init, balloon_add_regions.  A kernel has one
 * callback; here the one before is asked about what is not Xen's. */
static int set_hotplug(struct world *w, bool on)
{
	struct xen_balloon *xen = &w->xen_balloon;

	if (xen->hotplug == on)
		return 0;
	if (w->hv_dynmem.loaded || w->virtio_mem.config.region_size)
		return -EBUSY; /* a machine has one hypervisor */
	if (!w->balloons[BALLOON_XEN].loaded)
		balloon_probe(w, BALLOON_XEN, false, false);
	xen->hotplug = on;
	if (on)
		xen->next = w->online_page_callback;
	w->online_page_callback = on ? xen_online_page : xen->next;
	return 0;
}

/* set_online_page_callback(): not while memory comes online. */
int xen_balloon_hotplug(struct world *w, bool on)
{
	int ret;

	get_online_mems(w);
	ret = set_hotplug(w, on);
	put_online_mems(w);
	return ret;
}

static void probe(struct world *w, struct balloon_dev_info *b, bool compaction)
{
	(void)compaction;
	if (!b->loaded)
		lock_init_class(&w->xen_balloon.balloon_mutex,
				LOCK_xen_balloon_mutex);
	balloon_devinfo_init(w, b, NULL, false);
}

const struct balloon_driver xen_balloon_driver = {
	.probe = probe,
	.inflate = decrease_reservation,
	.deflate = increase_reservation,
};
