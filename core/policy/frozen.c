/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frozen, proposal: a PageOffline page has no reference at all, ever; the memmap
 * of a section that comes online starts that way.  Two flags carry what the
 * reference and PG_dirty said: PG_offline_skippable and PG_offline_never_onlined.
 * Contract: as skippable, and pages change hands only through
 * alloc_offline_page_range() and free_offline_page_range(), so that nobody ever
 * reads or changes the reference count of a frozen page.
 */
#include "../mm/page_alloc.h"
#include "range.h"

static enum scan_verdict scan(const struct page *page)
{
	return PageOfflineSkippable(page) ? SCAN_SKIP : SCAN_BUSY;
}

static void freeze(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, !page_ref_freeze(w, page, 1), "frozen_refcount", page,
		       "frozen at reference count %d", page_ref_count(page));
	set_page_flag(w, page, PG_offline_skippable);
}

static int alloc_offline_page_range(struct world *w, unsigned long pfn,
				    unsigned long nr_pages)
{
	int ret = take_range(w, pfn, nr_pages);

	if (!ret)
		for_each_page(w, pfn, nr_pages, freeze);
	return ret;
}

static void free_offline_page(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_skippable);
	__page_clear_type(w, page, PGTY_offline);
	free_frozen_pages(w, page, 0);
}

static void prepare_never_onlined(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_never_onlined);
	clear_page_flag(w, page, PG_offline_skippable);
}

static void free_offline_page_range(struct world *w, unsigned long pfn,
				    unsigned long nr_pages)
{
	give_range(w, pfn, nr_pages, PageOfflineNeverOnlined,
		   prepare_never_onlined, free_offline_page);
}

static void keep_one(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_offline_never_onlined);
	set_page_flag(w, page, PG_offline_skippable);
}

static void keep_offline(struct world *w, unsigned long pfn,
			 unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, keep_one);
}

const struct page_offline_ops page_offline_frozen = {
	.name = "frozen",
	.isolation_skips = PageOfflineSkippable,
	.scan = scan,
	.test_isolated = PageOfflineSkippable,
	.may_offline = PageOfflineSkippable,
	.refcount = 0,
	.fake_offline = alloc_offline_page_range,
	.fake_online = free_offline_page_range,
	.keep_offline = keep_offline,
};
