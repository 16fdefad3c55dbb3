/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: zones, nodes, pageblocks, sections.  include/linux/mmzone.h, 6.17.
 * All counts are in pages unless the name says otherwise.
 */
#ifndef MO_MM_MMZONE_H
#define MO_MM_MMZONE_H

#include "../sched/sched.h"
#include "page.h"

enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_MOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_PCPTYPES, /* the number of types on the pcp lists */
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES,
	MIGRATE_CMA,
	MIGRATE_ISOLATE, /* can't allocate from here; never a pageblock's own type */
	MIGRATE_TYPES
};

enum zone_type { ZONE_NORMAL, ZONE_MOVABLE, MAX_NR_ZONES };

enum zone_watermarks { WMARK_MIN, WMARK_LOW, WMARK_HIGH, NR_WMARK };

#define MAX_NUMNODES 2
#define NUMA_NO_NODE (-1)
#define MO_MAX_ZONES (MAX_NUMNODES * MAX_NR_ZONES)
#define MO_MAX_PAGE_ORDER 10
#define NR_PAGE_ORDERS (MO_MAX_PAGE_ORDER + 1)

#define PAGE_ALLOC_COSTLY_ORDER 3
#define NR_LOWORDER_PCP_LISTS (MIGRATE_PCPTYPES * (PAGE_ALLOC_COSTLY_ORDER + 1))
#define NR_PCP_THP 2
#define NR_PCP_LISTS (NR_LOWORDER_PCP_LISTS + NR_PCP_THP)

struct free_area {
	struct page_list free_list[MIGRATE_TYPES];
	unsigned long nr_free; /* blocks of this order, all types */
};

/* count == pages on all lists; protected by lock. */
struct per_cpu_pages {
	struct lock lock;
	int count;
	int high;  /* 0: pcplists are disabled */
	int batch;
	int free_count;	/* pages freed lately, halved by each allocation */
	bool prev_free_high_order; /* PCPF_PREV_FREE_HIGH_ORDER */
	struct page_list lists[NR_PCP_LISTS];
};

struct zone {
	unsigned long _watermark[NR_WMARK];
	unsigned long nr_reserved_highatomic;
	unsigned long zone_start_pfn;	/* valid while spanned_pages != 0 */
	unsigned long spanned_pages;
	unsigned long present_pages;
	unsigned long managed_pages;
	unsigned long nr_isolate_pageblock; /* pageblocks */
	/* vmstat; NR_FREE_PAGES does not count MIGRATE_ISOLATE lists */
	long nr_free_pages;
	long nr_free_cma;
	long nr_free_highatomic;
	long nr_free_isolate;	/* ours: pages on MIGRATE_ISOLATE lists */
	struct lock lock;
	uint8_t zone_idx;	/* index of world->zones */
	uint8_t zone_type;	/* enum zone_type */
	uint8_t node;
	bool contiguous;	/* kept for set/clear_zone_contiguous */
	bool pcp_disabled;	/* ours: and drained since, until enabled again */
	struct free_area free_area[NR_PAGE_ORDERS];
	struct per_cpu_pages pageset[MO_MAX_CPUS];
};

struct pglist_data {
	unsigned long node_start_pfn; /* valid while node_spanned_pages != 0 */
	unsigned long node_spanned_pages;
	unsigned long node_present_pages;
	uint8_t node_id;
	bool online;		/* node_online(): has at least one block */
	bool kswapd_running;
	bool kcompactd_running;
	uint8_t nr_zonelist;	/* zones in fallback order, populated only */
	uint8_t zonelist[MO_MAX_ZONES];
	struct page_list lruvec;
	unsigned long nr_lru;		/* pages on lruvec */
	long nr_balloon_pages;		/* NR_BALLOON_PAGES, 7.0 */
};

/* What a page holds whose gen is not that of its pageblock. */
enum pageblock_lazy {
	PB_LAZY_IMAGE,	/* gen 0: what the world's image says */
	PB_LAZY_INIT,	/* memmap_init_range(): PageOffline, refcount 1 */
	PB_LAZY_FREE,	/* inside a free chunk: refcount 0, no type */
};

#define PB_GEN_POISON 0xffffffffu /* no page's gen: memmap is garbage */


struct pageblock {
	uint32_t gen;
	uint8_t migratetype;	/* its own; never MIGRATE_ISOLATE */
	bool isolated;		/* PB_migrate_isolate */
	uint8_t lazy : 7;	/* enum pageblock_lazy */
	uint8_t released : 1;	/* ours, for checkers: since it came online a driver gave
				 * PageOffline pages of it to the buddy in
				 * MEM_GOING_OFFLINE (isolate_notifier) */
	uint8_t zone_idx;
};

/* struct mem_section: flags of section_mem_map. */
struct mem_section {
	bool present;
	bool online;
};

enum node_states { N_NORMAL_MEMORY, N_MEMORY, NR_NODE_STATES };

static inline bool populated_zone(const struct zone *zone)
{
	return zone->present_pages;
}

static inline unsigned long zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn)
{
	return pfn >= zone->zone_start_pfn && pfn < zone_end_pfn(zone);
}

static inline unsigned long pgdat_end_pfn(const struct pglist_data *pgdat)
{
	return pgdat->node_start_pfn + pgdat->node_spanned_pages;
}

#endif
