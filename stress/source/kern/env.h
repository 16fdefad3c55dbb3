/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of kern/: the kernel's headers, and each other. */
#ifndef LANE_KERN_ENV_H
#define LANE_KERN_ENV_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/gfp.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/page-isolation.h>
#include <linux/pageblock-flags.h>
#include <linux/migrate.h>
#include <linux/mm_inline.h>
#include <linux/rmap.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include "internal.h"	/* mm/internal.h of the user's tree */
#include "probes.h"	/* of this build: HAVE_...; see probes.txt */
#include "../lane.h"

/* Where a task can lose the CPU. */
void lane_may_sleep(const char *where);
/* Something was freed, moved or changed for good: no livelock yet. */
void lane_progress(void);
/* Signal the task that runs. */
void lane_send_signal(void);
/* The range that is being offlined; end 0: none. */
void lane_offlining(unsigned long start_pfn, unsigned long end_pfn);

/* Zeroed memory of the machine's own; NULL: none is left.  It can be freed, and
 * virt_to_page() knows it. */
void *lane_kmalloc(unsigned long bytes);
void lane_arena_init(unsigned long pfn, unsigned long nr_pages);
unsigned long lane_arena_used(void **start);

/* An owner has the folio mapped: see lane_map(). */
bool lane_is_mapped(unsigned long pfn);

struct zone *lane_zone(unsigned int zone);
int lane_zone_index(const struct zone *zone);
void lane_no_lowmem_reserve(void);
void lane_hotplug_init(void);
void lane_fake_offline_init(void);
void lane_forget_unplugged(unsigned long block, unsigned long nr_blocks);
/* The loop of offline_pages() goes round once more. */
void lane_offline_round(void);

#endif
