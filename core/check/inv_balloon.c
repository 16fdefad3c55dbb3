/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 3: balloons.  Their lists are walked: each page of one was touched in this
 * run, so that the cost follows the work.
 */
#include "inv.h"

_Noreturn cold noinline void inv_balloon_pages(const struct world *w,
					       unsigned long pfn,
					       const char *what)
{
	violation(w, INV_balloon_pages, pfn, "%s", what);
}

static _Noreturn cold noinline void wrong_count(const struct world *w,
						unsigned int i, const char *what,
						long counted, long have)
{
	violation(w, INV_balloon_pages, VIOLATION_NO_PFN,
		  "balloon %u: %s %ld, found %ld", i, what, counted, have);
}

static void check_ballooned_page(const struct world *w, unsigned int i,
				 unsigned long pfn)
{
	view_page_t page = view_page(w, pfn);

	if (unlikely(!page))
		inv_balloon_pages(w, pfn, "in a balloon, but its section is offline");
	if (unlikely(!view_is_offline(page) || !view_flag(page, PG_ballooned)))
		inv_balloon_pages(w, pfn,
				  "on the list of a balloon that does not have it");
	if (unlikely(view_page_balloon(page) != i))
		inv_balloon_pages(w, pfn, "on the list of another balloon");
}

/* Pages on the list.  The count of the balloon bounds the walk of a cycle. */
static long check_list(const struct world *w, unsigned int i)
{
	view_list_t list = view_balloon_list(w, i);
	unsigned long pfn = view_list_first(w, list);
	long nr = 0;

	for (; pfn != VIEW_HEAD && nr <= view_balloon_nr(w, i); nr++) {
		if (unlikely(pfn == VIEW_LOST))
			inv_balloon_pages(w, VIOLATION_NO_PFN,
					  "the list of a balloon is broken");
		check_ballooned_page(w, i, pfn);
		pfn = view_list_next(w, list, pfn);
	}
	return nr;
}

/* Nothing is in flight: what is isolated now will stay so. */
void check_balloons(const struct world *w, long nr_ballooned)
{
	long sum = 0;

	for (unsigned int i = 0; i < view_nr_balloons(w); i++) {
		long nr = check_list(w, i);

		if (unlikely(nr != view_balloon_nr(w, i)))
			wrong_count(w, i, "pages", view_balloon_nr(w, i), nr);
		if (unlikely(view_balloon_isolated(w, i)))
			wrong_count(w, i, "isolated pages",
				    view_balloon_isolated(w, i), 0);
		if (unlikely(view_balloon_size(w, i) != nr))
			wrong_count(w, i, "size", view_balloon_size(w, i), nr);
		sum += nr;
	}
	if (unlikely(sum != nr_ballooned))
		inv_balloon_pages(w, VIOLATION_NO_PFN,
				  "more pages say that they are in a balloon, or fewer, than balloons have");
}
