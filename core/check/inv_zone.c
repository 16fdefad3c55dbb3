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
	long nr_free = view_zone_nr_free(w, zone);

	if (likely(nr_free == expected))
		return;
	violation(w, INV_nr_free_pages, VIOLATION_NO_PFN,
		  "zone %u: NR_FREE_PAGES %ld, free lists hold %ld", zone,
		  nr_free, expected);
}

static cold noinline void nr_free_pages_bound(const struct check *c,
					      const struct world *w,
					      unsigned int zone)
{
	recount(c, w);
	inv_nr_free_pages(w, zone, view_zone_nr_free(w, zone) < 0 ?
				   0 : view_zone_managed(w, zone));
}

static noinline void inv_managed_pages(const struct world *w, unsigned int zone,
				       long expected)
{
	long managed = view_zone_managed(w, zone);

	if (likely(managed == expected))
		return;
	violation(w, INV_managed_pages, VIOLATION_NO_PFN,
		  "zone %u: %ld managed, %ld present, expected %ld", zone,
		  managed, view_zone_present(w, zone), expected);
}

static noinline void inv_present_pages(const struct world *w, unsigned int zone,
				       long expected)
{
	if (likely(view_zone_present(w, zone) == expected))
		return;
	violation(w, INV_present_pages, VIOLATION_NO_PFN,
		  "zone %u: %ld present, expected %ld", zone,
		  view_zone_present(w, zone), expected);
}

static cold noinline void node_present_pages(const struct world *w,
					     unsigned int nid, long sum)
{
	violation(w, INV_present_pages, VIOLATION_NO_PFN,
		  "node %u: %ld present, its zones have %ld", nid,
		  view_node_present(w, nid), sum);
}

static noinline void inv_nr_isolate_pageblock(const struct world *w,
					      unsigned int zone, long expected)
{
	long nr = view_zone_nr_isolate_pageblock(w, zone);

	if (likely(nr == expected))
		return;
	violation(w, INV_nr_isolate_pageblock, VIOLATION_NO_PFN,
		  "zone %u: nr_isolate_pageblock %ld, expected %ld", zone, nr,
		  expected);
}

static cold noinline void inv_pcp_restored(const struct world *w,
					   unsigned int zone, unsigned int cpu)
{
	violation(w, INV_pcp_restored, VIOLATION_NO_PFN,
		  "zone %u cpu %u: high %d or the batch is not back", zone, cpu,
		  view_pcp_high(w, zone, cpu));
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

static inline void check_pcp(const struct world *w, unsigned int zone)
{
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++) {
		if (unlikely(view_pcp_count(w, zone, cpu) < 0))
			inv_pcp_count(w, zone, view_pcp_count(w, zone, cpu), 0);
		if (unlikely(!view_pcp_at_rest(w, zone, cpu)))
			inv_pcp_restored(w, zone, cpu);
	}
}

/* Which of the bounds is broken. */
static cold noinline void zone_bounds(const struct check *c,
				      const struct world *w, unsigned int zone)
{
	long present = view_zone_present(w, zone);
	long managed = view_zone_managed(w, zone);
	long nr_free = view_zone_nr_free(w, zone);
	long nr_isolate = view_zone_nr_isolate_pageblock(w, zone);
	long nr_pageblocks = present >> view_pageblock_order(w);

	if (nr_free < 0 || nr_free > managed)
		nr_free_pages_bound(c, w, zone);
	if (managed < 0 || managed > present)
		inv_managed_pages(w, zone, present);
	if (present < 0 || present > (long)view_zone_spanned(w, zone))
		inv_present_pages(w, zone, (long)view_zone_spanned(w, zone));
	if (nr_isolate < 0 || nr_isolate > nr_pageblocks)
		inv_nr_isolate_pageblock(w, zone, nr_pageblocks);
}

/* 0 <= free <= managed <= present <= spanned, in one test: each difference has
 * the sign of a broken bound. */
static inline void check_zone(const struct check *c, const struct world *w,
			      unsigned int zone)
{
	unsigned long present = (unsigned long)view_zone_present(w, zone);
	unsigned long managed = (unsigned long)view_zone_managed(w, zone);
	unsigned long nr_free = (unsigned long)view_zone_nr_free(w, zone);
	unsigned long nr_isolate =
		(unsigned long)view_zone_nr_isolate_pageblock(w, zone);
	unsigned long nr_pageblocks = present >> view_pageblock_order(w);

	if (unlikely((long)(nr_free | (managed - nr_free) | managed |
			    (present - managed) | present |
			    (view_zone_spanned(w, zone) - present) | nr_isolate |
			    (nr_pageblocks - nr_isolate)) < 0))
		zone_bounds(c, w, zone);
	/* An empty zone keeps the boot pageset: nothing is cached. */
	if (present)
		check_pcp(w, zone);
}

/* --- level 1: nodes, LRU, locks, notifiers, hugetlb --- */

static cold noinline void inv_node_states(const struct world *w,
					  unsigned int nid,
					  enum node_states state, bool expected)
{
	violation(w, INV_node_states, VIOLATION_NO_PFN,
		  "node %u is %sin %s", nid, expected ? "not " : "",
		  state == N_MEMORY ? "N_MEMORY" : "N_NORMAL_MEMORY");
}

static void check_node(const struct world *w, unsigned int nid)
{
	unsigned int first = nid * MAX_NR_ZONES;
	long normal = view_zone_present(w, first + ZONE_NORMAL);
	long sum = normal + view_zone_present(w, first + ZONE_MOVABLE);

	if (unlikely(view_node_present(w, nid) != sum))
		node_present_pages(w, nid, sum);
	if (unlikely(view_node_state(w, nid, N_MEMORY) != (sum != 0)))
		inv_node_states(w, nid, N_MEMORY, sum);
	if (unlikely(view_node_state(w, nid, N_NORMAL_MEMORY) != (normal != 0)))
		inv_node_states(w, nid, N_NORMAL_MEMORY, normal);
}

static cold noinline void inv_lru_disable_count(const struct world *w)
{
	violation(w, INV_lru_disable_count, VIOLATION_NO_PFN,
		  "count %d after the operation", view_lru_disable_count(w));
}

static cold noinline void inv_lock_balance(const struct world *w,
					   unsigned int cpu)
{
	violation(w, INV_lock_balance, VIOLATION_NO_PFN,
		  "cpu %u still holds %u locks", cpu, view_nr_locks_held(w, cpu));
}

static cold noinline void inv_notifier_pairing(const struct world *w,
					       enum memory_block_state going,
					       uint32_t sent, uint32_t ended)
{
	violation(w, INV_notifier_pairing, VIOLATION_NO_PFN,
		  "%u announcements of action %d, %u ends", sent, going, ended);
}

static inline void check_notifications(const struct world *w,
				       enum memory_block_state going,
				       enum memory_block_state done,
				       enum memory_block_state cancel)
{
	uint32_t sent = view_nr_notified(w, going);
	uint32_t ended = view_nr_notified(w, done) + view_nr_notified(w, cancel);

	if (unlikely(sent != ended))
		inv_notifier_pairing(w, going, sent, ended);
}

static noinline void inv_hugetlb_counters(const struct world *w, unsigned int i,
					  long expected, long expected_free)
{
	long nr = view_hstate_nr(w, i), nr_free = view_hstate_nr_free(w, i);

	if (likely(nr == expected && nr_free == expected_free))
		return;
	violation(w, INV_hugetlb_counters, VIOLATION_NO_PFN,
		  "order %u: %ld huge pages, %ld free, %ld surplus; expected %ld, %ld",
		  view_hstate_order(w, i), nr, nr_free,
		  view_hstate_nr_surplus(w, i), expected, expected_free);
}

static cold noinline void inv_hugetlb_reserve(const struct world *w,
					      unsigned int i)
{
	violation(w, INV_hugetlb_reserve, VIOLATION_NO_PFN,
		  "order %u: %ld reserved, %ld free", view_hstate_order(w, i),
		  view_hstate_nr_resv(w, i), view_hstate_nr_free(w, i));
}

static void check_hstate(const struct world *w, unsigned int i)
{
	long nr = view_hstate_nr(w, i), nr_free = view_hstate_nr_free(w, i);
	long surplus = view_hstate_nr_surplus(w, i);

	if (unlikely(nr < 0))
		inv_hugetlb_counters(w, i, 0, 0);
	if (unlikely(nr_free < 0 || nr_free > nr))
		inv_hugetlb_counters(w, i, nr, 0);
	if (unlikely(surplus < 0 || surplus > nr))
		inv_hugetlb_counters(w, i, surplus, nr_free);
	if (unlikely(view_hstate_nr_resv(w, i) < 0 ||
		     view_hstate_nr_resv(w, i) > nr_free))
		inv_hugetlb_reserve(w, i);
}

static cold noinline void inv_frozen_refcount_read(const struct world *w)
{
	violation(w, INV_frozen_refcount_read, VIOLATION_NO_PFN,
		  "%u times, without trying to take a reference",
		  view_nr_frozen_ref_reads(w));
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
		if (unlikely(view_nr_locks_held(w, cpu)))
			inv_lock_balance(w, cpu);
	if (unlikely(view_virtio_mem_bound(w)))
		check_virtio_mem(w);
	if (unlikely(view_lru_disable_count(w)))
		inv_lru_disable_count(w);
	if (unlikely(view_nr_frozen_ref_reads(w)))
		inv_frozen_refcount_read(w);
	check_notifications(w, MEM_GOING_ONLINE, MEM_ONLINE, MEM_CANCEL_ONLINE);
	check_notifications(w, MEM_GOING_OFFLINE, MEM_OFFLINE,
			    MEM_CANCEL_OFFLINE);
}

/* --- level 3: totals --- */

static noinline void inv_nr_free_cma(const struct world *w, unsigned int zone,
				     long expected)
{
	if (likely(view_zone_nr_free_cma(w, zone) == expected))
		return;
	violation(w, INV_nr_free_cma, VIOLATION_NO_PFN,
		  "zone %u: NR_FREE_CMA_PAGES %ld, free lists hold %ld", zone,
		  view_zone_nr_free_cma(w, zone), expected);
}

static noinline void inv_nr_free_highatomic(const struct world *w,
					    unsigned int zone, long expected)
{
	if (likely(view_zone_nr_free_highatomic(w, zone) == expected) ||
	    !view_counts_free_highatomic(w))
		return;
	violation(w, INV_nr_free_highatomic, VIOLATION_NO_PFN,
		  "zone %u: nr_free_highatomic %ld, free lists hold %ld", zone,
		  view_zone_nr_free_highatomic(w, zone), expected);
}

static noinline void inv_free_area_count(const struct world *w,
					 unsigned int zone, unsigned int order,
					 long expected)
{
	long nr_free = view_free_area_count(w, zone, order);

	if (likely(nr_free == expected))
		return;
	violation(w, INV_free_area_count, VIOLATION_NO_PFN,
		  "zone %u order %u: nr_free %ld, found %ld", zone, order,
		  nr_free, expected);
}

static noinline void inv_lru_accounting(const struct world *w, unsigned int nid,
					long expected)
{
	if (likely(view_node_nr_lru(w, nid) == expected))
		return;
	violation(w, INV_lru_accounting, VIOLATION_NO_PFN,
		  "node %u: %ld pages on the LRU, %ld have PG_lru", nid,
		  view_node_nr_lru(w, nid), expected);
}

static noinline void inv_nr_balloon_pages(const struct world *w,
					  unsigned int nid, long expected)
{
	if (likely(view_node_nr_balloon(w, nid) == expected ||
		   !view_counts_balloon_pages(w)))
		return;
	violation(w, INV_nr_balloon_pages, VIOLATION_NO_PFN,
		  "node %u: NR_BALLOON_PAGES %ld, %ld pages are in balloons", nid,
		  view_node_nr_balloon(w, nid), expected);
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
	for (unsigned int order = 0; order <= view_max_page_order(w); order++)
		inv_free_area_count(w, zone, order, now[SUM_NR_FREE + order]);
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++)
		pcp += view_pcp_count(w, zone, cpu);
	inv_pcp_count(w, zone, pcp, now[SUM_PCP]);
}

static void add_sums(long *to, const long *from)
{
	for (unsigned int i = 0; i < SUM_NR; i++)
		to[i] += from[i];
}

static long sum_of_node(long now[][SUM_NR], unsigned int nid, unsigned int sum)
{
	unsigned int first = nid * MAX_NR_ZONES;

	return now[first + ZONE_NORMAL][sum] + now[first + ZONE_MOVABLE][sum];
}

void check_totals(const struct world *w, long now[][SUM_NR])
{
	long world[SUM_NR] = { 0 };

	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++) {
		check_zone_totals(w, zone, now[zone]);
		add_sums(world, now[zone]);
	}
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		inv_lru_accounting(w, nid, sum_of_node(now, nid, SUM_LRU));
	inv_isolated_accounting(w, world[SUM_LRU_ISOLATED]);
	inv_lru_batch(w, world[SUM_LRU_BATCH]);
	check_balloons(w, world[SUM_BALLOONED]);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		inv_nr_balloon_pages(w, nid, sum_of_node(now, nid, SUM_BALLOONED));
	for (unsigned int i = 0; i < view_nr_hstates(w); i++)
		inv_hugetlb_counters(w, i, world[SUM_HUGE + i],
				     world[SUM_HUGE_FREE + i]);
}
