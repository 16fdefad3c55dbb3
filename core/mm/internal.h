/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: shared between the files of the page allocator only.  mm/internal.h. */
#ifndef MO_MM_INTERNAL_H
#define MO_MM_INTERNAL_H

#include "page_alloc.h"

/* page_alloc.c; zone->lock held for __rmqueue() */
enum rmqueue_mode { RMQUEUE_NORMAL, RMQUEUE_CMA, RMQUEUE_CLAIM, RMQUEUE_STEAL };
struct page *__rmqueue(struct world *w, struct zone *zone, unsigned int order,
		       enum migratetype mt, bool cma, enum rmqueue_mode *mode);
struct page *__rmqueue_smallest(struct world *w, struct zone *zone,
				unsigned int order, enum migratetype mt);
struct page *__alloc_pages(struct world *w, gfp_t gfp, unsigned int order,
			   unsigned int nid, unsigned int nmask);
/* Past the per-CPU lists, under zone->lock, the type read there. */
void free_one_page(struct world *w, struct page *page, unsigned int order,
		   bool to_tail);

/* page_alloc.c, for fallback.c; zone->lock held for those that move pages */
int find_suitable_fallback(const struct free_area *area, enum migratetype mt);
bool should_try_claim_block(const struct world *w, unsigned int order,
			    enum migratetype start_mt);
void move_to_free_list(struct world *w, struct page *page, struct zone *zone,
		       unsigned int order, enum migratetype old_mt,
		       enum migratetype new_mt);
bool prep_move_freepages_block(struct world *w, struct zone *zone,
			       unsigned long start, long *num_free,
			       long *num_movable);
long __move_freepages_block(struct world *w, struct zone *zone,
			    unsigned long start_pfn, enum migratetype old_mt,
			    enum migratetype new_mt);

/* fallback.c */
bool __rmqueue_fallback(struct world *w, struct zone *zone, unsigned int order,
			enum migratetype start_mt);

/* pcp.c */
struct page *rmqueue(struct world *w, struct zone *zone, unsigned int order,
		     gfp_t gfp, enum migratetype mt);

/* pcp.c: is one of these 2^order pages poisoned? */
bool range_has_hwpoison(struct world *w, struct page *page, unsigned int order);

#endif
