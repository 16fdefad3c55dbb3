/* SPDX-License-Identifier: GPL-2.0-only */
/* Pageblock isolation.  mm/page_isolation.c, 6.17 (isolation is a bit of its own). */
#include <errno.h>

#include "hugetlb.h"
#include "memory.h"
#include "page_isolation.h"
#include "page_offline.h"
#include "page_transitions.h"
#include "walkers.h"

/*
 * mm/page_isolation.c:has_unmovable_pages, the part about one compound page.
 * *step: pages to go on by.
 */
static enum unmovable compound_is_unmovable(struct world *w, struct page *page,
					    unsigned long *step)
{
	struct page *head = compound_head(page);
	unsigned long nr_pages = compound_nr(head);
	struct hstate *h;

	*step = nr_pages - (unsigned long)(page - head);
	if (!PageHuge(page))
		return PageLRU(head) ? PAGE_MOVABLE : PAGE_UNMOVABLE;
	sched_window(w, SP_UNMOVABLE_HUGETLB);
	h = folio_hstate(w, head);
	VM_BUG_ON_PAGE(w, !h && oldbug(w, HSTATE_OF_FREED_FOLIO),
		       "dangling_pointer", page,
		       "the folio was freed, its hstate is NULL");
	return hugepage_migration_supported(w, h) ? PAGE_MOVABLE : PAGE_FIXED;
}

/*
 * The kernel looks at the reference count of the page first.  Here its design
 * does, if it has any: 0 does not make a frozen page a free one.
 */
static enum unmovable offline_page_is_unmovable(struct world *w,
						const struct page *page,
						bool mem_offline)
{
	if (PageMovableOps(page) ||
	    w->page_offline->isolation_skips(w, page, mem_offline) ||
	    (mem_offline && PageHWPoison(page)))
		return PAGE_MOVABLE;
	return PAGE_UNMOVABLE;
}

/* Published in 6.12 and since, and in no kernel of 6.1. */
static bool prefix_is_isolated(struct world *w)
{
	(void)w; /* without MO_OLDBUGS */
	return oldbug(w, VMEMMAP_PREFIX_ISOLATED) ||
	       (kernel_until(w, 7_2) && !kernel_until(w, 6_1));
}

/*
 * One page of a pageblock in a zone that may hold unmovable pages.  Looks at
 * pages without a reference: false positives and negatives are possible.
 */
enum unmovable page_is_unmovable(struct world *w, struct page *page,
				 enum pb_isolate_mode mode, bool zone_movable,
				 unsigned long *step)
{
	bool offline = mode == PB_ISOLATE_MODE_MEM_OFFLINE;

	*step = 1;
	if (PageReserved(page) && !oldbug(w, ZONE_MOVABLE_RESERVED))
		return PAGE_FIXED;
	/* The memmap of its own block (memmap_on_memory).  Was PageReserved up to
	 * 6.10; since then a kernel isolates it in ZONE_MOVABLE (kind open). */
	if (PageVmemmapSelfHosted(page) && !prefix_is_isolated(w))
		return PAGE_FIXED;
	if (zone_movable && !oldbug(w, ZONE_MOVABLE_TRANSIENT)) {
		if (PageBuddy(page))
			*step = 1ul << buddy_order(page);
		return PAGE_MOVABLE;
	}
	/* PageTransCompound(): the source lane has no THP. */
	if (PageCompound(page) && !kernel_until(w, 6_12))
		return compound_is_unmovable(w, page, step);
	if (PageOffline(page))
		return offline_page_is_unmovable(w, page, offline);
	/* It has no reference, and is in use all the same; kernels do not ask (old bug,
	 * kind open). */
	if (PageSlab(page) && !published(w, FROZEN_SLAB_LOOKS_MOVABLE))
		return PAGE_UNMOVABLE;
	if (!page_ref_count(w, page)) {
		if (PageBuddy(page))
			*step = 1ul << buddy_order(page);
		return PAGE_MOVABLE;
	}
	if (offline && PageHWPoison(page)) {
		page_seen(w, PAGE_HWPOISON_PASSES_ISOLATION);
		return PAGE_MOVABLE;
	}
	if (PageLRU(page) || looks_movable(page))
		return PAGE_MOVABLE;
	return PAGE_UNMOVABLE;
}

/*
 * Do all the pages lie inside one free page that begins before them?  The kernel
 * looks at each and finds that it has neither a reference nor a flag.
 */
static bool inside_free_page(struct world *w, const struct page *page,
			     unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long head;

	if (page->page_type != PGTY_none || page->flags || page->_refcount)
		return false;
	head = find_large_buddy(w, start_pfn);
	return head != start_pfn &&
	       head + (1ul << buddy_order(pfn_to_page(w, head))) >= end_pfn;
}

struct page *has_unmovable_pages(struct world *w, unsigned long start_pfn,
				 unsigned long end_pfn,
				 enum pb_isolate_mode mode)
{
	struct page *page = pfn_to_page(w, start_pfn);
	const struct zone *zone = page_zone(w, page);
	unsigned long found = 0, counted;

	lockdep_assert_held(w, &zone->lock);
	VM_BUG_ON_PFN(w, pageblock_start_pfn(w, start_pfn) !=
		      pageblock_start_pfn(w, end_pfn - 1), "page_zone_range",
		      start_pfn, "range leaves its pageblock");
	if (pfn_to_pageblock(w, start_pfn)->migratetype == MIGRATE_CMA &&
	    !oldbug(w, CMA_FREE_PAGES_MOVABLE))
		return mode == PB_ISOLATE_MODE_CMA_ALLOC ||
		       oldbug(w, CMA_ISOLATED_FOR_OFFLINE) ? NULL : page;
	counted = memory_isolate_notify(w, start_pfn, end_pfn - start_pfn);
	if (inside_free_page(w, page, start_pfn, end_pfn))
		return NULL;
	for (unsigned long pfn = start_pfn, step; pfn < end_pfn; pfn += step) {
		enum unmovable verdict;

		page = pfn_to_page(w, pfn);
		verdict = page_is_unmovable(w, page, mode, is_zone_movable(zone),
					    &step);
		if (verdict == PAGE_UNMOVABLE && found++ < counted)
			continue;
		if (verdict != PAGE_MOVABLE)
			return page;
	}
	return NULL;
}

/*
 * mm/page_isolation.c:set_migratetype_isolate.  0, or -EBUSY: somebody isolated
 * it before, it holds an unmovable page, or it leaves the zone.
 */
static int set_migratetype_isolate(struct world *w, unsigned long pfn,
				   enum pb_isolate_mode mode,
				   unsigned long start_pfn,
				   unsigned long end_pfn)
{
	struct page *page, *unmovable = NULL;
	struct zone *zone;
	int ret = -EBUSY;

	sched_point(w, SP_ISOLATE_PAGEBLOCK);
	page = pfn_to_page(w, pfn);
	zone = page_zone(w, page);
	spin_lock(w, &zone->lock);
	if (is_migrate_isolate_page(w, page) && !oldbug(w, ISOLATE_TWICE))
		goto out;
	unmovable = has_unmovable_pages(w, mo_max(pfn, start_pfn),
			mo_min(pageblock_end_pfn(w, pfn), end_pfn), mode);
	if (unmovable && oldbug(w, DUMP_UNDER_ZONE_LOCK))
		printk_page(w);
	if (unmovable)
		goto out;
	if (!pageblock_isolate_and_move_free_pages(w, zone, page))
		goto out;
	zone->nr_isolate_pageblock++;
	ret = 0;
out:
	spin_unlock(w, &zone->lock);
	/* dump_page(), REPORT_FAILURE: no printk() under zone->lock, the console
	 * allocates under its own (4a55c0474a92). */
	if (unmovable && mode == PB_ISOLATE_MODE_MEM_OFFLINE)
		printk_page(w);
	sched_window(w, SP_PAGEBLOCK_ISOLATED);
	return ret;
}

/*
 * The kernel takes out the free page that starts at page, of whatever order, and
 * puts it back under the type of this pageblock so that it merges with its free
 * buddy.  A page that spans several isolated pageblocks must not: the others stay
 * isolated, and their pages would become allocatable (old bug, kind open).
 */
static bool may_merge_on_unisolate(struct world *w, struct page *page)
{
	unsigned int order = buddy_order(page);
	struct page *buddy;

	if (!PageBuddy(page) || order < w->pageblock_order)
		return false;
	if (order >= w->max_page_order && !oldbug(w, ISOLATE_MAX_ORDER_MERGE))
		return false;
	if (order > w->pageblock_order && !published(w, UNISOLATE_SPANNING))
		return false;
	buddy = find_buddy_page_pfn(w, page_to_pfn(w, page), order, NULL);
	return buddy && !is_migrate_isolate_page(w, buddy);
}

/* mm/page_isolation.c:unset_migratetype_isolate; no-op when not isolated. */
static void unset_migratetype_isolate(struct world *w, unsigned long pfn)
{
	struct page *page;
	struct zone *zone;

	sched_point(w, SP_UNISOLATE_PAGEBLOCK);
	page = pfn_to_page(w, pfn);
	zone = page_zone(w, page);
	spin_lock(w, &zone->lock);
	if (!is_migrate_isolate_page(w, page))
		goto out;
	if (may_merge_on_unisolate(w, page)) {
		unsigned int order = buddy_order(page);

		VM_BUG_ON_PAGE(w, !__isolate_free_page(w, page, order),
			       "isolate_free_page_refused", page,
			       "watermarks do not apply to an isolated page");
		block_touch(w, pfn_to_block(w, pfn));
		pfn_to_pageblock(w, pfn)->isolated = false;
		if (kernel_until(w, 6_12))
			pfn_to_pageblock(w, pfn)->migratetype = w->undo_migratetype;
		__putback_isolated_page(w, page, order,
					get_pageblock_migratetype(w, page));
	} else {
		VM_BUG_ON_PAGE(w, !pageblock_unisolate_and_move_free_pages(
				       w, zone, page),
			       "page_zone_range", page,
			       "isolated across a zone boundary");
	}
	VM_BUG_ON_PAGE(w, !zone->nr_isolate_pageblock, "nr_isolate_pageblock",
		       page, "un-isolated while the count is 0");
	zone->nr_isolate_pageblock--;
out:
	spin_unlock(w, &zone->lock);
	sched_window(w, SP_PAGEBLOCK_UNISOLATED);
}

/* First pfn of the range whose section is online, or end. */
static unsigned long first_online_pfn(const struct world *w, unsigned long pfn,
				      unsigned long end)
{
	while (pfn < end && !pfn_online(w, pfn))
		pfn = ALIGN_DOWN(pfn, PAGES_PER_SECTION(w)) +
		      PAGES_PER_SECTION(w);
	return mo_min(pfn, end);
}

/* Two isolators met there: what was freed on both sides merged, and is isolated as a
 * whole.  The kernel warns of it all the same (old bug, kind open). */
static bool isolated_on_both_sides(const struct world *w, unsigned long pfn,
				   unsigned long end)
{
	for (; pfn < end; pfn += pageblock_nr_pages(w))
		if (!pfn_to_pageblock(w, pfn)->isolated)
			return false;
	return true;
}

/*
 * Looks for a page that straddles boundary_pfn and that isolation of one side
 * would tear apart.  0, or -EBUSY: a compound page other than hugetlb does.
 */
static int check_straddling(struct world *w, unsigned long pfn,
			    unsigned long boundary_pfn)
{
	while ((pfn = first_online_pfn(w, pfn, boundary_pfn)) < boundary_pfn) {
		struct page *page = pfn_to_page(w, pfn);
		struct page *head = compound_head(page);

		if (PageBuddy(page)) {
			unsigned long end = pfn + (1ul << buddy_order(page));

			VM_BUG_ON_PAGE(w, end > boundary_pfn &&
				       (published(w, STRADDLING_WARNS) ||
					!isolated_on_both_sides(w, pfn, end)),
				       "free_list_type", page,
				       "a free page straddles an isolated "
				       "pageblock's boundary");
			pfn = end;
			continue;
		}
		if (PageCompound(page)) {
			unsigned long at = pfn;

			pfn = page_to_pfn(w, head) + compound_nr(
				oldbug(w, STRADDLE_COMPOUND_NR_OF_TAIL) ? page :
									  head);
			VM_BUG_ON_PAGE(w, pfn <= at, "offline_progress", page,
				       "the scan for straddling pages goes back");
			if (pfn > boundary_pfn && !PageHuge(page))
				return -EBUSY;
			continue;
		}
		pfn++;
	}
	return 0;
}

/*
 * mm/page_isolation.c:isolate_single_pageblock: the pageblock on one side of a
 * boundary.  skip_isolation: it is isolated already, only look for a straddling
 * page.  On failure the pageblock is as before.
 */
static int isolate_single_pageblock(struct world *w, unsigned long boundary_pfn,
				    enum pb_isolate_mode mode,
				    bool isolate_before, bool skip_isolation)
{
	unsigned long pb = isolate_before ?
		boundary_pfn - pageblock_nr_pages(w) : boundary_pfn;
	struct zone *zone = page_zone(w, pfn_to_page(w, pb));
	unsigned long start = mo_max(ALIGN_DOWN(pb, MAX_ORDER_NR_PAGES(w)),
				     zone->zone_start_pfn);
	int ret;

	VM_BUG_ON_PFN(w, !pageblock_aligned(w, boundary_pfn), "section_range",
		      boundary_pfn, "boundary is not pageblock aligned");
	if (skip_isolation) {
		VM_BUG_ON_PFN(w, !pfn_to_pageblock(w, pb)->isolated,
			      "pageblock_isolated_twice", pb,
			      "the only pageblock of the range is not isolated");
	} else if (oldbug(w, ISOLATE_SINGLE_DIRECT)) {
		block_touch(w, pfn_to_block(w, pb));
		pfn_to_pageblock(w, pb)->isolated = true;
	} else {
		ret = set_migratetype_isolate(w, pb,
			oldbug(w, ISOLATE_BOUNDARY_IGNORES_CMA) ?
				PB_ISOLATE_MODE_CMA_ALLOC : mode,
			pb, pb + pageblock_nr_pages(w));
		if (ret)
			return ret;
	}
	if (!pfn_online(w, isolate_before ? boundary_pfn : boundary_pfn - 1))
		return 0;
	ret = check_straddling(w, start, boundary_pfn);
	if (ret && !skip_isolation)
		unset_migratetype_isolate(w, pb);
	return ret;
}

/* Whoever isolated pageblocks of the CMA area allocates from it. */
static void assert_cma_mode(struct world *w, unsigned long start,
			    unsigned long end, enum pb_isolate_mode mode)
{
	for (unsigned long pfn = start; pfn < end; pfn += pageblock_nr_pages(w))
		VM_BUG_ON_PFN(w, mode != PB_ISOLATE_MODE_CMA_ALLOC &&
			      pfn_online(w, pfn) &&
			      pfn_to_pageblock(w, pfn)->migratetype == MIGRATE_CMA,
			      "cma_isolation", pfn, "isolated in mode %d", mode);
}

/* Gives back what is isolated in [start, end); offline pageblocks are skipped. */
static void undo_isolated(struct world *w, unsigned long start, unsigned long end)
{
	for (unsigned long pfn = start; pfn < end; pfn += pageblock_nr_pages(w))
		if (pfn_online(w, pfn) && pfn_to_pageblock(w, pfn)->isolated)
			unset_migratetype_isolate(w, pfn);
}

/* Until 6.16 whoever isolates says what the pageblocks will be again, for all alike. */
enum migratetype isolate_migratetype(struct world *w, unsigned long start,
				     unsigned long end,
				     enum pb_isolate_mode mode)
{
	for (start = pageblock_start_pfn(w, start); start < end;
	     start += pageblock_nr_pages(w)) {
		const struct pageblock *pb = pfn_to_pageblock(w, start);

		if (pb->isolated || pb->migratetype != MIGRATE_CMA)
			return MIGRATE_MOVABLE;
	}
	return mode == PB_ISOLATE_MODE_CMA_ALLOC ? MIGRATE_CMA :
						   MIGRATE_MOVABLE;
}

/* mm/page_isolation.c:start_isolate_page_range, since 5.19 from both ends. */
int start_isolate_page_range(struct world *w, unsigned long start_pfn,
			     unsigned long end_pfn, enum pb_isolate_mode mode)
{
	unsigned long start = pageblock_start_pfn(w, start_pfn);
	unsigned long end = ALIGN_UP(end_pfn, pageblock_nr_pages(w));
	unsigned long last = end - pageblock_nr_pages(w);
	int ret;

	w->undo_migratetype = isolate_migratetype(w, start, end, mode);
	ret = isolate_single_pageblock(w, start, mode, false, false);
	if (ret)
		return ret;
	ret = isolate_single_pageblock(w, end, mode, true, start == last &&
				       !oldbug(w, ISOLATE_ONE_PAGEBLOCK_BUSY));
	if (ret)
		goto undo_first;
	for (unsigned long pfn = start + pageblock_nr_pages(w); pfn < last;
	     pfn += pageblock_nr_pages(w)) {
		if (!pfn_online(w, pfn))
			continue;
		ret = set_migratetype_isolate(w, pfn, mode, start_pfn, end_pfn);
		if (ret) {
			undo_isolated(w, start, pfn);
			if (!oldbug(w, ISOLATE_UNDO_SHORT))
				unset_migratetype_isolate(w, last);
			return ret;
		}
	}
	assert_cma_mode(w, start, end, mode);
	return 0;
undo_first:
	unset_migratetype_isolate(w, start);
	return ret;
}

/* mm/page_isolation.c:undo_isolate_page_range, 6.12: since 6.17 mt does not count, a
 * pageblock has kept its type. */
void undo_isolate_page_range(struct world *w, unsigned long start_pfn,
			     unsigned long end_pfn, enum migratetype mt)
{
	w->undo_migratetype = mt;
	undo_isolated(w, pageblock_start_pfn(w, start_pfn),
		      ALIGN_UP(end_pfn, pageblock_nr_pages(w)));
}

/* First pfn that is neither free nor skippable.  Locks: zone->lock. */
static unsigned long __test_page_isolated_in_pageblock(struct world *w,
						       unsigned long pfn,
						       unsigned long end_pfn,
						       enum pb_isolate_mode mode)
{
	bool offline = mode == PB_ISOLATE_MODE_MEM_OFFLINE;

	while (pfn < end_pfn) {
		struct page *page = pfn_to_page(w, pfn);

		if (PageBuddy(page))
			pfn += 1ul << buddy_order(page);
		else if (offline && PageHWPoison(page) &&
			 !oldbug(w, HWPOISON_NOT_SKIPPED)) {
			page_seen(w, PAGE_HWPOISON_PASSES_TEST);
			pfn++;
		} else if (offline && PageOffline(page) &&
			   w->page_offline->test_isolated(w, page))
			pfn++;
		else
			break;
	}
	return pfn;
}

int test_pages_isolated(struct world *w, unsigned long start_pfn,
			unsigned long end_pfn, enum pb_isolate_mode mode)
{
	struct zone *zone;
	unsigned long pfn;

	for (pfn = start_pfn; pfn < end_pfn; pfn += pageblock_nr_pages(w))
		if (pfn_online(w, pfn) && !pfn_to_pageblock(w, pfn)->isolated)
			return -EBUSY;
	pfn = first_online_pfn(w, start_pfn, end_pfn);
	if (pfn == end_pfn)
		return -EBUSY;
	zone = page_zone(w, pfn_to_page(w, pfn));
	sched_point(w, SP_TEST_ISOLATED);
	spin_lock(w, &zone->lock);
	pfn = __test_page_isolated_in_pageblock(w, start_pfn, end_pfn, mode);
	spin_unlock(w, &zone->lock);
	return pfn < end_pfn ? -EBUSY : 0;
}
