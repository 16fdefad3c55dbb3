/* SPDX-License-Identifier: GPL-2.0-only */
/* Level 3: spans of zones and nodes, zonelists. */
#include "inv.h"

/* Looking at every block of a larger world is worth it only after a change. */
#define SMALL_WORLD_BLOCKS 1024

struct span {
	unsigned long start;
	unsigned long end; /* 0: empty */
};

static void span_add(struct span *span, unsigned long start, unsigned long end)
{
	if (!span->end || start < span->start)
		span->start = start;
	if (end > span->end)
		span->end = end;
}

static noinline void inv_zone_span(const struct world *w, unsigned int zone,
				   const struct span *span)
{
	unsigned long start = view_zone_start_pfn(w, zone);
	unsigned long spanned = view_zone_spanned(w, zone);

	if (likely(spanned == span->end - span->start &&
		   (!span->end || start == span->start)))
		return;
	violation(w, INV_zone_span, start,
		  "zone %u spans %lu pages from %#lx; online [%#lx, %#lx)", zone,
		  spanned, start, span->start, span->end);
}

static noinline void inv_node_span(const struct world *w, unsigned int nid,
				   const struct span *span)
{
	unsigned long start = view_node_start_pfn(w, nid);
	unsigned long spanned = view_node_spanned(w, nid);

	if (likely(spanned == span->end - span->start &&
		   (!span->end || start == span->start)))
		return;
	violation(w, INV_node_span, start,
		  "node %u spans %lu pages from %#lx; online [%#lx, %#lx)", nid,
		  spanned, start, span->start, span->end);
}

/* Did any block come, go, or change its zone since the image? */
static bool blocks_changed(const struct check *c, const struct world *w)
{
	for (unsigned int i = 0; i < view_nr_dirty_blocks(w); i++) {
		unsigned long block = view_dirty_block(w, i);

		if (view_block_zone(w, block) !=
		    c->block_zone[block])
			return true;
	}
	return false;
}

void check_spans(const struct check *c, const struct world *w)
{
	struct span zones[MO_MAX_ZONES] = { 0 }, nodes[MAX_NUMNODES] = { 0 };

	if (view_nr_blocks(w) > SMALL_WORLD_BLOCKS && !blocks_changed(c, w))
		return;
	for (unsigned long block = 0; block < view_nr_blocks(w); block++) {
		unsigned long start = block_start_pfn(w, block);

		if (!view_block_online(w, block))
			continue;
		span_add(&zones[view_block_zone(w, block)], start,
			 start + pages_per_block(w));
		span_add(&nodes[block_to_nid(w, block)], start,
			 start + pages_per_block(w));
	}
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		inv_zone_span(w, zone, &zones[zone]);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		inv_node_span(w, nid, &nodes[nid]);
}

/* --- zonelists --- */

static _Noreturn cold noinline void inv_zonelists(const struct world *w,
						  unsigned int nid,
						  const char *what)
{
	violation(w, INV_zonelists, VIOLATION_NO_PFN, "node %u: %s", nid, what);
}

/* Own node first, higher zone first: the smaller, the earlier. */
static unsigned int zonelist_rank(const struct world *w, unsigned int nid,
				  unsigned int zone)
{
	return (view_zone_node(w, zone) != nid) * MAX_NR_ZONES + MAX_NR_ZONES -
	       1 - view_zone_type(w, zone);
}

static void check_zonelist(const struct world *w, unsigned int nid)
{
	unsigned int nr = view_node_nr_zonelist(w, nid), nr_populated = 0;

	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		nr_populated += view_zone_present(w, zone) > 0;
	if (nr != nr_populated)
		inv_zonelists(w, nid, "a populated zone is missing, or an empty one is listed");
	for (unsigned int i = 0; i < nr; i++) {
		unsigned int zone = view_zonelist(w, nid, i);

		if (view_zone_present(w, zone) <= 0)
			inv_zonelists(w, nid, "lists an empty zone");
		if (i && zonelist_rank(w, nid, zone) <=
			 zonelist_rank(w, nid, view_zonelist(w, nid, i - 1)))
			inv_zonelists(w, nid, "wrong order, or a zone twice");
	}
}

void check_zonelists(const struct world *w)
{
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		check_zonelist(w, nid);
}
