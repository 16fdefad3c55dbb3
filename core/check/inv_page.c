/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 2: the pages that the operation changed, one pass, dispatched on what
 * the page is.  The tests stand inline; the functions named after the
 * invariants only report.  Level 3 walks whole memory blocks with the same
 * check_page().
 */
#include "inv.h"

/* What a page on a free list may carry; poison is judged apart. */
#define BUDDY_FLAGS_OK BIT(PG_hwpoison)
#define PCP_FLAGS_OK (BIT(PG_pcp) | BIT(PG_hwpoison))
/* Where a folio that reclaim knows can be: in one of these places. */
#define LRU_PLACES (BIT(PG_lru) | BIT(PG_lru_batch) | BIT(PG_isolated))
/* What a tail never carries: it is all on the head. */
#define TAIL_FLAGS_BAD                                                         \
	(BIT(PG_head) | LRU_PLACES | BIT(PG_reserved) | BIT(PG_movable_ops) |  \
	 BIT(PG_hugetlb_freed))

/* --- reports --- */

_Noreturn cold noinline void inv_frozen_refcount(const struct world *w,
						 unsigned long pfn,
						 view_page_t page)
{
	violation(w, INV_frozen_refcount, pfn,
		  "reference count %d on a page of type %u, flags %#x",
		  view_refcount(page), view_type(page), view_flags(page, ~0u));
}

_Noreturn cold noinline void inv_offline_not_buddy(const struct world *w,
						   unsigned long pfn,
						   const char *what)
{
	violation(w, INV_offline_not_buddy, pfn, "memory block %lu: %s",
		  pfn_to_block(w, pfn), what);
}

_Noreturn cold noinline void inv_free_page_single_home(const struct world *w,
						       unsigned long pfn,
						       const char *what)
{
	violation(w, INV_free_page_single_home, pfn, "%s", what);
}

_Noreturn cold noinline void inv_poisoned_never_allocated(const struct world *w,
							  unsigned long pfn,
							  const char *what)
{
	violation(w, INV_poisoned_never_allocated, pfn, "%s", what);
}

_Noreturn cold noinline void inv_unplugged_never_free(const struct world *w,
						      unsigned long pfn,
						      const char *what)
{
	violation(w, INV_unplugged_never_free, pfn, "%s", what);
}

static _Noreturn cold noinline void inv_buddy_alignment(const struct world *w,
							unsigned long pfn,
							view_page_t page)
{
	violation(w, INV_buddy_alignment, pfn, "PageBuddy of order %u",
		  view_order(page));
}

static _Noreturn cold noinline void inv_buddy_order_bound(const struct world *w,
							  unsigned long pfn,
							  view_page_t page)
{
	violation(w, INV_buddy_order_bound, pfn,
		  "PageBuddy of order %u, the largest is %u", view_order(page),
		  view_max_page_order(w));
}

static _Noreturn cold noinline void inv_one_page_type(const struct world *w,
						      unsigned long pfn,
						      view_page_t page)
{
	violation(w, INV_one_page_type, pfn, "type %u together with flags %#x",
		  view_type(page), view_flags(page, ~0u));
}

static _Noreturn cold noinline void inv_free_list_type(const struct world *w,
						       unsigned long pfn,
						       const char *what)
{
	violation(w, INV_free_list_type, pfn, "pageblock of type %d: %s",
		  view_pb_list_type(w, pfn), what);
}

static _Noreturn cold noinline void inv_page_zone_range(const struct world *w,
							unsigned long pfn)
{
	violation(w, INV_page_zone_range, pfn, "zone %u does not span it",
		  view_pb_zone(w, pfn));
}

static _Noreturn cold noinline void
inv_refzero_offline_window(const struct world *w, unsigned long pfn)
{
	violation(w, INV_refzero_offline_window, pfn,
		  "PageOffline with reference count 0, nobody is offlining it");
}

static _Noreturn cold noinline void inv_refcount_underflow(const struct world *w,
							   unsigned long pfn,
							   view_page_t page)
{
	violation(w, INV_refcount_underflow, pfn, "reference count %d",
		  view_refcount(page));
}

static _Noreturn cold noinline void inv_compound_page(const struct world *w,
						      unsigned long pfn,
						      const char *what)
{
	violation(w, INV_compound_page, pfn, "%s", what);
}

static _Noreturn cold noinline void
inv_movable_ops_protocol(const struct world *w, unsigned long pfn)
{
	violation(w, INV_movable_ops_protocol, pfn,
		  "still isolated from its driver after the operation");
}

static _Noreturn cold noinline void inv_longterm_pin(const struct world *w,
						     unsigned long pfn)
{
	violation(w, INV_longterm_pin, pfn, "in zone %u, pageblock of type %d",
		  view_pb_zone(w, pfn), view_pb_type(w, pfn));
}

static inline bool may_be_pinned(const struct world *w, unsigned long pfn)
{
	return view_zone_type(w, view_pb_zone(w, pfn)) != ZONE_MOVABLE &&
	       view_pb_type(w, pfn) != MIGRATE_CMA;
}

/* --- free pages --- */

/*
 * The page is not on the list where its type and order say it is: tells a wrong
 * list from none.  Only on the way to a report, so a whole walk is fine.
 */
static _Noreturn cold noinline void lost_free_page(const struct world *w,
						   unsigned long pfn,
						   unsigned int order)
{
	unsigned int zone = view_pb_zone(w, pfn);

	for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++) {
		view_list_t list = view_free_list(w, zone, order,
						  (enum migratetype)mt);
		unsigned long at = view_list_first(w, list);
		unsigned long left = view_nr_pfns(w);

		for (; at < view_nr_pfns(w) && left--;
		     at = view_list_next(w, list, at))
			if (at == pfn)
				inv_free_list_type(w, pfn,
						   "on the list of another type");
	}
	inv_free_page_single_home(w, pfn, "PageBuddy, but on no free list");
}

/* Types that no kernel mixes with others on a list. */
static bool keeps_apart(enum migratetype mt)
{
	return mt == MIGRATE_ISOLATE || mt == MIGRATE_CMA;
}

/* May memory of this pageblock be free on a list of type mt? */
static inline bool list_may_have(const struct world *w, unsigned long pfn,
				 enum migratetype mt)
{
	enum migratetype own = view_pb_list_type(w, pfn);

	return likely(own == mt) ||
	       (!view_free_lists_exact(w) && !keeps_apart(own) &&
		!keeps_apart(mt));
}

/* A neighbour on the free list of order must be a free page of that order. */
static inline void check_neighbour(const struct world *w, unsigned long pfn,
				   unsigned long neighbour, unsigned int order,
				   enum migratetype mt)
{
	view_page_t page;

	if (neighbour == VIEW_HEAD)
		return;
	if (unlikely(neighbour == VIEW_LOST))
		lost_free_page(w, pfn, order);
	page = view_page(w, neighbour);
	if (unlikely(!page))
		inv_offline_not_buddy(w, neighbour, "still on a free list");
	if (unlikely(!view_is_buddy(page) || view_order(page) != order))
		inv_free_page_single_home(w, neighbour,
					  "on a free list of another order, or not PageBuddy");
	if (unlikely(!list_may_have(w, neighbour, mt)))
		inv_free_list_type(w, neighbour, "on the list of another type");
}

static inline void check_free_links(const struct world *w, unsigned long pfn,
				    unsigned int order, enum migratetype mt)
{
	view_list_t list = view_free_list(w, view_pb_zone(w, pfn), order, mt);

	check_neighbour(w, pfn, view_list_prev(w, list, pfn), order, mt);
	check_neighbour(w, pfn, view_list_next(w, list, pfn), order, mt);
}

/* All pageblocks of a large free page have one type, none is unplugged. */
static void check_large_buddy(const struct world *w, unsigned long pfn,
			      unsigned int order, enum migratetype mt)
{
	unsigned long end = pfn + (1ul << order);

	for (; pfn < end; pfn += pageblock_nr_pages(w)) {
		if (unlikely(!list_may_have(w, pfn, mt)))
			inv_free_list_type(w, pfn,
					   "inside a free page of another type");
		if (unlikely(view_pb_unplugged(w, pfn)))
			inv_unplugged_never_free(w, pfn, "inside a free page");
	}
}

static inline void check_free_page(const struct world *w, unsigned long pfn,
				   view_page_t page)
{
	unsigned int order = view_order(page);
	enum migratetype mt = view_free_lists_exact(w) ?
				      view_pb_list_type(w, pfn) :
				      view_free_page_list(w, pfn);

	if (unlikely(view_refcount(page)))
		inv_frozen_refcount(w, pfn, page);
	if (unlikely(!list_may_have(w, pfn, mt)))
		inv_free_list_type(w, pfn, "on the list of another type");
	if (unlikely(order > view_max_page_order(w)))
		inv_buddy_order_bound(w, pfn, page);
	if (unlikely(!IS_ALIGNED(pfn, 1ul << order)))
		inv_buddy_alignment(w, pfn, page);
	if (unlikely(view_flags(page, ~BUDDY_FLAGS_OK)))
		inv_one_page_type(w, pfn, page);
	if (unlikely(view_flag(page, PG_hwpoison)))
		inv_poisoned_never_allocated(w, pfn, "on a free list");
	if (unlikely(view_pb_unplugged(w, pfn)))
		inv_unplugged_never_free(w, pfn, "PageBuddy");
	if (unlikely(order > view_pageblock_order(w)))
		check_large_buddy(w, pfn, order, mt);
	check_free_links(w, pfn, order, mt);
}

static inline void check_pcp_page(const struct world *w, unsigned long pfn,
				  view_page_t page)
{
	if (unlikely(view_refcount(page)))
		inv_frozen_refcount(w, pfn, page);
	if (unlikely(view_type(page) != PGTY_none ||
		     view_flags(page, ~PCP_FLAGS_OK)))
		inv_one_page_type(w, pfn, page);
	if (unlikely(view_flag(page, PG_hwpoison)))
		inv_poisoned_never_allocated(w, pfn, "on a per-CPU list");
	if (unlikely(view_pb_unplugged(w, pfn)))
		inv_unplugged_never_free(w, pfn, "on a per-CPU list");
}

/* --- pages in use --- */

static void check_tail_page(const struct world *w, unsigned long pfn,
			    view_page_t page)
{
	unsigned long off = view_head_offset(page);
	view_page_t head = off && off <= pfn ? view_page(w, pfn - off) : NULL;

	if (unlikely(view_refcount(page)))
		inv_frozen_refcount(w, pfn, page);
	if (unlikely(view_flags(page, TAIL_FLAGS_BAD) ||
		     view_type(page) != PGTY_none))
		inv_one_page_type(w, pfn, page);
	if (unlikely(!head || !view_flag(head, PG_head) ||
		     off >> view_order(head)))
		inv_compound_page(w, pfn, "tail without a head that covers it");
}

static void check_offline_page(const struct world *w, unsigned long pfn,
			       view_page_t page)
{
	/* frozen: no reference count, ever; else the driver holds one */
	if (view_offline_frozen(w, page)) {
		if (unlikely(view_refcount(page)))
			inv_frozen_refcount(w, pfn, page);
	} else if (unlikely(!view_refcount(page))) {
		inv_refzero_offline_window(w, pfn);
	}
	if (unlikely(view_flags(page, LRU_PLACES | BIT(PG_head))))
		inv_one_page_type(w, pfn, page);
	if (unlikely(view_flag(page, PG_movable_ops_isolated)))
		inv_movable_ops_protocol(w, pfn);
}

static inline void check_used_page(const struct world *w, unsigned long pfn,
				   view_page_t page)
{
	unsigned int places = view_flags(page, LRU_PLACES);

	if (unlikely(view_refcount(page) < 0))
		inv_refcount_underflow(w, pfn, page);
	if (unlikely(places & (places - 1)) ||
	    (unlikely(places) && unlikely(view_type(page) != PGTY_none)))
		inv_one_page_type(w, pfn, page);
	if (view_flag(page, PG_tail)) {
		check_tail_page(w, pfn, page);
	} else if (view_is_offline(page)) {
		check_offline_page(w, pfn, page);
		return;
	}
	if (unlikely(view_refcount(page) &&
		     (view_flag(page, PG_hugetlb_freed) || view_frozen_slab(w, page))))
		inv_frozen_refcount(w, pfn, page);
	if (unlikely(view_flag(page, PG_longterm_pinned)) &&
	    !may_be_pinned(w, pfn))
		inv_longterm_pin(w, pfn);
	if (unlikely(view_flag(page, PG_ballooned)))
		inv_balloon_pages(w, pfn, "in a balloon, but not PageOffline");
	if (unlikely(view_flag(page, PG_movable_ops_isolated)))
		inv_movable_ops_protocol(w, pfn);
	if (unlikely(view_pb_unplugged(w, pfn)))
		inv_unplugged_never_free(w, pfn, "not PageOffline");
}

void check_page(const struct world *w, unsigned long pfn, view_page_t page)
{
	if (unlikely(!view_zone_spans(w, view_pb_zone(w, pfn), pfn)))
		inv_page_zone_range(w, pfn);
	if (view_is_buddy(page))
		check_free_page(w, pfn, page);
	else if (view_flag(page, PG_pcp))
		check_pcp_page(w, pfn, page);
	else
		check_used_page(w, pfn, page);
}

/* The owner still counts on it, the allocator may give it to somebody else. */
static cold noinline void owned_page_is_free(struct check *c,
					     const struct world *w,
					     unsigned long pfn)
{
	shadow_move(&c->shadow, w);
	if (shadow_owned(&c->shadow, pfn))
		inv_shadow_owner(w, pfn, "free", -1,
				 shadow_owner(&c->shadow, pfn));
	shadow_freed(&c->shadow, pfn);
}

void check_touched_pages(struct check *c, const struct world *w)
{
	unsigned int nr = view_nr_touched(w);

	for (unsigned int i = 0; i < nr; i++) {
		unsigned long pfn = view_touched(w, i);
		view_page_t page = view_page(w, pfn);

		/* NULL: went offline, its memmap is garbage again */
		if (unlikely(!page))
			continue;
		check_page(w, pfn, page);
		if (unlikely(c->shadow.owner[pfn] != SHADOW_NOBODY) &&
		    (view_is_buddy(page) || view_flag(page, PG_pcp)))
			owned_page_is_free(c, w, pfn);
	}
}

unsigned long covering_free_page(const struct world *w, unsigned long pfn)
{
	for (unsigned int order = 0; order <= view_max_page_order(w); order++) {
		unsigned long head = ALIGN_DOWN(pfn, 1ul << order);
		view_page_t page = view_page(w, head);

		if (page && (view_is_buddy(page) || view_flag(page, PG_pcp)) &&
		    view_order(page) >= order)
			return head;
	}
	return VIEW_HEAD;
}
