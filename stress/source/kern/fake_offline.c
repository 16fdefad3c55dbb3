/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plain owner of fake-offlined pageblocks: what drivers/virtio/virtio_mem.c
 * does to the kernel, without the device.  Unplugged pageblocks stay unplugged
 * when their block is onlined again.
 */
#include <linux/memory_hotplug.h>

#include "env.h"

/* drivers/virtio/virtio_mem.c: ZONE_MOVABLE is worth several tries. */
#define TRIES 5
#define PAGEBLOCKS_PER_BLOCK (1ul << (LANE_SECTION_ORDER - LANE_PAGEBLOCK_ORDER))

static unsigned long unplugged[BITS_TO_LONGS(LANE_NR_PAGEBLOCKS)];
static bool going;
static struct mutex mutex;

const unsigned long *lane_unplugged(void)
{
	return unplugged;
}

/* The device goes with its memory: what it had unplugged is nobody's now. */
void lane_forget_unplugged(unsigned long block, unsigned long nr_blocks)
{
	bitmap_clear(unplugged, block * PAGEBLOCKS_PER_BLOCK,
		     nr_blocks * PAGEBLOCKS_PER_BLOCK);
}

static void keep(unsigned long pfn)
{
	for (unsigned long i = 0; i < pageblock_nr_pages; i++) {
		struct page *page = pfn_to_page(pfn + i);

		SetPageDirty(page);
		if (!PageOffline(page))
			__SetPageOffline(page);
#ifndef HAVE_ONLINE_DISCOUNTS
		__ClearPageReserved(page);
#endif
	}
}

/* The callback of virtio-mem, while a driver is bound. */
static online_page_callback_t shared;

/* As set_online_page_callback(): not in the middle of an onlining. */
int lane_share_online_page(online_page_callback_t callback)
{
	get_online_mems();
	shared = callback;
	put_online_mems();
	return 0;
}

bool lane_online_page_is_shared(void)
{
	return shared;
}

static void online_page_cb(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page), end = pfn + (1ul << order);
	unsigned long pb = pfn >> pageblock_order;

	lane_at(LANE_AT_ONLINE_CHUNK);
	if (shared && lane_region_has(pfn)) {
		shared(page, order);
		return;
	}
	if (order < pageblock_order ||
	    find_next_bit(unplugged, end >> pageblock_order, pb) >=
	    end >> pageblock_order) {
		if (!lane_xen_online_page(page, order))
			generic_online_page(page, order);
		return;
	}
	for (; pfn < end; pfn += pageblock_nr_pages) {
		if (test_bit(pfn >> pageblock_order, unplugged))
			keep(pfn);
		else
			generic_online_page(pfn_to_page(pfn), pageblock_order);
	}
}

/* Since 6.11 offline_pages() discounts PageOffline pages itself. */
static void adjust_managed(unsigned long pfn, long count)
{
#ifndef HAVE_ONLINE_DISCOUNTS
	adjust_managed_page_count(pfn_to_page(pfn), count);
#endif
}

static void going_offline(unsigned long pfn)
{
	adjust_managed(pfn, pageblock_nr_pages);
	for (unsigned long i = 0; i < pageblock_nr_pages; i++)
		if (!page_ref_dec_and_test(pfn_to_page(pfn + i)))
			lane_host_broken("fake-offline page is referenced",
					 "going_offline", 0, pfn + i);
}

static void cancel_offline(unsigned long pfn)
{
	adjust_managed(pfn, -(long)pageblock_nr_pages);
	for (unsigned long i = 0; i < pageblock_nr_pages; i++)
		page_ref_inc(pfn_to_page(pfn + i));
}

static void for_each_unplugged(const struct memory_notify *mn,
			       void (*fn)(unsigned long pfn))
{
	unsigned long end = mn->start_pfn + mn->nr_pages;

	for (unsigned long pfn = mn->start_pfn; pfn < end;
	     pfn += pageblock_nr_pages)
		if (test_bit(pfn >> pageblock_order, unplugged))
			fn(pfn);
}

static int notifier_cb(struct notifier_block *nb, unsigned long action,
		       void *arg)
{
	switch (action) {
	case MEM_GOING_ONLINE:
	case MEM_GOING_OFFLINE:
		mutex_lock(&mutex);
		going = true;
		if (action == MEM_GOING_OFFLINE)
			for_each_unplugged(arg, going_offline);
		return NOTIFY_OK;
	case MEM_CANCEL_OFFLINE:
		if (going)
			for_each_unplugged(arg, cancel_offline);
		break;
	case MEM_CANCEL_ONLINE:
	case MEM_ONLINE:
	case MEM_OFFLINE:
		break;
	default:
		return NOTIFY_OK;
	}
	if (going) {
		going = false;
		mutex_unlock(&mutex);
	}
	return NOTIFY_OK;
}

static struct notifier_block nb = { .notifier_call = notifier_cb };

void lane_fake_offline_init(void)
{
	register_memory_notifier(&nb);
	set_online_page_callback(online_page_cb);
}

/* In one block, online, and all of it (un)plugged. */
static bool range_ok(unsigned long pb, unsigned long nr, bool is_unplugged)
{
	struct zone *zone = NULL;

	if (pb / PAGEBLOCKS_PER_BLOCK != (pb + nr - 1) / PAGEBLOCKS_PER_BLOCK)
		return false;
	for (unsigned long i = pb; i < pb + nr; i++) {
		struct page *page;

		page = pfn_to_online_page(i << pageblock_order);
		if (!page || test_bit(i, unplugged) != is_unplugged ||
		    (zone && page_zone(page) != zone))
			return false;
		zone = page_zone(page);
	}
	return true;
}

static int take(unsigned long pfn, unsigned long nr_pages)
{
	int tries = is_zone_movable_page(pfn_to_page(pfn)) ? TRIES : 1, ret;

	do {
		ret = lane_alloc_contig_range(pfn, pfn + nr_pages, 0);
		if (ret == -ENOMEM)
			return ret;
	} while (ret && --tries);
	if (ret)
		return -EBUSY;
	for (unsigned long i = pfn; i < pfn + nr_pages; i++)
		__SetPageOffline(pfn_to_page(i));
	adjust_managed_page_count(pfn_to_page(pfn), -(long)nr_pages);
	return 0;
}

int lane_fake_offline(unsigned long pb, unsigned long nr)
{
	int ret = -EINVAL;

	mutex_lock(&mutex);
	if (range_ok(pb, nr, false))
		ret = take(pb << pageblock_order, nr << pageblock_order);
	if (!ret)
		bitmap_set(unplugged, pb, nr);
	mutex_unlock(&mutex);
	return ret;
}

/* A pageblock is uniform: it was taken or kept as a whole. */
static void give(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);
	bool never_onlined = PageDirty(page);

	for (unsigned long i = 0; i < pageblock_nr_pages; i++) {
		if (never_onlined)
			ClearPageDirty(page + i);
		else
			__ClearPageOffline(page + i);
	}
	if (never_onlined) {
#ifndef HAVE_ONLINE_DISCOUNTS
		for (unsigned long i = 0; i < pageblock_nr_pages; i++)
			__ClearPageOffline(page + i);
#endif
		generic_online_page(page, pageblock_order);
		return;
	}
	free_contig_range(pfn, pageblock_nr_pages);
	adjust_managed_page_count(page, pageblock_nr_pages);
}

int lane_fake_online(unsigned long pb, unsigned long nr)
{
	int ret = -EINVAL;

	mutex_lock(&mutex);
	if (range_ok(pb, nr, true)) {
		bitmap_clear(unplugged, pb, nr);
		for (unsigned long i = pb; i < pb + nr; i++)
			give(i << pageblock_order);
		ret = 0;
	}
	mutex_unlock(&mutex);
	return ret;
}
