/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every schedule with at most `bound` preemptions, one run after the other: each
 * run repeats a prefix of answers, gives another last one, and follows the default
 * from there.  To leave a task that gave way (end of an operation, a lock that is
 * taken, spinning) costs no preemption, as in CHESS (Musuvathi and Qadeer, PLDI
 * 2007).
 *
 * Cutting: where a question finds the run in a state that was seen before, with no
 * more preemptions spent then, everything that can follow was tried or will be
 * (the state is an ancestor of itself), and the run ends.  What a state is and why
 * that is sound: op/state_hash.c.
 */
#include <stdlib.h>

#include "../lib/hash.h"
#include "oracle.h"

/* Slots of the table that a key may be in. */
#define PROBES 8

bool oracle_dfs_create(struct oracle_dfs *o)
{
	o->seen = calloc(DFS_MAX_STATES, sizeof(*o->seen));
	o->nodes = calloc(DFS_MAX_DEPTH, sizeof(*o->nodes));
	return o->seen && o->nodes;
}

void oracle_dfs_destroy(struct oracle_dfs *o)
{
	free(o->seen);
	free(o->nodes);
}

/* A state counts as new, too, when fewer preemptions led to it. */
static bool seen_before(struct oracle_dfs *o, uint64_t key)
{
	for (unsigned int i = 0; i < PROBES; i++) {
		struct dfs_seen *s = &o->seen[(key + i) % DFS_MAX_STATES];

		if (s->generation == o->generation && s->key != key)
			continue;
		if (s->generation == o->generation && s->used <= o->used)
			return true;
		o->nr_states += s->generation != o->generation;
		*s = (struct dfs_seen){ .key = key, .used = o->used,
					.generation = o->generation };
		return false;
	}
	o->table_full = true;
	return false;
}

/* Does the run end here, because all that follows is known? */
static bool cut(struct oracle_dfs *o, const struct sched_question *q)
{
	uint64_t key = o->state_hash ? o->state_hash(o->arg) : 0;

	if (!key)
		return false;
	key = hash_u64(key, (uint64_t)q->point | (uint64_t)q->cpu << 8 |
				    (uint64_t)q->can << 16 |
				    (uint64_t)q->stay << 24);
	return seen_before(o, hash_finish(key));
}

static unsigned int dfs_pick(struct sched_oracle *base, struct sched *s,
			     const struct sched_question *q)
{
	struct oracle_dfs *o = (struct oracle_dfs *)base;
	struct dfs_node *n = &o->nodes[o->at];

	(void)s;
	if (o->at == o->depth) {
		if (o->depth == DFS_MAX_DEPTH) {
			base->clipped = true;
			return q->stay;
		}
		base->cut = cut(o, q);
		if (base->cut) {
			o->nr_cut++;
			return q->stay;
		}
		o->depth++;
		*n = (struct dfs_node){ .can = q->can, .taken = q->stay };
		if (q->free || o->used < o->bound)
			n->left = (uint8_t)(q->can & ~BIT(q->stay));
	}
	MUST(n->can == q->can);
	o->at++;
	o->used += !q->free && n->taken != q->stay;
	return n->taken;
}

void oracle_dfs_init(struct oracle_dfs *o, unsigned int bound)
{
	o->base.pick = dfs_pick;
	o->bound = (uint8_t)bound;
	o->depth = o->at = 0;
	o->used = 0;
	o->nr_schedules = o->nr_states = o->nr_cut = 0;
	o->clipped = o->table_full = false;
	o->generation++;
}

bool oracle_dfs_next(struct oracle_dfs *o)
{
	struct dfs_node *n;

	o->nr_schedules++;
	o->clipped |= o->base.clipped;
	while (o->depth && !o->nodes[o->depth - 1].left)
		o->depth--;
	if (!o->depth)
		return false;
	n = &o->nodes[o->depth - 1];
	n->taken = (uint8_t)__builtin_ctz(n->left);
	n->left &= (uint8_t)~BIT(n->taken);
	o->at = 0;
	o->used = 0;
	return true;
}
