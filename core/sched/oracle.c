/* SPDX-License-Identifier: GPL-2.0-only */
/* What all oracles share: the question, the record of the answer. */
#include <string.h>

#include "oracle.h"

/* nth of a recorded choice is one byte. */
#define NTH_MAX 256

void sched_oracle_begin(struct sched_oracle *o)
{
	o->cut = o->clipped = o->started = false;
	o->nr_taken = 0;
}

void sched_oracle_begin_op(struct sched_oracle *o, unsigned int cpu, uint32_t op)
{
	o->running[cpu] = op;
	o->nr_switches[cpu] = 0;
	memset(o->passed[cpu], 0, sizeof(o->passed[cpu]));
}

static unsigned int candidates(const struct sched *s)
{
	unsigned int can = 0;

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		can |= sched_candidate(s, cpu) ? BIT(cpu) : 0;
	return can;
}

/* Is there anything to choose, and room to say so? */
static bool worth_asking(struct sched_oracle *o, const struct task *t,
			 enum sched_point_id point, uint16_t nth)
{
	/* Who begins was chosen where the one before gave way. */
	if (point == SP_OP_BEGIN && o->started)
		return false;
	if (nth <= NTH_MAX && o->nr_switches[t->cpu] < SCHED_MAX_SWITCHES &&
	    o->nr_taken < SCHED_MAX_DECISIONS)
		return true;
	o->clipped = true;
	return false;
}

bool sched_oracle_arrive(struct sched *s, enum sched_point_id point)
{
	struct sched_oracle *o = s->oracle;
	const struct task *t = s->current_task;
	uint16_t *passed = &o->passed[t->cpu][point];
	unsigned int can = candidates(s);

	*passed += *passed <= NTH_MAX;
	if (!(can & (can - 1)) || !worth_asking(o, t, point, *passed))
		return false;
	o->started = true;
	s->asked = (uint8_t)point;
	return true;
}

static void record(struct sched_oracle *o, const struct sched_question *q,
		   unsigned int cpu)
{
	o->nr_switches[q->cpu]++;
	o->taken[o->nr_taken++] = (struct sched_decision){
		.op = o->running[q->cpu],
		.point = q->point,
		.cpu = (uint8_t)cpu,
		.nth = o->passed[q->cpu][q->point],
	};
}

void sched_ask(struct sched *s)
{
	struct sched_oracle *o = s->oracle;
	struct sched_question q = {
		.point = s->asked,
		.cpu = s->current_task->cpu,
		.can = (uint8_t)candidates(s),
	};
	unsigned int cpu;

	s->asked = SP_NONE;
	q.free = sched_gives_way((enum sched_point_id)q.point);
	q.stay = q.free ? (uint8_t)sched_first(s) : q.cpu;
	/* Before anything ran, whoever begins interrupts nobody. */
	q.free |= q.point == SP_OP_BEGIN;
	/* To spin on changes nothing. */
	if (q.point == SP_RELAX && q.stay != q.cpu)
		q.can &= (uint8_t)~BIT(q.cpu);
	cpu = o->pick(o, s, &q);
	MUST(q.can & BIT(cpu));
	s->request = (int8_t)cpu;
	if (cpu != q.stay)
		record(o, &q, cpu);
}
