/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: what one virtio-mem device and its driver know; kept in the world, worked
 * on by drivers/virtio_mem*.c only.  drivers/virtio/virtio_mem.c, 6.12: struct
 * virtio_mem.  All sizes are in pages where the kernel has bytes.
 */
#ifndef MO_MM_VIRTIO_MEM_STATE_H
#define MO_MM_VIRTIO_MEM_STATE_H

#include "../sched/sched.h"

/* Memory blocks of a region, subblocks of a memory block: one word of bits. */
#define VIRTIO_MEM_MAX_MBS 16
#define VIRTIO_MEM_MAX_SBS 64

/* State of a Linux memory block in Sub Block Mode. */
enum virtio_mem_sbm_mb_state {
	VIRTIO_MEM_SBM_MB_UNUSED,	/* unplugged, not added to Linux */
	VIRTIO_MEM_SBM_MB_PLUGGED,	/* (partly) plugged, not added: residue of an error */
	VIRTIO_MEM_SBM_MB_OFFLINE,	/* plugged, added, offline */
	VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL, /* partly plugged, added, offline */
	VIRTIO_MEM_SBM_MB_KERNEL,	/* plugged, online in a kernel zone */
	VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL,
	VIRTIO_MEM_SBM_MB_MOVABLE,	/* plugged, online in ZONE_MOVABLE */
	VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL,
	VIRTIO_MEM_SBM_MB_COUNT
};

/* State of a big block, 1..4 memory blocks, in Big Block Mode. */
enum virtio_mem_bbm_bb_state {
	VIRTIO_MEM_BBM_BB_UNUSED,	/* unplugged, not added to Linux */
	VIRTIO_MEM_BBM_BB_PLUGGED,	/* plugged, not added: residue of an error */
	VIRTIO_MEM_BBM_BB_ADDED,	/* plugged and added */
	VIRTIO_MEM_BBM_BB_FAKE_OFFLINE,	/* all online parts are fake-offline */
	VIRTIO_MEM_BBM_BB_COUNT
};

/* force_bbm of the kernel, and a scenario that insists on SBM. */
enum virtio_mem_mode {
	VIRTIO_MEM_MODE_AUTO,
	VIRTIO_MEM_MODE_SBM,
	VIRTIO_MEM_MODE_BBM,
	VIRTIO_MEM_MODE_NR
};

/* include/uapi/linux/virtio_mem.h:struct virtio_mem_config, the part that never
 * changes, and the mode that the driver is to work in. */
struct virtio_mem_config {
	unsigned long addr;	   /* first pfn of the region */
	unsigned long region_size; /* 0: no device */
	unsigned long block_size;  /* granularity of requests: a power of two */
	enum virtio_mem_mode mode;
};

struct virtio_mem_sbm {
	unsigned long first_mb_id;
	unsigned long last_usable_mb_id;
	unsigned long next_mb_id;	/* next one to prepare when needed */
	unsigned long sb_size;
	unsigned int sbs_per_mb;	/* 2..VIRTIO_MEM_MAX_SBS */
	bool have_unplugged_mb;		/* some partial block is to be removed */
	unsigned long mb_count[VIRTIO_MEM_SBM_MB_COUNT];
	uint8_t mb_states[VIRTIO_MEM_MAX_MBS]; /* by mb_id - first_mb_id */
	uint64_t sb_states[VIRTIO_MEM_MAX_MBS]; /* bit set: subblock is plugged */
};

struct virtio_mem_bbm {
	unsigned long first_bb_id;
	unsigned long last_usable_bb_id;
	unsigned long next_bb_id;
	unsigned long bb_size;
	unsigned long bb_count[VIRTIO_MEM_BBM_BB_COUNT];
	uint8_t bb_states[VIRTIO_MEM_MAX_MBS]; /* by bb_id - first_bb_id */
};

struct virtio_mem {
	/* --- the hypervisor's side; what is plugged: world->unplugged --- */
	struct virtio_mem_config config;
	unsigned long device_plugged_size;
	unsigned long device_requested_size;
	unsigned long device_usable_region_size; /* <= region_size; only grows */
	/* --- the driver --- */
	bool bound;		/* probed and not removed: callbacks are registered */
	bool parent_resource;	/* the region is reserved; outlives a force-unload */
	bool unplug_all_required;
	bool wq_queued;		/* the work waits for a worker */
	bool wq_active;
	bool taking;		/* BBM: FAKE_OFFLINE, but not yet all pages are ours */
	bool offlining;		/* in offline_and_remove_memory(), or about to */
	int offline_error;	/* what the driver made of that last in this run, or 0 */
	bool config_changed;
	bool in_sbm;
	bool broken;		/* an error that cannot be handled: no more requests */
	bool removing;
	bool unplug_online;	/* module parameter */
	bool retry_timer;	/* armed */
	unsigned int retry_timer_ms;
	unsigned long plugged_size;
	unsigned long requested_size;
	unsigned long offline_size;	/* added and not (yet) online */
	unsigned long offline_threshold;
	struct virtio_mem_sbm sbm;
	struct virtio_mem_bbm bbm;
	/*
	 * Protects mb_count, mb_states, sb_states, bb_count, bb_states.  Taken in
	 * MEM_GOING_*, released at the end of the attempt; hotplug_active: by us.
	 */
	struct lock hotplug_mutex;
	bool hotplug_active;
	struct lock removal_lock;	/* spinlock: removing against wq_queued */
	struct lock device_lock;	/* probe against remove */
	struct lock wq_lock;		/* ours: the work runs; cancel_work_sync() waits */
	uint64_t seen[2];	/* rows of virtio_mem_transitions.def that happened */
};

/* The device cannot go: some of its memory is plugged or asked for (QEMU refuses then), or
 * a driver that went has left its region reserved. */
static inline bool virtio_mem_is_busy(const struct virtio_mem *vm)
{
	return vm->device_plugged_size || vm->device_requested_size ||
	       vm->parent_resource != vm->bound;
}

#endif
