/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probabilistic concurrency testing.  Each CPU has a priority drawn at random, and
 * the highest that can go on does.  At d - 1 questions drawn at random whoever
 * runs sinks below all others.  Departs from the paper in one thing: the number of
 * questions of a run is not known in advance, so its order of magnitude is drawn
 * too.
 */
#include "oracle.h"

#define MIN_LENGTH_ORDER 3
#define MAX_LENGTH_ORDER 9

static unsigned int highest(const struct oracle_pct *o, unsigned int can)
{
	unsigned int best = MO_MAX_CPUS;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (can & BIT(cpu) && (best == MO_MAX_CPUS ||
				       o->priority[cpu] > o->priority[best]))
			best = cpu;
	return best;
}

static unsigned int pct_pick(struct sched_oracle *base, struct sched *s,
			     const struct sched_question *q)
{
	struct oracle_pct *o = (struct oracle_pct *)base;

	(void)s;
	for (unsigned int i = 0; i < o->nr_changes; i++)
		if (o->change_at[i] == o->questions)
			o->priority[q->cpu] = --o->lowest;
	/* Who spins lets the others get on, or he would spin for ever. */
	if (q->point == SP_RELAX)
		o->priority[q->cpu] = --o->lowest;
	o->questions++;
	return highest(o, q->can);
}

static void draw_priorities(struct oracle_pct *o)
{
	for (int i = 0; i < MO_MAX_CPUS; i++)
		o->priority[i] = i;
	for (uint32_t i = MO_MAX_CPUS - 1; i; i--) {
		uint32_t j = oracle_below(&o->state, i + 1);
		int p = o->priority[i];

		o->priority[i] = o->priority[j];
		o->priority[j] = p;
	}
	o->lowest = 0;
}

void oracle_pct_init(struct oracle_pct *o, uint64_t seed, unsigned int depth)
{
	uint32_t length;

	o->base.pick = pct_pick;
	o->state = seed;
	o->questions = 0;
	draw_priorities(o);
	length = 1u << (MIN_LENGTH_ORDER +
			oracle_below(&o->state, MAX_LENGTH_ORDER -
						MIN_LENGTH_ORDER + 1));
	o->nr_changes = depth - 1;
	for (unsigned int i = 0; i < o->nr_changes; i++)
		o->change_at[i] = oracle_below(&o->state, length);
}
