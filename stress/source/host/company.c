/* SPDX-License-Identifier: GPL-2.0-only */
/* Several operations in flight: what kern/company.c asks of the scheduler. */
#include "../lane.h"
#include "lane_world.h"
#include "op/subject.h"

/* Who waits, for what, and a lock of the scheduler's that says so. */
static struct {
	const void *what;
	struct lock held;
} waiters[MO_MAX_CPUS];

unsigned int lane_isolators[LANE_NR_ISOLATORS];

void lane_host_point(unsigned int point)
{
	sched_point(lane_world, (enum sched_point_id)point);
}

int lane_host_relax(void)
{
	return world_relax(lane_world);
}

/* Whoever is woken tries again: another one may have been faster. */
void lane_host_wait(const void *what)
{
	struct world *w = lane_world;
	struct task *t = w->sched.current_task;

	waiters[t->cpu].what = what;
	waiters[t->cpu].held = (struct lock){ .owner = MO_MAX_CPUS };
	world_wait_for_lock(w, &waiters[t->cpu].held, false);
	waiters[t->cpu].what = NULL;
}

void lane_host_wake(const void *what)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (waiters[cpu].what == what)
			waiters[cpu].held.owner = LOCK_FREE;
}
