/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L1: tasks on modelled CPUs, locks with owners, preemption points.
 *
 * One task a CPU.  Without choices a task runs its operation to the end:
 * sched_point() counts the step, mixes the point into the trace hash and enforces
 * the step budget.  With choices (sched->concurrent) every task has a fiber, and
 * an operation can be suspended at any point, in any depth, while others go on.
 * The order is then: what a choice says; else whoever runs keeps running; else the
 * operation that stands first in the program.  A task that waits for a lock is not
 * runnable.
 *
 * Locks are facts: taking a lock twice, releasing a foreign one, sleeping in
 * atomic context, leaving an operation with a lock held and waiting in a circle
 * are violations (lock_balance, atomic_sleep, deadlock).
 */
#ifndef MO_SCHED_H
#define MO_SCHED_H

#include "../lib/base.h"
#include "../lib/violation.h"
#include "fiber.h"

#define MO_MAX_CPUS 4

enum sched_point_id {
	SP_NONE = 0,
#define SCHED_POINT(id, name, place, locks) SP_##name = (id),
#include "points.def"
#undef SCHED_POINT
	SP_MAX = 128
};

struct sched;

enum lock_kind { LOCK_SPIN, LOCK_MUTEX, LOCK_RWSEM };

#define LOCK_FREE 0xff

enum lock_class {
	LOCK_UNCLASSED,	/* its order is not looked at */
#define LOCK_CLASS(name, kind, place) LOCK_##name,
#include "locks.def"
#undef LOCK_CLASS
	LOCK_CLASS_NR
};

_Static_assert(LOCK_CLASS_NR <= 32, "one bit each");

/* BIT(enum lock_class) of those that nobody sleeps under. */
#define LOCK_CLASS(name, kind, place) | (uint32_t)((kind) == LOCK_SPIN) << LOCK_##name
static const uint32_t spin_classes = 0
#include "locks.def"
	;
#undef LOCK_CLASS

/* A modelled lock.  Made by lock_init() or lock_init_class() only. */
struct lock {
	uint8_t kind;	/* enum lock_kind */
	uint8_t owner;	/* task id, LOCK_FREE */
	uint8_t readers; /* of a rwsem */
	uint8_t class;	/* enum lock_class */
};

/*
 * "When the operation passes point for the nth time, cpu runs next", or, with
 * until, "... it is held there until cpu has passed until", and then goes on at
 * once.  Who is held when nobody else can go on is not held any more.
 */
struct sched_switch {
	uint8_t point;	/* enum sched_point_id */
	uint8_t cpu;
	uint16_t nth;	/* 1.. */
	uint8_t until;	/* enum sched_point_id, SP_NONE */
};

#define SCHED_MAX_SWITCHES 16	/* per operation */

#define SCHED_NOTHING UINT32_MAX

struct task {
	uint8_t id;
	uint8_t cpu;
	uint8_t nr_read;	/* rwsems held for reading */
	uint8_t atomic_depth;	/* RCU sections, irqs off: no sleeping, nor under a
				 * spinlock */
	uint8_t rcu_depth;	/* rcu_read_lock() */
	uint8_t irq_depth;	/* local_irq_save() */
	/* BIT(enum lock_class) of the locks that it holds, no two of a class; whose
	 * they are, say the locks.  And of what it holds for reading. */
	uint32_t classes;
	uint32_t read_classes;
	bool in_flight;		/* its operation began and has not ended */
	bool relaxed;		/* spins; lets everybody else go first */
	uint8_t held_until;	/* enum sched_point_id, SP_NONE: not held */
	uint8_t held_by;	/* the CPU that must pass it */
	bool others_ran;	/* since it asked last */
	uint32_t began_at;	/* nr_suspends when its operation began */
	uint8_t nr_switches;
	uint64_t op_left;	/* of the budget of steps, while suspended */
	struct lock *waits_for;	/* not runnable until it is free ... */
	bool waits_to_read;	/* ... of a writer */
	struct sched_switch switches[SCHED_MAX_SWITCHES];
	uint16_t passed[SCHED_MAX_SWITCHES]; /* times switches[i].point was passed */
};

/* Who decides at a preemption point instead of the choices in the program
 * (oracle.h). */
struct sched_oracle;

/* Stacks; belong to the process, not to the world's state. */
struct fiber_pool {
	struct fiber main;
	struct fiber tasks[MO_MAX_CPUS];
};

struct sched {
	bool concurrent;	/* tasks run on fibers */
	bool armed;		/* a choice may fall at the next point of the current task */
	bool always_armed;	/* at all points: an oracle decides, or somebody watches */
	uint8_t nr_held;	/* tasks with held_until */
	int8_t request;		/* CPU that a choice wants next, -1: none */
	bool on_fiber;		/* not on the stack of the scheduler */
	bool abandoned;		/* a violation left its fiber for good */
	uint8_t asked;		/* enum sched_point_id of a question to the oracle */
	struct fiber_pool *pool;
	struct sched_oracle *oracle;
	uint32_t nr_suspends;	/* times that another CPU went on, this run */
	/* What each CPU has in flight or begins next, by its place in the program;
	 * SCHED_NOTHING: neither. */
	uint32_t place[MO_MAX_CPUS];
	struct task tasks[MO_MAX_CPUS];
	struct task *current_task;
	/* Of each class: BIT(enum lock_class) of all that it was ever taken under, or
	 * that those were. */
	uint32_t lock_under[LOCK_CLASS_NR];
	uint64_t steps;		/* preemption points passed since the reset */
	uint64_t alarm;		/* steps at which a point is looked at: armed, or ... */
	uint64_t op_limit;	/* ... the current operation is stuck */
	uint64_t op_budget;	/* steps that one operation may take */
	uint64_t hash;		/* trace hash: every point and result so far */
	uint32_t hits[SP_MAX];	/* how often each point was passed */
	struct violation *violation;
	/* Told of each point while armed; looks only.  NULL: nobody. */
	void (*watch)(struct sched *s, enum sched_point_id point);
	void *watcher;
};

void sched_init(struct sched *s, struct violation *v, uint64_t op_budget);
const char *sched_point_name(unsigned int point);
const char *sched_point_place(unsigned int point);
/* "-" or the locks that are held there, outermost first. */
const char *sched_point_locks(unsigned int point);

/* Raises offline_progress: an operation passed op_budget points. */
_Noreturn void sched_stuck(struct sched *s, enum sched_point_id point);

static inline void sched_hash(struct sched *s, uint64_t value)
{
	s->hash = (s->hash ^ value) * 0x9e3779b97f4a7c15ull;
	s->hash ^= s->hash >> 29;
}

/* One test at each point: see sched_point(). */
static inline void sched_set_limit(struct sched *s, uint64_t op_limit)
{
	s->op_limit = op_limit;
	s->alarm = s->armed ? 0 : op_limit;
}

/* From now on choices may fall at all points, or somebody watches. */
static inline void sched_arm(struct sched *s)
{
	s->always_armed = s->armed = true;
	s->alarm = 0;
}

/* The task on CPU cpu becomes current and begins an operation. */
static inline void sched_begin_op(struct sched *s, unsigned int cpu)
{
	s->current_task = &s->tasks[cpu];
	sched_set_limit(s, s->steps + s->op_budget);
}

/* Others may be under way. */
static inline void sched_begin_in_company(struct sched *s)
{
	s->current_task->others_ran = false;
	s->current_task->began_at = s->nr_suspends;
}

/* --- several operations in flight --- */

/* For the operation that begins on this CPU.  False: no room. */
bool sched_add_switch(struct sched *s, unsigned int cpu,
		      const struct sched_switch *sw);
/* Could it make a step now?  Only tasks with an operation in flight. */
bool sched_runnable(const struct sched *s, unsigned int cpu);
unsigned int sched_nr_in_flight(const struct sched *s);
/* Could it go on, with what it has in flight or with its next operation? */
bool sched_candidate(const struct sched *s, unsigned int cpu);
/* Who goes on by default when nobody was interrupted: whose operation stands first
 * in the program, those who spin last.  -1: nobody can. */
int sched_first(const struct sched *s);
/* Who goes on; last: who ran, -1 for nobody yet.  Follows s->request if it can.
 * -1: nobody can. */
int sched_pick(struct sched *s, int last);
/* Nobody can go on: who is held, and stands first in the program, is released.
 * False: nobody is held. */
bool sched_lift(struct sched *s);
/* A question is open (s->asked): the answer becomes s->request. */
void sched_ask(struct sched *s);
/* Whoever is at this point does not go on by himself. */
static inline bool sched_gives_way(enum sched_point_id point)
{
	return point == SP_OP_END || point == SP_LOCK_WAIT || point == SP_RELAX;
}

/* A choice falls here, or a question to the oracle: the operation is to be
 * suspended.  s->request says who runs, if it is known. */
bool sched_arrive(struct sched *s, enum sched_point_id point);
/* The same when there is an oracle: true if it has a choice. */
bool sched_oracle_arrive(struct sched *s, enum sched_point_id point);
/* From the current task back to the scheduler; returns when it is chosen again. */
void sched_suspend(struct sched *s);
/* A violation on a fiber: back to the scheduler, for good. */
_Noreturn void sched_abandon(struct sched *s);
/* From the scheduler to the task on this CPU, until it suspends or ends. */
void sched_resume(struct sched *s, unsigned int cpu);
/* Raises deadlock: operations are in flight and none can go on. */
_Noreturn void sched_deadlock(struct sched *s);

/* Did another CPU run since the current task asked last? */
static inline bool sched_others_ran(struct sched *s)
{
	bool ran = s->current_task->others_ran;

	s->current_task->others_ran = false;
	return ran;
}

/* Raises lock_balance when the current task still holds a lock. */
void sched_end_op(struct sched *s);

/* True: the point is to be looked at, by sched_look(). */
static inline bool sched_pass(struct sched *s, enum sched_point_id point)
{
	s->hits[point]++;
	s->hash = (s->hash ^ point) * 0x100000001b3ull;
	return unlikely(++s->steps > s->alarm);
}

/* Raises offline_progress when the operation is stuck.  True: it is to be suspended. */
bool sched_look(struct sched *s, enum sched_point_id point);

static inline unsigned int sched_cpu(const struct sched *s)
{
	return s->current_task->cpu;
}

void lock_init(struct lock *l, enum lock_kind kind);
void lock_init_class(struct lock *l, enum lock_class class);
const char *lock_class_name(unsigned int class);
/* A lock is taken under others for the first time; raises lock_order when the
 * opposite happened before in this run. */
void lock_order_new(struct sched *s, const struct lock *l, const char *site);
/* The paths of a violation; out of line. */
_Noreturn void lock_refused(struct sched *s, const struct lock *l,
			    const char *site);
_Noreturn void lock_not_held(struct sched *s, const char *site);
_Noreturn void sleeps_in_atomic(struct sched *s, const char *site);

/* Raises atomic_sleep, rcu_sleep or irq_sleep where sleeping is forbidden. */
static inline void sched_might_sleep(struct sched *s, const char *site)
{
	const struct task *t = s->current_task;

	if (unlikely(t->atomic_depth || t->classes & spin_classes))
		sleeps_in_atomic(s, site);
}

/* Raises lock_balance unless the current task holds l. */
static inline void lock_assert_held(struct sched *s, const struct lock *l,
				    const char *site)
{
	if (unlikely(l->owner != s->current_task->id))
		lock_not_held(s, site);
}

/* Was it taken under all of these before? */
static inline void lock_order(struct sched *s, const struct lock *l,
			      const char *site)
{
	const struct task *t = s->current_task;
	uint32_t held = t->classes | t->read_classes;

	if (unlikely(held & ~s->lock_under[l->class]))
		lock_order_new(s, l, site);
}

static inline void lock_take(struct sched *s, struct lock *l)
{
	struct task *t = s->current_task;

	t->classes |= BIT(l->class);
	l->owner = t->id;
}

static inline bool lock_is_free(const struct lock *l)
{
	return l->owner == LOCK_FREE && !l->readers;
}

static inline bool lock_is_readable(const struct lock *l)
{
	return l->owner == LOCK_FREE;
}

static inline void lock_acquire(struct sched *s, struct lock *l,
				const char *site)
{
	if (l->kind != LOCK_SPIN)
		sched_might_sleep(s, site);
	if (unlikely(!lock_is_free(l)))
		lock_refused(s, l, site);
	lock_order(s, l, site);
	lock_take(s, l);
}

/* A spinlock that may be taken now.  One comparison of two bytes, one branch. */
static inline bool lock_spin_is_free(const struct lock *l)
{
	return (l->kind == LOCK_SPIN) & (l->owner == LOCK_FREE);
}

/* The rest of lock_acquire(), for a spinlock. */
static inline void lock_take_spin(struct sched *s, struct lock *l,
				  const char *site)
{
	lock_order(s, l, site);
	lock_take(s, l);
}

/* A rwsem for reading; readers do not exclude each other. */
void lock_acquire_read(struct sched *s, struct lock *l, const char *site);
void lock_release_read(struct sched *s, struct lock *l, const char *site);

static inline void lock_release(struct sched *s, struct lock *l,
				const char *site)
{
	lock_assert_held(s, l, site);
	s->current_task->classes &= ~BIT(l->class);
	l->owner = LOCK_FREE;
}

/* False, and nothing done, when somebody holds it.  Who only tries can wait for
 * nobody: no order is learnt. */
bool lock_try(struct sched *s, struct lock *l);

/* --- RCU read sections, interrupts --- */

void sched_rcu_read_lock(struct sched *s);
/* Raises lock_balance outside of a section. */
void sched_rcu_read_unlock(struct sched *s, const char *site);
void sched_irq_save(struct sched *s);
/* Raises lock_balance when they are on. */
void sched_irq_restore(struct sched *s, const char *site);
/* Is another task inside a read section? */
bool sched_rcu_readers(const struct sched *s);

#endif
