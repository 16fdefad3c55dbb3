/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several operations in flight.  Each CPU works off its own operations in the
 * order of the program; a choice `@POINT>cpuN` suspends an operation at that point
 * and lets cpuN resume what it has in flight, or begin its next operation, ahead
 * of its place in the program.  Without a choice the operation that stands first
 * goes on, so that a program without choices is the sequential run.
 */
#include <string.h>

#include "handlers.h"

#define CPU_NONE (-1)

/* Nothing is left of what the slot stood for. */
static bool slot_is_free(const struct object *o)
{
	return o->kind == OBJ_NONE && !o->pins && !o->isolated;
}

/*
 * The order of execution is not that of the names any more.  An operation finds
 * nothing to work on when its name has not come into being, when the slot stands
 * for another name by now or is still taken, or when somebody is at it.
 */
struct object *exec_claim_object(struct exec *x, const struct op *op)
{
	const struct op_desc *desc = op_desc(op->code);
	struct object *o = &x->objects[op->slot];

	if (desc->use != OBJ_NONE)
		return o->busy || o->name != op->name ||
				       o->named_kind != desc->use ? NULL : o;
	if (desc->def == OBJ_NONE)
		return &x->no_object;
	if (o->busy || !slot_is_free(o))
		return NULL;
	o->name = op->name;
	o->named_kind = desc->def;
	return o;
}

/* The CPU's next operation behind op. */
static uint32_t next_of(const struct exec *x, unsigned int cpu, uint32_t op)
{
	const struct program *p = x->program;

	while (op < p->nr_ops && p->ops[op].cpu != cpu)
		op++;
	return op;
}

/* Runs on the CPU's own stack, for ever. */
static void work(struct exec *x, unsigned int cpu)
{
	for (;;) {
		exec_op(x, &x->program->ops[x->running[cpu]]);
		fiber_switch(&x->pool.tasks[cpu], &x->pool.main);
	}
}

/* One entry a CPU: a fiber gets one pointer, and x is enough. */
#define WORK(cpu)                                                              \
	static void work##cpu(void *x)                                         \
	{                                                                      \
		work(x, cpu);                                                  \
	}

WORK(0)
WORK(1)
WORK(2)
WORK(3)

static void prepare_fibers(struct exec *x)
{
	static void (*const entries[MO_MAX_CPUS])(void *) = {
		work0, work1, work2, work3
	};

	if (!x->pool_ready) {
		MUST(fiber_create_main(&x->pool.main));
		for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
			MUST(fiber_create(&x->pool.tasks[cpu]));
		x->pool_ready = true;
	}
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS && !x->fibers_ready; cpu++)
		fiber_prepare(&x->pool.tasks[cpu], entries[cpu], x);
	x->fibers_ready = true;
}

void exec_destroy(struct exec *x)
{
	if (!x->pool_ready)
		return;
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		fiber_destroy(&x->pool.tasks[cpu]);
	fiber_destroy(&x->pool.main);
}

/* Could this CPU go on now, and with which operation? */
static bool candidate(const struct exec *x, unsigned int cpu, uint32_t *op)
{
	const struct sched *s = &x->w->sched;

	*op = s->tasks[cpu].in_flight ? x->running[cpu] : x->next[cpu];
	return s->tasks[cpu].in_flight ? sched_runnable(s, cpu) :
					 *op < x->program->nr_ops;
}

/* The operation that stands first; who spins comes last. */
static int first_candidate(const struct exec *x, bool relaxed)
{
	uint32_t first = UINT32_MAX, op;
	int best = CPU_NONE;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		if (x->w->sched.tasks[cpu].relaxed != relaxed ||
		    !candidate(x, cpu, &op) || op >= first)
			continue;
		first = op;
		best = (int)cpu;
	}
	return best;
}

/*
 * Who runs next.  A choice that cannot be followed is no choice: the operation
 * that was interrupted goes on.
 */
static int pick(const struct exec *x, int last)
{
	const struct sched *s = &x->w->sched;
	uint32_t op;
	int cpu;

	if (s->request >= 0) {
		if (candidate(x, (unsigned int)s->request, &op))
			return s->request;
		if (last >= 0 && sched_runnable(s, (unsigned int)last))
			return last;
	}
	cpu = first_candidate(x, false);
	return cpu >= 0 ? cpu : first_candidate(x, true);
}

/* Operations below have all ended. */
static uint32_t lowest_unfinished(const struct exec *x)
{
	uint32_t lowest = x->program->nr_ops;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		uint32_t op = x->w->sched.tasks[cpu].in_flight ?
				      x->running[cpu] : x->next[cpu];

		if (op < lowest)
			lowest = op;
	}
	return lowest;
}

/* The task begins its next operation, unless it is in the middle of one. */
static void begin(struct exec *x, unsigned int cpu)
{
	struct task *t = &x->w->sched.tasks[cpu];

	if (t->in_flight)
		return;
	t->nr_switches = 0;
	t->in_flight = true;
	x->running[cpu] = x->next[cpu];
	x->next[cpu] = next_of(x, cpu, x->next[cpu] + 1);
}

void exec_run_concurrent(struct exec *x)
{
	struct sched *s = &x->w->sched;
	int cpu = CPU_NONE;

	/* Slots fill up in any order here. */
	memset(x->objects, 0, sizeof(x->objects));
	x->nr_slots = MO_MAX_LIVE;
	prepare_fibers(x);
	s->pool = &x->pool;
	s->concurrent = s->armed = true;
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		x->next[i] = next_of(x, i, 0);
	while ((cpu = pick(x, cpu)) >= 0) {
		exec_expects_until(x, lowest_unfinished(x));
		begin(x, (unsigned int)cpu);
		x->op = x->running[cpu];
		sched_resume(s, (unsigned int)cpu);
		if (unlikely(s->abandoned)) {
			x->fibers_ready = false;
			longjmp(x->env, 1);
		}
	}
	s->current_task = &s->tasks[0];
	if (sched_nr_in_flight(s)) {
		x->fibers_ready = false;
		sched_deadlock(s);
	}
	x->op = x->program->nr_ops;
	exec_expects_until(x, x->op);
	x->op = x->program->nr_ops;
}
