/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "sched.h"

static const struct {
	const char *name;
	const char *place;
	const char *locks;
} points[SP_MAX] = {
#define SCHED_POINT(id, name, place, locks) [id] = { #name, place, locks },
#include "points.def"
#undef SCHED_POINT
};

const char *sched_point_name(unsigned int point)
{
	return point < SP_MAX ? points[point].name : NULL;
}

const char *sched_point_place(unsigned int point)
{
	return point < SP_MAX ? points[point].place : NULL;
}

const char *sched_point_locks(unsigned int point)
{
	return point < SP_MAX ? points[point].locks : NULL;
}

void sched_init(struct sched *s, struct violation *v, uint64_t op_budget)
{
	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++) {
		s->tasks[i].id = (uint8_t)i;
		s->tasks[i].cpu = (uint8_t)i;
	}
	s->current_task = &s->tasks[0];
	s->lock_under[LOCK_UNCLASSED] = ~0u;
	for (unsigned int i = 1; i < LOCK_CLASS_NR; i++)
		s->lock_under[i] = BIT(LOCK_UNCLASSED);
	s->request = -1;
	s->op_budget = op_budget;
	sched_set_limit(s, op_budget);
	s->violation = v;
}

_Noreturn cold noinline void sched_stuck(struct sched *s,
					 enum sched_point_id point)
{
	violation_raise(s->violation, "offline_progress", VIOLATION_NO_PFN,
			__func__, "still running after %llu steps, at %s",
			(unsigned long long)s->op_budget,
			sched_point_name(point));
}

noinline bool sched_look(struct sched *s, enum sched_point_id point)
{
	if (unlikely(s->steps > s->op_limit))
		sched_stuck(s, point);
	return s->armed && sched_arrive(s, point);
}

cold noinline _Noreturn static void lock_violation(struct sched *s,
						   const char *id,
						   const char *site,
						   const char *what)
{
	violation_raise(s->violation, id, VIOLATION_NO_PFN, site, "%s", what);
}

void sched_end_op(struct sched *s)
{
	const struct task *t = s->current_task;

	if (unlikely(t->classes || t->nr_read))
		lock_violation(s, "lock_balance", __func__,
			       "an operation ended with a lock held");
	if (unlikely(t->atomic_depth))
		lock_violation(s, "lock_balance", __func__,
			       t->rcu_depth ?
				       "an operation ended inside an RCU read section" :
				       "an operation ended with interrupts off");
}

void lock_init(struct lock *l, enum lock_kind kind)
{
	*l = (struct lock){ .kind = (uint8_t)kind, .owner = LOCK_FREE };
}

static const struct {
	const char *name;
	uint8_t kind;
} classes[LOCK_CLASS_NR] = {
#define LOCK_CLASS(name, kind, place) [LOCK_##name] = { #name, kind },
#include "locks.def"
#undef LOCK_CLASS
};

void lock_init_class(struct lock *l, enum lock_class class)
{
	lock_init(l, (enum lock_kind)classes[class].kind);
	l->class = (uint8_t)class;
}

const char *lock_class_name(unsigned int class)
{
	return class < LOCK_CLASS_NR ? classes[class].name : NULL;
}

static void order_after(struct sched *s, unsigned int held,
			const struct lock *l, const char *site)
{
	uint32_t above;

	if (held == l->class || s->lock_under[held] & BIT(l->class))
		violation_raise(s->violation, "lock_order", VIOLATION_NO_PFN,
				site, held == l->class ?
				"%s is taken while another one of them is held" :
				"%s is taken under %s, and the other way round before",
				lock_class_name(l->class), lock_class_name(held));
	above = s->lock_under[held] | BIT(held);
	s->lock_under[l->class] |= above;
	/* And all that was ever taken under l. */
	for (unsigned int i = 1; i < LOCK_CLASS_NR; i++)
		s->lock_under[i] |= s->lock_under[i] & BIT(l->class) ? above : 0;
}

void lock_order_new(struct sched *s, const struct lock *l, const char *site)
{
	const struct task *t = s->current_task;
	uint32_t held = t->classes | t->read_classes;

	/* What is learnt of the first may say it of the next. */
	while (held & ~s->lock_under[l->class])
		order_after(s, (unsigned int)__builtin_ctz(
				       held & ~s->lock_under[l->class]), l, site);
}

_Noreturn void lock_refused(struct sched *s, const struct lock *l,
			    const char *site)
{
	lock_violation(s, "lock_balance", site,
		       l->owner == s->current_task->id ?
			       "takes a lock that it holds already" :
			       "waits for a lock that nobody will release");
}

_Noreturn void lock_not_held(struct sched *s, const char *site)
{
	lock_violation(s, "lock_balance", site,
		       "needs a lock that the task does not hold");
}

_Noreturn void sleeps_in_atomic(struct sched *s, const char *site)
{
	const struct task *t = s->current_task;

	if (t->rcu_depth)
		lock_violation(s, "rcu_sleep", site,
			       "may sleep inside an RCU read section");
	if (t->irq_depth)
		lock_violation(s, "irq_sleep", site,
			       "may sleep with interrupts off");
	lock_violation(s, "atomic_sleep", site,
		       "may sleep while a spinlock is held");
}

void sched_rcu_read_lock(struct sched *s)
{
	s->current_task->rcu_depth++;
	s->current_task->atomic_depth++;
}

void sched_rcu_read_unlock(struct sched *s, const char *site)
{
	if (!s->current_task->rcu_depth)
		lock_violation(s, "lock_balance", site,
			       "ends an RCU read section that it is not in");
	s->current_task->rcu_depth--;
	s->current_task->atomic_depth--;
}

void sched_irq_save(struct sched *s)
{
	s->current_task->irq_depth++;
	s->current_task->atomic_depth++;
}

void sched_irq_restore(struct sched *s, const char *site)
{
	if (!s->current_task->irq_depth)
		lock_violation(s, "lock_balance", site,
			       "switches interrupts on that are on");
	s->current_task->irq_depth--;
	s->current_task->atomic_depth--;
}

bool sched_rcu_readers(const struct sched *s)
{
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		if (&s->tasks[i] != s->current_task && s->tasks[i].rcu_depth)
			return true;
	return false;
}

bool lock_try(struct sched *s, struct lock *l)
{
	if (!lock_is_free(l))
		return false;
	MUST(!(s->current_task->classes & BIT(l->class)));
	lock_take(s, l);
	return true;
}

void lock_acquire_read(struct sched *s, struct lock *l, const char *site)
{
	sched_might_sleep(s, site);
	if (l->owner != LOCK_FREE)
		lock_refused(s, l, site);
	/* Readers do not wait for readers. */
	if (l->class && !(s->current_task->read_classes & BIT(l->class)))
		lock_order(s, l, site);
	l->readers++;
	s->current_task->nr_read++;
	s->current_task->read_classes |= BIT(l->class);
}

void lock_release_read(struct sched *s, struct lock *l, const char *site)
{
	if (!l->readers || !s->current_task->nr_read)
		lock_not_held(s, site);
	l->readers--;
	if (!--s->current_task->nr_read)
		s->current_task->read_classes = 0;
}

/* --- several operations in flight --- */

bool sched_add_switch(struct sched *s, unsigned int cpu,
		      const struct sched_switch *sw)
{
	struct task *t = &s->tasks[cpu];

	if (t->nr_switches == SCHED_MAX_SWITCHES)
		return false;
	t->passed[t->nr_switches] = 0;
	t->switches[t->nr_switches++] = *sw;
	if (t == s->current_task) {
		s->armed = true;
		s->alarm = 0;
	}
	return true;
}

bool sched_runnable(const struct sched *s, unsigned int cpu)
{
	const struct task *t = &s->tasks[cpu];

	if (t->held_until || !t->waits_for)
		return t->in_flight && !t->held_until;
	return t->waits_to_read ? lock_is_readable(t->waits_for) :
				  lock_is_free(t->waits_for);
}

unsigned int sched_nr_in_flight(const struct sched *s)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		nr += s->tasks[i].in_flight;
	return nr;
}

/* Whoever is held until the current task passes this point goes on now. */
static void release_held(struct sched *s, enum sched_point_id point)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		struct task *t = &s->tasks[cpu];

		if (t->held_until != point ||
		    t->held_by != s->current_task->cpu)
			continue;
		t->held_until = SP_NONE;
		s->nr_held--;
		s->request = (int8_t)cpu;
	}
}

bool sched_lift(struct sched *s)
{
	struct task *first = NULL;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (s->tasks[cpu].held_until &&
		    (!first || s->place[cpu] < s->place[first->cpu]))
			first = &s->tasks[cpu];
	if (!first)
		return false;
	first->held_until = SP_NONE;
	s->nr_held--;
	return true;
}

static void hold(struct sched *s, const struct sched_switch *sw)
{
	s->nr_held++;
	s->current_task->held_until = sw->until;
	s->current_task->held_by = sw->cpu;
	s->request = (int8_t)sw->cpu;
}

bool sched_arrive(struct sched *s, enum sched_point_id point)
{
	struct task *t = s->current_task;

	if (unlikely(s->watch))
		s->watch(s, point);
	if (s->oracle)
		return sched_oracle_arrive(s, point);
	if (s->nr_held)
		release_held(s, point);
	for (unsigned int i = 0; i < t->nr_switches; i++) {
		const struct sched_switch *sw = &t->switches[i];

		if (sw->point != point || ++t->passed[i] != sw->nth)
			continue;
		if (sw->until && sw->cpu != t->cpu && t->in_flight)
			hold(s, sw);
		else if (!sw->until &&
			 (sw->cpu != t->cpu || sched_gives_way(point)))
			s->request = (int8_t)sw->cpu;
	}
	return s->request >= 0;
}

bool sched_candidate(const struct sched *s, unsigned int cpu)
{
	return s->tasks[cpu].in_flight ? sched_runnable(s, cpu) :
					 s->place[cpu] != SCHED_NOTHING;
}

static int first_candidate(const struct sched *s, bool relaxed)
{
	uint32_t first = SCHED_NOTHING;
	int best = -1;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		if (s->tasks[cpu].relaxed != relaxed ||
		    !sched_candidate(s, cpu) || s->place[cpu] >= first)
			continue;
		first = s->place[cpu];
		best = (int)cpu;
	}
	return best;
}

int sched_first(const struct sched *s)
{
	int cpu = first_candidate(s, false);

	return cpu >= 0 ? cpu : first_candidate(s, true);
}

/*
 * A choice that cannot be followed is no choice: the operation that was
 * interrupted goes on.
 */
int sched_pick(struct sched *s, int last)
{
	int cpu;

	if (s->request >= 0) {
		if (sched_candidate(s, (unsigned int)s->request))
			return s->request;
		if (last >= 0 && sched_runnable(s, (unsigned int)last))
			return last;
	}
	do
		cpu = sched_first(s);
	while (cpu < 0 && sched_lift(s));
	return cpu;
}

void sched_suspend(struct sched *s)
{
	struct task *t = s->current_task;

	t->op_left = s->op_limit - s->steps;
	fiber_switch(&s->pool->tasks[t->id], &s->pool->main);
	s->current_task = t;
	sched_set_limit(s, s->steps + t->op_left);
}

_Noreturn void sched_abandon(struct sched *s)
{
	s->abandoned = true;
	fiber_switch(&s->pool->tasks[s->current_task->id], &s->pool->main);
	MUST(!"an abandoned fiber was resumed");
	__builtin_unreachable();
}

void sched_resume(struct sched *s, unsigned int cpu)
{
	if (s->current_task != &s->tasks[cpu]) {
		s->nr_suspends++;
		for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
			s->tasks[i].others_ran |= i != cpu;
	}
	s->request = -1;
	s->current_task = &s->tasks[cpu];
	s->armed = s->always_armed || s->nr_held || s->tasks[cpu].nr_switches;
	s->on_fiber = true;
	fiber_switch(&s->pool->main, &s->pool->tasks[cpu]);
	s->on_fiber = false;
}

_Noreturn void sched_deadlock(struct sched *s)
{
	lock_violation(s, "deadlock", __func__,
		       "operations are in flight and each waits for a lock");
}
