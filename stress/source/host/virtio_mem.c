/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: the device behind the kernel's driver is the one of core/, in the part of
 * struct virtio_mem that is the hypervisor's; the other part shows what the driver
 * knows.  Operations are those of core/drivers/virtio_mem_probe.c.
 */
#include <errno.h>
#include <string.h>

#include "../lane.h"
#include "lane_world.h"
#include "drivers/virtio_mem.h"
#include "drivers/virtio_mem_device.h"
#include "op/subject.h"

#define PAGE_SHIFT 12
/* As core/drivers/virtio_mem_probe.c has it. */
#define OFFLINE_THRESHOLD_MBS 4

/* --- the device --- */

void lane_host_virtio_mem_device(struct lane_virtio_mem_device *d)
{
	const struct virtio_mem *vm;

	*d = (struct lane_virtio_mem_device){ 0 };
	if (!lane_world)
		return; /* it boots */
	vm = &lane_world->virtio_mem;
	*d = (struct lane_virtio_mem_device){
		.addr = vm->config.addr << PAGE_SHIFT,
		.region_size = vm->config.region_size << PAGE_SHIFT,
		.usable_region_size = vm->device_usable_region_size << PAGE_SHIFT,
		.block_size = vm->config.block_size << PAGE_SHIFT,
		.plugged_size = vm->device_plugged_size << PAGE_SHIFT,
		.requested_size = vm->device_requested_size << PAGE_SHIFT,
	};
}

static enum virtio_mem_resp answer(struct world *w, int type, unsigned long pfn,
				   unsigned long nr_pages)
{
	if (type == LANE_VIRTIO_MEM_UNPLUG_ALL)
		return virtio_mem_device_unplug_all(w);
	return virtio_mem_device_request(w, pfn, nr_pages,
					 type == LANE_VIRTIO_MEM_PLUG);
}

_Static_assert((int)VIRTIO_MEM_NO_RESP == LANE_VIRTIO_MEM_NO_RESP,
	       "answers are told by the same numbers");

int lane_host_virtio_mem_request(int type, unsigned long addr, unsigned int nr_blocks,
				 int give_way)
{
	struct world *w = lane_world;
	enum virtio_mem_resp resp;

	if (give_way)
		fail_disarm_all(&w->fail);
	resp = answer(w, type, addr >> PAGE_SHIFT,
		      nr_blocks * w->virtio_mem.config.block_size);
	lane_running(w);
	return (int)resp;
}

/* --- what the driver knows --- */

static void look_sbm(struct virtio_mem *vm, const struct lane_virtio_mem *l)
{
	vm->sbm = (struct virtio_mem_sbm){
		.first_mb_id = l->first_id,
		.next_mb_id = l->next_id,
		.sb_size = l->sb_size,
		.sbs_per_mb = l->sbs_per_mb,
	};
	for (unsigned int i = 0; i < VIRTIO_MEM_SBM_MB_COUNT; i++)
		vm->sbm.mb_count[i] = l->counts[i];
	memcpy(vm->sbm.mb_states, l->states, sizeof(l->states));
	for (unsigned int i = 0; i < LANE_NR_BLOCKS; i++)
		vm->sbm.sb_states[i] = l->plugged[i];
}

static void look_bbm(struct virtio_mem *vm, const struct lane_virtio_mem *l)
{
	vm->bbm = (struct virtio_mem_bbm){
		.first_bb_id = l->first_id,
		.next_bb_id = l->next_id,
		.bb_size = l->unit,
	};
	for (unsigned int i = 0; i < VIRTIO_MEM_BBM_BB_COUNT; i++)
		vm->bbm.bb_count[i] = l->counts[i];
	memcpy(vm->bbm.bb_states, l->states, sizeof(l->states));
}

_Static_assert(LANE_MAX_NR_BLOCKS <= VIRTIO_MEM_MAX_MBS, "a region can be all of memory");

void lane_look_driver(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	struct lane_virtio_mem l;

	lane_look_virtio_mem(&l);
	vm->bound = l.bound;
	vm->parent_resource = l.parent_resource;
	vm->wq_queued = l.wq_queued;
	vm->retry_timer = l.retry_timer;
	vm->offlining = l.offlining;
	vm->in_sbm = l.in_sbm;
	vm->broken = l.broken;
	vm->hotplug_active = l.hotplug_active;
	vm->plugged_size = l.plugged_size;
	vm->requested_size = l.requested_size;
	vm->offline_size = l.offline_size;
	if (l.in_sbm)
		look_sbm(vm, &l);
	else
		look_bbm(vm, &l);
}

/* --- operations --- */

static int done(struct world *w, int ret)
{
	lane_resized(w);
	return ret;
}

static bool has_memory(const struct world *w, const struct virtio_mem_config *config)
{
	unsigned long last = pfn_to_block(w, config->addr + config->region_size - 1);

	view_sync(w);
	for (unsigned long b = pfn_to_block(w, config->addr); b <= last; b++)
		if (view_block_state(w, b) != MEM_ABSENT)
			return true;
	return false;
}

/* add_memory() has its resource before the memory is there. */
static bool device_comes(struct world *w, const struct virtio_mem_config *config)
{
	bool comes;

	lane_lock_device_hotplug();
	lane_running(w);
	comes = !has_memory(w, config) && !w->xen_balloon.hotplug;
	if (comes)
		virtio_mem_device_add(w, config);
	lane_unlock_device_hotplug();
	return comes;
}

static int probe(struct world *w, const struct virtio_mem_config *config)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (lane_virtio_mem_has_driver())
		return -EBUSY;
	if (!vm->config.region_size && !device_comes(w, config))
		return -EBUSY;
	vm->config.mode = config->mode;
	return lane_virtio_mem_probe(config->mode == VIRTIO_MEM_MODE_BBM,
				     OFFLINE_THRESHOLD_MBS * pages_per_block(w)
					     << PAGE_SHIFT);
}

int lane_virtio_mem_probe_op(struct world *w, const struct virtio_mem_config *config)
{
	int ret;

	if (virtio_mem_config_check(&w->geo, config))
		return -EINVAL;
	lane_virtio_mem_lock();
	ret = probe(w, config);
	lane_virtio_mem_unlock();
	return done(w, ret);
}

/* POISON_LOOKED_FOR_IN_GARBAGE: it may remove memory. */
static bool may_remove(void)
{
	return !lane_step_around_findings() || !lane_poison_in_the_way();
}

int lane_virtio_mem_remove_op(struct world *w)
{
	int ret = VIRTIO_MEM_IDLE;

	if (!may_remove())
		return ret;
	lane_virtio_mem_lock();
	if (lane_virtio_mem_has_driver()) {
		lane_virtio_mem_remove();
		ret = 0;
	}
	lane_virtio_mem_unlock();
	return done(w, ret);
}

static bool is_busy(struct world *w)
{
	lane_look_driver(w);
	return virtio_mem_is_busy(&w->virtio_mem);
}

static int device_del(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->config.region_size)
		return VIRTIO_MEM_IDLE;
	if (!is_busy(w) && vm->bound)
		lane_virtio_mem_remove();
	if (is_busy(w))
		return -EBUSY;
	virtio_mem_device_gone(w);
	return 0;
}

int lane_virtio_mem_device_del_op(struct world *w)
{
	int ret;

	if (!may_remove())
		return VIRTIO_MEM_IDLE;
	lane_virtio_mem_lock();
	ret = device_del(w);
	lane_virtio_mem_unlock();
	return done(w, ret);
}

int lane_virtio_mem_config_changed_op(struct world *w, unsigned long size)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->config.region_size)
		return VIRTIO_MEM_IDLE;
	virtio_mem_device_resize(w, size * vm->config.block_size);
	lane_virtio_mem_config_changed();
	return done(w, 0);
}

/* Who could meet a finding that is stepped around comes later: the work stays queued. */
static bool may_run(const struct world *w)
{
	const struct virtio_mem_config *config = &w->virtio_mem.config;

	if (!lane_step_around_findings())
		return true;
	return !lane_poison_in_the_way() &&
	       !lane_foreign_isolation(w, config->addr,
				       config->addr + config->region_size);
}

int lane_virtio_mem_run_wq_op(struct world *w)
{
	int ret;

	view_sync(w);
	if (!may_run(w) || !lane_isolator_begins(LANE_TAKES_RANGE))
		return VIRTIO_MEM_IDLE;
	lane_begin_work();
	ret = lane_virtio_mem_run_wq();
	lane_isolators[LANE_TAKES_RANGE]--;
	return ret == 1 ? VIRTIO_MEM_IDLE : done(w, ret);
}

int lane_virtio_mem_timer_expired_op(struct world *w)
{
	return lane_virtio_mem_timer_expired() ? VIRTIO_MEM_IDLE : done(w, 0);
}
