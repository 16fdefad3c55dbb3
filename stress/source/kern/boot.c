/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Boots a machine whose only memory is the arena of kmalloc: reserved, and then
 * taken out of its zone, so that zones and node begin empty.  Everything that
 * operations work on is hot-added behind that, from pfn 0 on.
 */
#include <linux/memblock.h>
#include <linux/vmstat.h>

#include "env.h"

/* Behind the blocks, at a section of its own. */
#define ARENA_PFN ALIGN(LANE_NR_PFNS, PAGES_PER_SECTION)
#define ARENA_PAGES ALIGN(256ul, PAGES_PER_SECTION)

/* mm/memory.c; since 6.15 mm/mm_init.c, which is linked. */
void *high_memory __weak;

struct zone *lane_zone(unsigned int zone)
{
	return &NODE_DATA(0)->node_zones[zone ? ZONE_MOVABLE : ZONE_NORMAL];
}

int lane_zone_index(const struct zone *zone)
{
	return zone_idx(zone) == ZONE_MOVABLE;
}

static void empty_zone(struct zone *zone)
{
	zone->zone_start_pfn = 0;
	zone->spanned_pages = 0;
	zone->present_pages = 0;
#ifdef HAVE_PRESENT_EARLY
	zone->present_early_pages = 0;
#endif
	atomic_long_set(&zone->managed_pages, 0);
}

/* The arena is nobody's memory. */
static void hide_arena(void)
{
	pg_data_t *pgdat = NODE_DATA(0);

	for (int i = 0; i < MAX_NR_ZONES; i++)
		empty_zone(&pgdat->node_zones[i]);
	pgdat->node_start_pfn = 0;
	pgdat->node_spanned_pages = 0;
	pgdat->node_present_pages = 0;
	for (unsigned long i = 0; i < ARENA_PAGES; i++)
		ClearPageReserved(pfn_to_page(ARENA_PFN + i));
}

#ifdef HAVE_ZONE_LIMITS
/* Since 7.1 mm_init.c asks the architecture. */
void __init arch_zone_limits_init(unsigned long *max_zone_pfns)
{
	max_zone_pfns[ZONE_NORMAL] = ARENA_PFN + ARENA_PAGES;
}

static void init_zones(void)
{
	mm_core_init_early();
}
#else
static void init_zones(void)
{
	unsigned long max_zone_pfn[MAX_NR_ZONES] = {
		[ZONE_NORMAL] = ARENA_PFN + ARENA_PAGES
	};

	sparse_init();
	free_area_init(max_zone_pfn);
}
#endif

void lane_boot(void)
{
	unsigned long end = ARENA_PFN + ARENA_PAGES;

	uml_physmem = (unsigned long)lane_host_map(PFN_PHYS(end));
	lane_vmemmap = lane_host_map(end * sizeof(struct page));
	memset(lane_vmemmap, 0xff, end * sizeof(struct page));
	lane_tasks_init();
	lane_arena_init(ARENA_PFN + ARENA_PAGES / 2, ARENA_PAGES / 2);
	memblock_add(PFN_PHYS(ARENA_PFN), PFN_PHYS(ARENA_PAGES));
	memblock_reserve(PFN_PHYS(ARENA_PFN + ARENA_PAGES / 2),
			 PFN_PHYS(ARENA_PAGES / 2));
	high_memory = __va(PFN_PHYS(end));
	max_low_pfn = max_pfn = end;
	init_zones();
	build_all_zonelists(NULL);
	/* Nothing of it is freed: what memblock did not give out stays reserved. */
	setup_per_cpu_pageset();
	lane_no_lowmem_reserve();
	gfp_allowed_mask = __GFP_BITS_MASK;
	system_state = SYSTEM_RUNNING;
	hide_arena();
	lane_hotplug_init();
	lane_fake_offline_init();
	lane_zs_init();
	lane_balloon_pages_init();
}

extern char __start_lane_data[], __stop_lane_data[];

unsigned long lane_region(unsigned int i, void **start)
{
	switch (i) {
	case 0:
		*start = __start_lane_data;
		return __stop_lane_data - __start_lane_data;
	case 1:
		*start = lane_vmemmap;
		return (ARENA_PFN + ARENA_PAGES) * sizeof(struct page);
	case 2: /* what memblock gave out */
		*start = __va(PFN_PHYS(ARENA_PFN));
		return PFN_PHYS(ARENA_PAGES / 2);
	case 3:
		return lane_arena_used(start);
	}
	return 0;
}
