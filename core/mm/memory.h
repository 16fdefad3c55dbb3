/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: memory block devices and notifiers.  drivers/base/memory.c, 6.17. */
#ifndef MO_MM_MEMORY_H
#define MO_MM_MEMORY_H

#include "world.h"

/* 0 (also when already in that state), or the errno of the attempt.  Takes
 * device_hotplug_lock as the sysfs store does. */
int device_online(struct world *w, unsigned long block,
		  enum mhp_online_type type);
int device_offline(struct world *w, unsigned long block);
/* The same with device_hotplug_lock held. */
int __device_online(struct world *w, unsigned long block,
		    enum mhp_online_type type);
int __device_offline(struct world *w, unsigned long block);

/* Sorted by descending priority.  -ENOSPC. */
int register_memory_notifier(struct world *w, memory_notifier_fn fn, void *data,
			     int priority);
/* The same fn and data that were registered. */
void unregister_memory_notifier(struct world *w, memory_notifier_fn fn,
				void *data);
/* 0 or the errno of the first notifier that refused. */
int memory_notify(struct world *w, enum memory_block_state action,
		  const struct memory_notify *arg);
int node_notify(struct world *w, enum memory_block_state action,
		const struct memory_notify *arg);

/*
 * drivers/base/memory.c up to v5.5: how many pages of the range the caller could
 * release in MEM_GOING_OFFLINE (MEM_ISOLATE_COUNT).  Locks: zone->lock, so it may
 * not sleep.
 */
typedef unsigned long (*memory_isolate_fn)(struct world *w, void *data,
					   unsigned long start_pfn,
					   unsigned long nr_pages);
/* -ENOSPC.  Asked only under a design that has the chain (isolate_notifier). */
int register_memory_isolate_notifier(struct world *w, memory_isolate_fn fn,
				     void *data);
/* Pages that all drivers together could release.  Locks: zone->lock. */
unsigned long memory_isolate_notify(struct world *w, unsigned long start_pfn,
				    unsigned long nr_pages);
const char *memory_action_name(enum memory_block_state action);

void memblk_nr_poison_inc(struct world *w, unsigned long pfn);
void memblk_nr_poison_sub(struct world *w, unsigned long pfn, long n);

#endif
