/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 3: heads of the free lists, and the per-CPU lists.
 *
 * Free lists are not walked: that would cost O(zone).  Each free page of a
 * touched memory block is checked against both its neighbours (inv_page.c), and
 * each list head against its first page here; a page whose links changed was
 * touched, so no part of a list escapes.
 */
#include "inv.h"

static void check_free_list_head(const struct world *w, unsigned int zone,
				 unsigned int order, enum migratetype mt)
{
	unsigned long pfn = view_list_first(w,
				view_free_list(w, zone, order, mt));
	view_page_t page;

	if (pfn == VIEW_HEAD)
		return;
	if (unlikely(pfn == VIEW_LOST))
		inv_free_page_single_home(w, VIOLATION_NO_PFN,
					  "a free list with a broken head");
	page = view_page(w, pfn);
	if (unlikely(!page))
		inv_offline_not_buddy(w, pfn, "still on a free list");
	if (unlikely(!view_is_buddy(page) || view_order(page) != order ||
		     view_pb_zone(w, pfn) != zone))
		inv_free_page_single_home(w, pfn,
			"first on a free list of another zone or order, or not PageBuddy");
	check_page(w, pfn, page);
}

void check_free_list_heads(const struct world *w)
{
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		for (unsigned int order = 0; order <= view_max_page_order(w); order++)
			for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++)
				check_free_list_head(w, zone, order,
						     (enum migratetype)mt);
}

/* --- per-CPU lists --- */

/* Pages on one per-CPU list.  left bounds the walk of a list with a cycle. */
static long pcp_list_pages(const struct world *w, view_list_t list, long left)
{
	unsigned long pfn = view_list_first(w, list);
	long nr = 0;

	while (pfn != VIEW_HEAD && nr <= left) {
		view_page_t page;

		if (unlikely(pfn == VIEW_LOST))
			inv_free_page_single_home(w, VIOLATION_NO_PFN,
						  "a broken per-CPU list");
		page = view_page(w, pfn);
		if (unlikely(!page))
			inv_offline_not_buddy(w, pfn, "still on a per-CPU list");
		if (unlikely(!view_flag(page, PG_pcp)))
			inv_free_page_single_home(w, pfn,
				"on a per-CPU list without PG_pcp");
		nr += 1l << view_order(page);
		pfn = view_list_next(w, list, pfn);
	}
	return nr;
}

void check_pcp_lists(const struct world *w)
{
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++) {
			long count = view_pcp_count(w, zone, cpu), nr = 0;

			for (unsigned int i = 0; i < NR_PCP_LISTS; i++)
				nr += pcp_list_pages(w, view_pcp_list(w, zone,
							cpu, i), count);
			inv_pcp_count(w, zone, count, nr);
		}
}
