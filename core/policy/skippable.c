/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * skippable, the series of May 2025: a fake-offlined page keeps reference count 1
 * and carries PG_offline_skippable; offlining steps over it, nobody is asked.
 * Contract: the driver knows its set without the memmap, keeps the set offline
 * when a block is onlined again, and serialises changes of the flag against
 * on- and offlining.  When it is unloaded with its pages left behind it clears
 * the flag: nobody would keep them offline.  Without the flag offlining fails at
 * isolation in a kernel zone, at the scan in ZONE_MOVABLE.  A stray reference is
 * only a warning when the page goes: __offline_isolated_pages() sees a count
 * other than 1.
 */
#include "range.h"

static bool stray_reference(struct world *w, const struct page *page)
{
	return page_ref_count(w, page) != 1;
}

static void make_offline(struct world *w, struct page *page,
			 enum offline_kind kind)
{
	__page_set_type(w, page, PGTY_offline);
	if (kind == OFFLINE_SKIPPABLE)
		set_page_flag(w, page, PG_offline_skippable);
}

static void give_back(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_skippable);
	put_offline_page(w, page);
}

static void give_range_back(struct world *w, unsigned long pfn,
			    unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, give_back);
}

static void prepare_never_onlined(struct world *w, struct page *page)
{
	check_sole_reference(w, page);
	clear_page_flag(w, page, PG_dirty);
	clear_page_flag(w, page, PG_offline_skippable);
}

static void fake_online(struct world *w, unsigned long pfn,
			unsigned long nr_pages)
{
	give_range(w, pfn, nr_pages, PageDirty, prepare_never_onlined,
		   give_range_back);
}

static void keep_one(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_dirty);
	set_page_flag(w, page, PG_offline_skippable);
}

static void keep_offline(struct world *w, unsigned long pfn,
			 unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, keep_one);
}

const struct page_offline_ops page_offline_skippable = {
	.name = "skippable",
	.isolation_skips = skippable_isolation_skips,
	.scan = skippable_scan,
	.test_isolated = page_is_skippable,
	.may_offline = page_is_skippable,
	.stray_reference = stray_reference,
	.refcount = 1,
	.movable_type = PGTY_offline,
	.make_offline = make_offline,
	.free_offline = give_back,
	.fake_offline = take_range,
	.fake_online = fake_online,
	.keep_offline = keep_offline,
	.abandon = clear_skippable_range,
};
