/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level 2: a failed attempt restores everything (I18), pageblock types included
 * (I19), but for the location of migrated pages.
 *
 * Costs O(pageblocks + pages in use) of the range, as the attempt itself does.
 * Huge pages that a failed offlining dissolved stay dissolved, as in the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inv.h"

bool attempts_init(struct check *c, const struct world *w)
{
	unsigned long nr_pb = view_nr_pfns(w) >> view_pageblock_order(w);

	for (unsigned int i = 0; i < MO_MAX_CPUS; i++) {
		struct attempt *a = &c->attempts[i];

		a->pageblocks = calloc(nr_pb, sizeof(*a->pageblocks));
		a->blocks = calloc(view_nr_blocks(w), sizeof(*a->blocks));
		if (!a->pageblocks || !a->blocks)
			return false;
	}
	return true;
}

void attempts_free(struct check *c)
{
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++) {
		free(c->attempts[i].pageblocks);
		free(c->attempts[i].blocks);
	}
}

/* --- what is remembered --- */

/* Independent of order, so that two walks of the same pages agree. */
static uint64_t offline_page_digest(unsigned long pfn, view_page_t page)
{
	uint64_t x = pfn * 0x9e3779b97f4a7c15ull;

	x ^= (uint64_t)(uint32_t)view_refcount(page) << 32 |
	     view_flags(page, ~0u);
	x *= 0xbf58476d1ce4e5b9ull;
	return x ^ x >> 31;
}

/* Those of [pfn, end), which lies in one pageblock.  Returns where to go on: a free
 * page may reach into the next ones. */
static unsigned long count_offline_pages(const struct world *w,
					 unsigned long pfn, unsigned long end,
					 struct saved_pageblock *to)
{
	to->nr_offline = 0;
	to->offline_digest = 0;
	while (pfn < end) {
		view_page_t page = view_page(w, pfn);

		if (!page)
			return end; /* offline: all of it is garbage */
		if (view_is_buddy(page)) {
			pfn += 1ul << view_order(page);
			continue;
		}
		/* Ballooned pages may have migrated. */
		if (view_is_offline(page) && !view_flag(page, PG_movable_ops)) {
			to->nr_offline++;
			to->offline_digest += offline_page_digest(pfn, page);
		}
		pfn++;
	}
	return pfn;
}

/* The part of the range that lies in the pageblock of pfn, from *next on, which
 * moves behind it. */
static void count_offline_part(const struct attempt *a, const struct world *w,
			       unsigned long pfn, unsigned long *next,
			       struct saved_pageblock *to)
{
	*next = mo_max(*next, mo_max(pfn, a->start_pfn));
	*next = count_offline_pages(w, *next, mo_min(pageblock_end_pfn(w, pfn),
						     a->end_pfn), to);
}

static void save_zones(struct attempt *a, const struct world *w)
{
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++) {
		a->present[zone] = view_zone_present(w, zone);
		a->managed[zone] = view_zone_managed(w, zone);
		a->zone_start_pfn[zone] = view_zone_start_pfn(w, zone);
		a->spanned[zone] = view_zone_spanned(w, zone);
		a->nr_isolate_pageblock[zone] =
			view_zone_nr_isolate_pageblock(w, zone);
	}
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		a->node_present[nid] = view_node_present(w, nid);
	a->nr_isolated = view_nr_isolated(w);
}

static void save_range(struct attempt *a, const struct world *w)
{
	unsigned long last = pfn_to_block(w, a->end_pfn - 1);
	unsigned long pfn = pageblock_start_pfn(w, a->start_pfn), next = 0;

	a->nr_offline = 0;
	for (; pfn < a->end_pfn; pfn += pageblock_nr_pages(w)) {
		struct saved_pageblock *was =
			&a->pageblocks[pfn >> view_pageblock_order(w)];

		*was = (struct saved_pageblock){
			.migratetype = (uint8_t)view_pb_type(w, pfn),
			.isolated = view_pb_isolated(w, pfn),
			.initialised = view_pb_initialised(w, pfn),
		};
		count_offline_part(a, w, pfn, &next, was);
		a->nr_offline += was->nr_offline;
	}
	for (unsigned long b = pfn_to_block(w, a->start_pfn); b <= last; b++)
		a->blocks[b] = (struct saved_block){
			.state = (uint8_t)view_block_state(w, b),
			.zone = (uint8_t)view_block_zone(w, b),
		};
}

/* Half of a page that is no huge page would stay outside. */
static bool straddles(const struct world *w, unsigned long pfn)
{
	view_page_t page = pfn < view_nr_pfns(w) ? view_page(w, pfn) : NULL;

	return page && view_flag(page, PG_tail);
}

/*
 * What isolation promises without looking at its modes: a free pageblock is
 * isolated, and so is one of ZONE_MOVABLE, whatever its pages are doing.
 */
static bool can_isolate(const struct world *w, const struct attempt *a)
{
	unsigned long pfn = a->start_pfn;

	if (straddles(w, pfn) || straddles(w, a->end_pfn))
		return false;
	for (; pfn < a->end_pfn; pfn = pageblock_end_pfn(w, pfn))
		if (!view_section_online(w, pfn) || view_pb_isolated(w, pfn) ||
		    view_pb_type(w, pfn) == MIGRATE_CMA)
			return false;
	for (pfn = a->start_pfn; pfn < a->end_pfn; pfn++) {
		unsigned long free = covering_free_page(w, pfn);
		view_page_t page = view_page(w, pfn);

		if (free != VIEW_HEAD) {
			pfn = free + (1ul << view_order(view_page(w, free))) - 1;
			continue;
		}
		if (view_zone_type(w, view_pb_zone(w, pfn)) != ZONE_MOVABLE ||
		    view_flags(page, BIT(PG_reserved) |
					     BIT(PG_vmemmap_self_hosted)))
			return false;
	}
	return true;
}

/* Onlinings that a notifier refused. */
static uint32_t nr_refused_online(const struct world *w)
{
	return view_nr_notified(w, MEM_CANCEL_ONLINE) +
	       view_nr_notified(w, NODE_CANCEL_ADDING_FIRST_MEMORY);
}

void check_attempt_begin(struct check *c, const struct world *w,
			 enum check_attempt kind, unsigned long start_pfn,
			 unsigned long end_pfn)
{
	struct attempt *a = &c->attempts[view_current_task(w)];

	MUST(!a->active);
	MUST(kind < ATTEMPT_NR);
	MUST(start_pfn < end_pfn && end_pfn <= view_nr_pfns(w));
	a->active = true;
	a->kind = (uint8_t)kind;
	a->start_pfn = start_pfn;
	a->end_pfn = end_pfn;
	a->offlined_blocks = view_nr_offlined_blocks(w);
	a->refused_online = nr_refused_online(w);
	a->nr_suspends = view_nr_suspends(w);
	a->going_offline = view_nr_notified(w, MEM_GOING_OFFLINE);
	a->refused = view_nr_refused(w);
	a->failures = view_nr_failures(w);
	a->balloon_migrated = view_nr_balloon_migrated(w);
	a->released = view_nr_released(w);
	a->only_released = false;
	save_zones(a, w);
	save_range(a, w);
	a->can_isolate = kind == ATTEMPT_ISOLATE && can_isolate(w, a);
}

/* --- what is compared --- */

static noinline void inv_failed_attempt_restores(const struct world *w,
						 unsigned long pfn,
						 const char *what,
						 unsigned long before,
						 unsigned long after)
{
	if (likely(before == after))
		return;
	violation(w, INV_failed_attempt_restores, pfn,
		  "%s: %lu before, %lu after", what, before, after);
}

/* lost: pages that their drivers released, by zone. */
static void compare_zone(const struct attempt *a, const struct world *w,
			 unsigned int zone, const long *lost)
{
	unsigned long pfn = a->start_pfn;

	inv_failed_attempt_restores(w, pfn, "present pages",
				    (unsigned long)a->present[zone],
				    (unsigned long)view_zone_present(w, zone));
	/* A ballooned page that migrates is discounted in its new zone. */
	if (a->balloon_migrated == view_nr_balloon_migrated(w))
		inv_failed_attempt_restores(w, pfn, "managed pages",
			(unsigned long)(a->managed[zone] + lost[zone]),
			(unsigned long)view_zone_managed(w, zone));
	inv_failed_attempt_restores(w, pfn, "spanned pages", a->spanned[zone],
				    view_zone_spanned(w, zone));
	if (view_zone_spanned(w, zone))
		inv_failed_attempt_restores(w, pfn, "zone_start_pfn",
					    a->zone_start_pfn[zone],
					    view_zone_start_pfn(w, zone));
	inv_failed_attempt_restores(w, pfn, "nr_isolate_pageblock",
		(unsigned long)a->nr_isolate_pageblock[zone],
		(unsigned long)view_zone_nr_isolate_pageblock(w, zone));
}

static void compare_zones(const struct attempt *a, const struct world *w,
			  const long *lost)
{
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		compare_zone(a, w, zone, lost);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		inv_failed_attempt_restores(w, a->start_pfn, "node_present_pages",
			(unsigned long)a->node_present[nid],
			(unsigned long)view_node_present(w, nid));
	inv_failed_attempt_restores(w, a->start_pfn, "NR_ISOLATED",
				    a->nr_isolated, view_nr_isolated(w));
}

static void compare_blocks(const struct attempt *a, const struct world *w)
{
	unsigned long last = pfn_to_block(w, a->end_pfn - 1);

	for (unsigned long b = pfn_to_block(w, a->start_pfn); b <= last; b++) {
		unsigned long pfn = block_start_pfn(w, b);

		inv_failed_attempt_restores(w, pfn, "state of the memory block",
					    a->blocks[b].state,
					    view_block_state(w, b));
		inv_failed_attempt_restores(w, pfn, "zone of the memory block",
					    a->blocks[b].zone,
					    view_block_zone(w, b));
	}
}

static noinline void inv_pageblock_type_preserved(const struct world *w,
						  unsigned long pfn,
						  enum migratetype before)
{
	if (likely(view_pb_type(w, pfn) == before))
		return;
	violation(w, INV_pageblock_type_preserved, pfn,
		  "type %u before, %u after a failed attempt", before,
		  view_pb_type(w, pfn));
}

/*
 * A free page that grows over several pageblocks takes one type for all of them
 * (__free_one_page()): a free pageblock may change between mergeable types when
 * its isolation ends.  Nobody loses by that.
 */
static bool merged_with_neighbour(const struct world *w, unsigned long pfn,
				  enum migratetype before)
{
	unsigned long head = covering_free_page(w, pfn);

	return head != VIEW_HEAD && migratetype_is_mergeable(before) &&
	       migratetype_is_mergeable(view_pb_type(w, pfn)) &&
	       view_order(view_page(w, head)) > view_pageblock_order(w);
}

/*
 * Not in blocks that went and came back: online_pages() makes them MOVABLE.  Nor
 * in the later ones of several blocks: until their turn comes, what migrates out
 * of the first may be allocated there and claim a pageblock.
 */
static bool types_stand_still(const struct attempt *a, const struct world *w)
{
	return a->offlined_blocks == view_nr_offlined_blocks(w) &&
	       pfn_to_block(w, a->start_pfn) == pfn_to_block(w, a->end_pfn - 1);
}

static void compare_pageblocks(const struct attempt *a, const struct world *w)
{
	unsigned long pfn = pageblock_start_pfn(w, a->start_pfn);

	for (; pfn < a->end_pfn; pfn += pageblock_nr_pages(w)) {
		const struct saved_pageblock *was =
			&a->pageblocks[pfn >> view_pageblock_order(w)];
		enum migratetype mt = (enum migratetype)was->migratetype;

		inv_failed_attempt_restores(w, pfn, "memmap initialised",
					    was->initialised,
					    view_pb_initialised(w, pfn));
		if (!view_pb_initialised(w, pfn))
			continue;
		inv_failed_attempt_restores(w, pfn, "pageblock isolated",
					    was->isolated,
					    view_pb_isolated(w, pfn));
		if (view_isolation_keeps_type(w) && types_stand_still(a, w) &&
		    !merged_with_neighbour(w, pfn, mt))
			inv_pageblock_type_preserved(w, pfn, mt);
	}
}

/* --- PageOffline pages --- */

/* Blocks that went and came back have nothing of a driver that forgot its pages
 * when it released them; else it is written down where he did. */
static bool may_be_released(const struct attempt *a, const struct world *w,
			    unsigned long pfn)
{
	return view_pb_released(w, pfn) ||
	       (a->released != view_nr_released(w) &&
		a->offlined_blocks != view_nr_offlined_blocks(w));
}

/* Returns how many of the pageblock their driver released. */
static unsigned long compare_offline_part(const struct attempt *a,
					  const struct world *w,
					  unsigned long pfn,
					  unsigned long *next)
{
	const struct saved_pageblock *was =
		&a->pageblocks[pfn >> view_pageblock_order(w)];
	struct saved_pageblock now;

	count_offline_part(a, w, pfn, next, &now);
	if (now.nr_offline < was->nr_offline && may_be_released(a, w, pfn))
		return was->nr_offline - now.nr_offline;
	inv_failed_attempt_restores(w, pfn, "PageOffline pages",
				    was->nr_offline, now.nr_offline);
	/* Pages onlined again carry the mark of never having been online. */
	if (a->offlined_blocks == view_nr_offlined_blocks(w))
		inv_failed_attempt_restores(w, pfn,
			"reference counts and flags of PageOffline pages (digest)",
			was->offline_digest, now.offline_digest);
	return 0;
}

/* lost, by zone: what drivers released in MEM_GOING_OFFLINE and did not get back.
 * Returns all of it. */
static unsigned long compare_offline_pages(const struct attempt *a,
					   const struct world *w, long *lost)
{
	unsigned long pfn = pageblock_start_pfn(w, a->start_pfn), all = 0;
	unsigned long next = 0;

	memset(lost, 0, MO_MAX_ZONES * sizeof(*lost));
	for (; pfn < a->end_pfn; pfn += pageblock_nr_pages(w)) {
		unsigned long nr = compare_offline_part(a, w, pfn, &next);

		all += nr;
		if (view_pb_initialised(w, pfn))
			lost[view_pb_zone(w, pfn)] += (long)nr;
	}
	return all;
}

/*
 * The design of the isolate notifier: what was released is not taken back.  If that
 * is all, and as many are gone as were released, it is known of the design.  Blocks
 * that went and came back took theirs with them, or have them again.
 */
static void compare_released(struct attempt *a, const struct world *w,
			     unsigned long lost)
{
	unsigned long released = view_nr_released(w) - a->released;

	a->only_released = lost == released ||
			   a->offlined_blocks != view_nr_offlined_blocks(w);
	inv_failed_attempt_restores(w, a->start_pfn,
				    "PageOffline pages that drivers released", lost,
				    0);
}

/*
 * Could a block that offline_and_remove_memory() took offline not be brought
 * back?  The kernel's try_reonline_memory_block() only warns then.
 */
static bool stays_offline(const struct attempt *a, const struct world *w)
{
	unsigned long last = pfn_to_block(w, a->end_pfn - 1);

	for (unsigned long b = pfn_to_block(w, a->start_pfn); b <= last; b++)
		if (view_block_nr_hwpoison(w, b))
			return true;
	/* What comes online starts in Xen's balloon, here too. */
	if (a->offlined_blocks != view_nr_offlined_blocks(w) &&
	    view_onlined_is_ballooned(w))
		return true;
	return a->refused_online != nr_refused_online(w);
}

static noinline void inv_isolation_progress(const struct world *w,
					    const struct attempt *a, int ret)
{
	if (likely(!a->can_isolate))
		return;
	violation(w, INV_isolation_progress, a->start_pfn,
		  "isolating [%#lx, %#lx) failed with %d, nothing was in the way",
		  a->start_pfn, a->end_pfn, ret);
}

/* PageOffline pages that may not be skipped are -EBUSY too. */
/* Free huge pages that are promised to somebody are not dissolved. */
static bool huge_pages_are_reserved(const struct world *w)
{
	for (unsigned int i = 0; i < view_nr_hstates(w); i++)
		if (view_hstate_nr_resv(w, i))
			return true;
	return false;
}

static noinline void inv_offline_patience(const struct world *w,
					  const struct attempt *a, int ret)
{
	/* A poisoned page of a driver can neither be moved nor skipped. */
	if (likely(a->kind != ATTEMPT_OFFLINE || ret == -EINTR || a->nr_offline ||
		   view_block_nr_hwpoison(w, pfn_to_block(w, a->start_pfn)) ||
		   huge_pages_are_reserved(w) ||
		   a->failures != view_nr_failures(w) ||
		   a->refused != view_nr_refused(w) ||
		   a->going_offline == view_nr_notified(w, MEM_GOING_OFFLINE)))
		return;
	violation(w, INV_offline_patience, a->start_pfn,
		  "gives up with %d, nobody told it to", ret);
}

void check_attempt_end(struct check *c, const struct world *w, int ret)
{
	struct attempt *a = &c->attempts[view_current_task(w)];
	long lost_by_zone[MO_MAX_ZONES];
	unsigned long lost;

	MUST(a->active);
	a->active = false;
	/* What others did in between is not ours to restore, nor what somebody who is
	 * under way does with memory that comes back. */
	if (ret >= 0 || a->nr_suspends != view_nr_suspends(w) ||
	    view_nr_in_flight(w) > 1)
		return;
	inv_isolation_progress(w, a, ret);
	inv_offline_patience(w, a, ret);
	if (a->kind == ATTEMPT_OFFLINE_AND_REMOVE && stays_offline(a, w))
		return;
	compare_blocks(a, w);
	lost = compare_offline_pages(a, w, lost_by_zone);
	compare_zones(a, w, lost_by_zone);
	compare_pageblocks(a, w);
	compare_released(a, w, lost);
}
