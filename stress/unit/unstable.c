/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linked into replay_unstable, which tests that replay --times can fail: now and
 * then the scheduler picks somebody else than what the input says.
 */
#include "sched/sched.h"

/* Of so many decisions one is wrong: a run of a few operations takes some dozens. */
#define WRONG_EVERY 97

int __real_sched_pick(struct sched *s, int last);
int __wrap_sched_pick(struct sched *s, int last);

int __wrap_sched_pick(struct sched *s, int last)
{
	static unsigned int nr;
	const int cpu = __real_sched_pick(s, last);

	if (++nr % WRONG_EVERY)
		return cpu;
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		if ((int)i != cpu && sched_candidate(s, i))
			return (int)i;
	return cpu;
}
