/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: what offlining asks about a PageOffline page, and what a driver does to
 * make one.  Implemented by policy/, one file per design; drivers use nothing of
 * policy/ but what stands here.
 *
 * A fake-offlined range is a run of order-0 PageOffline pages that a driver took
 * from the buddy (or never gave to it) and must get back unchanged after any
 * failed attempt.  "onlined": the page was exposed to the buddy before.
 */
#ifndef MO_MM_PAGE_OFFLINE_H
#define MO_MM_PAGE_OFFLINE_H

#include "page_alloc.h"

enum scan_verdict { SCAN_SKIP, SCAN_BUSY };

/* What a logically offline page is to offlining: pg-offline-skippable-2025.txt,
 * "In summary, we have". */
enum offline_kind {
	OFFLINE_SKIPPABLE,	/* its driver knows it without the memmap, and keeps
				 * it offline when the block comes back: virtio-mem */
	OFFLINE_UNMOVABLE,	/* its owner never heard of offlining: Xen, Hyper-V,
				 * memtrace; blocks offlining */
	OFFLINE_MOVABLE,	/* leaves through movable_ops: virtio-balloon, VMware,
				 * CMM; the driver calls set_page_movable_ops() with
				 * PGTY_none after make_page_offline() */
};

/* All functions: mem_offline is mode PB_ISOLATE_MODE_MEM_OFFLINE, page is
 * PageOffline. */
struct page_offline_ops {
	const char *name;
	/* has_unmovable_pages(): step over it? zone->lock held.  Not asked about
	 * pages with movable_ops, nor in ZONE_MOVABLE. */
	bool (*isolation_skips)(struct world *w, const struct page *page,
				bool mem_offline);
	/* scan_movable_pages(): not movable_ops; SCAN_BUSY gives up (-EBUSY) */
	enum scan_verdict (*scan)(struct world *w, const struct page *page);
	/* __test_page_isolated_in_pageblock(), mode MEM_OFFLINE */
	bool (*test_isolated)(struct world *w, const struct page *page);
	/* __offline_isolated_pages(): may this page go? */
	bool (*may_offline)(struct world *w, const struct page *page);
	/* ... and does somebody else hold on to it? NULL: nobody can */
	bool (*stray_reference)(struct world *w, const struct page *page);
	/* Reference count of a page at rest that does not migrate. */
	int refcount;
	/* Page type of OFFLINE_MOVABLE pages; they always have a reference. */
	enum pagetype movable_type;
	/*
	 * The memory isolate notifier (up to v5.5): drivers say by count what they
	 * can release, and give it to the buddy in MEM_GOING_OFFLINE; a failed
	 * attempt gives nothing back.
	 */
	bool isolate_notifier;

	/*
	 * An allocated order-0 page, reference count 1, becomes PageOffline.  Says
	 * nothing about managed_pages: use make_page_offline().
	 */
	void (*make_offline)(struct world *w, struct page *page,
			     enum offline_kind kind);
	/*
	 * PageOffline, onlined before, no movable_ops any more: back to the buddy, or
	 * to whoever holds a reference besides the driver's.  Nothing about
	 * managed_pages: use free_offline_page().
	 */
	void (*free_offline)(struct world *w, struct page *page);

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
	/*
	 * The driver is unloaded and leaves the range in an online block: nobody
	 * will keep it offline when the block comes back, so the block must not go.
	 * NULL: nothing to do.
	 */
	void (*abandon)(struct world *w, unsigned long pfn,
			unsigned long nr_pages);
};

/*
 * A driver gives [pfn, pfn + nr_pages) to the buddy in MEM_GOING_OFFLINE, for good:
 * what the design of the isolate notifier asks for.  Written down for the checkers.
 */
void page_offline_released(struct world *w, unsigned long pfn,
			   unsigned long nr_pages);

/* policy/policy.c; NULL for an unassigned id. */
const struct page_offline_ops *page_offline_by_id(unsigned int id);
const struct page_offline_ops *page_offline_by_name(const char *name);

/*
 * --- pages that are logically offline, one by one or as a range ---
 *
 * policy/alloc.c, under every design.  PageOffline pages are no managed pages.
 */

/* An order-0 page that the caller has just allocated, reference count 1. */
void make_page_offline(struct world *w, struct page *page,
		       enum offline_kind kind);
/* 2^order order-0 pages from the buddy; NULL: no memory. */
struct page *alloc_offline_pages(struct world *w, gfp_t gfp, unsigned int order,
				 unsigned int nid, enum offline_kind kind);
/* [pfn, pfn + nr_pages) in one zone, online.  The errno of alloc_contig_range(). */
int alloc_offline_page_range(struct world *w, unsigned long pfn,
			     unsigned long nr_pages, enum offline_kind kind);
/*
 * One page that came from the buddy.  A driver whose page migrates away has
 * cleared its movable_ops before; the migration's reference keeps the page.
 */
void free_offline_page(struct world *w, struct page *page);
/* From the buddy or never onlined, in the largest chunks of pages that are alike. */
void free_offline_page_range(struct world *w, unsigned long pfn,
			     unsigned long nr_pages);

/* At rest, a page of this kind has no reference: who takes it from the buddy takes it
 * frozen, for nobody can be kept from trying for a reference in between. */
static inline bool offline_rests_frozen(const struct world *w,
					enum offline_kind kind)
{
	return !w->page_offline->refcount && kind != OFFLINE_MOVABLE;
}

static inline struct page *alloc_offline_page(struct world *w, gfp_t gfp,
					      unsigned int nid,
					      enum offline_kind kind)
{
	return alloc_offline_pages(w, gfp, 0, nid, kind);
}

#endif
