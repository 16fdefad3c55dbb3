/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>

#include "../mm/memory_hotplug.h"
#include "range.h"

/* drivers/virtio/virtio_mem.c:virtio_mem_fake_offline: ZONE_MOVABLE is worth
 * several tries, because what is there should move. */
#define FAKE_OFFLINE_TRIES 5

int take_range(struct world *w, unsigned long pfn, unsigned long nr_pages)
{
	struct zone *zone = page_zone(w, pfn_to_page(w, pfn));
	int tries = is_zone_movable(zone) ? FAKE_OFFLINE_TRIES : 1;
	int ret;

	do {
		ret = alloc_offline_page_range(w, pfn, nr_pages,
					       OFFLINE_SKIPPABLE);
		if (ret == -ENOMEM)
			return ret;
	} while (ret && --tries);
	return ret ? -EBUSY : 0;
}

void for_each_page(struct world *w, unsigned long pfn, unsigned long nr_pages,
		   page_fn fn)
{
	for (unsigned long i = 0; i < nr_pages; i++)
		fn(w, pfn_to_page(w, pfn + i));
}

/* Largest order of an aligned chunk at pfn that ends before end. */
static unsigned int chunk_order(const struct world *w, unsigned long pfn,
				unsigned long end)
{
	unsigned int order = 0;

	while (order < w->max_page_order && IS_ALIGNED(pfn, 2ul << order) &&
	       pfn + (2ul << order) <= end)
		order++;
	return order;
}

void give_range(struct world *w, unsigned long pfn, unsigned long nr_pages,
		bool (*never_onlined)(const struct page *page),
		page_fn prepare_never_onlined, range_fn give_back)
{
	unsigned long end = pfn + nr_pages;

	while (pfn < end) {
		unsigned int order = chunk_order(w, pfn, end);

		/* A pageblock is uniform: it was taken or kept as a whole. */
		if (order > w->pageblock_order)
			order = w->pageblock_order;
		if (never_onlined(pfn_to_page(w, pfn))) {
			for_each_page(w, pfn, 1ul << order,
				      prepare_never_onlined);
			generic_online_page(w, pfn_to_page(w, pfn), order);
		} else {
			adjust_managed_page_count(w, pfn_to_page(w, pfn),
						  1l << order);
			give_back(w, pfn, 1ul << order);
		}
		pfn += 1ul << order;
	}
}

/* --- PG_offline_skippable --- */

bool page_is_skippable(struct world *w, const struct page *page)
{
	(void)w;
	return PageOfflineSkippable(page);
}

bool skippable_isolation_skips(struct world *w, const struct page *page,
			       bool mem_offline)
{
	(void)w;
	return mem_offline && PageOfflineSkippable(page);
}

enum scan_verdict skippable_scan(struct world *w, const struct page *page)
{
	(void)w;
	return PageOfflineSkippable(page) ? SCAN_SKIP : SCAN_BUSY;
}

static void clear_skippable(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_skippable);
}

void clear_skippable_range(struct world *w, unsigned long pfn,
			   unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, clear_skippable);
}

/* --- PG_dirty --- */

static void set_dirty(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_dirty);
}

void dirty_keep_offline(struct world *w, unsigned long pfn,
			unsigned long nr_pages)
{
	for_each_page(w, pfn, nr_pages, set_dirty);
}

void check_sole_reference(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, page_ref_count(w, page) != 1, "fake_offline_refcount",
		       page, "onlined for the first time at reference count %d",
		       page_ref_count(w, page));
}

static void clear_dirty(struct world *w, struct page *page)
{
	check_sole_reference(w, page);
	clear_page_flag(w, page, PG_dirty);
}

void put_offline_page(struct world *w, struct page *page)
{
	__page_clear_type(w, page, PGTY_offline);
	__free_pages(w, page, 0);
}

static void clear_offline(struct world *w, struct page *page)
{
	__page_clear_type(w, page, PGTY_offline);
}

static void put_offline_range(struct world *w, unsigned long pfn,
			      unsigned long nr_pages)
{
	if (!kernel_of(w, 7_2)) {
		for_each_page(w, pfn, nr_pages, put_offline_page);
		return;
	}
	/* Not page by page: free_contig_range() makes larger ones of them. */
	for_each_page(w, pfn, nr_pages, clear_offline);
	free_contig_range(w, pfn, nr_pages);
}

void dirty_fake_online(struct world *w, unsigned long pfn,
		       unsigned long nr_pages)
{
	give_range(w, pfn, nr_pages, PageDirty, clear_dirty, put_offline_range);
}
