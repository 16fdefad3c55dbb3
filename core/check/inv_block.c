/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 3: one memory block, from its state down to its pages, in steps of whole
 * free pages.  Adds up what the block contributes to the counters of its zone.
 */
#include "inv.h"

/* --- state of the block --- */

static noinline void inv_block_state(const struct world *w, unsigned long block)
{
	enum memory_block_state state = view_block_state(w, block);
	unsigned long start = block_start_pfn(w, block);
	bool online = state == MEM_ONLINE;
	bool present = state != MEM_ABSENT;
	bool ok = online || !present || state == MEM_OFFLINE;

	ok &= online == (view_block_zone(w, block) != ZONE_IDX_NONE);
	for (unsigned long pfn = start; pfn < start + pages_per_block(w);
	     pfn += PAGES_PER_SECTION(w))
		ok &= view_section_online(w, pfn) == online &&
		      view_section_present(w, pfn) == present;
	if (likely(ok))
		return;
	violation(w, INV_block_state, start,
		  "memory block %lu: state %u, zone %d, first section %s%s",
		  block, state, (int8_t)view_block_zone(w, block),
		  view_section_present(w, start) ? "present" : "absent",
		  view_section_online(w, start) ? ", online" : "");
}

static _Noreturn cold noinline void
inv_memmap_initialised(const struct world *w, unsigned long pfn,
		       const char *what)
{
	violation(w, INV_memmap_initialised, pfn, "%s", what);
}

/* An offline block: no page is free, the memmap is garbage. */
static void check_offline_block(const struct check *c, const struct world *w,
				unsigned long block)
{
	unsigned long start = block_start_pfn(w, block), pfn;
	unsigned long end = start + pages_per_block(w);

	for (pfn = start; pfn < end; pfn++) {
		view_page_t page = view_page(w, pfn);

		if (unlikely(page && view_is_buddy(page)))
			inv_offline_not_buddy(w, pfn, "offline, but PageBuddy");
		if (!page)
			pfn = pageblock_end_pfn(w, pfn) - 1;
	}
	for (pfn = start; pfn < end; pfn += pageblock_nr_pages(w))
		if (unlikely(view_pb_initialised(w, pfn)))
			inv_memmap_initialised(w, pfn,
				"of an offline block, but not poisoned");
	/* Offlining steps over poisoned pages even when somebody has them. */
	if (c && unlikely(c->shadow.nr_owned[block]) &&
	    !view_block_nr_hwpoison(w, block))
		inv_shadow_owner(w, start, "went offline", -1, -1);
}

/* --- pageblocks --- */

static _Noreturn cold noinline void
inv_pageblock_type_isolate(const struct world *w, unsigned long pfn)
{
	violation(w, INV_pageblock_type_isolate, pfn,
		  "the pageblock's own type is %u", view_pb_type(w, pfn));
}

static _Noreturn cold noinline void inv_pageblock_zone(const struct world *w,
						       unsigned long pfn)
{
	violation(w, INV_pageblock_zone, pfn,
		  "pageblock in zone %u, its memory block in zone %u",
		  view_pb_zone(w, pfn),
		  view_block_zone(w, pfn_to_block(w, pfn)));
}

static void check_pageblocks(const struct world *w, unsigned long block,
			     block_sums sums)
{
	unsigned int zone = view_block_zone(w, block);
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long end = pfn + pages_per_block(w);

	for (; pfn < end; pfn += pageblock_nr_pages(w)) {
		if (unlikely(!view_pb_initialised(w, pfn)))
			inv_memmap_initialised(w, pfn,
				"of an online block, but poisoned");
		if (unlikely(view_pb_type(w, pfn) >= MIGRATE_ISOLATE))
			inv_pageblock_type_isolate(w, pfn);
		if (unlikely(view_pb_zone(w, pfn) != zone ||
			     view_zone_node(w, zone) != block_to_nid(w, block)))
			inv_pageblock_zone(w, pfn);
		sums[SUM_ISOLATED_PB] += view_pb_isolated(w, pfn);
	}
	sums[SUM_PRESENT] += (uint32_t)pages_per_block(w);
}

/* --- pages --- */

static void sum_free_page(const struct world *w, unsigned long pfn,
			  view_page_t page, block_sums sums)
{
	enum migratetype mt = view_pb_list_type(w, pfn);
	uint32_t nr = 1u << view_order(page);

	sums[SUM_NR_FREE + view_order(page)]++;
	sums[SUM_MANAGED] += nr;
	if (mt == MIGRATE_ISOLATE)
		return;
	sums[SUM_FREE] += nr;
	if (mt == MIGRATE_CMA)
		sums[SUM_FREE_CMA] += nr;
	else if (mt == MIGRATE_HIGHATOMIC)
		sums[SUM_FREE_HIGHATOMIC] += nr;
}

static void sum_huge_page(const struct world *w, view_page_t head,
			  block_sums sums)
{
	for (unsigned int i = 0; i < view_nr_hstates(w); i++) {
		if (view_hstate_order(w, i) != view_order(head))
			continue;
		sums[SUM_HUGE + i]++;
		sums[SUM_HUGE_FREE + i] += view_flag(head, PG_hugetlb_freed);
	}
}

static void sum_used_page(const struct world *w, view_page_t page,
			  block_sums sums)
{
	uint32_t nr = view_flag(page, PG_head) ? 1u << view_order(page) : 1;

	sums[SUM_MANAGED] += (!view_is_offline(page) ||
			      view_flag(page, PG_offline_managed)) &&
			     !view_flag(page, PG_vmemmap_self_hosted);
	/* Of a hugetlb folio, the pages that are on its list. */
	sums[SUM_HWPOISON] += view_flag(page, PG_raw_hwp) ||
			      (view_flag(page, PG_hwpoison) &&
			       view_type(page) != PGTY_hugetlb);
	sums[SUM_BALLOONED] += view_flag(page, PG_ballooned);
	if (view_flag(page, PG_lru))
		sums[SUM_LRU] += nr;
	else if (view_flag(page, PG_isolated))
		sums[SUM_LRU_ISOLATED] += nr;
	else if (view_flag(page, PG_lru_batch))
		sums[SUM_LRU_BATCH]++;
	else if (view_type(page) == PGTY_hugetlb)
		sum_huge_page(w, page, sums);
}

static _Noreturn cold noinline void inv_page_leak(const struct world *w,
						  unsigned long pfn,
						  view_page_t page)
{
	violation(w, INV_page_leak, pfn,
		  "nobody has it: reference count %d, type %u, flags %#x",
		  view_refcount(page), view_type(page), view_flags(page, ~0u));
}

/* Pages that are in use although no operation owns them. */
static bool explained(const struct shadow *s, const struct world *w,
		      unsigned long pfn, view_page_t page)
{
	unsigned int flags = BIT(PG_hwpoison) | BIT(PG_vmemmap_self_hosted) |
			     BIT(PG_hugetlb_freed);

	if (view_flag(page, PG_tail)) {
		pfn -= view_head_offset(page);
		page = view_page(w, pfn);
		if (!page)
			return false;
	}
	return (view_is_offline(page) && /* its driver has it */
		!view_offline_by_nobody(w, pfn, page)) ||
	       view_flags(page, flags) ||
	       (shadow_pinned(s, pfn) && view_refcount(page) > 0) ||
	       view_left_behind(w, page);
}

/* A page on the LRU is linked on its node's list. */
static noinline void inv_lru_list(const struct world *w, unsigned long pfn)
{
	view_list_t list = view_lru_list(w,
				view_zone_node(w, view_pb_zone(w, pfn)));
	unsigned long at[2] = { view_list_prev(w, list, pfn),
				view_list_next(w, list, pfn) };

	for (unsigned int i = 0; i < ARRAY_SIZE(at); i++) {
		view_page_t page = at[i] < view_nr_pfns(w) ?
				   view_page(w, at[i]) : NULL;

		if (at[i] == VIEW_HEAD || (page && view_flag(page, PG_lru)))
			continue;
		violation(w, INV_lru_list, pfn,
			  "PG_lru, but not between its neighbours on the LRU");
	}
}

/* Returns the pages to go on by; *owned: how many of them have an owner. */
static unsigned long walk_page(const struct check *c, const struct world *w,
			       unsigned long pfn, block_sums sums,
			       uint32_t *owned)
{
	view_page_t page = view_page(w, pfn);

	check_page(w, pfn, page);
	if (view_is_buddy(page)) {
		sum_free_page(w, pfn, page, sums);
		return 1ul << view_order(page);
	}
	if (view_flag(page, PG_pcp)) {
		sums[SUM_PCP] += 1u << view_order(page);
		sums[SUM_MANAGED] += 1u << view_order(page);
		return 1ul << view_order(page);
	}
	sum_used_page(w, page, sums);
	if (view_flag(page, PG_lru))
		inv_lru_list(w, pfn);
	if (!c)
		return 1;
	if (shadow_owned(&c->shadow, pfn))
		++*owned;
	else if (unlikely(!explained(&c->shadow, w, pfn, page)))
		inv_page_leak(w, pfn, page);
	return 1;
}

static noinline void inv_hwpoison_accounting(const struct world *w,
					     unsigned long block,
					     uint32_t expected)
{
	if (likely(view_block_nr_hwpoison(w, block) == expected))
		return;
	violation(w, INV_hwpoison_accounting, block_start_pfn(w, block),
		  "memory block %lu counts %lu poisoned pages, has %u", block,
		  view_block_nr_hwpoison(w, block), expected);
}

/* Some poisoned page of the block was not met: does it lie inside a free page? */
static cold noinline void report_poisoned_but_free(const struct world *w,
						   unsigned long block)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long end = pfn + pages_per_block(w), nr;

	for (; pfn < end; pfn += nr) {
		view_page_t page = view_page(w, pfn);

		nr = view_is_buddy(page) || view_flag(page, PG_pcp) ?
			     1ul << view_order(page) : 1;
		for (unsigned long i = 1; i < nr; i++)
			if (view_flag(view_page(w, pfn + i), PG_hwpoison))
				inv_poisoned_never_allocated(w, pfn + i,
							     "inside a free page");
	}
}

/* Some owned page of the block was not met: it lies inside a free page. */
static cold noinline void report_owned_but_free(const struct check *c,
						const struct world *w,
						unsigned long block)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long end = pfn + pages_per_block(w);

	for (; pfn < end; pfn++)
		if (shadow_owned(&c->shadow, pfn) &&
		    covering_free_page(w, pfn) != VIEW_HEAD)
			inv_shadow_owner(w, pfn, "free", -1,
					 shadow_owner(&c->shadow, pfn));
	MUST(!"shadow->nr_owned disagrees with shadow->owner");
}

static noinline void inv_memory_block_refs(const struct world *w,
					   unsigned long block)
{
	if (likely(!view_block_nr_refs(w, block)))
		return;
	violation(w, INV_memory_block_refs, block_start_pfn(w, block),
		  "memory block %lu: %lu references were not dropped", block,
		  view_block_nr_refs(w, block));
}

void check_block(const struct check *c, const struct world *w,
		 unsigned long block, block_sums sums)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long end = pfn + pages_per_block(w);
	uint32_t owned = 0;

	inv_block_state(w, block);
	inv_memory_block_refs(w, block);
	if (!view_block_online(w, block)) {
		check_offline_block(c, w, block);
		return;
	}
	check_pageblocks(w, block, sums);
	while (pfn < end)
		pfn += walk_page(c, w, pfn, sums, &owned);
	if (unlikely(sums[SUM_HWPOISON] < view_block_nr_hwpoison(w, block)))
		report_poisoned_but_free(w, block);
	inv_hwpoison_accounting(w, block, sums[SUM_HWPOISON]);
	if (c && unlikely(owned != c->shadow.nr_owned[block]))
		report_owned_but_free(c, w, block);
}
