/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: the main loop and what both modes share.
 * drivers/virtio/virtio_mem.c, 6.12.
 */
#include <errno.h>

#include "../mm/memory_hotplug.h"
#include "../mm/walkers.h"
#include "virtio_mem_internal.h"

#define RETRY_TIMER_MIN_MS 50000
#define RETRY_TIMER_MAX_MS 300000
/* An alloc_contig_range() that fails in ZONE_MOVABLE may succeed the next time. */
#define FAKE_OFFLINE_TRIES 5
/* Ours: immediate retries after which the work is queued again instead.  In the
 * kernel a hypervisor that rejects for ever keeps the worker busy for ever. */
#define MAX_IMMEDIATE_RETRIES 16

/* --- memory of the device, added to Linux and removed --- */

/* virtio_mem_retry: queues the work, unless the driver is being removed. */
void virtio_mem_retry(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	spin_lock(w, &vm->removal_lock);
	if (!vm->removing)
		vm->wq_queued = true;
	spin_unlock(w, &vm->removal_lock);
}

/* virtio_mem_could_add_memory: not too much that nobody brings online. */
bool virtio_mem_could_add_memory(const struct world *w, unsigned long nr_pages)
{
	const struct virtio_mem *vm = &w->virtio_mem;

	return vm->offline_size + nr_pages <= vm->offline_threshold;
}

/* virtio_mem_add_memory.  The memory may come online at once. */
int virtio_mem_add_memory(struct world *w, unsigned long pfn,
			  unsigned long nr_pages)
{
	int rc;

	sched_point(w, SP_VIRTIO_MEM_ADD_MEMORY);
	w->virtio_mem.offline_size += nr_pages;
	rc = add_memory_driver_managed(w, pfn_to_block(w, pfn),
				       nr_pages >> w->block_order);
	if (rc)
		w->virtio_mem.offline_size -= nr_pages;
	return rc;
}

/* virtio_mem_remove_memory, of one memory block: fails only while it is online. */
int virtio_mem_remove_memory(struct world *w, unsigned long pfn)
{
	int rc;

	sched_point(w, SP_VIRTIO_MEM_REMOVE_MEMORY);
	rc = remove_memory(w, pfn_to_block(w, pfn));
	if (!rc) {
		w->virtio_mem.offline_size -= pages_per_block(w);
		virtio_mem_retry(w);
	}
	sched_point(w, SP_VIRTIO_MEM_REMOVED);
	return rc;
}

/* virtio_mem_offline_and_remove_memory.  We do not expect much else than success:
 * everything was fake-offlined before. */
int virtio_mem_offline_and_remove_memory(struct world *w, unsigned long pfn,
					 unsigned long nr_pages)
{
	int rc;

	sched_point(w, SP_VIRTIO_MEM_OFFLINE_AND_REMOVE);
	w->virtio_mem.offlining = true;
	rc = offline_and_remove_memory(w, pfn_to_block(w, pfn),
				       nr_pages >> w->block_order);
	w->virtio_mem.offlining = false;
	if (!rc) {
		w->virtio_mem.offline_size -= nr_pages;
		virtio_mem_retry(w);
	}
	sched_point(w, SP_VIRTIO_MEM_REMOVED);
	if (rc && rc != -ENOMEM && !oldbug(w, VIRTIO_MEM_ERRORS_ARE_FATAL))
		rc = -EBUSY;
	/* What else the run meets may fail with the errno that offlining had here. */
	w->virtio_mem.offline_error = rc;
	return rc;
}

/* --- fake-offlining --- */

/*
 * virtio_mem_set_fake_offline: who saw the pages in use has read them before they are
 * unplugged.  The kernel sets PageOffline inside; here alloc_offline_page_range() has.
 */
static void exclude_readers(struct world *w)
{
	if (oldbug(w, KCORE_READS_UNPLUGGED))
		return;
	page_offline_begin(w);
	page_offline_end(w);
}

/* virtio_mem_fake_offline, with the page state that the policy wants. */
int virtio_mem_fake_offline(struct world *w, unsigned long pfn,
			    unsigned long nr_pages)
{
	bool is_movable = is_zone_movable(page_zone(w, pfn_to_page(w, pfn)));
	int rc;

	for (int retry_count = 0; retry_count < FAKE_OFFLINE_TRIES; retry_count++) {
		sched_point(w, SP_VIRTIO_MEM_FAKE_OFFLINE);
		/* The device may want to keep the memory now. */
		if (w->virtio_mem.config_changed) {
			virtio_mem_event(w, CONFIG_CHANGED);
			return -EAGAIN;
		}
		rc = alloc_offline_page_range(w, pfn, nr_pages,
					      OFFLINE_SKIPPABLE);
		if (!rc) {
			exclude_readers(w);
			set_released(w, pfn, nr_pages, false);
			return 0;
		}
		if (rc == -ENOMEM) {
			virtio_mem_event(w, FAKE_OFFLINE_NOMEM);
			return rc;
		}
		if (!is_movable)
			break;
	}
	virtio_mem_event(w, FAKE_OFFLINE_BUSY);
	return -EBUSY;
}

/* virtio_mem_fake_online: to the buddy, the first or another time.  Whoever has the
 * pages that were released keeps them. */
void virtio_mem_fake_online(struct world *w, unsigned long pfn,
			    unsigned long nr_pages)
{
	unsigned long end = pfn + nr_pages;

	for (unsigned long next; pfn < end; pfn = next) {
		bool released = is_released(w, pfn);

		next = end_of_released(w, pfn, end);
		if (released)
			set_released(w, pfn, next - pfn, false);
		else
			free_offline_page_range(w, pfn, next - pfn);
	}
}

/* --- the main loop --- */

static int virtio_mem_plug_request(struct world *w, unsigned long diff)
{
	return w->virtio_mem.in_sbm ? virtio_mem_sbm_plug_request(w, diff) :
				      virtio_mem_bbm_plug_request(w, diff);
}

static int virtio_mem_unplug_request(struct world *w, unsigned long diff)
{
	return w->virtio_mem.in_sbm ? virtio_mem_sbm_unplug_request(w, diff) :
				      virtio_mem_bbm_unplug_request(w, diff);
}

static int virtio_mem_cleanup_pending_mb(struct world *w)
{
	return w->virtio_mem.in_sbm ? virtio_mem_sbm_cleanup_pending_mb(w) :
				      virtio_mem_bbm_cleanup_pending_bb(w);
}

/* The last block of this size that lies in the usable region as a whole; it may
 * be smaller than the first: nothing can be plugged, -ENOSPC. */
static unsigned long last_usable_id(const struct world *w, unsigned long size)
{
	const struct virtio_mem *vm = &w->virtio_mem;
	unsigned long end = vm->config.addr + vm->device_usable_region_size;

	return end / size - 1;
}

/* virtio_mem_refresh_config: plugged_size is a reflection of what we did. */
static void virtio_mem_refresh_config(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	VM_BUG_ON(w, vm->device_plugged_size != vm->plugged_size,
		  "virtio_mem_plugged",
		  "%lu pages are plugged, the driver knows of %lu",
		  vm->device_plugged_size, vm->plugged_size);
	if (vm->in_sbm)
		vm->sbm.last_usable_mb_id =
			last_usable_id(w, pages_per_block(w));
	else
		vm->bbm.last_usable_bb_id = last_usable_id(w, vm->bbm.bb_size);
	vm->requested_size = vm->device_requested_size;
}

/* One round of virtio_mem_run_wq. */
static int virtio_mem_run_once(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc = 0;

	if (vm->unplug_all_required)
		rc = virtio_mem_send_unplug_all_request(w);
	if (vm->config_changed) {
		vm->config_changed = false;
		virtio_mem_refresh_config(w);
	}
	if (!rc)
		rc = virtio_mem_cleanup_pending_mb(w);
	if (!rc && vm->requested_size > vm->plugged_size)
		rc = virtio_mem_plug_request(w, vm->requested_size -
						vm->plugged_size);
	else if (!rc && vm->requested_size < vm->plugged_size)
		rc = virtio_mem_unplug_request(w, vm->plugged_size -
						  vm->requested_size);
	if (!rc && vm->in_sbm && vm->sbm.have_unplugged_mb)
		rc = -EBUSY;
	return rc;
}

static void arm_timer(struct world *w)
{
	w->virtio_mem.retry_timer = true;
}

/* What becomes of the work after a round that will not be repeated at once. */
static void virtio_mem_run_result(struct world *w, int rc)
{
	switch (rc) {
	case 0:
		virtio_mem_event(w, RC_0);
		w->virtio_mem.retry_timer_ms = RETRY_TIMER_MIN_MS;
		break;
	case -ENOSPC:
		virtio_mem_event(w, RC_ENOSPC);
		break;
	case -ETXTBSY:
		virtio_mem_event(w, RC_ETXTBSY);
		arm_timer(w);
		break;
	case -EBUSY:
		virtio_mem_event(w, RC_EBUSY);
		arm_timer(w);
		break;
	case -ENOMEM:
		virtio_mem_event(w, RC_ENOMEM);
		arm_timer(w);
		break;
	case -EAGAIN:
		virtio_mem_retry(w);
		break;
	default:
		VM_BUG_ON(w, rc == w->virtio_mem.offline_error,
			  "virtio_mem_broken",
			  "the device is given up because offlining returned %d", rc);
		virtio_mem_event(w, RC_BROKEN);
		w->virtio_mem.broken = true;
	}
}

/* virtio_mem_run_wq.  Locks: wq_lock, which stands for the one worker that runs a
 * work item at a time. */
static int virtio_mem_work(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned int nr_retries = 0;
	int rc;

	vm->retry_timer = false;
	if (vm->broken) {
		virtio_mem_event(w, BROKEN);
		return 0;
	}
	vm->wq_active = true;
	do {
		sched_point(w, SP_VIRTIO_MEM_RUN);
		rc = virtio_mem_run_once(w);
		if (rc == -EAGAIN)
			virtio_mem_event(w, RC_EAGAIN);
	} while (rc == -EAGAIN && nr_retries++ < MAX_IMMEDIATE_RETRIES);
	virtio_mem_run_result(w, rc);
	vm->offline_error = 0;
	vm->wq_active = false;
	return rc;
}

int virtio_mem_run_wq(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc;

	if (!vm->wq_queued || !lock_try(&w->sched, &vm->wq_lock))
		return VIRTIO_MEM_IDLE;
	vm->wq_queued = false;
	rc = virtio_mem_work(w);
	mutex_unlock(w, &vm->wq_lock);
	return rc;
}

/* virtio_mem_timer_expired */
int virtio_mem_timer_expired(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->retry_timer)
		return VIRTIO_MEM_IDLE;
	vm->retry_timer = false;
	virtio_mem_event(w, TIMER);
	virtio_mem_retry(w);
	vm->retry_timer_ms = (unsigned int)mo_min(vm->retry_timer_ms * 2,
						  RETRY_TIMER_MAX_MS);
	return 0;
}

/* --- the table of transitions --- */

static const struct {
	bool sbm;
	uint8_t from, to, by, row;
} transitions[] = {
#define SBM(from, to, by, scenario)                                            \
	{ true, VIRTIO_MEM_SBM_MB_##from, VIRTIO_MEM_SBM_MB_##to,              \
	  VIRTIO_MEM_BY_##by, VIRTIO_MEM_SBM_##from##_##to##_##by },
#define BBM(from, to, by, scenario)                                            \
	{ false, VIRTIO_MEM_BBM_BB_##from, VIRTIO_MEM_BBM_BB_##to,             \
	  VIRTIO_MEM_BY_##by, VIRTIO_MEM_BBM_##from##_##to##_##by },
#define EVENT(name, what, scenario)
#include "virtio_mem_transitions.def"
#undef EVENT
#undef BBM
#undef SBM
};

void virtio_mem_transition(struct world *w, bool sbm, unsigned int from,
			   unsigned int to, enum virtio_mem_by by)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(transitions); i++) {
		if (transitions[i].sbm != sbm || transitions[i].from != from ||
		    transitions[i].to != to || transitions[i].by != by)
			continue;
		virtio_mem_seen(w, transitions[i].row);
		return;
	}
	VM_BUG_ON(w, true, "virtio_mem_transition",
		  "%s block from state %u to %u by function %d",
		  sbm ? "memory" : "big", from, to, (int)by);
}
