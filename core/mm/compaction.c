/* SPDX-License-Identifier: GPL-2.0-only */
/* Compaction as far as isolation and movable_ops need it.  mm/compaction.c, 6.17. */
#include <errno.h>

#include "compaction.h"
#include "migrate.h"
#include "swap.h"

/*
 * Takes one free page off the buddy.  0, or its number of pages, all refcount 0
 * and without type.  Locks: zone->lock.
 */
static unsigned long isolate_freepage(struct world *w, struct page *page)
{
	if (!PageBuddy(page) || should_fail(&w->fail, FAIL_ISOLATE_FREE_PAGE))
		return 0;
	return __isolate_free_page(w, page, buddy_order(page));
}

/* mm/compaction.c:isolate_freepages_range, strict: all or nothing. */
unsigned long isolate_freepages_range(struct world *w, unsigned long start_pfn,
				      unsigned long end_pfn)
{
	struct zone *zone = page_zone(w, pfn_to_page(w, start_pfn));
	unsigned long pfn = start_pfn;

	spin_lock(w, &zone->lock);
	while (pfn < end_pfn) {
		unsigned long nr = isolate_freepage(w, pfn_to_page(w, pfn));

		if (!nr)
			break;
		pfn += nr;
	}
	spin_unlock(w, &zone->lock);
	if (pfn >= end_pfn)
		return pfn;
	for (unsigned long p = start_pfn; p < pfn; p++)
		free_frozen_pages(w, pfn_to_page(w, p), 0);
	return 0;
}

/*
 * The migration half of compact_zone(): everything movable in the lower half of
 * the zone is offered to migrate_pages(), one pageblock at a time.  Differences:
 * targets come from the allocator, not from a free scanner at the zone's end.
 */
int compact_zone(struct world *w, struct zone *zone)
{
	const struct migration_target_control mtc = {
		.nid = zone->node, .nmask = BIT(zone->node),
	};
	unsigned long end = zone->zone_start_pfn + zone->spanned_pages / 2;
	uint32_t before = w->stats.migrated;

	lru_add_drain_all(w);
	for (unsigned long pb = zone->zone_start_pfn; pb < end;
	     pb += pageblock_nr_pages(w)) {
		struct page_list list = TAILQ_HEAD_INITIALIZER(list);
		unsigned long pfn = pb;

		sched_point(w, SP_COMPACT);
		if (!pfn_online(w, pb) || pfn_to_pageblock(w, pb)->isolated ||
		    page_zone(w, pfn_to_page(w, pb)) != zone)
			continue;
		while (pfn < pageblock_end_pfn(w, pb)) {
			struct page *page = pfn_to_page(w, pfn);

			pfn += PageBuddy(page) ? 1ul << buddy_order(page) :
						 compound_nr(page);
			if (PageLRU(page) || PageMovableOps(page))
				isolate_folio_to_list(w, page, &list);
		}
		if (migrate_pages(w, &list, &mtc))
			putback_movable_pages(w, &list);
	}
	return (int)(w->stats.migrated - before);
}

/* Head or tail, free, in use: what a reader makes of the page. */
static unsigned int stable_page_flags(const struct page *page)
{
	return page->flags | (unsigned int)page->page_type << PG_nr;
}

/*
 * fs/proc/page.c:kpageflags_read, 6.12; stands here with the other walker of pfns.
 * Differs: one page a pageblock is looked at, and memory stays online while it is
 * (get_online_mems()).  As published nothing holds it (old bug, kind open).
 */
unsigned long kpageflags_read(struct world *w, unsigned long start_pfn,
			      unsigned long end_pfn)
{
	bool locked = w->sched.concurrent && !oldbug(w, PFN_WALKER_UNLOCKED);
	unsigned long nr = 0;

	if (locked)
		get_online_mems(w);
	for (unsigned long pfn = start_pfn; pfn < end_pfn;
	     pfn += pageblock_nr_pages(w)) {
		if (!pfn_online(w, pfn))
			continue;
		sched_window(w, SP_PFN_WALK);
		nr += stable_page_flags(pfn_to_page(w, pfn)) != ~0u;
	}
	if (locked)
		put_online_mems(w);
	return nr;
}
