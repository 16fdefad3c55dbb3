/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * skippable, the series of May 2025: a fake-offlined page keeps reference count 1
 * and carries PG_offline_skippable; offlining steps over it, nobody is asked.
 * Contract: the driver knows its set without the memmap, keeps the set offline
 * when a block is onlined again, and serialises changes of the flag against
 * on- and offlining.  Without the flag offlining fails at isolation in a kernel
 * zone, at the scan in ZONE_MOVABLE.  A stray reference is only a warning when
 * the page goes: __offline_isolated_pages() sees a count other than 1.
 */
#include "../mm/page_alloc.h"
#include "range.h"

static enum scan_verdict scan(const struct page *page)
{
	return PageOfflineSkippable(page) ? SCAN_SKIP : SCAN_BUSY;
}

static bool may_offline(const struct page *page)
{
	return PageOfflineSkippable(page) && page_ref_count(page) == 1;
}

static void set_skippable(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_offline_skippable);
}

static int fake_offline(struct world *w, unsigned long pfn,
			unsigned long nr_pages)
{
	int ret = take_range(w, pfn, nr_pages);

	if (!ret)
		for_each_page(w, pfn, nr_pages, set_skippable);
	return ret;
}

static void give_back(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_skippable);
	__page_clear_type(w, page, PGTY_offline);
	__free_pages(w, page, 0);
}

static void prepare_never_onlined(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_dirty);
	clear_page_flag(w, page, PG_offline_skippable);
}

static void fake_online(struct world *w, unsigned long pfn,
			unsigned long nr_pages)
{
	give_range(w, pfn, nr_pages, PageDirty, prepare_never_onlined, give_back);
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
	.isolation_skips = PageOfflineSkippable,
	.scan = scan,
	.test_isolated = PageOfflineSkippable,
	.may_offline = may_offline,
	.refcount = 1,
	.fake_offline = fake_offline,
	.fake_online = fake_online,
	.keep_offline = keep_offline,
};
