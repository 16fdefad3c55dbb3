/* SPDX-License-Identifier: GPL-2.0-only */
/* When which checkers run, and the baseline that makes level 3 affordable. */
#include <stdlib.h>
#include <string.h>

#include "inv.h"

/* --- baseline: what each block adds up to in the image --- */

static void add_block(long *zone, const block_sums sums, int sign)
{
	for (unsigned int i = 0; i < SUM_NR; i++)
		zone[i] += sign * (long)sums[i];
}

/* The image itself must be clean, or every difference would be wrong. */
static void take_baseline(struct check *c, const struct world *w)
{
	for (unsigned long block = 0; block < view_nr_blocks(w); block++) {
		c->block_zone[block] = (uint8_t)view_block_zone(w, block);
		if (!view_block_online(w, block))
			continue;
		check_block(NULL, w, block, c->base[block]);
		add_block(c->zone_base[view_block_zone(w, block)],
			  c->base[block], 1);
	}
	check_totals(w, c->zone_base);
}

struct check *check_create(const struct world *w)
{
	struct check *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->base = calloc(view_nr_blocks(w), sizeof(*c->base));
	c->block_zone = calloc(view_nr_blocks(w), sizeof(*c->block_zone));
	if (!shadow_init(&c->shadow, w) || !c->base || !c->block_zone ||
	    !attempts_init(c, w)) {
		check_destroy(c);
		return NULL;
	}
	take_baseline(c, w);
	return c;
}

void check_destroy(struct check *c)
{
	if (!c)
		return;
	attempts_free(c);
	shadow_free(&c->shadow);
	free(c->block_zone);
	free(c->base);
	free(c);
}

void check_begin(struct check *c, const struct world *w)
{
	shadow_reset(&c->shadow, w);
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		c->attempts[i].active = false;
}

/* --- level 3 --- */

/* judge: c, or NULL to leave the shadow out of it. */
static void check_dirty_blocks(const struct check *c, const struct check *judge,
			       const struct world *w)
{
	long now[MO_MAX_ZONES][SUM_NR];

	memcpy(now, c->zone_base, sizeof(now));
	for (unsigned int i = 0; i < view_nr_dirty_blocks(w); i++) {
		unsigned long block = view_dirty_block(w, i);
		unsigned int zone = c->block_zone[block];
		block_sums sums = { 0 };

		if (zone != ZONE_IDX_NONE)
			add_block(now[zone], c->base[block], -1);
		check_block(judge, w, block, sums);
		if (view_block_online(w, block))
			add_block(now[view_block_zone(w, block)], sums, 1);
	}
	check_totals(w, now);
}

static noinline void inv_poison_total(const struct world *w)
{
	unsigned long nr = 0;

	if (!view_poison_total_kept(w))
		return;
	/* No page of the image is poisoned: the touched blocks have them all. */
	for (unsigned int i = 0; i < view_nr_dirty_blocks(w); i++)
		nr += view_block_nr_hwpoison(w, view_dirty_block(w, i));
	if (likely(nr == view_nr_poisoned(w)))
		return;
	violation(w, INV_hwpoison_accounting, VIOLATION_NO_PFN,
		  "num_poisoned_pages %lu, the memory blocks count %lu",
		  view_nr_poisoned(w), nr);
}

/* A bound is broken: count everything to tell which side is wrong. */
cold noinline void recount(const struct check *c, const struct world *w)
{
	check_dirty_blocks(c, NULL, w);
}

static void check_quiescent(const struct check *c, const struct world *w)
{
	check_free_list_heads(w);
	check_pcp_lists(w);
	check_dirty_blocks(c, c, w);
	inv_poison_total(w);
	if (view_virtio_mem_bound(w))
		check_virtio_mem_pageblocks(w);
	check_spans(c, w);
	check_zonelists(w);
}

void check_step(struct check *c, const struct world *w, int level)
{
	if (level >= 1) {
		check_counters(c, w);
		/* Owners are told apart by where they are: never fall behind. */
		shadow_follow(&c->shadow, w);
	}
	if (level >= 2)
		check_touched_pages(c, w);
	if (level >= 3) {
		shadow_move(&c->shadow, w);
		check_quiescent(c, w);
	}
}

void check_end(struct check *c, const struct world *w, int level)
{
	check_step(c, w, level);
}
