/* SPDX-License-Identifier: GPL-2.0-only */
/* Per-CPU lists.  mm/page_alloc.c, 6.17. */
#include "internal.h"
#include "page_isolation.h"
#include "page_transitions.h"

/*
 * Orders that per-CPU lists keep.  In the kernel PAGE_ALLOC_COSTLY_ORDER (3) is
 * always below pageblock_order; a small geometry keeps that relation
 * (world->pcp_order_max).
 */
static bool pcp_allowed_order(const struct world *w, unsigned int order)
{
	if (order <= w->pcp_order_max)
		return true;
	/* The source lane has no THP, hence no list for them. */
	return order == w->pageblock_order && !kernel_until(w, 7_2);
}

/* The lists of the CPU that runs the operation. */
static inline struct per_cpu_pages *this_cpu_pageset(struct world *w,
						     struct zone *zone)
{
	struct per_cpu_pages *pcp = &zone->pageset[sched_cpu(&w->sched)];

	OPTIMIZER_HIDE_VAR(pcp);
	return pcp;
}

static unsigned int order_to_pindex(const struct world *w,
				    enum migratetype mt, unsigned int order)
{
	if (order > w->pcp_order_max)
		return NR_LOWORDER_PCP_LISTS + (mt == MIGRATE_MOVABLE);
	return MIGRATE_PCPTYPES * order + mt;
}

static unsigned int pindex_to_order(const struct world *w, unsigned int pindex)
{
	return pindex >= NR_LOWORDER_PCP_LISTS ? w->pageblock_order :
						 pindex / MIGRATE_PCPTYPES;
}

/* The page was touched before, in this operation. */
static inline void pcp_list_add(struct world *w, struct per_cpu_pages *pcp,
			 struct page *page, enum migratetype mt,
			 unsigned int order, bool to_tail)
{
	__page_list_add(w, &pcp->lists[order_to_pindex(w, mt, order)], page,
		      to_tail);
	page->flags |= BIT(PG_pcp);
	page->order = (uint8_t)order;
	pcp->count += 1 << order;
}

static inline void pcp_list_del(struct world *w, struct per_cpu_pages *pcp,
			 struct page_list *list, struct page *page)
{
	VM_BUG_ON_PAGE(w, !PagePcp(page), "pcp_count", page,
		       "on a per-CPU list without PG_pcp");
	page_list_del(w, list, page);
	page->flags &= ~BIT(PG_pcp);
	pcp->count -= 1 << page->order;
	page->order = 0;
}

/*
 * mm/page_alloc.c:free_pcppages_bulk: at least count pages, oldest first, one list
 * after the other from pindex on.  The type is read again under zone->lock.
 * Locks: pcp->lock.
 */
static noinline void free_pcppages_bulk(struct world *w, struct zone *zone,
					int count, struct per_cpu_pages *pcp,
					unsigned int pindex)
{
	struct page_list *list = &pcp->lists[pindex];

	if (count > pcp->count && !oldbug(w, PCP_BULK_BEYOND_COUNT))
		count = pcp->count;
	spin_lock(w, &zone->lock);
	while (count > 0) {
		struct page *page;
		unsigned int order;
		enum migratetype mt;

		VM_BUG_ON(w, !pcp->count, "pcp_count",
			  "%d more pages to take from empty lists", count);
		while (TAILQ_EMPTY(list)) {
			if (++pindex == NR_PCP_LISTS)
				pindex = 0;
			list = &pcp->lists[pindex];
		}
		order = pindex_to_order(w, pindex);
		page = TAILQ_LAST(list, page_list);
		VM_BUG_ON(w, !page, "pcp_count",
			  "the links of a per-CPU list are not what they were");
		mt = get_pageblock_migratetype(w, page);
		if (oldbug(w, PCP_BULK_CACHED_TYPE) ||
		    (kernel_until(w, 6_1) && !zone->nr_isolate_pageblock))
			mt = (enum migratetype)page->pcp_migratetype;
		pcp_list_del(w, pcp, list, page);
		count -= 1 << order;
		__free_one_page(w, page, zone, order, mt, false);
	}
	spin_unlock(w, &zone->lock);
}

/*
 * mm/page_alloc.c:nr_pcp_free; 1 when the lists are disabled.  Others change high
 * and batch without the list's lock (5.8: a batch, whatever is there).  The batch
 * does not grow with the load (CONFIG_PCP_BATCH_SCALE_MAX=0).
 */
static int nr_pcp_free(struct world *w, const struct per_cpu_pages *pcp,
		       bool free_high)
{
	int max;

	sched_window(w, SP_PCP_HIGH);
	if (oldbug(w, PCP_BULK_BEYOND_COUNT))
		return pcp->batch;
	if (free_high)
		return pcp->count < pcp->batch ? pcp->count : pcp->batch;
	if (pcp->high < pcp->batch)
		return 1;
	max = (int)mo_max((unsigned long)pcp->batch,
			  (unsigned long)(pcp->high - pcp->batch));
	if (pcp->free_count <= pcp->batch || kernel_until(w, 6_1))
		return pcp->batch;
	return pcp->free_count < max ? pcp->free_count : max;
}

/*
 * Frees without allocations in between, the last two of them above order 0: what is
 * kept of such orders fragments memory.  Sets the memory of the last free.
 */
static bool pcp_frees_high(struct world *w, struct per_cpu_pages *pcp,
			   unsigned int order)
{
	bool high = order && order <= w->pcp_order_max;
	bool last_was_high = pcp->prev_free_high_order;
	int enough = pcp->batch + (kernel_of(w, 7_2) ? pcp->high / 2 : 0);

	pcp->prev_free_high_order = high;
	return high && last_was_high && pcp->free_count >= enough &&
	       !kernel_until(w, 6_1); /* free_factor is 0 with that option */
}

/* The end of it in 7.2: a batch at a time, and between them others have the lock. */
static noinline void free_in_batches(struct world *w, struct zone *zone,
				     int to_free, struct per_cpu_pages *pcp,
				     unsigned int pindex)
{
	while (to_free > 0 && pcp->count) {
		int nr = to_free < pcp->batch ? to_free : pcp->batch;

		free_pcppages_bulk(w, zone, nr, pcp, pindex);
		to_free -= nr;
		if (!to_free || !pcp->count)
			break;
		spin_unlock(w, &pcp->lock);
		spin_lock(w, &pcp->lock);
	}
}

/* mm/page_alloc.c:free_unref_page_commit */
static inline void free_frozen_page_commit(struct world *w, struct zone *zone,
				    struct page *page, enum migratetype mt,
				    unsigned int order)
{
	struct per_cpu_pages *pcp = this_cpu_pageset(w, zone);
	bool free_high;

	sched_point(w, SP_PCP_FREE);
	spin_lock(w, &pcp->lock);
	page_touch(w, page);
	page->pcp_migratetype = (uint8_t)mt;
	/* 6.1: the type that it is freed to, also one without a list. */
	if (kernel_until(w, 6_1))
		page->pcp_migratetype = (uint8_t)get_pageblock_migratetype(w, page);
	pcp_list_add(w, pcp, page, mt, order, false);
	free_high = pcp_frees_high(w, pcp, order);
	if (pcp->free_count < pcp->batch)
		pcp->free_count += 1 << order;
	if (pcp->count >= pcp->high || free_high) {
		unsigned int pindex = order_to_pindex(w, mt, order);
		int to_free = nr_pcp_free(w, pcp, free_high);

		if (kernel_of(w, 7_2))
			free_in_batches(w, zone, to_free, pcp, pindex);
		else
			free_pcppages_bulk(w, zone, to_free, pcp, pindex);
	}
	spin_unlock(w, &pcp->lock);
}

/*
 * mm/page_alloc.c:free_pages_prepare.  False: a poisoned page that stays out of
 * the allocator for good.
 */
static inline bool free_pages_prepare(struct world *w, struct page *page,
			       unsigned int order)
{
	VM_BUG_ON_PAGE(w, page->_refcount, "frozen_refcount", page,
		       "freed at reference count %d", page->_refcount);
	VM_BUG_ON_PAGE(w, page->flags & PAGE_FLAGS_CHECK_AT_PREP || PageTail(page) ||
		       PageBuddy(page) || page->mapping, "bad_page", page,
		       "freed with flags %#x, type %u, mapping %u", page->flags,
		       page->page_type, page->mapping);
	if (PageHWPoison(page) && !order) {
		page_seen(w, PAGE_HWPOISON_FREED_STAYS_OUT);
		set_page_flag(w, page, PG_hwpoison_taken);
		return false;
	}
	page_touch(w, page);
	if (PageHead(page))
		destroy_compound_page(w, page);
	page->page_type = PGTY_none; /* types are sticky until here, 6.17 */
	page->flags &= BIT(PG_hwpoison);
	return true;
}

/* A larger page with a poisoned part: everything but the poisoned pages.  The kernel
 * (6.12) frees it whole (old bug, kind open). */
static noinline void free_has_hwpoisoned(struct world *w, struct page *page,
				unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);

	page_seen(w, PAGE_HWPOISON_FREED_BY_PARTS);
	for (unsigned long i = 0; i < 1ul << order; i++) {
		page = pfn_to_page(w, pfn + i);
		if (PageHWPoison(page))
			set_page_flag(w, page, PG_hwpoison_taken);
		else
			free_frozen_pages(w, page, 0);
	}
}

bool range_has_hwpoison(struct world *w, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);

	if (likely(!w->num_poisoned_pages))
		return false;
	for (unsigned long i = 0; i < 1ul << order; i++)
		if (PageHWPoison(pfn_to_page(w, pfn + i)))
			return true;
	return false;
}

/* mm/page_alloc.c:free_frozen_pages, behind free_pages_prepare() */
static void free_prepared_pages(struct world *w, struct page *page,
				unsigned int order)
{
	enum migratetype mt = get_pageblock_migratetype(w, page);

	sched_point(w, SP_FREE_TYPE_READ);
	if (!pcp_allowed_order(w, order) || mt == MIGRATE_ISOLATE) {
		free_one_page(w, page, order, false);
		return;
	}
	/* Types without a list of their own travel as movable. */
	if (mt >= MIGRATE_PCPTYPES)
		mt = MIGRATE_MOVABLE;
	free_frozen_page_commit(w, page_zone(w, page), page, mt, order);
}

/* mm/page_alloc.c:free_frozen_pages */
void free_frozen_pages(struct world *w, struct page *page, unsigned int order)
{
	if (!free_pages_prepare(w, page, order))
		return;
	if (order && unlikely(range_has_hwpoison(w, page, order)) &&
	    !published(w, POISONED_PART_FREED)) {
		free_has_hwpoisoned(w, page, order);
		return;
	}
	free_prepared_pages(w, page, order);
}

#ifdef MO_OLDBUGS /* what only an era calls */
/* mm/page_alloc.c:free_prepared_contig_range, 7.2: in pages as large as fit. */
static void free_prepared_contig_range(struct world *w, unsigned long pfn,
				       unsigned long end)
{
	while (pfn < end) {
		unsigned int order = 63u - (unsigned int)__builtin_clzl(end - pfn);

		if (pfn)
			order = mo_min(order, (unsigned int)__builtin_ctzl(pfn));
		order = mo_min(order, w->max_page_order);
		free_prepared_pages(w, pfn_to_page(w, pfn), order);
		pfn += 1ul << order;
	}
}

/*
 * mm/page_alloc.c:__free_contig_range_common, 7.2: all that can go is prepared page by
 * page and then freed as one range.  frozen: there is no reference to drop.
 */
void __free_contig_range_common(struct world *w, unsigned long pfn,
				unsigned long nr_pages, bool frozen)
{
	unsigned long end = pfn + nr_pages, start = pfn;

	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(w, pfn);

		if ((frozen || put_page_testzero(w, page)) &&
		    free_pages_prepare(w, page, 0))
			continue;
		free_prepared_contig_range(w, start, pfn);
		start = pfn + 1;
	}
	free_prepared_contig_range(w, start, end);
}
#endif

/*
 * mm/page_alloc.c:___free_pages.  Somebody else may hold a reference on the first
 * page; without __GFP_COMP nobody can hold one on the others, so they go now.
 */
void __free_pages(struct world *w, struct page *page, unsigned int order)
{
	bool head = PageHead(page);

	if (put_page_testzero(w, page)) {
		free_frozen_pages(w, page, order);
		return;
	}
	if (head)
		return;
	while (order-- > 0)
		free_frozen_pages(w, pfn_to_page(w, page_to_pfn(w, page) +
							   (1ul << order)),
				  order);
}

/* --- allocation --- */

/* mm/page_alloc.c:nr_pcp_alloc, CONFIG_PCP_BATCH_SCALE_MAX=0. */
static int nr_pcp_alloc(const struct per_cpu_pages *pcp, unsigned int order)
{
	if (pcp->high < pcp->batch || pcp->batch == 1)
		return 1;
	return pcp->batch >> order > 2 ? pcp->batch >> order : 2;
}

/* mm/page_alloc.c:rmqueue_bulk.  Locks: pcp->lock. */
static noinline void rmqueue_bulk(struct world *w, struct zone *zone,
			 struct per_cpu_pages *pcp, unsigned int order,
			 enum migratetype mt)
{
	int count = nr_pcp_alloc(pcp, order);
	enum rmqueue_mode mode = RMQUEUE_NORMAL;
	long unaccounted = 0;

	spin_lock(w, &zone->lock);
	do {
		struct page *page = __rmqueue(w, zone, order, mt,
					      mt == MIGRATE_MOVABLE, &mode);

		if (!page)
			break;
		page_touch(w, page);
		/* 6.1: it remembers the free list that it came from. */
		if (!kernel_until(w, 6_1))
			page->pcp_migratetype = (uint8_t)mt;
		pcp_list_add(w, pcp, page, mt, order, true);
		/* 6.1: in one step at the end; __rmqueue() looks at the number. */
		if (kernel_until(w, 6_1)) {
			zone->nr_free_pages += 1l << order;
			unaccounted += 1l << order;
		}
	} while (--count > 0);
	zone->nr_free_pages -= unaccounted;
	spin_unlock(w, &zone->lock);
}

static inline struct page *rmqueue_pcplist(struct world *w, struct zone *zone,
				    unsigned int order, enum migratetype mt)
{
	struct per_cpu_pages *pcp = this_cpu_pageset(w, zone);
	struct page_list *list = &pcp->lists[order_to_pindex(w, mt, order)];
	struct page *page;

	sched_point(w, SP_PCP_ALLOC);
	spin_lock(w, &pcp->lock);
	pcp->free_count >>= 1;
	if (TAILQ_EMPTY(list)) {
		sched_window(w, SP_PCP_BATCH);
		rmqueue_bulk(w, zone, pcp, order, mt);
	}
	page = TAILQ_FIRST(list);
	if (page)
		pcp_list_del(w, pcp, list, page);
	spin_unlock(w, &pcp->lock);
	return page;
}

static noinline struct page *rmqueue_buddy(struct world *w, struct zone *zone,
				  unsigned int order, gfp_t gfp,
				  enum migratetype mt)
{
	enum rmqueue_mode mode = RMQUEUE_NORMAL;
	struct page *page = NULL;

	sched_point(w, SP_BUDDY_ALLOC);
	spin_lock(w, &zone->lock);
	if (order && gfp & __GFP_HIGH)
		page = __rmqueue_smallest(w, zone, order, MIGRATE_HIGHATOMIC);
	if (!page)
		page = __rmqueue(w, zone, order, mt, mt == MIGRATE_MOVABLE, &mode);
	spin_unlock(w, &zone->lock);
	return page;
}

struct page *rmqueue(struct world *w, struct zone *zone, unsigned int order,
		     gfp_t gfp, enum migratetype mt)
{
	bool high = order && gfp & __GFP_HIGH;

	/* The list of huge pages has no place for reclaimable ones. */
	if (pcp_allowed_order(w, order) && !high) {
		struct page *page = rmqueue_pcplist(w, zone, order, mt);

		if (page)
			return page;
	}
	return rmqueue_buddy(w, zone, order, gfp, mt);
}

/* --- drain, disable, enable --- */

static void drain_pages_zone(struct world *w, unsigned int cpu,
			     struct zone *zone)
{
	struct per_cpu_pages *pcp = &zone->pageset[cpu];

	/* A batch at a time. */
	while (pcp->count) {
		spin_lock(w, &pcp->lock);
		free_pcppages_bulk(w, zone, pcp->batch, pcp, 0);
		spin_unlock(w, &pcp->lock);
	}
}

static void drain_cpu(struct world *w, unsigned int cpu, struct zone *zone)
{
	sched_point(w, SP_DRAIN_CPU);
	if (zone) {
		drain_pages_zone(w, cpu, zone);
		return;
	}
	for (unsigned int i = 0; i < w->nr_zones; i++)
		drain_pages_zone(w, cpu, &w->zones[i]);
}

void drain_all_pages(struct world *w, struct zone *zone)
{
	for (unsigned int cpu = 0; cpu < w->nr_cpus; cpu++)
		drain_cpu(w, cpu, zone);
}

void drain_local_pages(struct world *w, struct zone *zone)
{
	drain_cpu(w, sched_cpu(&w->sched), zone);
}

static void zone_set_pageset_high_and_batch(struct world *w, struct zone *zone,
					    int high, int batch)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		zone->pageset[cpu].high = high;
		sched_window(w, SP_PCP_SET);
		zone->pageset[cpu].batch = batch;
	}
}

static bool zone_has_pageset(const struct zone *zone)
{
	return zone->present_pages;
}

void setup_zone_pageset(struct world *w, struct zone *zone)
{
	zone_set_pageset_high_and_batch(w, zone, (int)w->geo.pcp_high,
					(int)w->geo.pcp_batch);
}

/* Boot pageset: nothing is kept. */
void zone_pcp_reset(struct world *w, struct zone *zone)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		VM_BUG_ON(w, zone->pageset[cpu].count, "pcp_count",
			  "zone %u loses its per-CPU lists with %d pages on them",
			  zone->zone_idx, zone->pageset[cpu].count);
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		zone->pageset[cpu].free_count = 0;
		zone->pageset[cpu].prev_free_high_order = false;
	}
	zone_set_pageset_high_and_batch(w, zone, 0, 1);
}

/* Guarantee: a racing free either commits before the drain and is drained, or
 * sees high 0 and is freed at once. */
void zone_pcp_disable(struct world *w, struct zone *zone)
{
	mutex_lock(w, &w->pcp_batch_high_lock);
	if (oldbug(w, PCP_DISABLED_AFTER_DRAIN))
		drain_all_pages(w, zone);
	zone_set_pageset_high_and_batch(w, zone, 0, 1);
	if (!oldbug(w, PCP_DISABLED_AFTER_DRAIN))
		drain_all_pages(w, zone);
	zone->pcp_disabled = true;
}

void zone_pcp_enable(struct world *w, struct zone *zone)
{
	zone->pcp_disabled = false;
	if (zone_has_pageset(zone))
		setup_zone_pageset(w, zone);
	mutex_unlock(w, &w->pcp_batch_high_lock);
}
