/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: hot-add, online, offline, hot-remove.  mm/memory_hotplug.c, 6.17. */
#ifndef MO_MM_MEMORY_HOTPLUG_H
#define MO_MM_MEMORY_HOTPLUG_H

#include "page_alloc.h"

void mem_hotplug_begin(struct world *w);
void mem_hotplug_done(struct world *w);

/*
 * Locks: mem_hotplug_lock for writing.  Start pageblock aligned, end section
 * aligned, one zone.  0, -EINVAL, -EBUSY, -EINTR or the errno of a notifier;
 * on error everything is as before but for the location of migrated pages.
 */
int offline_pages(struct world *w, unsigned long start_pfn,
		  unsigned long nr_pages, struct zone *zone);
int online_pages(struct world *w, unsigned long pfn, unsigned long nr_pages,
		 struct zone *zone);

int mhp_init_memmap_on_memory(struct world *w, unsigned long pfn,
			      unsigned long nr_pages, struct zone *zone);
void mhp_deinit_memmap_on_memory(struct world *w, unsigned long pfn,
				 unsigned long nr_pages);
void adjust_present_page_count(struct world *w, struct page *page, long nr_pages);
struct zone *zone_for_pfn_range(struct world *w, enum mhp_online_type type,
				unsigned int nid, unsigned long start_pfn,
				unsigned long nr_pages);

/* The default of online_page_callback: gives the chunk to the buddy. */
void generic_online_page(struct world *w, struct page *page, unsigned int order);
/* -EINVAL when another callback is set. */
int set_online_page_callback(struct world *w, online_page_callback_t callback);

/* All take device_hotplug_lock.  -EEXIST, -ENOMEM, -EINVAL. */
int add_memory(struct world *w, unsigned long block);
/* Consecutive blocks of one node, all or nothing. */
int add_memory_driver_managed(struct world *w, unsigned long block,
			      unsigned long nr_blocks);
/* -EBUSY while online; -ENOENT when absent. */
int remove_memory(struct world *w, unsigned long block);
/* Offlines what is online, removes all; on failure re-onlines what it offlined. */
int offline_and_remove_memory(struct world *w, unsigned long block,
			      unsigned long nr_blocks);

#endif
