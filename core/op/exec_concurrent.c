/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several operations in flight.  Each CPU works off its own operations in the
 * order of the program; a choice `@POINT>cpuN` suspends an operation at that point
 * and lets cpuN resume what it has in flight, or begin its next operation, ahead
 * of its place in the program.  Without a choice the operation that stands first
 * goes on, so that a program without choices is the sequential run.
 */
#include <string.h>

#include "../sched/oracle.h"
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

/* Runs on the CPU's own stack, for ever; parked before each operation. */
static void work(struct exec *x, unsigned int cpu)
{
	for (;;) {
		x->parked[cpu] = true;
		fiber_switch(&x->pool.tasks[cpu], &x->pool.main);
		x->parked[cpu] = false;
		exec_op(x, &x->program->ops[x->running[cpu]]);
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

/* Tasks that are not parked will not go on: made anew at once, so that what an input
 * executes does not depend on how the one before ended. */
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
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		if (x->parked[cpu])
			continue;
		fiber_prepare(&x->pool.tasks[cpu], entries[cpu], x);
		fiber_switch(&x->pool.main, &x->pool.tasks[cpu]);
	}
}

void exec_destroy(struct exec *x)
{
	if (!x->pool_ready)
		return;
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		fiber_destroy(&x->pool.tasks[cpu]);
	fiber_destroy(&x->pool.main);
}

/* Operations below have all ended. */
static uint32_t lowest_unfinished(const struct exec *x)
{
	uint32_t lowest = x->program->nr_ops;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (x->w->sched.place[cpu] < lowest)
			lowest = x->w->sched.place[cpu];
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
	if (x->w->sched.oracle)
		sched_oracle_begin_op(x->w->sched.oracle, cpu, x->running[cpu]);
}

static void will_begin(struct exec *x, unsigned int cpu)
{
	x->w->sched.place[cpu] = x->next[cpu] < x->program->nr_ops ?
					 x->next[cpu] : SCHED_NOTHING;
}

void exec_op_ended(struct exec *x)
{
	will_begin(x, sched_cpu(&x->w->sched));
	sched_arrive(&x->w->sched, SP_OP_END);
}

/* Nobody can go on.  Operations in flight then wait for each other. */
static void finish(struct exec *x)
{
	struct sched *s = &x->w->sched;

	s->current_task = &s->tasks[0];
	if (sched_nr_in_flight(s)) {
		prepare_fibers(x);
		sched_deadlock(s);
	}
	x->op = x->program->nr_ops;
	exec_expects_until(x, x->op);
	x->op = x->program->nr_ops;
}

/* Slots below this one are all that the program uses. */
static uint32_t nr_slots(const struct program *p)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < p->nr_ops; i++)
		nr = (uint32_t)mo_max(nr, p->ops[i].slot + 1ul);
	return nr;
}

static void start(struct exec *x)
{
	struct sched *s = &x->w->sched;

	/* Slots fill up in any order here. */
	x->nr_slots = nr_slots(x->program);
	memset(x->objects, 0, x->nr_slots * sizeof(x->objects[0]));
	prepare_fibers(x);
	s->pool = &x->pool;
	s->oracle = x->oracle;
	s->concurrent = true;
	if (s->oracle)
		sched_arm(s);
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		x->next[cpu] = next_of(x, cpu, 0);
		will_begin(x, cpu);
	}
	if (!s->oracle)
		return;
	sched_oracle_begin(s->oracle);
	/* What an earlier run left there would make equal states look different. */
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		fiber_scrub(&x->pool.tasks[cpu]);
}

void exec_run_concurrent(struct exec *x)
{
	struct sched *s = &x->w->sched;
	int last = CPU_NONE, cpu;

	start(x);
	while ((cpu = sched_pick(s, last)) >= 0) {
		last = cpu;
		exec_expects_until(x, lowest_unfinished(x));
		begin(x, (unsigned int)cpu);
		x->op = x->running[cpu];
		sched_resume(s, (unsigned int)cpu);
		if (unlikely(s->abandoned)) {
			prepare_fibers(x);
			longjmp(x->env, 1);
		}
		if (!s->asked)
			continue;
		sched_ask(s);
		if (s->oracle->cut) {
			prepare_fibers(x);
			return;
		}
	}
	finish(x);
}
