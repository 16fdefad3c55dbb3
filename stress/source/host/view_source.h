/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What check/view.h needs of the source lane.  The real structures are looked at
 * through kern/look.c, page by page where one changed, and stand in struct world
 * in the terms of core/: kernel and core/ use the same names for their types, so
 * no file can include the headers of both.  The accessors of view.h are then the
 * same for all subjects.
 */
#ifndef LANE_VIEW_SOURCE_H
#define LANE_VIEW_SOURCE_H

#include "../lane.h"

#define MO_ISOLATION_KEEPS_TYPE lane_facts.isolation_keeps_type
#define MO_FREE_LISTS_EXACT lane_facts.free_lists_exact
#define MO_POISON_TOTAL_KEPT lane_facts.blocks_count_poison
#define MO_LEFT_LOOKS_MOVABLE true /* while drivers clear it as zs_page_migrate() does */
#define MO_SLABS_FROZEN lane_facts.slabs_frozen
#define MO_COUNTS_FREE_HIGHATOMIC lane_facts.counts_free_highatomic
#define MO_COUNTS_BALLOON_PAGES lane_facts.counts_balloon_pages
#define MO_FREE_PAGE_LIST(w, pfn) lane_free_page_list(w, pfn)

struct world;

/* The kernel ran since the last look. */
extern bool lane_stale;

void lane_look(struct world *w);
/* The type of list that the free page pfn is on; on
 * none: where it belongs. */
enum migratetype lane_free_page_list(const struct world *w, unsigned long pfn);

/* Worlds are never const objects: see check/violation.c. */
static inline void view_sync(const struct world *w)
{
	if (unlikely(lane_stale))
		lane_look((struct world *)w);
}

#endif
