/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/page_alloc.c, and a look at what is private to it. */
#include "mm/page_alloc.c"

#include "env.h"

/* No pages are kept back from ZONE_MOVABLE's users; as by sysctl. */
void lane_no_lowmem_reserve(void)
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		sysctl_lowmem_reserve_ratio[i] = 0;
}

int lane_nr_pcp_lists(void)
{
	return NR_PCP_LISTS;
}

static struct per_cpu_pages *pcp_of(struct zone *zone)
{
	return per_cpu_ptr(zone->per_cpu_pageset, 0);
}

int lane_walk_list(const struct list_head *head, unsigned int *pfns, int max)
{
	const struct list_head *at = head->next, *prev = head;
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

int lane_pcp_list(unsigned int zone, unsigned int i, unsigned int *order,
		  unsigned int *pfns, int max)
{
	*order = pindex_to_order(i);
	return lane_walk_list(&pcp_of(lane_zone(zone))->lists[i], pfns, max);
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

void lane_set_pcp_and_watermarks(int high, int batch,
				 unsigned long (*wmark_min)(unsigned long managed))
{
	for (int i = 0; i < LANE_NR_ZONES; i++) {
		struct zone *zone = lane_zone(i);

		if (populated_zone(zone) && pcp_of(zone)->batch != batch)
			set_pcp(zone, high, batch);
		set_watermarks(zone, wmark_min(zone_managed_pages(zone)));
	}
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
		.nr_free_highatomic = -1,
		.pcp_count = pcp->count,
		.pcp_batch = pcp->batch,
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
