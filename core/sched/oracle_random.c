/* SPDX-License-Identifier: GPL-2.0-only */
/* Any CPU, now and then.  The yardstick for the others. */
#include "oracle.h"

/* One question in so many is answered by the dice, the others by the default. */
#define SWITCH_ONE_IN 4

static unsigned int random_pick(struct sched_oracle *base, struct sched *s,
				const struct sched_question *q)
{
	struct oracle_random *o = (struct oracle_random *)base;
	uint32_t n;

	(void)s;
	if (oracle_below(&o->state, SWITCH_ONE_IN))
		return q->stay;
	n = oracle_below(&o->state, (uint32_t)__builtin_popcount(q->can));
	for (unsigned int cpu = 0;; cpu++)
		if (q->can & BIT(cpu) && !n--)
			return cpu;
}

void oracle_random_init(struct oracle_random *o, uint64_t seed)
{
	o->base.pick = random_pick;
	o->state = seed;
}
