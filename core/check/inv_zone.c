/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 1: counters of zones, nodes, pools and locks, nothing that grows with
 * memory.  Level 3: the same counters against what the walk of the touched
 * memory blocks found.
 */
#include "inv.h"

/* --- level 1: bounds --- */

static noinline void inv_nr_free_pages(const struct world *w, unsigned int zone,
				       long expected)
{
	const struct zone *z = view_zone(w, zone);

	if (likely(z->nr_free_pages == expected))
		return;
	violation(w, INV_nr_free_pages, VIOLATION_NO_PFN,
		  "zone %u: NR_FREE_PAGES %ld, free lists hold %ld", zone,
		  z->nr_free_pages, expected);
}

static cold noinline void nr_free_pages_bound(const struct check *c,
					      const struct world *w,
					      unsigned int zone)
{
	const struct zone *z = view_zone(w, zone);

	recount(c, w);
	inv_nr_free_pages(w, zone,
			  z->nr_free_pages < 0 ? 0 : (long)z->managed_pages);
}

static noinline void inv_managed_pages(const struct world *w, unsigned int zone,
				       long expected)
{
	const struct zone *z = view_zone(w, zone);

	if (likely((long)z->managed_pages == expected))
		return;
	violation(w, INV_managed_pages, VIOLATION_NO_PFN,
		  "zone %u: %ld managed, %ld present, expected %ld", zone,
		  (long)z->managed_pages, (long)z->present_pages, expected);
}

static noinline void inv_present_pages(const struct world *w, unsigned int zone,
				       long expected)
{
	const struct zone *z = view_zone(w, zone);

	if (likely((long)z->present_pages == expected))
		return;
	violation(w, INV_present_pages, VIOLATION_NO_PFN,
		  "zone %u: %ld present, expected %ld", zone,
		  (long)z->present_pages, expected);
}

static cold noinline void node_present_pages(const struct world *w,
					     unsigned int nid, long sum)
{
	violation(w, INV_present_pages, VIOLATION_NO_PFN,
		  "node %u: %ld present, its zones have %ld", nid,
		  (long)view_node(w, nid)->node_present_pages, sum);
}

static noinline void inv_nr_isolate_pageblock(const struct world *w,
					      unsigned int zone, long expected)
{
	const struct zone *z = view_zone(w, zone);

	if (likely((long)z->nr_isolate_pageblock == expected))
		return;
	violation(w, INV_nr_isolate_pageblock, VIOLATION_NO_PFN,
		  "zone %u: nr_isolate_pageblock %ld, expected %ld", zone,
		  (long)z->nr_isolate_pageblock, expected);
}

static noinline void inv_pcp_restored(const struct world *w, unsigned int zone,
				      unsigned int cpu)
{
	const struct per_cpu_pages *pcp = view_pcp(w, zone, cpu);

	if (likely(pcp->high == (int)w->geo.pcp_high &&
		   pcp->batch == (int)w->geo.pcp_batch))
		return;
	violation(w, INV_pcp_restored, VIOLATION_NO_PFN,
		  "zone %u cpu %u: high %d, batch %d", zone, cpu, pcp->high,
		  pcp->batch);
}

noinline void inv_pcp_count(const struct world *w, unsigned int zone, long have,
			    long expected)
{
	if (likely(have == expected))
		return;
	violation(w, INV_pcp_count, VIOLATION_NO_PFN,
		  "zone %u: count %ld, the per-CPU lists hold %ld", zone, have,
		  expected);
}

static void check_pcp(const struct world *w, unsigned int zone)
{
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++) {
		const struct per_cpu_pages *pcp = view_pcp(w, zone, cpu);

		if (unlikely(pcp->count < 0))
			inv_pcp_count(w, zone, pcp->count, 0);
		inv_pcp_restored(w, zone, cpu);
	}
}

static void check_zone(const struct check *c, const struct world *w,
		       unsigned int zone)
{
	const struct zone *z = view_zone(w, zone);

	if (unlikely((unsigned long)z->nr_free_pages > z->managed_pages))
		nr_free_pages_bound(c, w, zone);
	if (unlikely(z->managed_pages > z->present_pages))
		inv_managed_pages(w, zone, (long)z->present_pages);
	if (unlikely(z->present_pages > z->spanned_pages))
		inv_present_pages(w, zone, (long)z->spanned_pages);
	if (unlikely(z->nr_isolate_pageblock >
		     z->present_pages >> w->pageblock_order))
		inv_nr_isolate_pageblock(w, zone, (long)(z->present_pages >>
							 w->pageblock_order));
	/* An empty zone keeps the boot pageset: nothing is cached. */
	if (z->present_pages)
		check_pcp(w, zone);
}

/* --- level 1: nodes, LRU, locks, notifiers, hugetlb --- */

static noinline void inv_node_states(const struct world *w, unsigned int nid,
				     enum node_states state, bool expected)
{
	if (likely(view_node_state(w, nid, state) == expected))
		return;
	violation(w, INV_node_states, VIOLATION_NO_PFN,
		  "node %u is %sin %s", nid, expected ? "not " : "",
		  state == N_MEMORY ? "N_MEMORY" : "N_NORMAL_MEMORY");
}

static void check_node(const struct world *w, unsigned int nid)
{
	unsigned int first = nid * MAX_NR_ZONES;
	unsigned long normal = view_zone(w, first + ZONE_NORMAL)->present_pages;
	unsigned long sum = normal +
			    view_zone(w, first + ZONE_MOVABLE)->present_pages;

	if (unlikely(view_node(w, nid)->node_present_pages != sum))
		node_present_pages(w, nid, (long)sum);
	inv_node_states(w, nid, N_MEMORY, sum);
	inv_node_states(w, nid, N_NORMAL_MEMORY, normal);
}

static noinline void inv_lru_disable_count(const struct world *w)
{
	if (likely(!view_lru_disable_count(w)))
		return;
	violation(w, INV_lru_disable_count, VIOLATION_NO_PFN,
		  "count %d after the operation", view_lru_disable_count(w));
}

static noinline void inv_lock_balance(const struct world *w, unsigned int cpu)
{
	if (likely(!view_nr_locks_held(w, cpu)))
		return;
	violation(w, INV_lock_balance, VIOLATION_NO_PFN,
		  "cpu %u still holds %u locks", cpu, view_nr_locks_held(w, cpu));
}

static noinline void inv_notifier_pairing(const struct world *w,
					  enum memory_block_state going,
					  enum memory_block_state done,
					  enum memory_block_state cancel)
{
	uint32_t sent = view_nr_notified(w, going);
	uint32_t ended = view_nr_notified(w, done) + view_nr_notified(w, cancel);

	if (likely(sent == ended))
		return;
	violation(w, INV_notifier_pairing, VIOLATION_NO_PFN,
		  "%u announcements of action %d, %u ends", sent, going, ended);
}

static noinline void inv_hugetlb_counters(const struct world *w, unsigned int i,
					  long nr, long nr_free)
{
	const struct hstate *h = view_hstate(w, i);

	if (likely(h->nr_huge_pages == nr && h->free_huge_pages == nr_free))
		return;
	violation(w, INV_hugetlb_counters, VIOLATION_NO_PFN,
		  "order %u: %ld huge pages, %ld free; expected %ld, %ld",
		  h->order, h->nr_huge_pages, h->free_huge_pages, nr, nr_free);
}

static void check_hstate(const struct world *w, unsigned int i)
{
	const struct hstate *h = view_hstate(w, i);

	if (unlikely(h->nr_huge_pages < 0))
		inv_hugetlb_counters(w, i, 0, 0);
	if (unlikely(h->free_huge_pages < 0 ||
		     h->free_huge_pages > h->nr_huge_pages))
		inv_hugetlb_counters(w, i, h->nr_huge_pages, 0);
	if (unlikely(h->surplus_huge_pages < 0 ||
		     h->surplus_huge_pages > h->nr_huge_pages))
		violation(w, INV_hugetlb_counters, VIOLATION_NO_PFN,
			  "order %u: %ld surplus of %ld", h->order,
			  h->surplus_huge_pages, h->nr_huge_pages);
}

void check_counters(const struct check *c, const struct world *w)
{
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		check_zone(c, w, zone);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		check_node(w, nid);
	for (unsigned int i = 0; i < view_nr_hstates(w); i++)
		check_hstate(w, i);
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++)
		inv_lock_balance(w, cpu);
	inv_lru_disable_count(w);
	inv_notifier_pairing(w, MEM_GOING_ONLINE, MEM_ONLINE, MEM_CANCEL_ONLINE);
	inv_notifier_pairing(w, MEM_GOING_OFFLINE, MEM_OFFLINE,
			     MEM_CANCEL_OFFLINE);
}

/* --- level 3: totals --- */

static noinline void inv_nr_free_cma(const struct world *w, unsigned int zone,
				     long expected)
{
	if (likely(view_zone(w, zone)->nr_free_cma == expected))
		return;
	violation(w, INV_nr_free_cma, VIOLATION_NO_PFN,
		  "zone %u: NR_FREE_CMA_PAGES %ld, free lists hold %ld", zone,
		  view_zone(w, zone)->nr_free_cma, expected);
}

static noinline void inv_nr_free_highatomic(const struct world *w,
					    unsigned int zone, long expected)
{
	if (likely(view_zone(w, zone)->nr_free_highatomic == expected))
		return;
	violation(w, INV_nr_free_highatomic, VIOLATION_NO_PFN,
		  "zone %u: nr_free_highatomic %ld, free lists hold %ld", zone,
		  view_zone(w, zone)->nr_free_highatomic, expected);
}

static noinline void inv_free_area_count(const struct world *w,
					 unsigned int zone, unsigned int order,
					 long expected)
{
	long nr_free = (long)view_zone(w, zone)->free_area[order].nr_free;

	if (likely(nr_free == expected))
		return;
	violation(w, INV_free_area_count, VIOLATION_NO_PFN,
		  "zone %u order %u: nr_free %ld, found %ld", zone, order,
		  nr_free, expected);
}

static noinline void inv_lru_accounting(const struct world *w, unsigned int nid,
					long expected)
{
	if (likely((long)view_node(w, nid)->nr_lru == expected))
		return;
	violation(w, INV_lru_accounting, VIOLATION_NO_PFN,
		  "node %u: %ld pages on the LRU, %ld have PG_lru", nid,
		  (long)view_node(w, nid)->nr_lru, expected);
}

static noinline void inv_isolated_accounting(const struct world *w,
					     long expected)
{
	if (likely((long)view_nr_isolated(w) == expected))
		return;
	violation(w, INV_isolated_accounting, VIOLATION_NO_PFN,
		  "NR_ISOLATED %ld, %ld pages are isolated",
		  (long)view_nr_isolated(w), expected);
}

static noinline void inv_lru_batch(const struct world *w, long expected)
{
	long nr = 0;

	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++)
		nr += view_nr_lru_batch(w, cpu);
	if (likely(nr == expected))
		return;
	violation(w, INV_lru_batch, VIOLATION_NO_PFN,
		  "%ld folios in per-CPU LRU batches, %ld are marked so", nr,
		  expected);
}

static void check_zone_totals(const struct world *w, unsigned int zone,
			      const long *now)
{
	long pcp = 0;

	inv_nr_free_pages(w, zone, now[SUM_FREE]);
	inv_nr_free_cma(w, zone, now[SUM_FREE_CMA]);
	inv_nr_free_highatomic(w, zone, now[SUM_FREE_HIGHATOMIC]);
	inv_present_pages(w, zone, now[SUM_PRESENT]);
	inv_managed_pages(w, zone, now[SUM_MANAGED]);
	inv_nr_isolate_pageblock(w, zone, now[SUM_ISOLATED_PB]);
	for (unsigned int order = 0; order <= w->max_page_order; order++)
		inv_free_area_count(w, zone, order, now[SUM_NR_FREE + order]);
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++)
		pcp += view_pcp(w, zone, cpu)->count;
	inv_pcp_count(w, zone, pcp, now[SUM_PCP]);
}

static void add_sums(long *to, const long *from)
{
	for (unsigned int i = 0; i < SUM_NR; i++)
		to[i] += from[i];
}

void check_totals(const struct world *w, long now[][SUM_NR])
{
	long world[SUM_NR] = { 0 };

	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++) {
		check_zone_totals(w, zone, now[zone]);
		add_sums(world, now[zone]);
	}
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++) {
		unsigned int first = nid * MAX_NR_ZONES;

		inv_lru_accounting(w, nid, now[first + ZONE_NORMAL][SUM_LRU] +
						   now[first + ZONE_MOVABLE][SUM_LRU]);
	}
	inv_isolated_accounting(w, world[SUM_LRU_ISOLATED]);
	inv_lru_batch(w, world[SUM_LRU_BATCH]);
	for (unsigned int i = 0; i < view_nr_hstates(w); i++)
		inv_hugetlb_counters(w, i, world[SUM_HUGE + i],
				     world[SUM_HUGE_FREE + i]);
}
