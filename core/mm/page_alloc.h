/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: the buddy allocator, per-CPU lists, contiguous ranges.  mm/page_alloc.c,
 * 6.17: types are read under zone->lock, counted when a page enters or leaves a
 * list, and a buddy never mixes isolated and other pageblocks.
 */
#ifndef MO_MM_PAGE_ALLOC_H
#define MO_MM_PAGE_ALLOC_H

#include "world.h"

typedef unsigned int gfp_t;

#define __GFP_MOVABLE BIT(0)	/* MIGRATE_MOVABLE, may come from CMA */
#define __GFP_RECLAIMABLE BIT(1)
#define __GFP_THISNODE BIT(2)
#define __GFP_COMP BIT(3)
#define __GFP_HIGH BIT(4)	/* ALLOC_HIGHATOMIC for order > 0 */
#define __GFP_HIGHMEM BIT(5)	/* with __GFP_MOVABLE: may come from ZONE_MOVABLE */
#define GFP_KERNEL 0u
#define GFP_HIGHUSER_MOVABLE (__GFP_HIGHMEM | __GFP_MOVABLE)

static inline bool gfp_zone_movable(gfp_t gfp)
{
	return (gfp & GFP_HIGHUSER_MOVABLE) == GFP_HIGHUSER_MOVABLE;
}

/* include/linux/page-isolation.h since 6.17 */
enum pb_isolate_mode {
	PB_ISOLATE_MODE_MEM_OFFLINE,
	PB_ISOLATE_MODE_CMA_ALLOC,
	PB_ISOLATE_MODE_OTHER,
	PB_ISOLATE_MODE_NR
};

/* --- pageblock types --- */

/* MIGRATE_ISOLATE while isolated, else the pageblock's own type. */
static inline enum migratetype get_pfnblock_migratetype(const struct world *w,
							unsigned long pfn)
{
	const struct pageblock *pb = pfn_to_pageblock(w, pfn);

	return pb->isolated ? MIGRATE_ISOLATE :
			      (enum migratetype)pb->migratetype;
}

static inline enum migratetype get_pageblock_migratetype(const struct world *w,
							 const struct page *page)
{
	return get_pfnblock_migratetype(w, page_to_pfn(w, page));
}

static inline bool is_migrate_isolate_page(const struct world *w,
					   const struct page *page)
{
	return pfn_to_pageblock(w, page_to_pfn(w, page))->isolated;
}

static inline bool migratetype_is_mergeable(enum migratetype mt)
{
	return mt < MIGRATE_PCPTYPES;
}

/* A9: never MIGRATE_ISOLATE, never on an isolated pageblock. */
void set_pageblock_migratetype(struct world *w, unsigned long pfn,
			       enum migratetype mt);

/* --- allocation; NULL when there is no memory --- */

/* The first page has reference count 1; with __GFP_COMP it heads a folio. */
struct page *alloc_pages(struct world *w, gfp_t gfp, unsigned int order,
			 unsigned int nid);
/* The same at reference count 0: nobody who tries for a reference gets one. */
struct page *alloc_frozen_pages(struct world *w, gfp_t gfp, unsigned int order,
				unsigned int nid);
/* Drops one reference, frees at zero.  Order as given to alloc_pages(). */
void __free_pages(struct world *w, struct page *page, unsigned int order);
/* Reference count must be 0 already. */
void free_frozen_pages(struct world *w, struct page *page, unsigned int order);
/* era=7.2, and only in builds that have it: a range of order-0 pages, of reference count 1 or frozen. */
void __free_contig_range_common(struct world *w, unsigned long pfn,
				unsigned long nr_pages, bool frozen);
/* Frees order-0 pages of refcount 1. */
void free_contig_range(struct world *w, unsigned long pfn,
		       unsigned long nr_pages);
/* mm/page_alloc.c:split_page: an allocation of 2^order pages without __GFP_COMP
 * becomes order-0 pages with the reference count of its first. */
void split_page(struct world *w, struct page *page, unsigned int order);

void prep_compound_page(struct world *w, struct page *page, unsigned int order);
/* Undoes prep_compound_page(); the head keeps its references. */
void destroy_compound_page(struct world *w, struct page *page);

static inline void get_page(struct world *w, struct page *page)
{
	page = compound_head(page);
	page_touch(w, page);
	page->_refcount++;
}

/* Nothing is suspended while it holds a folio lock, so that nobody ever waits for
 * one: a flag is enough. */
static inline void folio_lock(struct world *w, struct page *head)
{
	VM_BUG_ON_PAGE(w, PageLocked(head), "lock_balance", head,
		       "the folio is locked already");
	set_page_flag(w, head, PG_locked);
}

static inline void folio_unlock(struct world *w, struct page *head)
{
	clear_page_flag(w, head, PG_locked);
}

/* folio_try_get(): false when frozen. */
bool get_page_unless_zero(struct world *w, struct page *page);
/* folio_put(): frees a folio at zero (LRU, hugetlb, plain). */
void put_page(struct world *w, struct page *page);
_Noreturn void put_page_refused(struct world *w, const struct page *page);
/* True when the count was 1 and is now 0: the caller owns the page alone. */
static inline bool put_page_testzero(struct world *w, struct page *page)
{
	if (unlikely(page->_refcount <= 0))
		put_page_refused(w, page);
	page_touch(w, page);
	return !--page->_refcount;
}
/* folio_ref_freeze(): expected -> 0. */
bool page_ref_freeze(struct world *w, struct page *page, int expected);
void page_ref_unfreeze(struct world *w, struct page *page, int count);

/* --- zone->lock held --- */

void __free_one_page(struct world *w, struct page *page, struct zone *zone,
		     unsigned int order, enum migratetype mt, bool to_tail);
struct page *find_buddy_page_pfn(struct world *w, unsigned long pfn,
				 unsigned int order, unsigned long *buddy_pfn);
/* Takes a free page off its list; 0 when the watermark forbids it. */
unsigned int __isolate_free_page(struct world *w, struct page *page,
				 unsigned int order);
void __putback_isolated_page(struct world *w, struct page *page,
			     unsigned int order, enum migratetype mt);
/* Flips the isolation of a pageblock and moves its free pages; false when the
 * pageblock leaves the zone. */
bool pageblock_isolate_and_move_free_pages(struct world *w, struct zone *zone,
					   struct page *page);
bool pageblock_unisolate_and_move_free_pages(struct world *w, struct zone *zone,
					     struct page *page);
void del_page_from_free_list(struct world *w, struct page *page,
			     struct zone *zone, unsigned int order,
			     enum migratetype mt);

/* mm/page_alloc.c:take_page_off_buddy; takes zone->lock.  False: not free. */
bool take_page_off_buddy(struct world *w, struct page *page);
bool put_page_back_buddy(struct world *w, struct page *page);

/* The free page that covers pfn, or pfn itself. */
unsigned long find_large_buddy(struct world *w, unsigned long start_pfn);

/* --- per-CPU lists --- */

void drain_all_pages(struct world *w, struct zone *zone); /* NULL: all zones */
void drain_local_pages(struct world *w, struct zone *zone);
/* Locks: takes pcp_batch_high_lock and keeps it until zone_pcp_enable(). */
void zone_pcp_disable(struct world *w, struct zone *zone);
void zone_pcp_enable(struct world *w, struct zone *zone);
void zone_pcp_reset(struct world *w, struct zone *zone);
void setup_zone_pageset(struct world *w, struct zone *zone);

/* --- watermarks, zonelists, counters --- */

bool zone_watermark_ok(const struct zone *zone, unsigned int order,
		       unsigned long mark, bool cma);
void init_per_zone_wmark_min(struct world *w);
void build_all_zonelists(struct world *w);
void adjust_managed_page_count(struct world *w, struct page *page, long count);

/* --- handing memory to the buddy, taking it away --- */

/* mm/page_alloc.c:__free_pages_core, MEMINIT_HOTPLUG. */
void __free_pages_core(struct world *w, struct page *page, unsigned int order);
/* Number of pages that were not PageOffline. */
unsigned long __offline_isolated_pages(struct world *w, unsigned long start_pfn,
				       unsigned long end_pfn);
void init_cma_reserved_pageblock(struct world *w, unsigned long pfn);

/* --- contiguous ranges: 0 or negative errno, nothing kept on error --- */

int alloc_contig_range(struct world *w, unsigned long start, unsigned long end,
		       enum pb_isolate_mode mode);
/* The pages never have a reference: order-0, reference count 0 (7.x). */
int alloc_contig_frozen_range(struct world *w, unsigned long start,
			      unsigned long end, enum pb_isolate_mode mode);
/* First pfn, or 0 with *err set.  The range lies within one zone of a node. */
unsigned long alloc_contig_pages(struct world *w, unsigned long nr_pages,
				 gfp_t gfp, unsigned int nid, int *err);
/* The same without references (7.x). */
unsigned long alloc_contig_frozen_pages(struct world *w, unsigned long nr_pages,
					gfp_t gfp, unsigned int nid, int *err);

#endif
