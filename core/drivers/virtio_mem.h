/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L3: virtio-mem, the device and its driver.  drivers/virtio/virtio_mem.c, 6.12.
 *
 *   virtio_mem_device.c    the hypervisor: what is plugged, who may plug
 *   virtio_mem_requests.c  what the driver asks of it
 *   virtio_mem_probe.c     probe, remove, the device comes and goes
 *   virtio_mem.c           main loop, retries, what both modes share
 *   virtio_mem_sbm.c       Sub Block Mode: memory blocks of 2..64 subblocks
 *   virtio_mem_bbm.c       Big Block Mode: big blocks of 1..4 memory blocks
 *   virtio_mem_notifier.c  on- and offlining: notifier, online_page_callback
 *   virtio_mem_transitions.def  what can happen to a block
 *
 * One device a machine; all sizes in pages.  What a page of an unplugged subblock
 * is, the policy in force says (mm/page_offline.h).  Not modelled: memory groups,
 * kdump, suspend, hibernation; the state arrays have a fixed size.
 *
 * Locks: see struct virtio_mem.  hotplug_mutex is never held across add_memory(),
 * remove_memory() or offline_and_remove_memory(): they enter the notifier, which
 * takes it.
 */
#ifndef MO_DRIVERS_VIRTIO_MEM_H
#define MO_DRIVERS_VIRTIO_MEM_H

#include "../mm/world.h"

/* Nothing to do: no driver is bound, no work queued, no timer armed. */
#define VIRTIO_MEM_IDLE 1

/* End of boot: the device of the geometry, if it has one. */
void virtio_mem_init(struct world *w);

/*
 * The driver binds to the device; without a device there now is the one that
 * config describes, with nothing plugged.  Else only config->mode counts.
 * 0; -EINVAL: a bad device (virtio_mem_config_check()); -EBUSY: the driver is bound
 * already, or something else lies in the region; -ENOSPC: too many notifiers.
 */
int virtio_mem_probe(struct world *w, const struct virtio_mem_config *config);
/* The driver unbinds, whatever is plugged.  VIRTIO_MEM_IDLE: it is not bound. */
int virtio_mem_remove(struct world *w);
/* The hypervisor takes the device away: -EBUSY while memory is plugged; else the
 * driver unbinds first.  VIRTIO_MEM_IDLE: there is no device. */
int virtio_mem_device_del(struct world *w);

/* The hypervisor wants the device to have this size; cut to what is possible. */
int virtio_mem_config_changed(struct world *w, unsigned long requested_size);
/* The work, if it is queued: 0, or the errno that ended its last round (-EAGAIN:
 * queued again, because that went on for ever). */
int virtio_mem_run_wq(struct world *w);
int virtio_mem_timer_expired(struct world *w);

/* For the online_page_callback that all users of it share: true, and done, when
 * the chunk is of a device that has a driver.  Locks: mem_hotplug_lock. */
bool virtio_mem_online_page_cb(struct world *w, struct page *page,
			       unsigned int order);

#endif
