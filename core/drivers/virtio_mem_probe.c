/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: the driver comes and goes.  drivers/virtio/virtio_mem.c, 6.12.
 * Memory that it cannot remove outlives it; the region then stays reserved, so
 * that no driver can be bound to the device again.
 */
#include <errno.h>
#include <string.h>

#include "../mm/memory.h"
#include "virtio_mem_device.h"
#include "virtio_mem_internal.h"

/* The kernel's 1 GiB is 8 memory blocks of x86-64; half of that, so that small
 * worlds reach it too. */
#define OFFLINE_THRESHOLD_MBS 4

static bool has_memory(const struct world *w,
		       const struct virtio_mem_config *config)
{
	unsigned long last = pfn_to_block(w, config->addr + config->region_size - 1);

	for (unsigned long b = pfn_to_block(w, config->addr); b <= last; b++)
		if (w->blocks[b].state != MEM_ABSENT)
			return true;
	return false;
}

static bool virtio_mem_has_memory_added(const struct world *w)
{
	return has_memory(w, &w->virtio_mem.config);
}

/* virtio_mem_create_resource: nobody else's memory lies there, nor what the last
 * driver left. */
static int virtio_mem_create_resource(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_RESOURCE) ||
	    vm->parent_resource || virtio_mem_has_memory_added(w)) {
		virtio_mem_event(w, RESOURCE_BUSY);
		return -EBUSY;
	}
	vm->parent_resource = true;
	return 0;
}

static void init_sbm(struct world *w, unsigned long sb_size)
{
	struct virtio_mem *vm = &w->virtio_mem;
	struct virtio_mem_sbm *sbm = &vm->sbm;

	vm->in_sbm = true;
	sbm->sb_size = sb_size;
	sbm->sbs_per_mb = (unsigned int)(pages_per_block(w) / sb_size);
	/* The first whole memory block. */
	sbm->first_mb_id = pfn_to_block(w, vm->config.addr +
					   pages_per_block(w) - 1);
	sbm->next_mb_id = sbm->first_mb_id;
}

static void init_bbm(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	struct virtio_mem_bbm *bbm = &vm->bbm;

	vm->in_sbm = false;
	bbm->bb_size = mo_max(vm->config.block_size, pages_per_block(w));
	bbm->first_bb_id = (vm->config.addr + bbm->bb_size - 1) / bbm->bb_size;
	bbm->next_bb_id = bbm->first_bb_id;
	vm->offline_threshold = mo_max(2 * bbm->bb_size, vm->offline_threshold);
}

/* virtio_mem_init_hotplug */
static int virtio_mem_init_hotplug(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long sb_size = mo_max(vm->config.block_size,
				       pageblock_nr_pages(w));
	int rc;

	vm->offline_threshold = OFFLINE_THRESHOLD_MBS * pages_per_block(w);
	if (sb_size < pages_per_block(w) &&
	    vm->config.mode != VIRTIO_MEM_MODE_BBM)
		init_sbm(w, sb_size);
	else
		init_bbm(w);
	rc = virtio_mem_create_resource(w);
	if (rc)
		return rc;
	/* Nobody uses what the last driver left plugged. */
	vm->plugged_size = vm->device_plugged_size;
	vm->unplug_all_required = vm->plugged_size;
	rc = register_memory_notifier(w, virtio_mem_memory_notifier_cb, NULL, 0);
	if (rc)
		vm->parent_resource = false;
	return rc;
}

/* What the driver knew, but for the parameters of the module. */
static void forget_tracking_data(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	memset(&vm->sbm, 0, sizeof(vm->sbm));
	memset(&vm->bbm, 0, sizeof(vm->bbm));
	vm->broken = false;
	vm->offline_size = 0;
	vm->config_changed = false;
	vm->unplug_all_required = false;
	vm->plugged_size = 0;
	vm->requested_size = 0;
}

/* virtio_mem_probe */
static int probe(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc = virtio_mem_init_hotplug(w);

	if (rc) {
		forget_tracking_data(w);
		return rc;
	}
	vm->bound = true;
	vm->removing = false;
	vm->config_changed = true;
	virtio_mem_retry(w);
	return 0;
}

/*
 * The device comes: -EBUSY where memory is or is about to be added, whose resource
 * add_memory() has registered before (__request_mem_region), and on a machine of
 * another hypervisor.
 */
static int device_comes(struct world *w, const struct virtio_mem_config *config)
{
	int rc = -EBUSY;

	mutex_lock(w, &w->device_hotplug_lock);
	if (!has_memory(w, config) && !w->hv_dynmem.loaded &&
	    !w->xen_balloon.hotplug) {
		virtio_mem_device_add(w, config);
		rc = 0;
	}
	mutex_unlock(w, &w->device_hotplug_lock);
	return rc;
}

int virtio_mem_probe(struct world *w, const struct virtio_mem_config *config)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc = -EBUSY;

	if (virtio_mem_config_check(&w->geo, config))
		return -EINVAL;
	mutex_lock(w, &vm->device_lock);
	if (vm->bound)
		goto out;
	if (!vm->config.region_size && device_comes(w, config))
		goto out;
	vm->config.mode = config->mode;
	rc = probe(w);
out:
	mutex_unlock(w, &vm->device_lock);
	return rc;
}

/* virtio_mem_deinit_hotplug: no work any more, no block changes its state. */
static void virtio_mem_stop(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	mutex_lock(w, &vm->hotplug_mutex);
	spin_lock(w, &vm->removal_lock);
	vm->removing = true;
	vm->wq_queued = false;
	spin_unlock(w, &vm->removal_lock);
	mutex_unlock(w, &vm->hotplug_mutex);
	sched_point(w, SP_VIRTIO_MEM_REMOVING);
	/* cancel_work_sync() */
	mutex_lock(w, &vm->wq_lock);
	vm->retry_timer = false;
}

/* Locks: device_lock. */
static void unbind(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	virtio_mem_stop(w);
	if (vm->in_sbm)
		virtio_mem_sbm_deinit(w);
	/* unregister_virtio_mem_device(): not in the middle of an onlining */
	get_online_mems(w);
	vm->bound = false;
	put_online_mems(w);
	unregister_memory_notifier(w, virtio_mem_memory_notifier_cb, NULL);
	if (virtio_mem_has_memory_added(w)) {
		virtio_mem_event(w, MEMORY_LEFT);
	} else {
		virtio_mem_event(w, ALL_REMOVED);
		vm->parent_resource = false;
	}
	forget_tracking_data(w);
	mutex_unlock(w, &vm->wq_lock);
}

/* virtio_mem_remove */
int virtio_mem_remove(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc = VIRTIO_MEM_IDLE;

	mutex_lock(w, &vm->device_lock);
	if (vm->bound) {
		unbind(w);
		rc = 0;
	}
	mutex_unlock(w, &vm->device_lock);
	return rc;
}

/* QEMU refuses to unplug a virtio-mem device while some of its memory is, or is
 * asked for; that may still be so when the driver is gone. */
static int device_del(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->config.region_size)
		return VIRTIO_MEM_IDLE;
	if (!virtio_mem_is_busy(vm) && vm->bound)
		unbind(w);
	if (virtio_mem_is_busy(vm)) {
		virtio_mem_event(w, DEVICE_BUSY);
		return -EBUSY;
	}
	virtio_mem_event(w, DEVICE_GONE);
	virtio_mem_device_gone(w);
	return 0;
}

int virtio_mem_device_del(struct world *w)
{
	int rc;

	mutex_lock(w, &w->virtio_mem.device_lock);
	rc = device_del(w);
	mutex_unlock(w, &w->virtio_mem.device_lock);
	return rc;
}

/* Isolate notifiers are of kernels that had no virtio-mem: the count stays. */
void virtio_mem_init(struct world *w)
{
	w->virtio_mem.unplug_online = true;
	w->virtio_mem.retry_timer_ms = 50000;
	MUST(!register_memory_isolate_notifier(w, virtio_mem_count_pages, NULL));
	if (w->geo.virtio_mem.region_size)
		MUST(!virtio_mem_probe(w, &w->geo.virtio_mem));
}
