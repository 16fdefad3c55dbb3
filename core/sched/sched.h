/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L1: tasks on modelled CPUs, locks with owners, preemption points.
 *
 * Sequential today: a task runs its operation to the end, sched_point() counts
 * the step, mixes the point into the trace hash and enforces the step budget.
 * Locks are facts already: who holds what is known at every step, so taking a
 * lock twice, releasing a foreign one, sleeping in atomic context and leaving
 * an operation with a lock held are violations (lock_balance, atomic_sleep).
 */
#ifndef MO_SCHED_H
#define MO_SCHED_H

#include "../lib/base.h"
#include "../lib/violation.h"

#define MO_MAX_CPUS 4
#define SCHED_MAX_HELD 16

enum sched_point_id {
	SP_NONE = 0,
#define SCHED_POINT(id, name, place) SP_##name = (id),
#include "points.def"
#undef SCHED_POINT
	SP_MAX = 128
};

enum lock_kind { LOCK_SPIN, LOCK_MUTEX, LOCK_RWSEM };

#define LOCK_FREE 0xff

/* A modelled lock.  Zero-initialised by lock_init() only. */
struct lock {
	uint8_t kind;	/* enum lock_kind */
	uint8_t owner;	/* task id, LOCK_FREE */
	uint8_t depth;	/* readers of a rwsem */
};

struct task {
	uint8_t id;
	uint8_t cpu;
	uint8_t nr_held;
	uint8_t atomic_depth; /* spinlocks held: sleeping is forbidden */
	struct lock *held[SCHED_MAX_HELD];
};

struct sched {
	struct task tasks[MO_MAX_CPUS];
	struct task *current_task;
	uint64_t steps;		/* preemption points passed since the reset */
	uint64_t op_limit;	/* steps at which the current operation is stuck */
	uint64_t op_budget;	/* steps that one operation may take */
	uint64_t hash;		/* trace hash: every point and result so far */
	uint32_t hits[SP_MAX];	/* how often each point was passed */
	struct violation *violation;
};

void sched_init(struct sched *s, struct violation *v, uint64_t op_budget);
const char *sched_point_name(unsigned int point);
const char *sched_point_place(unsigned int point);

/* Raises offline_progress: an operation passed op_budget points. */
_Noreturn void sched_stuck(struct sched *s, enum sched_point_id point);

static inline void sched_hash(struct sched *s, uint64_t value)
{
	s->hash = (s->hash ^ value) * 0x9e3779b97f4a7c15ull;
	s->hash ^= s->hash >> 29;
}

/* The task on CPU cpu becomes current and begins an operation. */
static inline void sched_begin_op(struct sched *s, unsigned int cpu)
{
	s->current_task = &s->tasks[cpu];
	s->op_limit = s->steps + s->op_budget;
}

/* Raises lock_balance when the current task still holds a lock. */
void sched_end_op(struct sched *s);

static inline void sched_pass(struct sched *s, enum sched_point_id point)
{
	s->hits[point]++;
	s->hash = (s->hash ^ point) * 0x100000001b3ull;
	if (unlikely(++s->steps > s->op_limit))
		sched_stuck(s, point);
}

static inline unsigned int sched_cpu(const struct sched *s)
{
	return s->current_task->cpu;
}

void lock_init(struct lock *l, enum lock_kind kind);
/* The paths of a violation; out of line. */
_Noreturn void lock_refused(struct sched *s, const struct lock *l,
			    const char *site);
_Noreturn void lock_not_held(struct sched *s, const char *site);
_Noreturn void sleeps_in_atomic(struct sched *s, const char *site);
void lock_release_unordered(struct task *t, const struct lock *l);

/* Raises atomic_sleep when a spinlock is held. */
static inline void sched_might_sleep(struct sched *s, const char *site)
{
	if (unlikely(s->current_task->atomic_depth))
		sleeps_in_atomic(s, site);
}

/* Raises lock_balance unless the current task holds l. */
static inline void lock_assert_held(struct sched *s, const struct lock *l,
				    const char *site)
{
	if (unlikely(l->owner != s->current_task->id))
		lock_not_held(s, site);
}

static inline void lock_take(struct sched *s, struct lock *l)
{
	struct task *t = s->current_task;

	MUST(t->nr_held < SCHED_MAX_HELD);
	l->owner = t->id;
	t->held[t->nr_held++] = l;
	t->atomic_depth += l->kind == LOCK_SPIN;
}

static inline void lock_acquire(struct sched *s, struct lock *l,
				const char *site)
{
	if (l->kind != LOCK_SPIN)
		sched_might_sleep(s, site);
	if (unlikely(l->owner != LOCK_FREE))
		lock_refused(s, l, site);
	lock_take(s, l);
}

/* Usually the last one taken goes first; the order of release is free. */
static inline void lock_release(struct sched *s, struct lock *l,
				const char *site)
{
	struct task *t = s->current_task;

	lock_assert_held(s, l, site);
	if (likely(t->held[t->nr_held - 1] == l))
		t->nr_held--;
	else
		lock_release_unordered(t, l);
	t->atomic_depth -= l->kind == LOCK_SPIN;
	l->owner = LOCK_FREE;
}

/* False, and nothing done, when somebody holds it. */
bool lock_try(struct sched *s, struct lock *l);

#endif
