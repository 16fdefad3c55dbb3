/* SPDX-License-Identifier: GPL-2.0-only */
/* Online, offline, hot-add, hot-remove.  mm/memory_hotplug.c, 6.17. */
#include <errno.h>
#include <string.h>

#include "hugetlb.h"
#include "memory.h"
#include "memory_failure.h"
#include "memory_hotplug.h"
#include "migrate.h"
#include "page_isolation.h"
#include "page_offline.h"
#include "page_transitions.h"
#include "walkers.h"
#include "swap.h"

/* Rounds of offline_pages() without progress before somebody is asked. */
#define OFFLINE_STALL_ROUNDS 4
/* Rounds that offline_pages() went before it gave up, up to 4.14 (old bug). */
#define OFFLINE_RETRIES 3

void mem_hotplug_begin(struct world *w)
{
	mo_mutex_lock(w, &w->mem_hotplug_lock, __func__);
}

void mem_hotplug_done(struct world *w)
{
	mo_mutex_unlock(w, &w->mem_hotplug_lock, __func__);
}

/* --- online_page_callback --- */

/* mm/memory_hotplug.c:generic_online_page */
void generic_online_page(struct world *w, struct page *page, unsigned int order)
{
	__free_pages_core(w, page, order);
}

int set_online_page_callback(struct world *w, online_page_callback_t callback)
{
	if (w->online_page_callback != generic_online_page)
		return -EINVAL;
	w->online_page_callback = callback;
	return 0;
}

/* --- zone and node spans --- */

static void resize_zone_range(struct zone *zone, unsigned long start_pfn,
			      unsigned long nr_pages)
{
	unsigned long old_end = zone_end_pfn(zone);

	if (!zone->spanned_pages) {
		zone->zone_start_pfn = start_pfn;
		old_end = start_pfn;
	} else if (start_pfn < zone->zone_start_pfn) {
		zone->zone_start_pfn = start_pfn;
	}
	zone->spanned_pages = mo_max(start_pfn + nr_pages, old_end) -
			      zone->zone_start_pfn;
}

static void resize_pgdat_range(struct pglist_data *pgdat,
			       unsigned long start_pfn, unsigned long nr_pages)
{
	unsigned long old_end = pgdat_end_pfn(pgdat);

	if (!pgdat->node_spanned_pages) {
		pgdat->node_start_pfn = start_pfn;
		old_end = start_pfn;
	} else if (start_pfn < pgdat->node_start_pfn) {
		pgdat->node_start_pfn = start_pfn;
	}
	pgdat->node_spanned_pages = mo_max(start_pfn + nr_pages, old_end) -
				    pgdat->node_start_pfn;
}

static bool section_in_zone(struct world *w, const struct zone *zone,
			    unsigned long pfn)
{
	/* The last pageblock: the first may be a memmap prefix. */
	unsigned long last = (pfn | (PAGES_PER_SECTION(w) - 1));

	if (oldbug(w, ZONE_SPAN_READS_MEMMAP) && pfn_valid(w, pfn))
		return page_zone(w, pfn_to_page(w, last)) == zone;
	return pfn_online(w, pfn) &&
	       pfn_to_pageblock(w, last)->zone_idx == zone->zone_idx;
}

/* find_smallest_section_pfn(); 0 when there is none. */
static unsigned long find_smallest_section_pfn(struct world *w,
					       const struct zone *zone,
					       unsigned long start,
					       unsigned long end)
{
	for (; start < end; start = ALIGN_DOWN(start, PAGES_PER_SECTION(w)) +
				    PAGES_PER_SECTION(w))
		if (section_in_zone(w, zone, start))
			return start;
	return 0;
}

/* find_biggest_section_pfn(): its last pfn, 0 when there is none. */
static unsigned long find_biggest_section_pfn(struct world *w,
					      const struct zone *zone,
					      unsigned long start,
					      unsigned long end)
{
	while (end > start) {
		unsigned long sec = ALIGN_DOWN(end - 1, PAGES_PER_SECTION(w));

		if (section_in_zone(w, zone, sec))
			return end - 1;
		end = sec;
	}
	return 0;
}

/* mm/memory_hotplug.c:shrink_zone_span: only ever from one end. */
static void shrink_zone_span(struct world *w, struct zone *zone,
			     unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long end = zone_end_pfn(zone), pfn;

	if (zone->zone_start_pfn == start_pfn) {
		pfn = find_smallest_section_pfn(w, zone, end_pfn, end);
		zone->spanned_pages = pfn ? end - pfn : 0;
		zone->zone_start_pfn = pfn;
	} else if (end == end_pfn) {
		pfn = find_biggest_section_pfn(w, zone, zone->zone_start_pfn,
					       start_pfn);
		zone->spanned_pages = pfn ? pfn - zone->zone_start_pfn + 1 : 0;
		if (!pfn)
			zone->zone_start_pfn = 0;
	}
}

/*
 * shrink_pgdat_span(), up to 5.3: looks for a page of the node in every section
 * that is there, online or not.  For old bugs only.
 */
static void shrink_pgdat_span(struct world *w, const struct pglist_data *pgdat,
			      unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn = pgdat->node_start_pfn;

	for (; pfn < pgdat_end_pfn(pgdat); pfn += PAGES_PER_SECTION(w)) {
		if (!pfn_valid(w, pfn) || (pfn >= start_pfn && pfn < end_pfn))
			continue;
		if (page_to_nid(w, pfn_to_page(w, pfn)) == pgdat->node_id)
			return;
	}
}

static void update_pgdat_span(struct world *w, struct pglist_data *pgdat)
{
	unsigned long start = ~0ul, end = 0;

	for (unsigned int type = 0; type < MAX_NR_ZONES; type++) {
		const struct zone *zone = node_zone(w, pgdat->node_id,
						    (enum zone_type)type);

		if (!zone->spanned_pages && !oldbug(w, NODE_SPAN_EMPTY_ZONE))
			continue;
		start = mo_min(start, zone->zone_start_pfn);
		end = mo_max(end, zone_end_pfn(zone));
	}
	pgdat->node_start_pfn = end ? start : 0;
	pgdat->node_spanned_pages = end ? end - start : 0;
}

/*
 * mm/memory_hotplug.c:move_pfn_range_to_zone: spans grow, the memmap comes into
 * being: each page PageOffline, with the reference count of the policy.
 */
static void move_pfn_range_to_zone(struct world *w, struct zone *zone,
				   unsigned long pfn, unsigned long nr_pages,
				   bool isolate)
{
	lockdep_assert_held(w, &w->mem_hotplug_lock);
	resize_zone_range(zone, pfn, nr_pages);
	resize_pgdat_range(&w->nodes[zone->node], pfn, nr_pages);
	world_renew_pages(w);
	for (unsigned long p = pfn; p < pfn + nr_pages;
	     p += pageblock_nr_pages(w)) {
		block_touch(w, pfn_to_block(w, p));
		*pfn_to_pageblock(w, p) = (struct pageblock){
			.gen = ++w->gen_next,
			.migratetype = MIGRATE_MOVABLE,
			.isolated = isolate,
			.lazy = PB_LAZY_INIT,
			/* Its driver went before it could know that the pageblock did. */
			.released = test_bit(p >> w->pageblock_order, w->released),
			.zone_idx = zone->zone_idx,
		};
	}
}

/* mm/memory_hotplug.c:remove_pfn_range_from_zone: the memmap becomes garbage. */
static void remove_pfn_range_from_zone(struct world *w, struct zone *zone,
				       unsigned long start_pfn,
				       unsigned long nr_pages)
{
	world_renew_pages(w);
	for (unsigned long pfn = start_pfn; pfn < start_pfn + nr_pages;
	     pfn += pageblock_nr_pages(w)) {
		block_touch(w, pfn_to_block(w, pfn));
		pfn_to_pageblock(w, pfn)->gen = PB_GEN_POISON;
		pfn_to_pageblock(w, pfn)->isolated = false;
	}
	w->stats.garbage_memmaps++;
	shrink_zone_span(w, zone, start_pfn, start_pfn + nr_pages);
	if (oldbug(w, NODE_SPAN_READS_MEMMAP))
		shrink_pgdat_span(w, &w->nodes[zone->node], start_pfn,
				  start_pfn + nr_pages);
	update_pgdat_span(w, &w->nodes[zone->node]);
}

/* --- sections, node states --- */

static void mark_mem_sections(struct world *w, unsigned long start_pfn,
			      unsigned long end_pfn, bool online)
{
	for (unsigned long pfn = start_pfn; pfn < end_pfn;
	     pfn += PAGES_PER_SECTION(w)) {
		VM_BUG_ON_PFN(w, !pfn_valid(w, pfn), "section_range", pfn,
			      "a section that is not there changes state");
		block_touch(w, pfn_to_block(w, pfn));
		w->sections[pfn_to_section_nr(w, pfn)].online = online;
		w->stats.offlined_sections += !online;
	}
}

static void node_set_state(struct world *w, unsigned int nid,
			   enum node_states state, bool on)
{
	if (on)
		w->node_states[state] |= (uint8_t)BIT(nid);
	else
		w->node_states[state] &= (uint8_t)~BIT(nid);
}

void adjust_present_page_count(struct world *w, struct page *page, long nr_pages)
{
	struct zone *zone = page_zone(w, page);

	zone->present_pages += (unsigned long)nr_pages;
	w->nodes[zone->node].node_present_pages += (unsigned long)nr_pages;
	VM_BUG_ON_PAGE(w, (long)zone->present_pages < 0, "present_pages", page,
		       "%ld pages present in zone %u",
		       (long)zone->present_pages, zone->zone_idx);
}

/* --- memmap_on_memory --- */

/* mm/memory_hotplug.c:mhp_init_memmap_on_memory: the prefix holds the memmap. */
int mhp_init_memmap_on_memory(struct world *w, unsigned long pfn,
			      unsigned long nr_pages, struct zone *zone)
{
	move_pfn_range_to_zone(w, zone, pfn, nr_pages, false);
	for (unsigned long p = pfn; p < pfn + nr_pages; p++) {
		struct page *page = pfn_to_page(w, p);

		__page_clear_type(w, page, PGTY_offline);
		set_page_count(w, page, 1);
		set_page_flag(w, page, PG_vmemmap_self_hosted);
		set_pageblock_migratetype(w, p, MIGRATE_UNMOVABLE);
	}
	return 0;
}

void mhp_deinit_memmap_on_memory(struct world *w, unsigned long pfn,
				 unsigned long nr_pages)
{
	remove_pfn_range_from_zone(w, page_zone(w, pfn_to_page(w, pfn)), pfn,
				   nr_pages);
}

/* --- online --- */

/* Which states of the node change when these pages come or go. */
static void node_states_check_changes(struct world *w, const struct zone *zone,
				      unsigned long nr_pages, bool online,
				      struct memory_notify *arg)
{
	const struct pglist_data *pgdat = &w->nodes[zone->node];
	unsigned long normal = node_zone(w, zone->node, ZONE_NORMAL)->present_pages;
	unsigned long left = online ? 0 : nr_pages;

	arg->status_change_nid = NUMA_NO_NODE;
	arg->status_change_nid_normal = NUMA_NO_NODE;
	if (pgdat->node_present_pages <= left)
		arg->status_change_nid = zone->node;
	if (!is_zone_movable(zone) && normal <= left)
		arg->status_change_nid_normal = zone->node;
}

/* Chunks as large as alignment allows; the callback decides what they become. */
static void online_pages_range(struct world *w, unsigned long start_pfn,
			       unsigned long nr_pages)
{
	unsigned long end_pfn = start_pfn + nr_pages;

	for (unsigned long pfn = start_pfn; pfn < end_pfn;) {
		unsigned int order = w->max_page_order;

		if (pfn && !oldbug(w, ONLINE_UNALIGNED_CHUNKS))
			order = (unsigned int)mo_min(order,
				(unsigned long)__builtin_ctzl(pfn));
		sched_point(w, SP_ONLINE_CHUNK);
		w->online_page_callback(w, pfn_to_page(w, pfn), order);
		pfn += 1ul << order;
	}
	mark_mem_sections(w, ALIGN_DOWN(start_pfn, PAGES_PER_SECTION(w)),
			  end_pfn, true);
}

/* The part of online_pages() that cannot fail. */
static void online_pages_finish(struct world *w, unsigned long pfn,
				unsigned long nr_pages, struct zone *zone,
				const struct memory_notify *arg)
{
	struct pglist_data *pgdat = &w->nodes[zone->node];
	bool need_zonelists_rebuild = false;

	spin_lock(w, &zone->lock);
	if (!oldbug(w, ONLINE_NOT_ISOLATED))
		zone->nr_isolate_pageblock += nr_pages >> w->pageblock_order;
	spin_unlock(w, &zone->lock);
	if (!populated_zone(zone)) {
		need_zonelists_rebuild = true;
		setup_zone_pageset(w, zone);
	}
	online_pages_range(w, pfn, nr_pages);
	adjust_present_page_count(w, pfn_to_page(w, pfn), (long)nr_pages);
	if (arg->status_change_nid >= 0)
		node_set_state(w, zone->node, N_MEMORY, true);
	if (arg->status_change_nid_normal >= 0 &&
	    !oldbug(w, N_NORMAL_MEMORY_FORGOTTEN))
		node_set_state(w, zone->node, N_NORMAL_MEMORY, true);
	if (need_zonelists_rebuild)
		build_all_zonelists(w);
	sched_point(w, SP_ONLINED);
	undo_isolate_page_range(w, pfn, pfn + nr_pages, MIGRATE_MOVABLE);
	init_per_zone_wmark_min(w);
	pgdat->kswapd_running = true;
	pgdat->kcompactd_running = true;
	if (arg->status_change_nid >= 0)
		node_notify(w, NODE_ADDED_FIRST_MEMORY, arg);
	memory_notify(w, MEM_ONLINE, arg);
}

/* mm/memory_hotplug.c:online_pages */
int online_pages(struct world *w, unsigned long pfn, unsigned long nr_pages,
		 struct zone *zone)
{
	struct memory_notify arg = { .start_pfn = pfn, .nr_pages = nr_pages };
	bool node_told, told = false;
	int ret = 0;

	lockdep_assert_held(w, &w->mem_hotplug_lock);
	if (!nr_pages || !pageblock_aligned(w, pfn) ||
	    !IS_ALIGNED(pfn + nr_pages, PAGES_PER_SECTION(w)))
		return -EINVAL;
	move_pfn_range_to_zone(w, zone, pfn, nr_pages,
			       !oldbug(w, ONLINE_NOT_ISOLATED));
	node_states_check_changes(w, zone, nr_pages, true, &arg);
	node_told = arg.status_change_nid >= 0;
	if (node_told)
		ret = node_notify(w, NODE_ADDING_FIRST_MEMORY, &arg);
	if (!ret) {
		told = true;
		ret = memory_notify(w, MEM_GOING_ONLINE, &arg);
	}
	if (ret)
		goto failed_addition;
	online_pages_finish(w, pfn, nr_pages, zone, &arg);
	return 0;
failed_addition:
	if (told || oldbug(w, CANCEL_WITHOUT_GOING))
		memory_notify(w, MEM_CANCEL_ONLINE, &arg);
	if (node_told)
		node_notify(w, NODE_CANCEL_ADDING_FIRST_MEMORY, &arg);
	remove_pfn_range_from_zone(w, zone, pfn, nr_pages);
	return ret;
}

/* --- offline: scan and migrate --- */

/* 0: movable page at *movable_pfn; -ENOENT: none; -EBUSY: hopeless. */
static int scan_movable_pages(struct world *w, unsigned long start,
			      unsigned long end, unsigned long *movable_pfn)
{
	for (unsigned long pfn = start; pfn < end; pfn++) {
		struct page *page = pfn_to_page(w, pfn), *head;

		/* The kernel finds it again and again: it is neither unmapped nor
		 * isolated (old bug, kind open). */
		if (PageMovableOps(page) && PageHWPoison(page) &&
		    !published(w, POISONED_MOVABLE_OPS_STALLS)) {
			page_seen(w, PAGE_HWPOISON_MOVABLE_OPS_STAYS);
			return -EBUSY;
		}
		if (PageLRU(page) || looks_movable(page))
			goto found;
		if (PageOffline(page) &&
		    w->page_offline->scan(w, page) == SCAN_BUSY)
			return -EBUSY;
		if (PageBuddy(page)) {
			/* The kernel looks at each; nothing is found there. */
			pfn += (1ul << buddy_order(page)) - 1;
			continue;
		}
		if (!PageHuge(page))
			continue;
		head = compound_head(page);
		if ((oldbug(w, SCAN_GIGANTIC_TAIL) ? page : head)->flags &
		    BIT(PG_hugetlb_migratable))
			goto found;
		pfn = page_to_pfn(w, head) + compound_nr(head) - 1;
		continue;
found:
		*movable_pfn = pfn;
		return 0;
	}
	return -ENOENT;
}

/* A poisoned folio is unmapped and left where it is.  A reference is held. */
static void unmap_poisoned(struct world *w, struct page *head)
{
	if (PageHead(head) && !PageHuge(head) && !oldbug(w, UNMAP_POISONED_THP))
		return; /* mapped as one, or about to be split */
	if (PageMovableOps(head))
		return; /* not mapped */
	if (PageLRU(head)) {
		if (oldbug(w, HWPOISON_BLOCKS_OFFLINE) ||
		    folio_isolate_lru(w, head))
			return;
		clear_page_flag(w, head, PG_isolated);
		w->nr_isolated -= compound_nr(head);
		/* The kernel never gives that reference back; the page is lost anyway. */
		if (!kernel_until(w, 7_2))
			put_page(w, head);
	}
	page_seen(w, PAGE_HWPOISON_UNMAPPED_BY_OFFLINING);
	if (!oldbug(w, UNMAP_POISONED_UNLOCKED))
		folio_lock(w, head);
	unmap_poisoned_folio(w, head);
	if (!oldbug(w, UNMAP_POISONED_UNLOCKED))
		folio_unlock(w, head);
}

/* Offlining steps over it: no reference is taken, it has nothing to migrate. */
static bool is_skippable(struct world *w, const struct page *page)
{
	return PageOffline(page) && !PageMovableOps(page) &&
	       w->page_offline->test_isolated(w, page);
}

/* mm/memory_hotplug.c:do_migrate_range, 6.14: everything with a reference held.
 * Its result is ignored by the caller, which scans again. */
static void do_migrate_range(struct world *w, unsigned long start_pfn,
			     unsigned long end_pfn)
{
	struct page_list source = TAILQ_HEAD_INITIALIZER(source);
	struct migration_target_control mtc = { .keep_source = false };
	unsigned int nid = page_to_nid(w, pfn_to_page(w, start_pfn));

	for (unsigned long pfn = start_pfn; pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_page(w, pfn);
		struct page *head = compound_head(page);

		if (PageCompound(page))
			pfn = page_to_pfn(w, head) + compound_nr(head) - 1;
		else if (PageBuddy(page))
			pfn += (1ul << buddy_order(page)) - 1;
		if (is_skippable(w, page) || !get_page_unless_zero(w, head))
			continue;
		if (PageHWPoison(head) || PageHasHWPoisoned(head)) {
			unmap_poisoned(w, head);
		} else if (!isolate_folio_to_list(w, head, &source)) {
			if (oldbug(w, MIGRATE_BAILS_OUT)) {
				putback_movable_pages(w, &source);
				end_pfn = start_pfn;
			}
		} else if (kernel_until(w, 6_1)) { /* isolated in their order */
			page_list_del(w, &source, head);
			page_list_add(w, &source, head, true);
		}
		put_page(w, head);
	}
	if (TAILQ_EMPTY(&source))
		return;
	/* To another node, unless there is none. */
	mtc.nid = nid;
	mtc.nmask = w->node_states[N_MEMORY] & ~BIT(nid);
	if (!mtc.nmask)
		mtc.nmask = BIT(nid);
	sched_window(w, SP_FOLIOS_ISOLATED);
	if (migrate_pages(w, &source, &mtc))
		putback_movable_pages(w, &source);
}

static bool signal_pending(struct world *w)
{
	return w->signal_pending || should_fail(&w->fail, FAIL_SIGNAL);
}

/* Bookkeeping of rounds that changed nothing: no page was migrated or given up,
 * none became free in an isolated pageblock, nobody else ran who may have left one
 * on a per-CPU list, nothing failed that may work the next time. */
struct stall {
	uint64_t mutations;
	long nr_free_isolate;
	uint32_t nr_failed_once;
	unsigned int rounds;
};

static void check_stall(struct world *w, struct stall *stall,
			const struct zone *zone, unsigned long start_pfn,
			unsigned long end_pfn)
{
	bool others_ran = sched_others_ran(&w->sched);

	if (w->mutations != stall->mutations ||
	    zone->nr_free_isolate != stall->nr_free_isolate ||
	    w->fail.nr_once != stall->nr_failed_once || others_ran) {
		stall->mutations = w->mutations;
		stall->nr_failed_once = w->fail.nr_once;
		stall->nr_free_isolate = zone->nr_free_isolate;
		stall->rounds = 0;
		return;
	}
	if (++stall->rounds < OFFLINE_STALL_ROUNDS)
		return;
	stall->rounds = 0;
	/* Whoever holds a page for a moment gets on with it first. */
	if (world_relax(w))
		return;
	if (w->stall)
		w->stall(w, start_pfn, end_pfn);
	else
		w->signal_pending = true;
}

/*
 * The outer loop of offline_pages(), from the notifier to the point of no
 * return.  0: every page is free or skippable.  Has no retry cap, as the kernel.
 */
static int empty_isolated_range(struct world *w, unsigned long start_pfn,
				unsigned long end_pfn)
{
	struct zone *zone = page_zone(w, pfn_to_page(w, start_pfn));
	struct stall stall = { .mutations = w->mutations,
			       .nr_free_isolate = zone->nr_free_isolate,
			       .nr_failed_once = w->fail.nr_once };
	unsigned int rounds = 0;
	unsigned long pfn;
	int ret;

	do {
		pfn = start_pfn;
		do {
			if (signal_pending(w))
				return -EINTR;
			sched_point(w, SP_SCAN);
			ret = scan_movable_pages(w, pfn, end_pfn, &pfn);
			if (!ret)
				do_migrate_range(w, pfn, end_pfn);
			if (oldbug(w, OFFLINE_RETRIES_LIMITED) &&
			    ++rounds > OFFLINE_RETRIES)
				return -EBUSY;
			check_stall(w, &stall, zone, start_pfn, end_pfn);
		} while (!ret);
		if (ret != -ENOENT)
			return ret;
		sched_point(w, SP_DISSOLVE);
		ret = dissolve_free_hugetlb_folios(w, start_pfn, end_pfn);
		if (ret)
			return ret;
		ret = test_pages_isolated(w, start_pfn, end_pfn,
					  PB_ISOLATE_MODE_MEM_OFFLINE);
		if (ret && w->config.drain == MO_DRAIN_REDRAIN)
			drain_all_pages(w, zone);
	} while (ret);
	return 0;
}

/* --- offline --- */

/* Per-CPU lists: off for the whole attempt, or the older drains. */
static enum mo_drain offline_drain(struct world *w)
{
	return oldbug(w, PCP_DRAIN_ONCE) ? MO_DRAIN_ONCE :
					   (enum mo_drain)w->config.drain;
}

static void offline_pcp_begin(struct world *w, struct zone *zone)
{
	if (offline_drain(w) == MO_DRAIN_DISABLE)
		zone_pcp_disable(w, zone);
	sched_point(w, SP_PCP_DISABLED);
}

static void offline_pcp_end(struct world *w, struct zone *zone)
{
	if (offline_drain(w) == MO_DRAIN_DISABLE)
		zone_pcp_enable(w, zone);
}

/* What follows the deletion: counters, zonelists, node states, notifiers. */
static void offline_pages_finish(struct world *w, unsigned long start_pfn,
				 unsigned long nr_pages, struct zone *zone,
				 unsigned long managed_pages,
				 const struct memory_notify *arg)
{
	struct pglist_data *pgdat = &w->nodes[zone->node];
	struct page *page = pfn_to_page(w, start_pfn);

	adjust_managed_page_count(w, page, -(long)managed_pages);
	adjust_present_page_count(w, page, -(long)nr_pages);
	init_per_zone_wmark_min(w);
	/* Before the zonelists, or the node would stay in them. */
	if (arg->status_change_nid_normal >= 0 &&
	    !oldbug(w, N_NORMAL_MEMORY_FORGOTTEN))
		node_set_state(w, zone->node, N_NORMAL_MEMORY, false);
	if (arg->status_change_nid >= 0)
		node_set_state(w, zone->node, N_MEMORY, false);
	if (!populated_zone(zone)) {
		zone_pcp_reset(w, zone);
		build_all_zonelists(w);
	}
	if (arg->status_change_nid >= 0) {
		pgdat->kcompactd_running = false;
		pgdat->kswapd_running = false;
		node_notify(w, NODE_REMOVED_LAST_MEMORY, arg);
	}
	memory_notify(w, MEM_OFFLINE, arg);
	synchronize_rcu(w); /* mm/page_ext.c:offline_page_ext frees what they read */
	remove_pfn_range_from_zone(w, zone, start_pfn, nr_pages);
}

static int offline_pages_check(struct world *w, unsigned long start_pfn,
			       unsigned long nr_pages, const struct zone *zone)
{
	unsigned long end_pfn = start_pfn + nr_pages;

	if (!nr_pages || !pageblock_aligned(w, start_pfn) ||
	    !IS_ALIGNED(end_pfn, PAGES_PER_SECTION(w)))
		return -EINVAL;
	/* Memory holes: a section that is missing or not online. */
	for (unsigned long pfn = start_pfn; pfn < end_pfn;
	     pfn += PAGES_PER_SECTION(w))
		if (!pfn_online(w, pfn))
			return -EINVAL;
	if (page_zone(w, pfn_to_page(w, start_pfn)) != zone ||
	    page_zone(w, pfn_to_page(w, end_pfn - 1)) != zone)
		return -EINVAL;
	return 0;
}

/* Notifiers, then the loop.  *told: MEM_GOING_OFFLINE was sent. */
static int offline_isolated_range(struct world *w, unsigned long start_pfn,
				  unsigned long nr_pages,
				  const struct memory_notify *arg,
				  bool *node_told, bool *told)
{
	int ret;

	*node_told = arg->status_change_nid >= 0;
	if (*node_told) {
		ret = node_notify(w, NODE_REMOVING_LAST_MEMORY, arg);
		if (ret)
			return ret;
	}
	*told = true;
	ret = memory_notify(w, MEM_GOING_OFFLINE, arg);
	if (ret)
		return ret;
	sched_point(w, SP_GOING_OFFLINE);
	return empty_isolated_range(w, start_pfn, start_pfn + nr_pages);
}

/* mm/memory_hotplug.c:offline_pages */
int offline_pages(struct world *w, unsigned long start_pfn,
		  unsigned long nr_pages, struct zone *zone)
{
	struct memory_notify arg = { .start_pfn = start_pfn,
				     .nr_pages = nr_pages };
	unsigned long end_pfn = start_pfn + nr_pages, managed_pages;
	bool node_told = false, told = false;
	int ret;

	lockdep_assert_held(w, &w->mem_hotplug_lock);
	ret = offline_pages_check(w, start_pfn, nr_pages, zone);
	if (ret)
		return ret;
	offline_pcp_begin(w, zone);
	lru_cache_disable(w);
	ret = start_isolate_page_range(w, start_pfn, end_pfn,
				       PB_ISOLATE_MODE_MEM_OFFLINE);
	if (ret)
		goto failed_removal_pcplists_disabled;
	if (offline_drain(w) != MO_DRAIN_DISABLE)
		drain_all_pages(w, zone);
	sched_point(w, SP_ISOLATED);
	node_states_check_changes(w, zone, nr_pages, false, &arg);
	ret = offline_isolated_range(w, start_pfn, nr_pages, &arg, &node_told,
				     &told);
	if (ret)
		goto failed_removal_isolated;
	sched_point(w, SP_OFFLINE_DELETE);
	managed_pages = __offline_isolated_pages(w, start_pfn, end_pfn);
	spin_lock(w, &zone->lock);
	zone->nr_isolate_pageblock -= nr_pages >> w->pageblock_order;
	spin_unlock(w, &zone->lock);
	lru_cache_enable(w);
	offline_pcp_end(w, zone);
	sched_point(w, SP_OFFLINED);
	offline_pages_finish(w, start_pfn, nr_pages, zone, managed_pages, &arg);
	return 0;

failed_removal_isolated:
	/* Pages are allocatable again before the drivers hear about it. */
	sched_point(w, SP_UNDO_ISOLATION);
	undo_isolate_page_range(w, start_pfn, end_pfn, MIGRATE_MOVABLE);
	if (told || oldbug(w, CANCEL_WITHOUT_GOING))
		memory_notify(w, MEM_CANCEL_OFFLINE, &arg);
	if (node_told)
		node_notify(w, NODE_CANCEL_REMOVING_LAST_MEMORY, &arg);
failed_removal_pcplists_disabled:
	if (oldbug(w, ISOLATION_FAILURE_NOTIFIES) && !told)
		memory_notify(w, MEM_CANCEL_OFFLINE, &arg);
	lru_cache_enable(w);
	offline_pcp_end(w, zone);
	return ret;
}

/*
 * mm/page_alloc.c:__offline_isolated_pages: sections go offline first, then the
 * free pages leave the buddy.  Returns how many pages were not PageOffline.
 */
unsigned long __offline_isolated_pages(struct world *w, unsigned long start_pfn,
				       unsigned long end_pfn)
{
	unsigned long already_offline = 0, pfn = start_pfn;
	struct zone *zone = page_zone(w, pfn_to_page(w, start_pfn));
	const struct page_offline_ops *ops = w->page_offline;

	mark_mem_sections(w, ALIGN_DOWN(start_pfn, PAGES_PER_SECTION(w)),
			  end_pfn, false);
	spin_lock(w, &zone->lock);
	while (pfn < end_pfn) {
		struct page *page = pfn_to_page(w, pfn);
		unsigned int order;

		if (!PageBuddy(page) && PageHWPoison(page)) {
			page_seen(w, PAGE_HWPOISON_GOES_OFFLINE);
			/* The kernel does not ask whether it is PageOffline too
			 * and was discounted before (old bug, kind open). */
			if (PageOffline(page) && !PageOfflineManaged(page) &&
			    !published(w, POISONED_OFFLINE_DISCOUNTED_TWICE))
				already_offline++;
			pfn++;
			continue;
		}
		if (PageOffline(page)) {
			VM_BUG_ON_PAGE(w, !ops->may_offline(w, page),
				       "offline_isolated_not_free", page,
				       "PageOffline page may not be offlined");
			VM_BUG_ON_PAGE(w, ops->stray_reference &&
				       ops->stray_reference(w, page),
				       "fake_offline_refcount", page,
				       "goes offline with reference count %d",
				       page_count(w, page));
			already_offline++;
			pfn++;
			continue;
		}
		VM_BUG_ON_PAGE(w, page_count(w, page) || !PageBuddy(page),
			       "offline_isolated_not_free", page,
			       "not free: reference count %d, type %u",
			       page_count(w, page), page->page_type);
		order = buddy_order(page);
		del_page_from_free_list(w, page, zone, order, MIGRATE_ISOLATE);
		pfn += 1ul << order;
	}
	spin_unlock(w, &zone->lock);
	return end_pfn - start_pfn -
	       (oldbug(w, OFFLINE_DISCOUNTS_ALL) ? 0 : already_offline);
}

/* --- which zone --- */

static bool zone_intersects(const struct zone *zone, unsigned long start_pfn,
			    unsigned long nr_pages)
{
	return zone->spanned_pages && start_pfn < zone_end_pfn(zone) &&
	       start_pfn + nr_pages > zone->zone_start_pfn;
}

/* mm/memory_hotplug.c:zone_for_pfn_range, without auto-movable and groups. */
struct zone *zone_for_pfn_range(struct world *w, enum mhp_online_type type,
				unsigned int nid, unsigned long start_pfn,
				unsigned long nr_pages)
{
	struct zone *kernel = node_zone(w, nid, ZONE_NORMAL);
	struct zone *movable = node_zone(w, nid, ZONE_MOVABLE);

	if (type == MMOP_ONLINE_KERNEL)
		return kernel;
	if (type == MMOP_ONLINE_MOVABLE)
		return movable;
	if (zone_intersects(movable, start_pfn, nr_pages) &&
	    !zone_intersects(kernel, start_pfn, nr_pages))
		return movable;
	return kernel;
}

/* --- hot-add and hot-remove --- */

static void mark_present(struct world *w, unsigned long block, bool present)
{
	unsigned long sec = pfn_to_section_nr(w, block_start_pfn(w, block));

	block_touch(w, block);
	for (unsigned int i = 0; i < w->geo.sections_per_block; i++)
		w->sections[sec + i].present = present;
}

/*
 * arch/x86/mm/init_64.c:arch_remove_memory, free_hugepage_table.  self_hosted: the
 * memmap lies in the block itself.  altmap: the caller says so; else the pages of
 * the memmap are given to the buddy.
 */
static void arch_remove_memory(struct world *w, unsigned long block,
			       bool self_hosted, bool altmap)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long nr = (unsigned long)w->geo.nr_vmemmap << w->pageblock_order;

	synchronize_rcu(w); /* mm/sparse.c:section_deactivate, kfree_rcu() */
	mark_present(w, block, false);
	if (!self_hosted || altmap)
		return;
	for (unsigned long i = 0; i < nr; i++)
		__free_pages(w, pfn_to_page(w, pfn + i), 0);
}

/* mm/memory_hotplug.c:try_offline_node: does the node have a memory block left?
 * Up to 5.4 it asked the memmap, initialised or not (old bug). */
static bool node_has_blocks(struct world *w, unsigned int nid)
{
	unsigned int per_node = w->geo.nr_blocks / w->geo.nr_nodes;

	for (unsigned int b = nid * per_node; b < (nid + 1) * per_node; b++) {
		if (w->blocks[b].state == MEM_ABSENT)
			continue;
		if (!oldbug(w, OFFLINE_NODE_READS_MEMMAP) ||
		    page_to_nid(w, pfn_to_page(w, block_start_pfn(w, b))) == nid)
			return true;
	}
	return false;
}

/* Present, with memory block devices; all of the blocks or none. */
static int create_memory_blocks(struct world *w, unsigned long block,
				unsigned long nr_blocks, bool altmap)
{
	int ret = should_fail(&w->fail, FAIL_ADD_MEMORY);

	if (ret)
		return ret;
	for (unsigned long b = block; b < block + nr_blocks; b++)
		mark_present(w, b, true);
	ret = should_fail(&w->fail, FAIL_CREATE_MEMORY_BLOCK);
	if (ret && oldbug(w, ADD_MEMORY_LEFT_HALF_ADDED))
		return ret;
	for (unsigned long b = block; ret && b < block + nr_blocks; b++)
		arch_remove_memory(w, b, altmap, altmap &&
				   !oldbug(w, ADD_MEMORY_ALTMAP_FORGOTTEN));
	return ret;
}

/*
 * mm/memory_hotplug.c:add_memory_resource.  altmap: memmap_on_memory.  The blocks
 * come online at once when mhp_default_online_type says so.
 * Locks: device_hotplug_lock.
 */
static int add_memory_resource(struct world *w, unsigned long block,
			       unsigned long nr_blocks, bool altmap)
{
	unsigned int nid = block_to_nid(w, block);
	int ret;

	for (unsigned long b = block; b < block + nr_blocks; b++)
		if (w->blocks[b].state != MEM_ABSENT)
			return -EEXIST;
	mem_hotplug_begin(w);
	w->nodes[nid].online = true;
	ret = create_memory_blocks(w, block, nr_blocks, altmap);
	for (unsigned long b = block; !ret && b < block + nr_blocks; b++)
		w->blocks[b] = (struct memory_block){
			.state = MEM_OFFLINE,
			.zone_idx = ZONE_IDX_NONE,
			.altmap = altmap,
		};
	if (ret)
		w->nodes[nid].online = node_has_blocks(w, nid);
	mem_hotplug_done(w);
	if (ret || w->mhp_default_online_type == MMOP_OFFLINE)
		return ret;
	/* online_memory_block(): its result is ignored. */
	for (unsigned long b = block; b < block + nr_blocks; b++)
		__device_online(w, b,
			(enum mhp_online_type)w->mhp_default_online_type);
	return 0;
}

int add_memory(struct world *w, unsigned long block)
{
	int ret = -EBUSY;

	mutex_lock(w, &w->device_hotplug_lock);
	/* register_memory_resource(): the region of a device is reserved. */
	if (!block_of_virtio_mem(w, block))
		ret = add_memory_resource(w, block, 1, w->geo.nr_vmemmap);
	mutex_unlock(w, &w->device_hotplug_lock);
	return ret;
}

/* mm/memory_hotplug.c:add_memory_driver_managed, as virtio-mem calls it: without
 * MHP_MEMMAP_ON_MEMORY. */
int add_memory_driver_managed(struct world *w, unsigned long block,
			      unsigned long nr_blocks)
{
	int ret;

	mutex_lock(w, &w->device_hotplug_lock);
	ret = add_memory_resource(w, block, nr_blocks, false);
	mutex_unlock(w, &w->device_hotplug_lock);
	return ret;
}

/*
 * drivers/base/memory.c:remove_memory_block_devices, as far as others notice: who reads
 * or writes a file of the block goes first.
 */
static void remove_memory_block_device(struct world *w)
{
	lock_acquire(&w->sched, &w->kn_active, "kernfs_drain");
	lock_release(&w->sched, &w->kn_active, "kernfs_drain");
}

/*
 * mm/memory_hotplug.c:memory_blocks_have_altmaps, where the kernel also warns of who
 * asks: all of the blocks carry their memmap, or none, else -EINVAL.  Before 6.6 those
 * that do were removed one at a time.  Locks: device_hotplug_lock.
 */
static int check_altmaps(struct world *w, unsigned long block,
			 unsigned long nr_blocks)
{
	unsigned long nr_altmaps = 0;

	if (oldbug(w, REMOVE_GUESSES_ALTMAP))
		return 0;
	for (unsigned long b = block; b < block + nr_blocks; b++)
		nr_altmaps += w->blocks[b].altmap;
	if (!nr_altmaps || nr_blocks == 1)
		return 0;
	return nr_altmaps != nr_blocks || kernel_until(w, 6_1) ? -EINVAL : 0;
}

/* mm/memory_hotplug.c:try_remove_memory.  Locks: device_hotplug_lock. */
static int try_remove_memory(struct world *w, unsigned long block,
			     unsigned long nr_blocks)
{
	int ret;

	for (unsigned long b = block; b < block + nr_blocks; b++) {
		if (w->blocks[b].state == MEM_ABSENT)
			return -ENOENT;
		if (w->blocks[b].state == MEM_OFFLINE)
			continue;
		if (oldbug(w, REMOVE_MEMORY_UNLOCKS))
			mem_hotplug_done(w);
		return -EBUSY;
	}
	ret = check_altmaps(w, block, nr_blocks);
	if (ret)
		return ret;
	for (unsigned long b = block; b < block + nr_blocks; b++) {
		if (w->blocks[b].nr_hwpoison)
			page_seen(w, PAGE_HWPOISON_REMOVED);
		w->num_poisoned_pages -= w->blocks[b].nr_hwpoison;
		/* Before the lock: who uses a file of the block may want it. */
		if (!oldbug(w, REMOVE_DEVICE_UNDER_LOCK))
			remove_memory_block_device(w);
		mem_hotplug_begin(w);
		if (oldbug(w, REMOVE_DEVICE_UNDER_LOCK))
			remove_memory_block_device(w);
		/* The altmap of the first block, for all of them (old bug). */
		arch_remove_memory(w, b, w->blocks[b].altmap, w->blocks[
			oldbug(w, REMOVE_GUESSES_ALTMAP) ? block : b].altmap);
		world_forget_unplugged(w, b);
		w->blocks[b] = (struct memory_block){
			.state = MEM_ABSENT, .zone_idx = ZONE_IDX_NONE,
		};
		mem_hotplug_done(w);
		w->nodes[block_to_nid(w, b)].online =
			node_has_blocks(w, block_to_nid(w, b));
	}
	return 0;
}

int remove_memory(struct world *w, unsigned long block)
{
	int ret;

	mutex_lock(w, &w->device_hotplug_lock);
	ret = try_remove_memory(w, block, 1);
	mutex_unlock(w, &w->device_hotplug_lock);
	return ret;
}

/* mm/memory_hotplug.c:try_offline_memory_block remembers how each was online. */
int offline_and_remove_memory(struct world *w, unsigned long block,
			      unsigned long nr_blocks)
{
	enum mhp_online_type types[4] = { MMOP_OFFLINE };
	unsigned long i;
	int ret = 0;

	if (!nr_blocks || nr_blocks > ARRAY_SIZE(types) ||
	    block + nr_blocks > w->geo.nr_blocks)
		return -EINVAL;
	mutex_lock(w, &w->device_hotplug_lock);
	/* Ours: callers do not ask for blocks that are not there. */
	for (i = 0; i < nr_blocks; i++)
		if (w->blocks[block + i].state == MEM_ABSENT)
			ret = -ENOENT;
	for (i = 0; i < nr_blocks && !ret; i++) {
		const struct memory_block *mem = &w->blocks[block + i];

		if (mem->state == MEM_ONLINE) {
			types[i] = w->zones[mem->zone_idx].zone_type ==
				ZONE_MOVABLE ? MMOP_ONLINE_MOVABLE :
					       MMOP_ONLINE_KERNEL;
			ret = __device_offline(w, block + i);
			if (ret)
				types[i] = MMOP_OFFLINE;
		}
	}
	if (!ret)
		ret = try_remove_memory(w, block, nr_blocks);
	for (i = 0; ret && i < nr_blocks; i++)
		if (types[i] != MMOP_OFFLINE)
			__device_online(w, block + i, types[i]);
	mutex_unlock(w, &w->device_hotplug_lock);
	return ret;
}
