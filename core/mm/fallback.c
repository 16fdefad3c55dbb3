/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an allocation does when there is no memory of its type: as it was up to 6.9, for
 * era=6.1 only.  mm/page_alloc.c, 6.1.  Since then: page_alloc.c, __rmqueue_claim().
 */
#include "internal.h"

/*
 * mm/page_alloc.c:steal_suitable_fallback.  Moves at least the page to the list of
 * start_mt.  The pageblock becomes ours when half of it is free or compatible; when
 * not, its free pages stand on a list that is not its own.  Locks: zone->lock.
 */
static void steal_suitable_fallback(struct world *w, struct zone *zone,
				    struct page *page, enum migratetype start_mt,
				    bool whole_block)
{
	unsigned long start = pageblock_start_pfn(w, page_to_pfn(w, page));
	enum migratetype block_mt = get_pageblock_migratetype(w, page);
	unsigned int order = buddy_order(page);
	bool reserved = block_mt == MIGRATE_HIGHATOMIC;
	long num_free, num_movable, alike = 0;

	/* A page of this order is the pageblock. */
	if (order >= w->pageblock_order && !reserved)
		set_pageblock_migratetype(w, start, start_mt);
	if (order >= w->pageblock_order || reserved || !whole_block ||
	    !prep_move_freepages_block(w, zone, start, &num_free, &num_movable)) {
		move_to_free_list(w, page, zone, order, start_mt, start_mt);
		return;
	}
	__move_freepages_block(w, zone, start, start_mt, start_mt);
	if (start_mt == MIGRATE_MOVABLE)
		alike = num_movable;
	else if (block_mt == MIGRATE_MOVABLE)
		alike = (long)pageblock_nr_pages(w) - (num_free + num_movable);
	if (num_free + alike >= 1l << (w->pageblock_order - 1))
		set_pageblock_migratetype(w, start, start_mt);
}

/* The order of the page to steal: the largest, or, when a movable allocation would get
 * no more than a part of it, the smallest.  -1: there is none. */
static int fallback_order(const struct world *w, const struct zone *zone,
			  unsigned int order, enum migratetype start_mt)
{
	unsigned int o = w->max_page_order + 1;

	while (o-- > order)
		if (find_suitable_fallback(&zone->free_area[o], start_mt) >= 0)
			break;
	if (o + 1 == order)
		return -1;
	if (start_mt != MIGRATE_MOVABLE || should_try_claim_block(w, o, start_mt))
		return (int)o;
	for (o = order;
	     find_suitable_fallback(&zone->free_area[o], start_mt) < 0; o++)
		;
	return (int)o;
}

/*
 * mm/page_alloc.c:__rmqueue_fallback.  True: there is a page on the list of start_mt
 * now.  Locks: zone->lock.
 */
bool __rmqueue_fallback(struct world *w, struct zone *zone, unsigned int order,
			enum migratetype start_mt)
{
	int o = fallback_order(w, zone, order, start_mt);
	struct free_area *area = &zone->free_area[o < 0 ? 0 : o];

	if (o < 0)
		return false;
	steal_suitable_fallback(w, zone,
		TAILQ_FIRST(&area->free_list[find_suitable_fallback(area, start_mt)]),
		start_mt, should_try_claim_block(w, (unsigned int)o, start_mt));
	return true;
}
