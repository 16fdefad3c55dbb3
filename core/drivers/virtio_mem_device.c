/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's side of virtio-mem, and the driver's requests to it.  QEMU's
 * hw/virtio/virtio-mem.c as far as the specification of the device obliges it
 * (virtio 1.3, 5.15): the truth about what is plugged.
 */
#include <errno.h>

#include "virtio_mem_internal.h"

/* include/uapi/linux/virtio_mem.h */
enum virtio_mem_resp {
	VIRTIO_MEM_RESP_ACK,
	VIRTIO_MEM_RESP_NACK,
	VIRTIO_MEM_RESP_BUSY,
	VIRTIO_MEM_RESP_ERROR,
	VIRTIO_MEM_NO_RESP, /* the request did not even reach the device */
};

/* Memory blocks that are usable beyond the requested size. */
#define USABLE_EXTENT_MBS 2

static bool is_plugged(const struct world *w, unsigned long pfn)
{
	unsigned long pb = pfn >> w->pageblock_order;

	return !(w->unplugged[pb / 64] >> (pb % 64) & 1);
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

/*
 * VIRTIO_MEM_REQ_PLUG and VIRTIO_MEM_REQ_UNPLUG.  What the driver asks for twice, or
 * outside of what it may use, a device answers with ERROR; here it is a violation.
 */
static enum virtio_mem_resp state_change_request(struct world *w,
						 unsigned long pfn,
						 unsigned long nr_pages,
						 bool plug)
{
	struct virtio_mem *vm = &w->virtio_mem;
	enum virtio_mem_resp resp;

	sched_point(w, SP_VIRTIO_MEM_REQUEST);
	resp = misfortune(w);
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

/* virtio_mem_send_plug_request.  plugged_size is what we did ourselves. */
int virtio_mem_send_plug_request(struct world *w, unsigned long pfn,
				 unsigned long nr_pages)
{
	if (w->virtio_mem.config_changed) {
		virtio_mem_event(w, CONFIG_CHANGED);
		return -EAGAIN;
	}
	switch (state_change_request(w, pfn, nr_pages, true)) {
	case VIRTIO_MEM_RESP_ACK:
		w->virtio_mem.plugged_size += nr_pages;
		return 0;
	case VIRTIO_MEM_RESP_NACK:
		return -EAGAIN;
	case VIRTIO_MEM_RESP_BUSY:
		return -ETXTBSY;
	case VIRTIO_MEM_RESP_ERROR:
		return -EINVAL;
	default:
		return -ENOMEM;
	}
}

/* virtio_mem_send_unplug_request.  A NACK is unexpected there. */
int virtio_mem_send_unplug_request(struct world *w, unsigned long pfn,
				   unsigned long nr_pages)
{
	if (w->virtio_mem.config_changed) {
		virtio_mem_event(w, CONFIG_CHANGED);
		return -EAGAIN;
	}
	switch (state_change_request(w, pfn, nr_pages, false)) {
	case VIRTIO_MEM_RESP_ACK:
		w->virtio_mem.plugged_size -= nr_pages;
		return 0;
	case VIRTIO_MEM_RESP_BUSY:
		return -ETXTBSY;
	case VIRTIO_MEM_RESP_ERROR:
		return -EINVAL;
	default:
		return -ENOMEM;
	}
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

/* virtio_mem_send_unplug_all_request */
int virtio_mem_send_unplug_all_request(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	sched_point(w, SP_VIRTIO_MEM_REQUEST);
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_VIRTQUEUE))
		return -ENOMEM;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_UNPLUG_ALL_BUSY)) {
		virtio_mem_event(w, UNPLUG_ALL_BUSY);
		return -ETXTBSY;
	}
	virtio_mem_event(w, UNPLUG_ALL);
	set_plugged(w, vm->config.addr, vm->config.region_size, false);
	vm->device_plugged_size = 0;
	resize_usable_region(w, true);
	mo_progress(w);
	vm->unplug_all_required = false;
	vm->plugged_size = 0;
	vm->config_changed = true;
	return 0;
}

/* --- the device comes, changes, goes --- */

/* Nothing is plugged, nothing requested. */
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

/* What QEMU's requested-size property does; then virtio_mem_config_changed(). */
int virtio_mem_config_changed(struct world *w, unsigned long requested_size)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->config.region_size)
		return VIRTIO_MEM_IDLE;
	requested_size = ALIGN_DOWN(requested_size, vm->config.block_size);
	vm->device_requested_size = mo_min(requested_size,
					   vm->config.region_size);
	resize_usable_region(w, false);
	if (!vm->bound)
		return 0;
	vm->config_changed = true;
	virtio_mem_retry(w);
	return 0;
}

/* Nothing is plugged; the region is ordinary address space again. */
void virtio_mem_device_gone(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	set_plugged(w, vm->config.addr, vm->config.region_size, true);
	vm->config.region_size = 0;
}
