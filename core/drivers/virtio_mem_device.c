/* SPDX-License-Identifier: GPL-2.0-only */
/* See virtio_mem_device.h. */
#include "virtio_mem_device.h"

/* Memory blocks that are usable beyond the requested size. */
#define USABLE_EXTENT_MBS 2

static bool is_plugged(const struct world *w, unsigned long pfn)
{
	unsigned long pb = pfn >> w->pageblock_order;

	return !test_bit(pb, w->unplugged);
}

static void set_plugged(struct world *w, unsigned long pfn,
			unsigned long nr_pages, bool plugged)
{
	unsigned long end = (pfn + nr_pages) >> w->pageblock_order;

	for (unsigned long pb = pfn >> w->pageblock_order; pb < end; pb++) {
		block_touch(w, pfn_to_block(w, pb << w->pageblock_order));
		if (plugged)
			w->unplugged[pb / 64] &= ~(1ul << (pb % 64));
		else
			w->unplugged[pb / 64] |= 1ul << (pb % 64);
	}
}

/* Whole device blocks of the usable region, all of them in this state. */
static bool request_valid(const struct world *w, unsigned long pfn,
			  unsigned long nr_pages, bool plugged)
{
	const struct virtio_mem *vm = &w->virtio_mem;
	unsigned long off = pfn - vm->config.addr;

	if (off + nr_pages > vm->device_usable_region_size ||
	    !IS_ALIGNED(pfn | nr_pages, vm->config.block_size))
		return false;
	for (unsigned long p = pfn; p < pfn + nr_pages;
	     p += pageblock_nr_pages(w))
		if (is_plugged(w, p) != plugged)
			return false;
	return true;
}

static enum virtio_mem_resp misfortune(struct world *w)
{
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_VIRTQUEUE))
		return VIRTIO_MEM_NO_RESP;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_ERROR))
		return VIRTIO_MEM_RESP_ERROR;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_NACK))
		return VIRTIO_MEM_RESP_NACK;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_BUSY))
		return VIRTIO_MEM_RESP_BUSY;
	return VIRTIO_MEM_RESP_ACK;
}

enum virtio_mem_resp virtio_mem_device_request(struct world *w, unsigned long pfn,
					       unsigned long nr_pages, bool plug)
{
	struct virtio_mem *vm = &w->virtio_mem;
	enum virtio_mem_resp resp = misfortune(w);

	w->stats.refused_requests += resp != VIRTIO_MEM_RESP_ACK;
	if (resp != VIRTIO_MEM_RESP_ACK)
		return resp;
	VM_BUG_ON_PFN(w, !request_valid(w, pfn, nr_pages, !plug),
		      "virtio_mem_plugged", pfn,
		      "the driver wants to %splug %lu pages that are not all %splugged, or not usable",
		      plug ? "" : "un", nr_pages, plug ? "un" : "");
	if (plug && vm->device_plugged_size + nr_pages > vm->device_requested_size)
		return VIRTIO_MEM_RESP_NACK;
	set_plugged(w, pfn, nr_pages, plug);
	if (plug)
		vm->device_plugged_size += nr_pages;
	else
		vm->device_plugged_size -= nr_pages;
	w->stats.plug_requests += plug;
	w->stats.unplug_requests += !plug;
	mo_progress(w);
	return VIRTIO_MEM_RESP_ACK;
}

/* The usable region grows with the requested size and shrinks only when nothing
 * is plugged. */
static void resize_usable_region(struct world *w, bool can_shrink)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long size = vm->device_requested_size +
			     USABLE_EXTENT_MBS * pages_per_block(w);

	size = mo_min(ALIGN_UP(size, vm->config.block_size),
		      vm->config.region_size);
	if (can_shrink || size > vm->device_usable_region_size)
		vm->device_usable_region_size = size;
}

enum virtio_mem_resp virtio_mem_device_unplug_all(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_VIRTQUEUE))
		return VIRTIO_MEM_NO_RESP;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_UNPLUG_ALL_BUSY))
		return VIRTIO_MEM_RESP_BUSY;
	set_plugged(w, vm->config.addr, vm->config.region_size, false);
	vm->device_plugged_size = 0;
	resize_usable_region(w, true);
	mo_progress(w);
	return VIRTIO_MEM_RESP_ACK;
}

/* --- the device comes, changes, goes --- */

void virtio_mem_device_add(struct world *w,
			   const struct virtio_mem_config *config)
{
	struct virtio_mem *vm = &w->virtio_mem;

	vm->config = *config;
	vm->device_plugged_size = 0;
	vm->device_requested_size = 0;
	resize_usable_region(w, true);
	set_plugged(w, config->addr, config->region_size, false);
}

void virtio_mem_device_resize(struct world *w, unsigned long requested_size)
{
	struct virtio_mem *vm = &w->virtio_mem;

	requested_size = ALIGN_DOWN(requested_size, vm->config.block_size);
	vm->device_requested_size = mo_min(requested_size,
					   vm->config.region_size);
	resize_usable_region(w, false);
}

void virtio_mem_device_gone(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	set_plugged(w, vm->config.addr, vm->config.region_size, true);
	vm->config.region_size = 0;
}
