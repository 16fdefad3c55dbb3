/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/page_alloc.c, and a look at what is private to it. */
#include "env.h"

/* Of alloc_contig_range(), which alone calls them. */
#define start_isolate_page_range(...)                                          \
	({                                                                     \
		int isolated = (start_isolate_page_range)(__VA_ARGS__);        \
		if (!isolated)                                                 \
			lane_at(LANE_AT_CONTIG_ISOLATED);                      \
		isolated;                                                      \
	})
#define lru_cache_disable() (lane_at(LANE_AT_CONTIG_DRAINED), (lru_cache_disable)())
#define test_pages_isolated(...)                                               \
	(lane_at(LANE_AT_CONTIG_MIGRATED), (test_pages_isolated)(__VA_ARGS__))
/* Called when memory has come or gone; ours is below. */
#define init_per_zone_wmark_min tree_init_per_zone_wmark_min
#ifdef LANE_PCP_WANTS_SMP
/* For this file only: all that it tells apart is how a per-CPU list is locked.  What
 * its headers look like was settled before. */
#include "page_alloc_headers.h"
#define CONFIG_SMP 1
/* A per-CPU list is locked with preemption off, and tried: what stands before is here. */
#undef preempt_disable
#define preempt_disable()                                                      \
	do {                                                                   \
		lane_pass(LANE_BEFORE);                                        \
		preempt_count_inc();                                           \
		barrier();                                                     \
	} while (0)
#undef preempt_enable
#define preempt_enable()                                                       \
	do {                                                                   \
		barrier();                                                     \
		preempt_count_dec();                                           \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)
#endif
#include "mm/page_alloc.c"
#undef init_per_zone_wmark_min

/* No pages are kept back from ZONE_MOVABLE's users, and a fallback does not raise the
 * watermarks; as by sysctl. */
void lane_no_lowmem_reserve(void)
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		sysctl_lowmem_reserve_ratio[i] = 0;
	watermark_boost_factor = 0;
}

static struct per_cpu_pages *pcp_of(struct zone *zone)
{
	return per_cpu_ptr(zone->per_cpu_pageset, 0);
}

/* --- lists: free lists of all zones, per-CPU lists, balloons, the LRU, in this order --- */

#define NR_FREE_LISTS (LANE_NR_ZONES * (LANE_MAX_ORDER + 1) * LANE_NR_MT)
#define NR_ALL_PCP_LISTS (LANE_NR_ZONES * NR_PCP_LISTS)

static const unsigned char types[LANE_NR_MT] = {
	[LANE_MT_UNMOVABLE] = MIGRATE_UNMOVABLE,
	[LANE_MT_MOVABLE] = MIGRATE_MOVABLE,
	[LANE_MT_RECLAIMABLE] = MIGRATE_RECLAIMABLE,
	[LANE_MT_HIGHATOMIC] = MIGRATE_HIGHATOMIC,
	[LANE_MT_CMA] = MIGRATE_CMA,
	[LANE_MT_ISOLATE] = MIGRATE_ISOLATE,
};

/* A zone that never had memory has no lists yet. */
static void free_list(unsigned int i, struct lane_list *list)
{
	struct zone *zone;

	*list = (struct lane_list){
		.kind = LANE_FREE_LIST,
		.zone = i / ((LANE_MAX_ORDER + 1) * LANE_NR_MT),
		.order = i / LANE_NR_MT % (LANE_MAX_ORDER + 1),
		.index = i % LANE_NR_MT,
	};
	zone = lane_zone(list->zone);
	if (zone_is_initialized(zone))
		list->head = &zone->free_area[list->order]
				      .free_list[types[list->index]];
}

/* An empty zone has the pageset of boot, which all share. */
static void pcp_list(unsigned int i, struct lane_list *list)
{
	struct zone *zone = lane_zone(i / NR_PCP_LISTS);

	*list = (struct lane_list){
		.kind = LANE_PCP_LIST,
		.zone = i / NR_PCP_LISTS,
		.index = i % NR_PCP_LISTS,
		.order = pindex_to_order(i % NR_PCP_LISTS),
	};
	if (populated_zone(zone))
		list->head = &pcp_of(zone)->lists[list->index];
}

static void balloon_list(unsigned int i, struct lane_list *list)
{
	struct lane_balloon_state b;

	lane_look_balloon(i, &b);
	*list = (struct lane_list){
		.kind = LANE_BALLOON_LIST,
		.head = b.head,
		.index = i,
	};
}

/* Not LRU_UNEVICTABLE, whose folios are not linked. */
static void lru_list(unsigned int i, struct lane_list *list)
{
	*list = (struct lane_list){
		.kind = LANE_LRU_LIST,
		.head = &NODE_DATA(0)->__lruvec.lists[i],
	};
}

int lane_list(unsigned int i, struct lane_list *list)
{
	if (i < NR_FREE_LISTS)
		free_list(i, list);
	else if ((i -= NR_FREE_LISTS) < NR_ALL_PCP_LISTS)
		pcp_list(i, list);
	else if ((i -= NR_ALL_PCP_LISTS) < LANE_NR_BALLOONS)
		balloon_list(i, list);
	else if ((i -= LANE_NR_BALLOONS) < LRU_UNEVICTABLE)
		lru_list(i, list);
	else
		return 0;
	return 1;
}

int lane_walk_list(const void *list, unsigned int *pfns, int max)
{
	const struct list_head *head = list, *at = head->next, *prev = head;
	int nr = 0;

	while (at != head) {
		const struct page *page = list_entry(at, struct page, lru);

		if (page < lane_vmemmap || page >= lane_vmemmap + LANE_NR_PFNS ||
		    at->prev != prev || nr == max)
			return -1;
		pfns[nr++] = page - lane_vmemmap;
		prev = at;
		at = at->next;
	}
	return head->prev == prev ? nr : -1;
}

/* At rest the kernel would have computed these from the zone's size. */
static void set_pcp(struct zone *zone, int high, int batch)
{
	struct per_cpu_pages *pcp = pcp_of(zone);

	pcp->batch = zone->pageset_batch = batch;
#ifdef HAVE_PCP_HIGH_MIN
	pcp->high = high;
	pcp->high_min = zone->pageset_high_min = high;
	pcp->high_max = zone->pageset_high_max = high;
#else
	pcp->high = zone->pageset_high = high;
#endif
}

static void set_watermarks(struct zone *zone, unsigned long min)
{
	zone->_watermark[WMARK_MIN] = min;
	zone->_watermark[WMARK_LOW] = min + min / 4;
	zone->_watermark[WMARK_HIGH] = min + min / 2;
	zone->watermark_boost = 0;
}

void lane_group_by_mobility(void)
{
	page_group_by_mobility_disabled = 0;
}

static int pcp_high, pcp_batch;
static unsigned long (*zone_wmark_min)(unsigned long managed);

/* The kernel's own computes all of it from the size of the machine. */
int init_per_zone_wmark_min(void)
{
	for (int i = 0; i < LANE_NR_ZONES; i++) {
		struct zone *zone = lane_zone(i);

		if (populated_zone(zone))
			set_pcp(zone, pcp_high, pcp_batch);
		set_watermarks(zone, zone_wmark_min(zone_managed_pages(zone)));
	}
	return 0;
}

void lane_set_pcp_and_watermarks(int high, int batch,
				 unsigned long (*wmark_min)(unsigned long managed))
{
	pcp_high = high;
	pcp_batch = batch;
	zone_wmark_min = wmark_min;
	init_per_zone_wmark_min();
}

void lane_look_zone(unsigned int i, struct lane_zone *z)
{
	struct zone *zone = lane_zone(i);
	struct per_cpu_pages *pcp = pcp_of(zone);

	*z = (struct lane_zone){
		.start_pfn = zone->zone_start_pfn,
		.spanned = zone->spanned_pages,
		.present = zone->present_pages,
		.managed = zone_managed_pages(zone),
		.reserved_highatomic = zone->nr_reserved_highatomic,
		.nr_isolate_pageblock = zone->nr_isolate_pageblock,
		.nr_free = zone_page_state(zone, NR_FREE_PAGES),
		.nr_free_cma = zone_page_state(zone, NR_FREE_CMA_PAGES),
		.pcp_count = pcp->count,
		.pcp_batch = pcp->batch,
		.lists = populated_zone(zone) ? (void *)pcp :
			 zone_is_initialized(zone) ? (void *)zone : NULL,
	};
#ifdef HAVE_PCP_HIGH_MIN
	z->pcp_high = pcp->high_min;
#else
	z->pcp_high = pcp->high;
#endif
#ifdef HAVE_FREE_HIGHATOMIC
	z->nr_free_highatomic = zone->nr_free_highatomic;
#endif
	for (int w = 0; w < 3; w++)
		z->watermark[w] = zone->_watermark[w];
	for (int order = 0; order <= LANE_MAX_ORDER; order++)
		z->nr_free_area[order] = zone->free_area[order].nr_free;
}

/* Its own type, isolated or not, where the kernel knows that: nothing else asks. */
unsigned int lane_pageblock_type(struct page *page)
{
#ifdef HAVE_ISOLATE_AND_MOVE
	return __get_pfnblock_flags_mask(page, page_to_pfn(page),
					 PAGEBLOCK_MIGRATETYPE_MASK);
#else
	return get_pageblock_migratetype(page);
#endif
}
