/* SPDX-License-Identifier: GPL-2.0-only */
/* Several operations in flight: what both subjects share.  The scheduler is
 * ../sched/sched.c. */
#include <string.h>

#include "world.h"

/* Suspended with misfortunes still to come; those that strike others meanwhile are
 * counted for all. */
static noinline void suspend_armed(struct world *w)
{
	struct fail_state fail = w->fail;

	sched_suspend(&w->sched);
	memcpy(fail.fired, w->fail.fired, sizeof(fail.fired));
	fail.nr_once = w->fail.nr_once;
	w->fail = fail;
}

void world_suspend(struct world *w)
{
	bool signal_pending = w->signal_pending;

	if (unlikely(w->fail.armed_mask)) {
		suspend_armed(w);
	} else {
		sched_suspend(&w->sched);
		fail_disarm_all(&w->fail); /* what others are in for */
	}
	w->signal_pending = signal_pending;
}

static bool others_are_runnable(const struct sched *s)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (cpu != s->current_task->cpu && sched_runnable(s, cpu))
			return true;
	return false;
}

bool world_relax(struct world *w)
{
	struct sched *s = &w->sched;
	struct task *t = s->current_task;

	if (!s->concurrent)
		return false;
	while (!others_are_runnable(s))
		if (!sched_lift(s))
			return false;
	t->relaxed = true;
	sched_arrive(s, SP_RELAX);
	world_suspend(w);
	t->relaxed = false;
	return true;
}

/* Waiting for a lock that the task itself holds is left to lock_acquire(). */
void world_wait_for_lock(struct world *w, struct lock *l, bool to_read)
{
	struct task *t = w->sched.current_task;

	while (l->owner != t->id &&
	       !(to_read ? lock_is_readable(l) : lock_is_free(l))) {
		t->waits_for = l;
		t->waits_to_read = to_read;
		sched_arrive(&w->sched, SP_LOCK_WAIT);
		world_suspend(w);
		t->waits_for = NULL;
	}
}
