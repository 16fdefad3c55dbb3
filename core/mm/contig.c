/* SPDX-License-Identifier: GPL-2.0-only */
/* Contiguous ranges.  mm/page_alloc.c:alloc_contig_range and users, 6.17. */
#include <errno.h>

#include "compaction.h"
#include "hugetlb.h"
#include "internal.h"
#include "migrate.h"
#include "page_isolation.h"
#include "swap.h"

#define MIGRATE_TRIES 5
#define COMPACT_CLUSTER_MAX 32

/* Nobody but the owner has a reference: it can move. */
static bool is_unpinned(struct world *w, struct page *head)
{
	return !PageLRU(head) || page_ref_count(w, head) <= !!head->mapping;
}

/*
 * mm/compaction.c:isolate_migratepages_block; what is movable goes on list, until that
 * is long enough.  Returns where to go on.
 */
static unsigned long isolate_migratepages_block(struct world *w,
						unsigned long pfn,
						unsigned long end,
						struct page_list *list,
						unsigned long *nr)
{
	while (pfn < end && *nr < COMPACT_CLUSTER_MAX) {
		struct page *page = pfn_to_page(w, pfn);
		struct page *head = compound_head(page);

		if (PageBuddy(page)) {
			pfn += 1ul << buddy_order(page);
			continue;
		}
		pfn = page_to_pfn(w, head) + compound_nr(head);
		if ((PageLRU(head) || PageMovableOps(head) ||
		     (PageHuge(head) && page_ref_count(w, head))) &&
		    is_unpinned(w, head) && isolate_folio_to_list(w, head, list))
			*nr += compound_nr(head);
	}
	return mo_min(pfn, end);
}

/*
 * mm/compaction.c:too_many_isolated: most of what the LRU had is on the caller's list.
 * Differs: what others isolated does not count, for the kernel waits until they have
 * put it back.
 */
static bool too_many_isolated(const struct world *w, unsigned int nid,
			      unsigned long isolated_before)
{
	unsigned long nr_lru = w->nodes[nid].nr_lru;

	if (!kernel_until(w, 6_1))
		nr_lru >>= 3;
	return w->nr_isolated - isolated_before > nr_lru / 2;
}

/*
 * mm/compaction.c:isolate_migratepages_range: pageblock by pageblock, until the list
 * is long enough.  Returns where to go on.
 */
static unsigned long isolate_migratepages_range(struct world *w,
						unsigned long start,
						unsigned long end,
						struct page_list *list)
{
	unsigned int nid = page_to_nid(w, pfn_to_page(w, start));
	unsigned long before = w->nr_isolated;
	unsigned long nr = 0, pfn = start;

	while (pfn < end && nr < COMPACT_CLUSTER_MAX) {
		unsigned long block_end = mo_min(pageblock_end_pfn(w, pfn), end);

		if (too_many_isolated(w, nid, before))
			break;
		pfn = isolate_migratepages_block(w, pfn, block_end, list, &nr);
	}
	return pfn;
}

/* mm/page_alloc.c:__alloc_contig_migrate_range.  0, -EBUSY, -EINTR, -ENOMEM. */
static int __alloc_contig_migrate_range(struct world *w, unsigned long start,
					unsigned long end)
{
	unsigned int nid = page_to_nid(w, pfn_to_page(w, start));
	const struct migration_target_control mtc = { .nid = nid, .nmask = ~0u };
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	unsigned long pfn = start;
	int ret = 0, tries = 0;

	lru_cache_disable(w);
	while (pfn < end || !TAILQ_EMPTY(&list)) {
		if (should_fail(&w->fail, FAIL_SIGNAL)) {
			ret = -EINTR;
			break;
		}
		if (TAILQ_EMPTY(&list)) {
			pfn = isolate_migratepages_range(w, pfn, end, &list);
			tries = 0;
		} else if (++tries == MIGRATE_TRIES) {
			ret = -EBUSY;
			break;
		}
		ret = migrate_pages(w, &list, &mtc);
		if (ret == -ENOMEM)
			break;
	}
	lru_cache_enable(w);
	if (ret < 0)
		putback_movable_pages(w, &list);
	return ret < 0 ? ret : 0;
}

/* mm/hugetlb.c:replace_free_hugepage_folios: the pool keeps its size. */
static int replace_free_hugepage_folios(struct world *w, unsigned long start,
					unsigned long end)
{
	for (unsigned long pfn = start; pfn < end;) {
		struct page *head = compound_head(pfn_to_page(w, pfn));
		struct hstate *h;
		int err;

		pfn = PageBuddy(head) ? pfn + (1ul << buddy_order(head)) :
					page_to_pfn(w, head) + compound_nr(head);
		if (!PageHuge(head) || page_ref_count(w, head))
			continue;
		h = folio_hstate(w, head);
		if (h->order > w->max_page_order)
			return -ENOMEM;
		err = dissolve_free_hugetlb_folio(w, head);
		if (err)
			return err;
		set_max_huge_pages(w, h, h->max_huge_pages + 1,
				   page_to_nid(w, head));
	}
	return 0;
}

/* The reference count of each page of a range just taken from the buddy. */
static void split_free_pages(struct world *w, unsigned long start,
			     unsigned long end, int count)
{
	for (unsigned long pfn = start; pfn < end; pfn++) {
		struct page *page = pfn_to_page(w, pfn);

		VM_BUG_ON_PAGE(w, PageHWPoison(page), "bad_page", page,
			       "a poisoned page is handed out");
		set_page_count(w, page, count);
	}
}

void free_contig_range(struct world *w, unsigned long pfn,
		       unsigned long nr_pages)
{
	if (kernel_of(w, 7_2)) {
		__free_contig_range_common(w, pfn, nr_pages, false);
		return;
	}
	for (unsigned long i = 0; i < nr_pages; i++)
		__free_pages(w, pfn_to_page(w, pfn + i), 0);
}

/* What was taken beside the range, because free pages reached over its ends. */
static void free_outer_pages(struct world *w, unsigned long start,
			     unsigned long end)
{
	if (kernel_of(w, 7_2)) {
		__free_contig_range_common(w, start, end - start, true);
		return;
	}
	for (; start < end; start++)
		free_frozen_pages(w, pfn_to_page(w, start), 0);
}

/* The steps between isolation and its undoing. */
static int alloc_contig_isolated(struct world *w, unsigned long start,
				 unsigned long end, enum pb_isolate_mode mode,
				 int count)
{
	unsigned long outer_start, outer_end;
	int ret;

	drain_all_pages(w, page_zone(w, pfn_to_page(w, start)));
	sched_point(w, SP_CONTIG_DRAINED);
	/* -EBUSY is tolerated: the pages may have gone by themselves. */
	ret = __alloc_contig_migrate_range(w, start, end);
	if (ret && ret != -EBUSY)
		return ret;
	ret = replace_free_hugepage_folios(w, start, end);
	if (ret)
		return ret;
	sched_point(w, SP_CONTIG_MIGRATED);
	outer_start = find_large_buddy(w, start);
	if (test_pages_isolated(w, outer_start, end, mode))
		return -EBUSY;
	outer_end = isolate_freepages_range(w, outer_start, end);
	if (!outer_end)
		return -EBUSY;
	split_free_pages(w, outer_start, start, 0);
	split_free_pages(w, start, end, count);
	split_free_pages(w, end, outer_end, 0);
	free_outer_pages(w, outer_start, start);
	free_outer_pages(w, end, outer_end);
	return 0;
}

/*
 * One drain, per-CPU lists stay enabled: may fail although all is movable.  Isolation
 * that fails has cleaned up behind itself; the kernel (6.12) undoes the whole range
 * all the same, pageblocks of another isolator included (old bug, kind open).
 */
static int __alloc_contig_range(struct world *w, unsigned long start,
				unsigned long end, enum pb_isolate_mode mode,
				int count)
{
	enum migratetype mt = isolate_migratetype(w, start, end, mode);
	int ret = start_isolate_page_range(w, start, end, mode);

	/* Its own work is undone; published kernels go on to undo what others
	 * isolated in the range (old bug, kind open). */
	if (ret && !published(w, CONTIG_UNDOES_FOREIGN))
		return ret;
	if (!ret) {
		sched_point(w, SP_CONTIG_ISOLATED);
		ret = alloc_contig_isolated(w, start, end, mode, count);
	}
	undo_isolate_page_range(w, start, end, mt);
	return ret;
}

/* mm/page_alloc.c:alloc_contig_range.  On success order-0 pages of refcount 1. */
int alloc_contig_range(struct world *w, unsigned long start, unsigned long end,
		       enum pb_isolate_mode mode)
{
	return __alloc_contig_range(w, start, end, mode, 1);
}

int alloc_contig_frozen_range(struct world *w, unsigned long start,
			      unsigned long end, enum pb_isolate_mode mode)
{
	return __alloc_contig_range(w, start, end, mode, 0);
}

/* --- alloc_contig_pages: any place in the node --- */

/* The same in 7.2, which asks what isolation will ask.  Without hugetlb. */
static bool range_is_movable(struct world *w, const struct zone *zone,
			     unsigned long start, unsigned long nr_pages)
{
	unsigned long step;

	for (unsigned long pfn = start; pfn < start + nr_pages; pfn += step) {
		struct page *page = pfn_to_online_page(w, pfn);

		if (!page || page_zone(w, page) != zone || PageHuge(page) ||
		    page_is_unmovable(w, page, PB_ISOLATE_MODE_OTHER,
				      is_zone_movable(zone), &step))
			return false;
	}
	return true;
}

/* mm/page_alloc.c:pfn_range_valid_contig: worth trying? */
static bool pfn_range_valid_contig(struct world *w, const struct zone *zone,
				   unsigned long start, unsigned long nr_pages)
{
	if (kernel_of(w, 7_2))
		return range_is_movable(w, zone, start, nr_pages);
	for (unsigned long pfn = start; pfn < start + nr_pages; pfn++) {
		struct page *page = pfn_to_online_page(w, pfn);

		if (!page || page_zone(w, page) != zone || PageReserved(page) ||
		    PageHuge(page) ||
		    (PageOffline(page) && !kernel_until(w, 6_12)))
			return false;
		if (PageBuddy(page))
			pfn += (1ul << buddy_order(page)) - 1;
	}
	return true;
}

static int try_zone_contig(struct world *w, struct zone *zone,
			   unsigned long nr_pages, int count, unsigned long *pfn)
{
	unsigned long end = zone_end_pfn(zone);

	for (unsigned long at = ALIGN_UP(zone->zone_start_pfn, nr_pages);
	     zone->spanned_pages && at + nr_pages <= end; at += nr_pages) {
		if (!pfn_range_valid_contig(w, zone, at, nr_pages))
			continue;
		if (!__alloc_contig_range(w, at, at + nr_pages,
					  PB_ISOLATE_MODE_OTHER, count)) {
			*pfn = at;
			return 0;
		}
	}
	return -ENOMEM;
}

/* nr_pages is rounded up to a power of two for alignment, as in the kernel's
 * callers; movable zones come first, as the zonelist has it. */
static unsigned long __alloc_contig_pages(struct world *w, unsigned long nr_pages,
					  gfp_t gfp, unsigned int nid, int count,
					  int *err)
{
	const struct pglist_data *pgdat = &w->nodes[nid];
	unsigned long pfn = 0;

	MUST(nr_pages && !(nr_pages & (nr_pages - 1)));
	*err = -ENOMEM;
	for (unsigned int i = 0; i < pgdat->nr_zonelist && *err; i++) {
		struct zone *zone = &w->zones[pgdat->zonelist[i]];

		if (zone->node == nid &&
		    (gfp_zone_movable(gfp) || !is_zone_movable(zone)))
			*err = try_zone_contig(w, zone, nr_pages, count, &pfn);
	}
	return pfn;
}

unsigned long alloc_contig_pages(struct world *w, unsigned long nr_pages,
				 gfp_t gfp, unsigned int nid, int *err)
{
	return __alloc_contig_pages(w, nr_pages, gfp, nid, 1, err);
}

unsigned long alloc_contig_frozen_pages(struct world *w, unsigned long nr_pages,
					gfp_t gfp, unsigned int nid, int *err)
{
	return __alloc_contig_pages(w, nr_pages, gfp, nid, 0, err);
}
