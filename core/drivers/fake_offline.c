/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plain owner of fake-offlined pageblocks.  drivers/virtio/virtio_mem.c
 * without the device: its online_page_callback, its notifier, its bitmap.
 */
#include <errno.h>

#include "../mm/memory.h"
#include "../mm/memory_hotplug.h"
#include "../mm/page_offline.h"
#include "../mm/walkers.h"
#include "fake_offline.h"
#include "released.h"
#include "virtio_mem.h"

bool fake_offline_owns(const struct world *w, unsigned long pb)
{
	return test_bit(pb, w->fake_offline_set);
}

/* Owned, and its pages are there. */
static bool holds(const struct world *w, unsigned long pb)
{
	return fake_offline_owns(w, pb) &&
	       !is_released(w, pb << w->pageblock_order);
}

/* The device has it, and the driver knows. */
static void set_owned(struct world *w, unsigned long pb, bool owned)
{
	unsigned long bit = 1ul << (pb % 64);

	set_released(w, pb << w->pageblock_order, pageblock_nr_pages(w), false);
	if (owned) {
		w->unplugged[pb / 64] |= bit;
		w->fake_offline_set[pb / 64] |= bit;
	} else {
		w->unplugged[pb / 64] &= ~bit;
		w->fake_offline_set[pb / 64] &= ~bit;
	}
}

/*
 * virtio_mem_online_page_cb, shared by all devices: ours is the one without a
 * device.  A mixed chunk is processed pageblock by pageblock.
 */
static void online_page_cb(struct world *w, struct page *page,
			   unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);
	unsigned long first = pfn >> w->pageblock_order;
	unsigned long last = (pfn + (1ul << order) - 1) >> w->pageblock_order;
	unsigned long pb = first;

	if (virtio_mem_online_page_cb(w, page, order))
		return;
	while (pb <= last && !fake_offline_owns(w, pb))
		pb++;
	if (pb > last) {
		generic_online_page(w, page, order);
		return;
	}
	for (pb = first; pb <= last; pb++) {
		pfn = pb << w->pageblock_order;
		if (fake_offline_owns(w, pb)) {
			if (oldbug(w, PAGE_OFFLINE_SLEEPS_IN_RCU))
				rcu_read_lock(w);
			page_offline_keep(w, pfn, pageblock_nr_pages(w));
			if (oldbug(w, PAGE_OFFLINE_SLEEPS_IN_RCU))
				rcu_read_unlock(w);
		} else {
			generic_online_page(w, pfn_to_page(w, pfn),
					    w->pageblock_order);
		}
	}
}

/* Of the memory of an attempt: what the driver has pages of. */
static void for_each_held(struct world *w, const struct memory_notify *arg,
			  void (*fn)(struct world *w, unsigned long pfn,
				     unsigned long nr_pages))
{
	unsigned long end = arg->start_pfn + arg->nr_pages;

	for (unsigned long pfn = arg->start_pfn; fn && pfn < end;
	     pfn += pageblock_nr_pages(w))
		if (holds(w, pfn >> w->pageblock_order))
			fn(w, pfn, pageblock_nr_pages(w));
}

static void going_offline(struct world *w, unsigned long pfn,
			  unsigned long nr_pages)
{
	w->page_offline->going_offline(w, pfn, nr_pages);
	if (w->page_offline->isolate_notifier)
		set_released(w, pfn, nr_pages, true);
}

/* What was released of ours went with the memory; not what is another driver's. */
static void offline_done(struct world *w, const struct memory_notify *arg)
{
	unsigned long end = arg->start_pfn + arg->nr_pages;

	if (!w->page_offline->isolate_notifier || w->fake_offline_gone)
		return;
	for (unsigned long pfn = arg->start_pfn; pfn < end; pfn += pageblock_nr_pages(w))
		if (fake_offline_owns(w, pfn >> w->pageblock_order))
			set_released(w, pfn, pageblock_nr_pages(w), false);
}

static void attempt_ends(struct world *w)
{
	w->fake_offline_going = false;
	mutex_unlock(w, &w->fake_offline_lock);
}

/*
 * virtio_mem_memory_notifier_cb.  The mutex is taken in GOING and kept to the end
 * of the attempt; -EBUSY while the driver is being unloaded.  A CANCEL without GOING is harmless: the attempt was not ours
 * (hotplug_active there).
 */
static int notifier_cb(struct world *w, void *data,
		       enum memory_block_state action,
		       const struct memory_notify *arg)
{
	(void)data;
	switch (action) {
	case MEM_GOING_ONLINE:
	case MEM_GOING_OFFLINE:
		if (w->fake_offline_gone)
			break;
		mutex_lock(w, &w->fake_offline_lock);
		if (w->fake_offline_removing) {
			mutex_unlock(w, &w->fake_offline_lock);
			return w->fake_offline_gone ? 0 : -EBUSY;
		}
		w->fake_offline_going = true;
		if (action == MEM_GOING_OFFLINE)
			for_each_held(w, arg, w->page_offline->going_offline ? going_offline : NULL);
		break;
	case MEM_CANCEL_OFFLINE:
		if (!w->fake_offline_going)
			break;
		for_each_held(w, arg, w->page_offline->cancel_offline);
		attempt_ends(w);
		break;
	case MEM_OFFLINE:
		offline_done(w, arg);
		if (w->fake_offline_going)
			attempt_ends(w);
		break;
	case MEM_CANCEL_ONLINE:
	case MEM_ONLINE:
		if (w->fake_offline_going)
			attempt_ends(w);
		break;
	default:
		break;
	}
	return 0;
}

/* MEM_ISOLATE_COUNT, arch/powerpc/platforms/pseries/cmm.c:cmm_count_pages, v5.5. */
static unsigned long count_pages(struct world *w, void *data,
				 unsigned long start_pfn, unsigned long nr_pages)
{
	(void)data;
	return holds(w, start_pfn >> w->pageblock_order) ? nr_pages : 0;
}

void fake_offline_init(struct world *w)
{
	MUST(!register_memory_isolate_notifier(w, count_pages, NULL));
	MUST(!set_online_page_callback(w, online_page_cb));
	MUST(!register_memory_notifier(w, notifier_cb, NULL, 0));
}

/* Every pageblock in one online block, outside its memmap, owned or not. */
static bool range_ok(struct world *w, unsigned long pb, unsigned long nr,
		     bool owned)
{
	unsigned long start = pb << w->pageblock_order;
	unsigned long end = (pb + nr) << w->pageblock_order;

	if (!nr || end > w->nr_pfns ||
	    pfn_to_block(w, start) != pfn_to_block(w, end - 1) ||
	    pfn_of_virtio_mem(w, start) || /* another driver's */
	    w->blocks[pfn_to_block(w, start)].state != MEM_ONLINE)
		return false;
	for (unsigned long i = pb; i < pb + nr; i++)
		if (fake_offline_owns(w, i) != owned ||
		    PageVmemmapSelfHosted(
			    pfn_to_page(w, i << w->pageblock_order)))
			return false;
	return true;
}

static int __fake_offline(struct world *w, unsigned long pb, unsigned long nr)
{
	int ret;

	if (w->fake_offline_removing)
		return -ENODEV;
	if (!range_ok(w, pb, nr, false))
		return -EINVAL;
	ret = w->page_offline->fake_offline(w, pb << w->pageblock_order,
					    nr << w->pageblock_order);
	if (ret)
		return ret;
	if (!oldbug(w, KCORE_READS_UNPLUGGED))
		page_offline_begin(w);
	for (unsigned long i = pb; i < pb + nr; i++)
		set_owned(w, i, true);
	if (!oldbug(w, KCORE_READS_UNPLUGGED))
		page_offline_end(w);
	return 0;
}

int fake_offline(struct world *w, unsigned long pb, unsigned long nr)
{
	int ret;

	mutex_lock(w, &w->fake_offline_lock);
	ret = __fake_offline(w, pb, nr);
	mutex_unlock(w, &w->fake_offline_lock);
	return ret;
}

/* What was released is plugged again, and whoever has its pages keeps them. */
static int __fake_online(struct world *w, unsigned long pb, unsigned long nr)
{
	unsigned long end = (pb + nr) << w->pageblock_order, next;

	if (w->fake_offline_removing)
		return -ENODEV;
	if (!range_ok(w, pb, nr, true))
		return -EINVAL;
	for (unsigned long pfn = pb << w->pageblock_order; pfn < end; pfn = next) {
		bool released = is_released(w, pfn);

		next = end_of_released(w, pfn, end);
		for (unsigned long p = pfn; p < next; p += pageblock_nr_pages(w))
			set_owned(w, p >> w->pageblock_order, false);
		if (!released)
			w->page_offline->fake_online(w, pfn, next - pfn);
	}
	return 0;
}

int fake_online(struct world *w, unsigned long pb, unsigned long nr)
{
	int ret;

	mutex_lock(w, &w->fake_offline_lock);
	ret = __fake_online(w, pb, nr);
	mutex_unlock(w, &w->fake_offline_lock);
	return ret;
}

/* --- unloading --- */

static bool block_has_owned(const struct world *w, unsigned long block)
{
	unsigned long pb = block_start_pfn(w, block) >> w->pageblock_order;

	for (unsigned long i = pb; i < pb + pageblocks_per_block(w); i++)
		if (fake_offline_owns(w, i))
			return true;
	return false;
}

/* Their state in the device is lost with the driver: nobody may online them any
 * more.  Only blocks that something happened to can have unplugged pageblocks. */
static void remove_offline_blocks(struct world *w)
{
	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++) {
		unsigned long block = w->dirty_blocks[i];

		/* Perhaps on its way there: remove_memory() waits for it. */
		if (!pfn_online(w, block_start_pfn(w, block)) &&
		    block_has_owned(w, block))
			remove_memory(w, block);
	}
}

/* What is unplugged in an online block stays out, and the block stays online. */
static void abandon_block(struct world *w, unsigned long block)
{
	unsigned long pb = block_start_pfn(w, block) >> w->pageblock_order;
	unsigned long end = pb + pageblocks_per_block(w);

	for (; pb < end; pb++) {
		if (!fake_offline_owns(w, pb))
			continue;
		if (w->page_offline->abandon && holds(w, pb) &&
		    !oldbug(w, UNLOAD_LEAVES_SKIPPABLE))
			w->page_offline->abandon(w, pb << w->pageblock_order,
						 pageblock_nr_pages(w));
		w->fake_offline_set[pb / 64] &= ~(1ul << (pb % 64));
	}
}

/*
 * virtio_mem_remove and virtio_mem_deinit_hotplug, forced while memory is still
 * plugged.  From `removing` on no block changes its state; that flag and the
 * mutex are what the kernel has too.
 */
int fake_offline_unload(struct world *w)
{
	bool first;

	mutex_lock(w, &w->fake_offline_lock);
	first = !w->fake_offline_removing;
	w->fake_offline_removing = true;
	mutex_unlock(w, &w->fake_offline_lock);
	if (!first)
		return -ENODEV;
	remove_offline_blocks(w);
	mutex_lock(w, &w->fake_offline_lock);
	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++)
		abandon_block(w, w->dirty_blocks[i]);
	w->fake_offline_gone = true;
	mutex_unlock(w, &w->fake_offline_lock);
	return 0;
}

int fake_offline_load(struct world *w)
{
	if (!w->fake_offline_gone)
		return -EBUSY;
	w->fake_offline_gone = false;
	w->fake_offline_removing = false;
	return 0;
}
