/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * offline_progress, the excuse: offlining may stand still while somebody keeps a
 * page of the range in use that offlining cannot take from him, and everything
 * that it can move has moved.  Looks at the world with nothing isolated by the
 * attempt itself.
 */
#include "inv.h"

/*
 * What migration of a range needs at once, and where it may take that from: all folios
 * of a batch get their new place before the first one moves, also those that somebody
 * pins, which give it back.
 */
struct demand {
	unsigned int nid;	/* where they are */
	bool movable;		/* in ZONE_MOVABLE: they may leave for any zone */
	unsigned int order;	/* of the largest */
	unsigned long nr_folios;
};

/* Free folios of this order in the zone that migration can use. */
static unsigned long zone_nr_targets(const struct world *w, unsigned int zone,
				     unsigned int order)
{
	long usable = view_zone_nr_free(w, zone) -
		      view_zone_nr_free_highatomic(w, zone) -
		      view_zone_watermark_min(w, zone) - ((1l << order) - 1);
	unsigned long nr = 0;

	if (usable <= 0)
		return 0;
	for (unsigned int o = order; o <= view_max_page_order(w); o++)
		for (unsigned int mt = 0; mt < MIGRATE_ISOLATE; mt++) {
			view_list_t list = view_free_list(w, zone, o,
							  (enum migratetype)mt);
			unsigned long pfn = view_list_first(w, list);

			if (mt == MIGRATE_HIGHATOMIC)
				continue;
			for (; pfn < view_nr_pfns(w);
			     pfn = view_list_next(w, list, pfn))
				nr += 1ul << (o - order);
		}
	usable = (usable + (1l << order) - 1) >> order;
	return mo_min(nr, (unsigned long)usable);
}

/* do_migrate_range(): to other nodes with memory, own node only if alone. */
static bool node_is_target(const struct world *w, unsigned int node,
			   unsigned int nid)
{
	bool alone = true;

	for (unsigned int n = 0; n < view_nr_nodes(w); n++)
		alone &= n == nid || !view_node_state(w, n, N_MEMORY);
	return (node == nid) == alone;
}

static bool has_targets(const struct world *w, const struct demand *d)
{
	unsigned long nr = 0;

	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		if (node_is_target(w, view_zone_node(w, zone), d->nid) &&
		    (d->movable || view_zone_type(w, zone) != ZONE_MOVABLE))
			nr += zone_nr_targets(w, zone, d->order);
	return nr >= d->nr_folios;
}

/* A huge page of that size waits in the pool, outside of what is isolated. */
static bool pool_has_target(const struct world *w, unsigned int i,
			    unsigned int nid)
{
	for (unsigned int n = 0; n < view_nr_nodes(w); n++) {
		view_list_t list = view_hugetlb_free_list(w, i, n);
		unsigned long pfn = view_list_first(w, list);

		if (!node_is_target(w, n, nid))
			continue;
		for (; pfn < view_nr_pfns(w); pfn = view_list_next(w, list, pfn))
			if (!view_pb_isolated(w, pfn) &&
			    !view_flag(view_page(w, pfn), PG_hwpoison))
				return true;
	}
	return false;
}

static bool hugetlb_has_target(const struct world *w, unsigned int nid,
			       unsigned int order)
{
	const struct demand one = { nid, true, order, 1 };

	for (unsigned int i = 0; i < view_nr_hstates(w); i++)
		if (view_hstate_order(w, i) == order &&
		    view_hstate_nr_free(w, i) > view_hstate_nr_resv(w, i) &&
		    pool_has_target(w, i, nid))
			return true;
	return has_targets(w, &one);
}

enum stall { GOES, MOVES, KEPT, SCAN_STAYS, NO_TARGET };

static struct demand demand_of(const struct world *w, unsigned long pfn,
			       view_page_t head)
{
	unsigned int zone = view_pb_zone(w, pfn);

	return (struct demand){
		.nid = view_zone_node(w, zone),
		.movable = view_zone_type(w, zone) == ZONE_MOVABLE,
		.order = view_flag(head, PG_head) ? view_order(head) : 0,
		.nr_folios = 1,
	};
}

/* A folio that offlining can move, if nobody else holds on to it. */
static enum stall movable_stalls(const struct world *w, unsigned long pfn,
				 view_page_t head, struct demand *all)
{
	const struct demand one = demand_of(w, pfn, head);

	if (view_type(head) == PGTY_hugetlb) {
		if (!hugetlb_has_target(w, one.nid, one.order))
			return NO_TARGET;
	} else {
		if (!has_targets(w, &one))
			return NO_TARGET;
		all->nid = one.nid;
		all->movable = one.movable;
		all->order = mo_max(all->order, one.order);
		all->nr_folios++;
	}
	/* At rest its owner holds the only reference. */
	return (!view_is_mapped(head) && !view_is_offline(head)) ||
			       view_refcount(head) > 1 ? SCAN_STAYS : MOVES;
}

/*
 * Part of a larger folio with a poisoned page: a THP can neither be unmapped nor
 * moved, a huge page that is not dissolved has somebody who pins it.  The scan stays
 * there as it does at any that can be moved.
 */
static bool poisoned_folio_stays(const struct world *w, unsigned long pfn,
				 view_page_t page)
{
	if (view_flag(page, PG_tail))
		page = view_page(w, pfn - view_head_offset(page));
	return page && (view_flag(page, PG_has_hwpoisoned) ||
			(view_flag(page, PG_hwpoison) &&
			 view_flag(page, PG_head) && view_refcount(page) > 0));
}

/* KEPT: whoever has this page keeps it for as long as he likes.  SCAN_STAYS: so does
 * he, and the scan finds the page again and again.  NO_TARGET: there is no memory to
 * move it to.  Adds what migration tries to move to all. */
static enum stall page_stalls(const struct shadow *s, const struct world *w,
			      unsigned long pfn, struct demand *all)
{
	view_page_t page = view_page(w, pfn);

	if (page && poisoned_folio_stays(w, pfn, page))
		return SCAN_STAYS;
	if (page && view_is_offline(page) &&
	    !view_flags(page, BIT(PG_movable_ops) | BIT(PG_hwpoison)))
		return view_offline_unknown(w) ? KEPT : GOES;
	/* Free, cached, poisoned: offlining deals with all of these. */
	if (!page || view_is_buddy(page) ||
	    view_flags(page, BIT(PG_pcp) | BIT(PG_lru_batch) | BIT(PG_hwpoison)))
		return GOES;
	/* Reserved pages must have been refused before, by isolation; unless
	 * somebody reserved one behind its back. */
	if (view_flag(page, PG_reserved))
		return view_interleaved(w) ? KEPT : GOES;
	/* So must pages of slabs, unless one was on its way when isolation looked; or a
	 * driver counted a page of the pageblock that passed anyway, since it is poisoned:
	 * up to v5.5 numbers were compared, and another page passed in its place. */
	if (view_type(page) == PGTY_slab)
		return view_interleaved(w) || view_pb_released(w, pfn) ? KEPT : GOES;
	if (view_flag(page, PG_tail)) {
		pfn -= view_head_offset(page);
		page = view_page(w, pfn);
		if (!page)
			return GOES;
	}
	/* Huge pages free in their pool are dissolved. */
	if (view_flag(page, PG_hugetlb_freed))
		return GOES;
	if (view_flags(page, BIT(PG_lru) | BIT(PG_movable_ops)) ||
	    view_type(page) == PGTY_hugetlb)
		return movable_stalls(w, pfn, page, all);
	if (view_left_looks_movable(w, page))
		return SCAN_STAYS;
	/* Kernel memory in ZONE_MOVABLE (without __GFP_COMP only its first page
	 * has a reference), pinned remains, off the LRU for now.  A page that
	 * nobody has is lost, which is no excuse. */
	return shadow_owned(s, pfn) || shadow_pinned(s, pfn) ||
	       view_left_behind(w, page) ||
	       /* Its owner is known by rmap before the shadow follows. */
	       (view_interleaved(w) && view_is_mapped(page)) ? KEPT : GOES;
}

/* Of the free page or folio that pfn is in. */
static unsigned long last_pfn_of(const struct world *w, unsigned long pfn)
{
	view_page_t page = view_page(w, pfn);

	if (page && view_flag(page, PG_tail)) {
		pfn -= view_head_offset(page);
		page = view_page(w, pfn);
	}
	if (page && (view_is_buddy(page) || view_flag(page, PG_head)))
		pfn += (1ul << view_order(page)) - 1;
	return pfn;
}

bool check_stall_excused(const struct check *c, const struct world *w,
			 unsigned long start_pfn, unsigned long end_pfn)
{
	bool kept = false, moves = false, released = false;
	struct demand all = { 0 };

	/* Another operation waits, perhaps for us, and may hold any page. */
	if (view_fails_every_time(w) || view_nr_in_flight(w) > 1)
		return true;
	for (unsigned long pfn = start_pfn; pfn < end_pfn; pfn++) {
		enum stall stall = page_stalls(&c->shadow, w, pfn, &all);

		/* A migration that finds no memory leaves the rest as it is. */
		if (stall == NO_TARGET)
			return true;
		kept |= stall == KEPT || stall == SCAN_STAYS;
		/* The scan goes on from the page that it found: what became movable
		 * behind it meanwhile waits until it starts anew. */
		if (stall == SCAN_STAYS && view_interleaved(w))
			moves = false;
		moves |= stall == MOVES;
		released |= view_pb_released(w, pfn);
		pfn = last_pfn_of(w, pfn);
	}
	/* The driver has taken all pages before, and no signal will reach it.  Where
	 * an isolate notifier gave them away somebody else may have them. */
	if (view_virtio_mem_offlining(w) && !released)
		return false;
	/* What is kept gets its new place first and gives it back in vain. */
	return kept && (!moves || !has_targets(w, &all));
}
