/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frozen, proposal: a PageOffline page has no reference at all, ever; the memmap
 * of a section that comes online starts that way.  Two flags carry what the
 * reference and PG_dirty said: PG_offline_skippable and PG_offline_never_onlined.
 * Contract: as skippable, and pages change hands only through alloc_offline_page(),
 * alloc_offline_pages(), alloc_offline_page_range(), free_offline_page() and
 * free_offline_page_range(): they leave the buddy frozen and return frozen, so
 * that nobody ever reads or changes the reference count, and who tries for a
 * reference gets none.  Pages that migrate through movable_ops need one for
 * that: they are of a type of their own and keep to the old ways.
 * What the proposal leaves open and how it is decided here: policy/README.md.
 */
#include "range.h"

static void make_offline(struct world *w, struct page *page,
			 enum offline_kind kind)
{
	__page_set_type(w, page, kind == OFFLINE_MOVABLE ? PGTY_movable_offline :
							   PGTY_offline);
	if (kind == OFFLINE_SKIPPABLE)
		set_page_flag(w, page, PG_offline_skippable);
}

static void free_offline(struct world *w, struct page *page)
{
	if (page->page_type == PGTY_movable_offline) {
		__page_clear_type(w, page, PGTY_movable_offline);
		__free_pages(w, page, 0);
		return;
	}
	clear_page_flag(w, page, PG_offline_skippable);
	__page_clear_type(w, page, PGTY_offline);
	free_frozen_pages(w, page, 0);
}

static void free_offline_range(struct world *w, unsigned long pfn,
			       unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, free_offline);
}

static void prepare_never_onlined(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_never_onlined);
	clear_page_flag(w, page, PG_offline_skippable);
}

static void fake_online(struct world *w, unsigned long pfn,
			unsigned long nr_pages)
{
	give_range(w, pfn, nr_pages, PageOfflineNeverOnlined,
		   prepare_never_onlined, free_offline_range);
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
	.isolation_skips = skippable_isolation_skips,
	.scan = skippable_scan,
	.test_isolated = page_is_skippable,
	.may_offline = page_is_skippable,
	.refcount = 0,
	.movable_type = PGTY_movable_offline,
	.make_offline = make_offline,
	.free_offline = free_offline,
	.fake_offline = take_range,
	.fake_online = fake_online,
	.keep_offline = keep_offline,
	.abandon = clear_skippable_range,
};
