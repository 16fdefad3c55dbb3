/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: what the drivers of ballooned memory keep.  It is part of the world, so that
 * a reset restores it; mm/ itself reads none of it.
 */
#ifndef MO_MM_DRIVER_STATE_H
#define MO_MM_DRIVER_STATE_H

#include "balloon_compaction.h"

typedef void (*driver_online_page_fn)(struct world *w, struct page *page,
				      unsigned int order);

/* drivers/virtio/virtio_balloon.c:struct virtio_balloon.  balloon_lock protects
 * num_pages and serialises what is told to the host. */
struct virtio_balloon {
	struct lock balloon_lock;
	long num_pages;		/* in the balloon, isolated ones included */
};

/* drivers/misc/vmw_balloon.c:struct vmballoon */
struct vmballoon {
	struct lock conf_sem;	/* written by a reset */
	struct lock comm_lock;	/* talk to the hypervisor */
	long size;		/* pages */
};

/* arch/powerpc/platforms/pseries/cmm.c */
struct cmm {
	struct lock hotplug_mutex; /* held from MEM_GOING_OFFLINE to its end */
	bool hotplug_occurred;	/* since the thread looked last */
	bool going;		/* ours: the mutex is held for an attempt */
	long loaned_pages;
};

/* drivers/xen/balloon.c */
struct xen_balloon {
	struct lock balloon_mutex;
	bool hotplug;		/* xen_online_page() is the online_page_callback */
	driver_online_page_fn next; /* ours: the callback before */
};

#define MO_HV_REGIONS 4
#define MO_HV_GAPS 4

/*
 * drivers/hv/hv_balloon.c:struct hv_hotadd_state.  Pages of
 * [covered_start_pfn, covered_end_pfn) outside the gaps are backed; what was
 * added to the kernel ends at ha_end_pfn.
 */
struct hv_hotadd_state {
	unsigned long start_pfn;	/* end_pfn 0: unused */
	unsigned long covered_start_pfn;
	unsigned long covered_end_pfn;
	unsigned long ha_end_pfn;
	unsigned long end_pfn;
	unsigned int nr_gaps;
	struct {
		unsigned long start_pfn;
		unsigned long end_pfn;
	} gaps[MO_HV_GAPS];
};

/* drivers/hv/hv_balloon.c:struct hv_dynmem_device.  ha_lock protects the regions
 * and the number of pages. */
struct hv_dynmem {
	struct lock hot_add_work; /* ours: requests of the host are one work item */
	struct lock ha_lock;
	bool loaded;
	unsigned long num_pages_onlined;
	struct hv_hotadd_state regions[MO_HV_REGIONS];
	driver_online_page_fn next; /* ours: the callback before */
};

/* arch/powerpc/platforms/powernv/memtrace.c: one entry a node. */
struct memtrace {
	struct lock memtrace_mutex;
	unsigned long nr_pages;		/* of an entry; 0: none is set up */
	unsigned int nr_entries;
	unsigned long start_pfn[MAX_NUMNODES];
};

#endif
