/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buddy allocator: free lists, merging, stealing, watermarks.
 * mm/page_alloc.c, 6.17.  Per-CPU lists: pcp.c.  Ranges: contig.c.
 */
#include "hugetlb.h"
#include "internal.h"
#include "page_offline.h"
#include "page_transitions.h"
#include "swap.h"

/* --- pageblock types --- */

/* mm/page_alloc.c:set_pageblock_migratetype.  Locks: zone->lock, or boot. */
void set_pageblock_migratetype(struct world *w, unsigned long pfn,
			       enum migratetype mt)
{
	struct pageblock *pb = pfn_to_pageblock(w, pfn);

	/* Isolation was a type: the last one to set it wins. */
	if (kernel_until(w, 6_12))
		pb->isolated = false;
	VM_BUG_ON_PFN(w, mt == MIGRATE_ISOLATE || pb->isolated,
		      "pageblock_type_isolate", pfn,
		      "type %d set on a pageblock that is %sisolated", mt,
		      pb->isolated ? "" : "not ");
	block_touch(w, pfn_to_block(w, pfn));
	pb->migratetype = (uint8_t)mt;
}

static void change_pageblock_range(struct world *w, unsigned long pfn,
				   unsigned int order, enum migratetype mt)
{
	unsigned long end = pfn + (1ul << order);

	for (pfn = pageblock_start_pfn(w, pfn); pfn < end;
	     pfn += pageblock_nr_pages(w))
		set_pageblock_migratetype(w, pfn, mt);
}

/* --- free lists: counted by type when a page enters or leaves --- */

/* mm/internal.h:account_freepages.  Locks: zone->lock. */
static inline void account_freepages(struct world *w, struct zone *zone, long nr_pages,
			      enum migratetype mt)
{
	lockdep_assert_held(w, &zone->lock);
	if (mt == MIGRATE_ISOLATE)
		zone->nr_free_isolate += nr_pages;
	if (mt == MIGRATE_ISOLATE && !oldbug(w, NR_FREE_COUNTS_ISOLATED))
		return;
	zone->nr_free_pages += nr_pages;
	if (mt == MIGRATE_CMA)
		zone->nr_free_cma += nr_pages;
	else if (mt == MIGRATE_HIGHATOMIC)
		zone->nr_free_highatomic += nr_pages;
}

static inline struct free_area *zone_free_area(struct zone *zone,
					       unsigned int order)
{
	struct free_area *area = &zone->free_area[order];

	OPTIMIZER_HIDE_VAR(area);
	return area;
}

/*
 * Free lists are exact since 6.10.  Before, a page stands where it was put, whatever
 * its pageblock is: page->pcp_migratetype, which it keeps when it is allocated.
 */
static bool may_be_on_list(struct world *w, const struct page *page,
			   enum migratetype mt)
{
	return get_pageblock_migratetype(w, page) == mt || kernel_until(w, 6_1);
}

/* Behind set_buddy_order(), which touched the page. */
static void __add_to_free_list(struct world *w, struct page *page,
			       struct zone *zone, unsigned int order,
			       enum migratetype mt, bool to_tail)
{
	struct free_area *area = zone_free_area(zone, order);

	VM_BUG_ON_PAGE(w, !may_be_on_list(w, page, mt), "free_list_type", page,
		       "page of type %d goes to the list of type %d",
		       get_pageblock_migratetype(w, page), mt);
	if (kernel_until(w, 6_1))
		page->pcp_migratetype = (uint8_t)mt;
	__page_list_add(w, &area->free_list[mt], page, to_tail);
	area->nr_free++;
}

static void __del_page_from_free_list(struct world *w, struct page *page,
				      struct zone *zone, unsigned int order,
				      enum migratetype mt)
{
	struct free_area *area = zone_free_area(zone, order);

	if (kernel_until(w, 6_1))
		mt = (enum migratetype)page->pcp_migratetype;
	VM_BUG_ON_PAGE(w, !may_be_on_list(w, page, mt), "free_list_type", page,
		       "page of type %d leaves the list of type %d",
		       get_pageblock_migratetype(w, page), mt);
	page_list_del(w, &area->free_list[mt], page);
	__page_clear_type(w, page, PGTY_buddy);
	page->order = 0;
	area->nr_free--;
}

void del_page_from_free_list(struct world *w, struct page *page,
			     struct zone *zone, unsigned int order,
			     enum migratetype mt)
{
	__del_page_from_free_list(w, page, zone, order, mt);
	account_freepages(w, zone, -(1l << order), mt);
}

static void set_buddy_order(struct world *w, struct page *page,
			    unsigned int order)
{
	__page_set_type(w, page, PGTY_buddy);
	page->order = (uint8_t)order;
}

/* mm/page_alloc.c:move_to_free_list, between the lists of one order. */
void move_to_free_list(struct world *w, struct page *page, struct zone *zone,
		       unsigned int order, enum migratetype old_mt,
		       enum migratetype new_mt)
{
	struct free_area *area = zone_free_area(zone, order);
	enum migratetype from = old_mt;

	VM_BUG_ON_PAGE(w, !may_be_on_list(w, page, old_mt), "free_list_type", page,
		       "page of type %d moves from the list of type %d",
		       get_pageblock_migratetype(w, page), old_mt);
	if (kernel_until(w, 6_1)) {
		from = (enum migratetype)page->pcp_migratetype;
		page->pcp_migratetype = (uint8_t)new_mt;
	}
	page_list_del(w, &area->free_list[from], page);
	__page_list_add(w, &area->free_list[new_mt], page, true);
	account_freepages(w, zone, -(1l << order), old_mt);
	account_freepages(w, zone, 1l << order, new_mt);
}

/* Is the page at buddy_pfn the buddy of pfn, free as one? */
static inline bool page_is_buddy(struct world *w, const struct page *buddy,
				 unsigned long buddy_pfn, unsigned long pfn,
				 unsigned int order)
{
	return PageBuddy(buddy) && buddy_order(buddy) == order &&
	       pfn_to_pageblock(w, buddy_pfn)->zone_idx ==
		       pfn_to_pageblock(w, pfn)->zone_idx;
}

/* mm/internal.h:find_buddy_page_pfn; NULL when the buddy is not free as one. */
struct page *find_buddy_page_pfn(struct world *w, unsigned long pfn,
				 unsigned int order, unsigned long *buddy_pfn)
{
	unsigned long b = pfn ^ (1ul << order);
	struct page *buddy;

	VM_BUG_ON_PFN(w, order >= w->max_page_order, "buddy_order_bound", pfn,
		      "looks for the buddy of a page of order %u", order);
	buddy = pfn_to_page(w, b);
	if (buddy_pfn)
		*buddy_pfn = b;
	return page_is_buddy(w, buddy, b, pfn, order) ? buddy : NULL;
}

/*
 * mm/page_alloc.c:buddy_merge_likely: the buddy of the next order is free, so that this
 * page, at the tail of its list, may grow before it is used.
 */
static bool buddy_merge_likely(struct world *w, unsigned long pfn,
			       unsigned int order)
{
	if (order + 1 >= w->max_page_order)
		return false;
	return find_buddy_page_pfn(w, pfn & ~(1ul << order), order + 1, NULL);
}

/*
 * mm/page_alloc.c:__free_one_page.  Locks: zone->lock.  Above a pageblock,
 * buddies of different type merge only when both types are mergeable; the
 * buddy's pageblocks are then converted (all of them, as since 6.19).
 */
void __free_one_page(struct world *w, struct page *page, struct zone *zone,
		     unsigned int order, enum migratetype mt, bool to_tail)
{
	unsigned long pfn = page_to_pfn(w, page);

	VM_BUG_ON_PAGE(w, !IS_ALIGNED(pfn, 1ul << order), "buddy_alignment",
		       page, "freed with order %u", order);
	VM_BUG_ON_PAGE(w, pfn_to_pageblock(w, pfn)->zone_idx != zone->zone_idx ||
		       !zone_spans_pfn(zone, pfn), "page_zone_range", page,
		       "freed to zone %u", zone->zone_idx);
	VM_BUG_ON_PAGE(w, page_ref_count(w, page), "frozen_refcount", page,
		       "freed with reference count %d", page_ref_count(w, page));
	account_freepages(w, zone, 1l << order, mt);
	while (order < w->max_page_order) {
		unsigned long buddy_pfn = pfn ^ (1ul << order);
		struct page *buddy = pfn_to_page(w, buddy_pfn);
		enum migratetype buddy_mt;

		if (!page_is_buddy(w, buddy, buddy_pfn, pfn, order))
			break;
		buddy_mt = get_pageblock_migratetype(w, buddy);
		if (order >= w->pageblock_order && buddy_mt != mt &&
		    (!migratetype_is_mergeable(mt) ||
		     !migratetype_is_mergeable(buddy_mt)))
			break;
		__del_page_from_free_list(w, buddy, zone, order, buddy_mt);
		/* 6.1: below a pageblock, and what is free takes the list of mt. */
		if (buddy_mt != mt && !oldbug(w, MERGE_KEEPS_TYPES) &&
		    !kernel_until(w, 6_1))
			change_pageblock_range(w, buddy_pfn,
				oldbug(w, MERGE_CONVERTS_FIRST_ONLY) ?
					w->pageblock_order : order, mt);
		if (buddy_pfn < pfn) {
			pfn = buddy_pfn;
			page = buddy;
		}
		order++;
	}
	set_buddy_order(w, page, order);
	__add_to_free_list(w, page, zone, order, mt,
			   to_tail || buddy_merge_likely(w, pfn, order));
}

/* Whole pageblocks: is the type of all that of the first? */
static bool one_type(const struct world *w, unsigned long pfn,
		     unsigned int order)
{
	enum migratetype mt = get_pfnblock_migratetype(w, pfn);
	unsigned long end = pfn + (1ul << order);

	while ((pfn += pageblock_nr_pages(w)) < end)
		if (get_pfnblock_migratetype(w, pfn) != mt)
			return false;
	return true;
}

/*
 * mm/page_alloc.c:split_large_buddy: frees piece by piece, each pageblock with its
 * own type.  The kernel frees pageblocks; those of one type come back here as the
 * page that they merge to there.  Locks: zone->lock.
 */
static void split_large_buddy(struct world *w, struct zone *zone,
			      unsigned long pfn, unsigned int order,
			      bool to_tail)
{
	unsigned long end = pfn + (1ul << order);

	while (pfn < end) {
		unsigned int piece = order;

		while (piece > w->pageblock_order &&
		       (!IS_ALIGNED(pfn, 1ul << piece) ||
			pfn + (1ul << piece) > end || !one_type(w, pfn, piece)))
			piece--;
		__free_one_page(w, pfn_to_page(w, pfn), zone, piece,
				get_pfnblock_migratetype(w, pfn), to_tail);
		pfn += 1ul << piece;
	}
	/* The loop computed its next page before it looked at the end. */
	if (oldbug(w, SPLIT_LARGE_BUDDY_BEYOND_END))
		pfn_to_page(w, pfn);
}

/* mm/page_alloc.c:free_one_page; the type is read under the lock. */
void free_one_page(struct world *w, struct page *page, unsigned int order,
		   bool to_tail)
{
	enum migratetype mt = get_pageblock_migratetype(w, page);
	struct zone *zone = page_zone(w, page);

	sched_point(w, SP_BUDDY_FREE);
	spin_lock(w, &zone->lock);
	if (oldbug(w, FREE_TYPE_BEFORE_LOCK))
		__free_one_page(w, page, zone, order, mt, to_tail);
	else
		split_large_buddy(w, zone, page_to_pfn(w, page), order, to_tail);
	spin_unlock(w, &zone->lock);
}

/* --- isolation of a pageblock's free pages --- */

/* mm/page_alloc.c:find_large_buddy: the head of the free page that covers
 * start_pfn, or start_pfn.  A head is at least as aligned as its order. */
unsigned long find_large_buddy(struct world *w, unsigned long start_pfn)
{
	unsigned int order = start_pfn ? (unsigned int)__builtin_ctzl(start_pfn) :
					 w->max_page_order;
	unsigned long pfn = start_pfn;

	while (!PageBuddy(pfn_to_page(w, pfn))) {
		if (++order > w->max_page_order)
			return start_pfn;
		pfn &= ~0ul << order;
	}
	if (pfn + (1ul << buddy_order(pfn_to_page(w, pfn))) > start_pfn)
		return pfn;
	return start_pfn;
}

/* mm/page_alloc.c:__move_freepages_block; pages moved.  Locks: zone->lock. */
long __move_freepages_block(struct world *w, struct zone *zone,
			    unsigned long start_pfn, enum migratetype old_mt,
			    enum migratetype new_mt)
{
	unsigned long end_pfn = start_pfn + pageblock_nr_pages(w);
	long moved = 0;

	for (unsigned long pfn = start_pfn; pfn < end_pfn;) {
		struct page *page = pfn_to_page(w, pfn);
		unsigned int order;

		if (!PageBuddy(page)) {
			pfn++;
			continue;
		}
		order = buddy_order(page);
		move_to_free_list(w, page, zone, order, old_mt, new_mt);
		pfn += 1ul << order;
		moved += 1l << order;
	}
	return moved;
}

/* mm/page_alloc.c:prep_move_freepages_block: false when the pageblock is not
 * wholly inside the zone.  Optionally counts its free and movable pages. */
bool prep_move_freepages_block(struct world *w, struct zone *zone,
			       unsigned long start, long *num_free,
			       long *num_movable)
{
	unsigned long end = start + pageblock_nr_pages(w);

	if (!zone_spans_pfn(zone, start) || !zone_spans_pfn(zone, end - 1))
		return false;
	if (!num_free)
		return true;
	*num_free = *num_movable = 0;
	for (unsigned long pfn = start; pfn < end;) {
		struct page *page = pfn_to_page(w, pfn);

		if (PageBuddy(page)) {
			*num_free += 1l << buddy_order(page);
			pfn += 1ul << buddy_order(page);
			continue;
		}
		if (PageLRU(compound_head(page)) || looks_movable(page))
			++*num_movable;
		pfn++;
	}
	return true;
}

static long move_freepages_block(struct world *w, struct zone *zone,
				 unsigned long pfn, enum migratetype old_mt,
				 enum migratetype new_mt)
{
	long moved;

	pfn = pageblock_start_pfn(w, pfn);
	if (!prep_move_freepages_block(w, zone, pfn, NULL, NULL))
		return -1;
	moved = __move_freepages_block(w, zone, pfn, old_mt, new_mt);
	set_pageblock_migratetype(w, pfn, new_mt);
	return moved;
}

static void toggle_pageblock_isolate(struct world *w, unsigned long pfn,
				     bool isolate)
{
	struct pageblock *pb = pfn_to_pageblock(w, pfn);

	block_touch(w, pfn_to_block(w, pfn));
	pb->isolated = isolate;
	if (!isolate && oldbug(w, UNDO_ISOLATE_MOVABLE))
		pb->migratetype = MIGRATE_MOVABLE;
	/* Isolation is a type of its own: what it was, the undoer says. */
	if (!isolate && kernel_until(w, 6_12))
		pb->migratetype = w->undo_migratetype;
}

/*
 * mm/page_alloc.c:__move_freepages_block_isolate, 6.17.  A buddy larger than the
 * pageblock is taken apart, so that each pageblock's pieces go to the list of
 * its own type.  Locks: zone->lock.  False: the pageblock leaves the zone.
 */
static bool __move_freepages_block_isolate(struct world *w, struct zone *zone,
					   struct page *page, bool isolate)
{
	unsigned long start = pageblock_start_pfn(w, page_to_pfn(w, page));
	struct pageblock *pb = pfn_to_pageblock(w, start);
	enum migratetype own = (enum migratetype)(
		!isolate && kernel_until(w, 6_12) ? w->undo_migratetype :
						    pb->migratetype);
	unsigned long large;
	struct page *buddy;

	VM_BUG_ON_PAGE(w, pb->isolated == isolate, "pageblock_isolated_twice",
		       page, "the pageblock is %s already",
		       isolate ? "isolated" : "back");
	if (!prep_move_freepages_block(w, zone, start, NULL, NULL))
		return false;
	large = find_large_buddy(w, start);
	buddy = pfn_to_page(w, large);
	if (PageBuddy(buddy) && buddy_order(buddy) > w->pageblock_order &&
	    !oldbug(w, ISOLATE_INSIDE_LARGE_BUDDY)) {
		unsigned int order = buddy_order(buddy);

		del_page_from_free_list(w, buddy, zone, order,
					get_pageblock_migratetype(w, buddy));
		/* split_free_page() took the page off its list uncounted. */
		if (oldbug(w, SPLIT_FREE_PAGE_UNACCOUNTED))
			account_freepages(w, zone, 1l << order, own);
		toggle_pageblock_isolate(w, start, isolate);
		split_large_buddy(w, zone, large, order, false);
		return true;
	}
	__move_freepages_block(w, zone, start, isolate ? own : MIGRATE_ISOLATE,
			       isolate ? MIGRATE_ISOLATE : own);
	toggle_pageblock_isolate(w, start, isolate);
	return true;
}

bool pageblock_isolate_and_move_free_pages(struct world *w, struct zone *zone,
					   struct page *page)
{
	return __move_freepages_block_isolate(w, zone, page, true);
}

bool pageblock_unisolate_and_move_free_pages(struct world *w, struct zone *zone,
					     struct page *page)
{
	return __move_freepages_block_isolate(w, zone, page, false);
}

/* --- allocation --- */

/* mm/page_alloc.c:expand: gives back the upper halves.  Locks: zone->lock. */
static void expand(struct world *w, struct zone *zone, struct page *page,
		   unsigned int low, unsigned int high, enum migratetype mt)
{
	unsigned long pfn = page_to_pfn(w, page);

	while (high > low) {
		struct page *half;

		high--;
		half = pfn_to_page(w, pfn + (1ul << high));
		set_buddy_order(w, half, high);
		__add_to_free_list(w, half, zone, high, mt, false);
	}
}

/* page_del_and_expand(): the pieces that return are accounted in one step. */
static void page_del_and_expand(struct world *w, struct zone *zone,
				struct page *page, unsigned int low,
				unsigned int high, enum migratetype mt)
{
	__del_page_from_free_list(w, page, zone, high, mt);
	expand(w, zone, page, low, high, mt);
	account_freepages(w, zone, -(1l << low), mt);
}

struct page *__rmqueue_smallest(struct world *w, struct zone *zone,
				unsigned int order, enum migratetype mt)
{
	for (unsigned int o = order; o <= w->max_page_order; o++) {
		struct page *page =
			TAILQ_FIRST(&zone->free_area[o].free_list[mt]);

		if (!page)
			continue;
		page_del_and_expand(w, zone, page, order, o, mt);
		return page;
	}
	return NULL;
}

static const uint8_t fallbacks[MIGRATE_PCPTYPES][MIGRATE_PCPTYPES - 1] = {
	[MIGRATE_UNMOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
	[MIGRATE_RECLAIMABLE] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
};

int find_suitable_fallback(const struct free_area *area, enum migratetype mt)
{
	for (unsigned int i = 0; i < MIGRATE_PCPTYPES - 1; i++)
		if (!TAILQ_EMPTY(&area->free_list[fallbacks[mt][i]]))
			return fallbacks[mt][i];
	return -1;
}

/* mm/page_alloc.c:should_try_claim_block */
bool should_try_claim_block(const struct world *w, unsigned int order,
			    enum migratetype start_mt)
{
	return order >= w->pageblock_order ||
	       order >= w->pageblock_order / 2 ||
	       start_mt == MIGRATE_RECLAIMABLE || start_mt == MIGRATE_UNMOVABLE;
}

/* mm/page_alloc.c:try_to_claim_block: makes the pageblock ours when at least
 * half of it is free or compatible.  Locks: zone->lock. */
static struct page *try_to_claim_block(struct world *w, struct zone *zone,
				       struct page *page, unsigned int current_order,
				       unsigned int order,
				       enum migratetype start_mt,
				       enum migratetype block_mt)
{
	unsigned long start = pageblock_start_pfn(w, page_to_pfn(w, page));
	long num_free, num_movable, alike = 0;

	if (current_order >= w->pageblock_order) {
		del_page_from_free_list(w, page, zone, current_order, block_mt);
		change_pageblock_range(w, start, current_order, start_mt);
		expand(w, zone, page, order, current_order, start_mt);
		account_freepages(w, zone,
				  (1l << current_order) - (1l << order), start_mt);
		return page;
	}
	if (!prep_move_freepages_block(w, zone, start, &num_free, &num_movable))
		return NULL;
	if (start_mt == MIGRATE_MOVABLE)
		alike = num_movable;
	else if (block_mt == MIGRATE_MOVABLE)
		alike = (long)pageblock_nr_pages(w) - (num_free + num_movable);
	if (num_free + alike < 1l << (w->pageblock_order - 1))
		return NULL;
	if (!oldbug(w, CLAIM_LEAVES_FREE_PAGES))
		__move_freepages_block(w, zone, start, block_mt, start_mt);
	set_pageblock_migratetype(w, start, start_mt);
	return __rmqueue_smallest(w, zone, order, start_mt);
}

/* mm/page_alloc.c:__rmqueue_claim.  Locks: zone->lock. */
static struct page *__rmqueue_claim(struct world *w, struct zone *zone,
				    unsigned int order, enum migratetype mt)
{
	int fallback;

	for (int o = (int)w->max_page_order; o >= (int)order; o--) {
		struct free_area *area = &zone->free_area[o];
		struct page *page;

		fallback = find_suitable_fallback(area, mt);
		if (fallback < 0)
			continue;
		if (!should_try_claim_block(w, (unsigned int)o, mt))
			break;
		page = try_to_claim_block(w, zone,
					  TAILQ_FIRST(&area->free_list[fallback]),
					  (unsigned int)o, order, mt,
					  (enum migratetype)fallback);
		if (page)
			return page;
	}
	return NULL;
}

/* mm/page_alloc.c:__rmqueue_steal: one page, its pageblock keeps its type.
 * Locks: zone->lock. */
static struct page *__rmqueue_steal(struct world *w, struct zone *zone,
				    unsigned int order, enum migratetype mt)
{
	int fallback;

	for (unsigned int o = order; o <= w->max_page_order; o++) {
		struct free_area *area = &zone->free_area[o];
		struct page *page;

		fallback = find_suitable_fallback(area, mt);
		if (fallback < 0)
			continue;
		page = TAILQ_FIRST(&area->free_list[fallback]);
		page_del_and_expand(w, zone, page, order, o,
				    (enum migratetype)fallback);
		return page;
	}
	return NULL;
}

/*
 * mm/page_alloc.c:__rmqueue.  Locks: zone->lock.  *mode: where the last page of this
 * hold of the lock was found, so that one need not look again where there is none.
 */
struct page *__rmqueue(struct world *w, struct zone *zone, unsigned int order,
		       enum migratetype mt, bool cma, enum rmqueue_mode *mode)
{
	struct page *page;

	/* 6.1 looks everywhere, each time. */
	if (kernel_until(w, 6_1))
		*mode = RMQUEUE_NORMAL;
	/* Balance: use CMA while more than half of the free memory is there. */
	if (cma && zone->nr_free_cma > zone->nr_free_pages / 2) {
		page = __rmqueue_smallest(w, zone, order, MIGRATE_CMA);
		if (page)
			return page;
	}
	if (*mode == RMQUEUE_NORMAL) {
		page = __rmqueue_smallest(w, zone, order, mt);
		if (page)
			return page;
	}
	if (*mode <= RMQUEUE_CMA && cma) {
		page = __rmqueue_smallest(w, zone, order, MIGRATE_CMA);
		if (page) {
			*mode = RMQUEUE_CMA;
			return page;
		}
	}
	if (kernel_until(w, 6_1))
		return __rmqueue_fallback(w, zone, order, mt) ?
			       __rmqueue_smallest(w, zone, order, mt) : NULL;
	if (*mode <= RMQUEUE_CLAIM) {
		page = __rmqueue_claim(w, zone, order, mt);
		if (page) {
			*mode = RMQUEUE_NORMAL;
			return page;
		}
	}
	page = __rmqueue_steal(w, zone, order, mt);
	if (page)
		*mode = RMQUEUE_STEAL;
	return page;
}

/* --- high-order atomic reserve --- */

/*
 * mm/page_alloc.c:reserve_highatomic_pageblock.  The kernel reserves 1 % of the
 * zone; small worlds would never reach one pageblock, so it is 1/16 here.
 */
static void reserve_highatomic_pageblock(struct world *w, struct page *page,
					 unsigned int order, struct zone *zone)
{
	unsigned long max = ALIGN_UP(zone->managed_pages / 16,
				     pageblock_nr_pages(w));
	unsigned long pfn = page_to_pfn(w, page);
	enum migratetype mt;

	if (zone->managed_pages / 16 < pageblock_nr_pages(w) ||
	    zone->nr_reserved_highatomic >= max)
		return;
	spin_lock(w, &zone->lock);
	mt = get_pageblock_migratetype(w, page);
	if (migratetype_is_mergeable(mt)) {
		if (order < w->pageblock_order) {
			if (move_freepages_block(w, zone, pfn, mt,
						 MIGRATE_HIGHATOMIC) >= 0)
				zone->nr_reserved_highatomic +=
					pageblock_nr_pages(w);
		} else {
			change_pageblock_range(w, pfn, order, MIGRATE_HIGHATOMIC);
			zone->nr_reserved_highatomic += 1ul << order;
		}
	}
	spin_unlock(w, &zone->lock);
}

/* mm/page_alloc.c:unreserve_highatomic_pageblock: one pageblock per call. */
static bool unreserve_highatomic_pageblock(struct world *w, struct zone *zone,
					   enum migratetype mt)
{
	struct page *page = NULL;
	unsigned int order;

	spin_lock(w, &zone->lock);
	for (order = 0; order <= w->max_page_order && !page; order++)
		page = TAILQ_FIRST(
			&zone->free_area[order].free_list[MIGRATE_HIGHATOMIC]);
	if (page) {
		unsigned long pfn = page_to_pfn(w, page);
		unsigned long size;

		order--;
		size = mo_max(1ul << order, pageblock_nr_pages(w));
		zone->nr_reserved_highatomic -=
			mo_min(size, zone->nr_reserved_highatomic);
		if (order < w->pageblock_order) {
			move_freepages_block(w, zone, pfn, MIGRATE_HIGHATOMIC, mt);
		} else {
			del_page_from_free_list(w, page, zone, order,
						MIGRATE_HIGHATOMIC);
			change_pageblock_range(w, pfn, order, mt);
			split_large_buddy(w, zone, pfn, order, true);
		}
	}
	spin_unlock(w, &zone->lock);
	return page;
}

/* --- watermarks --- */

static noinline bool high_order_page_available(const struct zone *zone,
				      unsigned int order, bool cma)
{
	for (unsigned int o = order; o < NR_PAGE_ORDERS; o++) {
		const struct free_area *area = &zone->free_area[o];

		if (!area->nr_free)
			continue;
		for (unsigned int mt = 0; mt < MIGRATE_PCPTYPES; mt++)
			if (!TAILQ_EMPTY(&area->free_list[mt]))
				return true;
		if (cma && !TAILQ_EMPTY(&area->free_list[MIGRATE_CMA]))
			return true;
	}
	return false;
}

/* mm/page_alloc.c:__zone_watermark_ok without lowmem_reserve. */
bool zone_watermark_ok(const struct zone *zone, unsigned int order,
		       unsigned long mark, bool cma)
{
	long free = zone->nr_free_pages - ((1l << order) - 1);

	free -= zone->nr_free_highatomic;
	if (!cma)
		free -= zone->nr_free_cma;
	if (free <= (long)mark)
		return false;
	return !order || high_order_page_available(zone, order, cma);
}

/* Model: 1/64 of the zone is the minimum, the others stand above it as usual. */
void init_per_zone_wmark_min(struct world *w)
{
	for (unsigned int i = 0; i < w->nr_zones; i++) {
		struct zone *zone = &w->zones[i];
		unsigned long min = zone->managed_pages / 64;

		zone->_watermark[WMARK_MIN] = min;
		zone->_watermark[WMARK_LOW] = min + min / 4;
		zone->_watermark[WMARK_HIGH] = min + min / 2;
	}
}

/* mm/page_alloc.c:build_all_zonelists: own node first, higher zone first. */
void build_all_zonelists(struct world *w)
{
	for (unsigned int nid = 0; nid < w->geo.nr_nodes; nid++) {
		struct pglist_data *pgdat = &w->nodes[nid];

		pgdat->nr_zonelist = 0;
		for (unsigned int n = 0; n < w->geo.nr_nodes; n++)
			for (int type = MAX_NR_ZONES - 1; type >= 0; type--) {
				unsigned int target = (nid + n) % w->geo.nr_nodes;
				struct zone *zone = node_zone(w, target,
						(enum zone_type)type);

				if (populated_zone(zone))
					pgdat->zonelist[pgdat->nr_zonelist++] =
						zone->zone_idx;
			}
	}
}

void adjust_managed_page_count(struct world *w, struct page *page, long count)
{
	struct zone *zone = page_zone(w, page);

	zone->managed_pages += (unsigned long)count;
	VM_BUG_ON_PAGE(w, (long)zone->managed_pages < 0, "managed_pages", page,
		       "%ld pages managed in zone %u",
		       (long)zone->managed_pages, zone->zone_idx);
}

/* --- the front door --- */

static enum migratetype gfp_migratetype(gfp_t gfp)
{
	if (gfp & __GFP_MOVABLE)
		return MIGRATE_MOVABLE;
	return gfp & __GFP_RECLAIMABLE ? MIGRATE_RECLAIMABLE : MIGRATE_UNMOVABLE;
}

/*
 * mm/page_alloc.c:prep_new_page; the reference count stays 0, as since 6.14.  Behind
 * rmqueue(), which touched the page when it took it off its list.
 */
static void prep_new_page(struct world *w, struct page *page, unsigned int order,
			  gfp_t gfp)
{
	VM_BUG_ON_PAGE(w, page->page_type != PGTY_none ||
		       page->flags & (PAGE_FLAGS_CHECK_AT_PREP | BIT(PG_hwpoison)),
		       "bad_page", page, "handed out with flags %#x, type %u",
		       page->flags, page->page_type);
	VM_BUG_ON_PAGE(w, page_ref_count(w, page), "frozen_refcount", page,
		       "handed out with reference count %d",
		       page_ref_count(w, page));
	page->flags = 0;
	page->mapping = 0;
	if (order && gfp & __GFP_COMP)
		prep_compound_page(w, page, order);
}

/* From a per-CPU list, on which it was before. */
static noinline void allocated_isolated(struct world *w, const struct zone *zone,
					const struct page *page)
{
	unsigned long block = pfn_to_block(w, page_to_pfn(w, page));

	VM_BUG_ON_PAGE(w, zone->pcp_disabled,
		       "no_alloc_from_isolated", page,
		       "allocated while per-CPU lists are disabled");
	w->stats.isolated_allocs += w->blocks[block].state == MEM_GOING_OFFLINE;
}

static inline struct page *try_zone(struct world *w, struct zone *zone,
			     unsigned int order, gfp_t gfp, enum zone_watermarks mark)
{
	enum migratetype mt = gfp_migratetype(gfp);
	struct page *page;

	if (!zone_watermark_ok(zone, order, zone->_watermark[mark],
			       mt == MIGRATE_MOVABLE))
		return NULL;
	page = rmqueue(w, zone, order, gfp, mt);
	if (!page)
		return NULL;
	if (unlikely(is_migrate_isolate_page(w, page)))
		allocated_isolated(w, zone, page);
	prep_new_page(w, page, order, gfp);
	if (order && gfp & __GFP_HIGH)
		reserve_highatomic_pageblock(w, page, order, zone);
	return page;
}

static inline bool zone_is_allowed(const struct zone *zone, gfp_t gfp,
				   unsigned int nmask)
{
	return nmask & BIT(zone->node) &&
	       (!is_zone_movable(zone) || gfp_zone_movable(gfp));
}

/* mm/page_alloc.c:get_page_from_freelist over the zonelist of nid. */
static inline struct page *get_page_from_freelist(struct world *w, gfp_t gfp,
					   unsigned int order, unsigned int nid,
					   unsigned int nmask,
					   enum zone_watermarks mark)
{
	const struct pglist_data *pgdat = &w->nodes[nid];

	for (unsigned int i = 0; i < pgdat->nr_zonelist; i++) {
		struct zone *zone = &w->zones[pgdat->zonelist[i]];
		struct page *page;

		OPTIMIZER_HIDE_VAR(zone);
		if (!zone_is_allowed(zone, gfp, nmask))
			continue;
		page = try_zone(w, zone, order, gfp, mark);
		if (page)
			return page;
	}
	return NULL;
}

/* include/linux/mmzone.h:first_zones_zonelist: is there one at all? */
static bool has_preferred_zone(const struct world *w, gfp_t gfp, unsigned int nid,
			       unsigned int nmask)
{
	const struct pglist_data *pgdat = &w->nodes[nid];

	for (unsigned int i = 0; i < pgdat->nr_zonelist; i++) {
		if (zone_is_allowed(&w->zones[pgdat->zonelist[i]], gfp, nmask))
			return true;
	}
	return false;
}

/*
 * mm/page_alloc.c:__alloc_pages_slowpath.  The model has no reclaim and no OOM:
 * what is left is draining, the atomic reserve and the minimum watermark.
 */
static noinline struct page *__alloc_pages_slowpath(struct world *w, gfp_t gfp,
						    unsigned int order,
						    unsigned int nid,
						    unsigned int nmask)
{
	struct page *page;

	if (!has_preferred_zone(w, gfp, nid, nmask))
		return NULL;
	page = get_page_from_freelist(w, gfp, order, nid, nmask, WMARK_MIN);
	if (page)
		return page;
	drain_all_pages(w, NULL);
	for (unsigned int i = 0; i < w->nr_zones; i++)
		unreserve_highatomic_pageblock(w, &w->zones[i],
					       gfp_migratetype(gfp));
	return get_page_from_freelist(w, gfp, order, nid, nmask, WMARK_MIN);
}

/* mm/page_alloc.c:__alloc_frozen_pages */
static inline struct page *__alloc_frozen_pages(struct world *w, gfp_t gfp,
						unsigned int order,
						unsigned int nid,
						unsigned int nmask)
{
	struct page *page;

	if (order > w->max_page_order || should_fail(&w->fail, FAIL_ALLOC))
		return NULL;
	if (gfp & __GFP_THISNODE)
		nmask &= BIT(nid);
	page = get_page_from_freelist(w, gfp, order, nid, nmask, WMARK_LOW);
	return likely(page) ? page :
	       __alloc_pages_slowpath(w, gfp, order, nid, nmask);
}

struct page *__alloc_pages(struct world *w, gfp_t gfp, unsigned int order,
			   unsigned int nid, unsigned int nmask)
{
	struct page *page = __alloc_frozen_pages(w, gfp, order, nid, nmask);

	if (page)
		page->_refcount = 1; /* touched by rmqueue() */
	return page;
}

struct page *alloc_frozen_pages(struct world *w, gfp_t gfp, unsigned int order,
				unsigned int nid)
{
	return __alloc_frozen_pages(w, gfp, order, nid, ~0u);
}

struct page *alloc_pages(struct world *w, gfp_t gfp, unsigned int order,
			 unsigned int nid)
{
	return __alloc_pages(w, gfp, order, nid, ~0u);
}

/* --- compound pages and references --- */

void prep_compound_page(struct world *w, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);

	set_page_flag(w, page, PG_head);
	page->order = (uint8_t)order;
	for (unsigned long i = 1; i < 1ul << order; i++) {
		struct page *tail = pfn_to_page(w, pfn + i);

		set_page_count(w, tail, 0);
		tail->flags |= BIT(PG_tail);
		tail->head_offset = (uint32_t)i;
	}
}

void destroy_compound_page(struct world *w, struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);
	unsigned long nr = compound_nr(page);

	clear_page_flag(w, page, PG_head);
	page->order = 0;
	for (unsigned long i = 1; i < nr; i++) {
		struct page *tail = pfn_to_page(w, pfn + i);

		VM_BUG_ON_PAGE(w, !PageTail(tail), "bad_page", tail,
			       "compound tail without PG_tail");
		clear_page_flag(w, tail, PG_tail);
		tail->head_offset = 0;
	}
}

void split_page(struct world *w, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);

	for (unsigned long i = 1; i < 1ul << order; i++)
		set_page_count(w, pfn_to_page(w, pfn + i), page->_refcount);
}

bool get_page_unless_zero(struct world *w, struct page *page)
{
	page = compound_head(page);
	if (!page->_refcount)
		return false;
	page_touch(w, page);
	page->_refcount++;
	return true;
}

cold noinline void put_page_refused(struct world *w, const struct page *page)
{
	violation_raise(&w->violation, "refcount_underflow",
			page_to_pfn(w, page), "put_page_testzero",
			"reference dropped at count %d", page->_refcount);
}

void put_page(struct world *w, struct page *page)
{
	page = compound_head(page);
	if (!put_page_testzero(w, page))
		return;
	if (PageHuge(page)) {
		free_huge_folio(w, page);
		return;
	}
	if (PageLRU(page))
		__page_cache_release(w, page);
	free_frozen_pages(w, page, compound_order(page));
}

bool page_ref_freeze(struct world *w, struct page *page, int expected)
{
	if (page->_refcount != expected)
		return false;
	set_page_count(w, page, 0);
	return true;
}

void page_ref_unfreeze(struct world *w, struct page *page, int count)
{
	VM_BUG_ON_PAGE(w, page->_refcount, "frozen_refcount", page,
		       "unfrozen at reference count %d", page->_refcount);
	set_page_count(w, page, count);
}

/* --- broken-off free pages --- */

/* mm/page_alloc.c:__isolate_free_page.  Locks: zone->lock. */
unsigned int __isolate_free_page(struct world *w, struct page *page,
				 unsigned int order)
{
	struct zone *zone = page_zone(w, page);
	enum migratetype mt = get_pageblock_migratetype(w, page);

	if (mt != MIGRATE_ISOLATE) {
		unsigned long mark = zone->_watermark[WMARK_MIN] + (1ul << order);

		if (!zone_watermark_ok(zone, 0, mark, true))
			return 0;
	}
	del_page_from_free_list(w, page, zone, order, mt);
	/* At least half of a pageblock is about to be in use as movable. */
	if (order + 1 >= w->pageblock_order) {
		unsigned long pfn = page_to_pfn(w, page);
		unsigned long end = pfn + (1ul << order);

		for (; pfn < end; pfn += pageblock_nr_pages(w)) {
			mt = get_pageblock_migratetype(w, pfn_to_page(w, pfn));
			if (migratetype_is_mergeable(mt))
				move_freepages_block(w, zone, pfn, mt,
						     MIGRATE_MOVABLE);
		}
	}
	return 1u << order;
}

void __putback_isolated_page(struct world *w, struct page *page,
			     unsigned int order, enum migratetype mt)
{
	__free_one_page(w, page, page_zone(w, page), order, mt, true);
}

/* mm/page_alloc.c:break_down_buddy_pages.  Locks: zone->lock. */
static void break_down_buddy_pages(struct world *w, struct zone *zone,
				   unsigned long pfn, unsigned long target,
				   unsigned int high, enum migratetype mt)
{
	while (high) {
		unsigned long give;

		high--;
		if (target >= pfn + (1ul << high)) {
			give = pfn;
			pfn += 1ul << high;
		} else {
			give = pfn + (1ul << high);
		}
		set_buddy_order(w, pfn_to_page(w, give), high);
		__add_to_free_list(w, pfn_to_page(w, give), zone, high, mt, false);
	}
}

bool take_page_off_buddy(struct world *w, struct page *page)
{
	struct zone *zone = page_zone(w, page);
	unsigned long pfn = page_to_pfn(w, page);
	bool taken = false;

	spin_lock(w, &zone->lock);
	for (unsigned int order = 0; order <= w->max_page_order; order++) {
		unsigned long head_pfn = ALIGN_DOWN(pfn, 1ul << order);
		struct page *head = pfn_to_page(w, head_pfn);
		unsigned int head_order = buddy_order(head);
		enum migratetype mt;

		if (!PageBuddy(head) || head_order < order)
			continue;
		mt = get_pageblock_migratetype(w, head);
		del_page_from_free_list(w, head, zone, head_order, mt);
		break_down_buddy_pages(w, zone, head_pfn, pfn, head_order, mt);
		account_freepages(w, zone, (1l << head_order) - 1, mt);
		taken = true;
		break;
	}
	spin_unlock(w, &zone->lock);
	return taken;
}

bool put_page_back_buddy(struct world *w, struct page *page)
{
	struct zone *zone = page_zone(w, page);
	bool freed = false;

	spin_lock(w, &zone->lock);
	if (put_page_testzero(w, page)) {
		clear_page_flag(w, page, PG_hwpoison);
		__free_one_page(w, page, zone, 0,
				get_pageblock_migratetype(w, page), false);
		freed = true;
	}
	spin_unlock(w, &zone->lock);
	return freed;
}

/* --- memory comes and goes --- */

/* Whole pageblocks: their pages get the content of free ones on first touch. */
static void free_pageblocks_core(struct world *w, unsigned long pfn,
				 unsigned int order)
{
	bool others = sched_nr_in_flight(&w->sched) > 1;
	unsigned long end = pfn + (1ul << order);

	world_renew_pages(w);
	for (; pfn < end; pfn += pageblock_nr_pages(w)) {
		struct pageblock *pb = pfn_to_pageblock(w, pfn);
		uint32_t old_gen = pb->gen;

		block_touch(w, pfn_to_block(w, pfn));
		pb->gen = ++w->gen_next;
		pb->lazy = PB_LAZY_FREE;
		if (unlikely(others))
			pageblock_refresh(w, pfn, old_gen);
	}
}

static void free_page_core(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, PageReserved(page), "bad_page", page,
		       "a reserved page is onlined");
	if (PageOffline(page))
		__page_clear_type(w, page, (enum pagetype)page->page_type);
	set_page_count(w, page, 0);
	page->flags &= BIT(PG_hwpoison);
}

/* Poisoned while a driver kept it from coming online. */
static bool range_is_poisoned(struct world *w, unsigned long pfn,
			      unsigned int order)
{
	if (likely(!w->blocks[pfn_to_block(w, pfn)].nr_hwpoison))
		return false;
	for (unsigned long i = 0; i < 1ul << order; i++)
		if (PageHWPoison(pfn_to_page(w, pfn + i)))
			return true;
	return false;
}

/*
 * The kernel looks at the head of the range only, if at all, and hands out the
 * poisoned pages with the others (old bug, kind open).
 */
static void free_poisoned_core(struct world *w, unsigned long pfn,
			       unsigned int order)
{
	for (unsigned long i = 0; i < 1ul << order; i++)
		free_page_core(w, pfn_to_page(w, pfn + i));
	adjust_managed_page_count(w, pfn_to_page(w, pfn), 1l << order);
	if (published(w, ONLINE_FREES_POISONED)) {
		free_one_page(w, pfn_to_page(w, pfn), order, true);
		return;
	}
	for (unsigned long i = 0; i < 1ul << order; i++) {
		struct page *page = pfn_to_page(w, pfn + i);

		if (PageHWPoison(page))
			set_page_flag(w, page, PG_hwpoison_taken);
		else
			free_one_page(w, page, 0, true);
	}
	page_seen(w, PAGE_HWPOISON_NEVER_ONLINED_STAYS_OUT);
}

/* mm/mm_init.c:__free_pages_core, MEMINIT_HOTPLUG: bypasses the per-CPU lists and
 * goes to the tail. */
void __free_pages_core(struct world *w, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);

	if (unlikely(range_is_poisoned(w, pfn, order))) {
		free_poisoned_core(w, pfn, order);
		return;
	}
	if (order >= w->pageblock_order) {
		free_pageblocks_core(w, pfn, order);
		page = pfn_to_page(w, pfn);
	} else {
		for (unsigned long i = 0; i < 1ul << order; i++)
			free_page_core(w, pfn_to_page(w, pfn + i));
	}
	adjust_managed_page_count(w, page, 1l << order);
	free_one_page(w, page, order, true);
}

/* mm/mm_init.c:init_cma_reserved_pageblock, at boot only; the pageblock is free. */
void init_cma_reserved_pageblock(struct world *w, unsigned long pfn)
{
	MUST(!alloc_contig_range(w, pfn, pfn + pageblock_nr_pages(w),
				 PB_ISOLATE_MODE_OTHER));
	set_pageblock_migratetype(w, pfn, MIGRATE_CMA);
	free_contig_range(w, pfn, pageblock_nr_pages(w));
	drain_all_pages(w, NULL);
}
