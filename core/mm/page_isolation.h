/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: pageblock isolation.  mm/page_isolation.c, 6.17. */
#ifndef MO_MM_PAGE_ISOLATION_H
#define MO_MM_PAGE_ISOLATION_H

#include "page_alloc.h"

enum unmovable {
	PAGE_MOVABLE,
	PAGE_UNMOVABLE,	/* unless a driver has counted it (up to v5.5) */
	PAGE_FIXED,	/* whatever a driver says */
};

/*
 * One page of a pageblock in a zone that may hold unmovable pages; step: pages to the
 * next one worth a look.  Locks: none; looks at pages without a reference.
 */
enum unmovable page_is_unmovable(struct world *w, struct page *page,
				 enum pb_isolate_mode mode, bool zone_movable,
				 unsigned long *step);
/*
 * First page that cannot be moved in [start_pfn, end_pfn), which lies in one
 * pageblock; NULL when there is none.  Locks: zone->lock.  May err both ways.
 */
struct page *has_unmovable_pages(struct world *w, unsigned long start_pfn,
				 unsigned long end_pfn,
				 enum pb_isolate_mode mode);

/*
 * Isolates all pageblocks that [start_pfn, end_pfn) touches.  0, or -EBUSY with
 * its own work undone.  Isolation is the only exclusion between isolators.
 */
int start_isolate_page_range(struct world *w, unsigned long start_pfn,
			     unsigned long end_pfn, enum pb_isolate_mode mode);
/* The mt that kernels before 6.17 are given along with the range: MIGRATE_CMA when it is
 * isolated for CMA and all of it is that, else MIGRATE_MOVABLE. */
enum migratetype isolate_migratetype(struct world *w, unsigned long start,
				     unsigned long end,
				     enum pb_isolate_mode mode);
/* mt: what they are then, in kernels before 6.17. */
void undo_isolate_page_range(struct world *w, unsigned long start_pfn,
			     unsigned long end_pfn, enum migratetype mt);
/* 0: every page is free or may be skipped in this mode; else -EBUSY. */
int test_pages_isolated(struct world *w, unsigned long start_pfn,
			unsigned long end_pfn, enum pb_isolate_mode mode);

#endif
