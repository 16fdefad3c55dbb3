/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * legacy, v5.8 to 7.x (aa218795cb5f): a fake-offlined page has reference count 1.
 * Contract: the driver drops it to 0 in MEM_GOING_OFFLINE, which means "nobody
 * holds a direct reference, skip it", and takes it back in MEM_CANCEL_OFFLINE.
 * Whoever does not do that blocks offlining: -EBUSY from the scan.  PG_dirty
 * says that the page was never exposed to the buddy.
 * drivers/virtio/virtio_mem.c, mm/page_isolation.c, mm/memory_hotplug.c.
 */
#include "range.h"

/* Offlining: always, the scan will tell.  Else as any page without reference. */
static bool isolation_skips(struct world *w, const struct page *page,
			    bool mem_offline)
{
	return mem_offline || !page_ref_count(w, page);
}

static enum scan_verdict scan(struct world *w, const struct page *page)
{
	return page_ref_count(w, page) ? SCAN_BUSY : SCAN_SKIP;
}

static bool unreferenced(struct world *w, const struct page *page)
{
	return !page_ref_count(w, page);
}

/* What it is to offlining, its reference count and movable_ops tell. */
static void make_offline(struct world *w, struct page *page,
			 enum offline_kind kind)
{
	(void)kind;
	__page_set_type(w, page, PGTY_offline);
}

/* virtio_mem_fake_offline_going_offline: page_ref_dec_and_test() must reach 0. */
static void drop_reference(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, page_ref_count(w, page) != 1, "fake_offline_refcount",
		       page, "reference count %d when MEM_GOING_OFFLINE drops it",
		       page_ref_count(w, page));
	set_page_count(w, page, 0);
}

static void take_reference(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, page_ref_count(w, page), "fake_offline_refcount", page,
		       "reference count %d when MEM_CANCEL_OFFLINE takes it back",
		       page_ref_count(w, page));
	set_page_count(w, page, 1);
}

static void going_offline(struct world *w, unsigned long pfn,
			  unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, drop_reference);
}

static void cancel_offline(struct world *w, unsigned long pfn,
			   unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, take_reference);
}

const struct page_offline_ops page_offline_legacy = {
	.name = "legacy",
	.isolation_skips = isolation_skips,
	.scan = scan,
	.test_isolated = unreferenced,
	.may_offline = unreferenced,
	.refcount = 1,
	.movable_type = PGTY_offline,
	.make_offline = make_offline,
	.free_offline = put_offline_page,
	.fake_offline = take_range,
	.fake_online = dirty_fake_online,
	.keep_offline = dirty_keep_offline,
	.going_offline = going_offline,
	.cancel_offline = cancel_offline,
};
