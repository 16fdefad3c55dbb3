/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of a run at a question to the oracle: world, checkers, objects, and
 * the stacks of the operations in flight.
 *
 * Sound for cutting: two runs of the same program whose states are the same bytes
 * go on alike under the same answers, and break the same invariants, but for what
 * world_hash.c leaves out.  The stack of a parked task, from its stack pointer up,
 * holds its registers too; what else lies there (padding, dead slots) can only
 * make states look different that are not.  How often depends on the addresses: an
 * int in the slot of an old pointer leaves its upper half, and those of text and heap
 * are the same unless a multiple of 4 GiB lies between them.  Two different states
 * look the same with a probability of 2^-64 per pair.
 */
#include "../lib/hash.h"
#include "exec.h"

static uint64_t hash_objects(const struct exec *x)
{
	return hash_bytes(x->offlined_sections, x->objects,
			  x->nr_slots * sizeof(x->objects[0]));
}

/* False: the stack of one cannot be read. */
static bool hash_stacks(uint64_t *h, const struct exec *x)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (x->w->sched.tasks[cpu].in_flight &&
		    !fiber_hash(&x->pool.tasks[cpu], h))
			return false;
	return true;
}

uint64_t exec_state_hash(const struct exec *x)
{
	uint64_t h = 0, world;

	if (!hash_stacks(&h, x))
		return 0;
	world = world_state_hash(x->w);
	if (!world)
		return 0;
	h = hash_u64(h, world);
	h = hash_u64(h, hash_objects(x));
	if (x->options->level)
		h = hash_u64(h, check_state_hash(x->check, x->w));
	return hash_finish(h) | 1;
}
