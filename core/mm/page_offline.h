/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: what offlining asks about a PageOffline page, and what a driver does to
 * make one.  Implemented by policy/, one file per design.
 *
 * A fake-offlined range is a run of order-0 PageOffline pages that a driver took
 * from the buddy (or never gave to it) and must get back unchanged after any
 * failed attempt.  "onlined": the page was exposed to the buddy before.
 */
#ifndef MO_MM_PAGE_OFFLINE_H
#define MO_MM_PAGE_OFFLINE_H

#include "world.h"

enum scan_verdict { SCAN_SKIP, SCAN_BUSY };

struct page_offline_ops {
	const char *name;
	/* has_unmovable_pages(), mode MEM_OFFLINE: step over it? zone->lock held */
	bool (*isolation_skips)(const struct page *page);
	/* scan_movable_pages(): not movable_ops; SCAN_BUSY gives up (-EBUSY) */
	enum scan_verdict (*scan)(const struct page *page);
	/* __test_page_isolated_in_pageblock(), mode MEM_OFFLINE */
	bool (*test_isolated)(const struct page *page);
	/* __offline_isolated_pages(): may this page go? */
	bool (*may_offline)(const struct page *page);
	/* Reference count of a fake-offlined page at rest. */
	int refcount;

	/*
	 * Take [pfn, pfn + nr_pages) out of use / give it back.  Mirrors
	 * drivers/virtio/virtio_mem.c:virtio_mem_fake_offline and
	 * virtio_mem_fake_online.  0 or negative errno, nothing done on error.
	 */
	int (*fake_offline)(struct world *w, unsigned long pfn,
			    unsigned long nr_pages);
	void (*fake_online)(struct world *w, unsigned long pfn,
			    unsigned long nr_pages);
	/* online_page_callback: pages just initialised stay with the driver */
	void (*keep_offline)(struct world *w, unsigned long pfn,
			     unsigned long nr_pages);
	/* MEM_GOING_OFFLINE / MEM_CANCEL_OFFLINE; NULL: the design has no hook */
	void (*going_offline)(struct world *w, unsigned long pfn,
			      unsigned long nr_pages);
	void (*cancel_offline)(struct world *w, unsigned long pfn,
			       unsigned long nr_pages);
};

/* policy/policy.c; NULL for an unassigned id. */
const struct page_offline_ops *page_offline_by_id(unsigned int id);
const struct page_offline_ops *page_offline_by_name(const char *name);

#endif
