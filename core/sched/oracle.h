/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L1: who decides at a preemption point, when it is not the program.
 *
 *   tape    what the input says: the choices behind its operations.  The default;
 *           bytes and .ops say the same, so it is the replay of a record too.
 *           No struct sched_oracle: s->oracle is NULL.
 *   random  any CPU, now and then
 *   pct     priorities with d change points: finds each race of depth d with a
 *           probability that does not depend on the number of points much
 *           (Burckhardt and others, ASPLOS 2010)
 *   dfs     every schedule with at most so many preemptions (oracle_dfs.c)
 *
 * An oracle is asked in the scheduler, with all tasks parked, and only where more
 * than one CPU could go on: no choice, no step.  What it says other than the
 * default is recorded as the `@POINT#n>cpuN` that makes the tape do the same.
 */
#ifndef MO_SCHED_ORACLE_H
#define MO_SCHED_ORACLE_H

#include "sched.h"

/* A choice that an oracle made: the nth time that the operation passed point. */
struct sched_decision {
	uint32_t op;	/* index in the program */
	uint8_t point;	/* enum sched_point_id */
	uint8_t cpu;
	uint16_t nth;	/* 1..256 */
};

#define SCHED_MAX_DECISIONS 4096	/* a run; later ones follow the default */

/* The question. */
struct sched_question {
	uint8_t point;
	uint8_t cpu;	/* who is asked, or went last */
	uint8_t can;	/* bit per CPU that could go on; at least two */
	uint8_t stay;	/* the CPU that goes on by default */
	bool free;	/* to choose another one is no preemption */
};

struct sched_oracle {
	/* A CPU of q->can. */
	unsigned int (*pick)(struct sched_oracle *o, struct sched *s,
			     const struct sched_question *q);
	bool cut;		/* set by pick(): the run may end here */
	bool clipped;		/* a choice could not be made: no room to record it */
	bool started;		/* asked once in this run */
	uint32_t running[MO_MAX_CPUS];	/* operation, index in the program */
	uint8_t nr_switches[MO_MAX_CPUS]; /* recorded of it */
	uint16_t passed[MO_MAX_CPUS][SP_MAX]; /* points passed by it */
	uint32_t nr_taken;
	struct sched_decision taken[SCHED_MAX_DECISIONS];
};

/* A run begins. */
void sched_oracle_begin(struct sched_oracle *o);
/* The CPU begins operation op of the program. */
void sched_oracle_begin_op(struct sched_oracle *o, unsigned int cpu,
			   uint32_t op);

/* --- random --- */

struct oracle_random {
	struct sched_oracle base;
	uint64_t state;
};

void oracle_random_init(struct oracle_random *o, uint64_t seed);

/* --- pct --- */

#define PCT_MAX_DEPTH 16

struct oracle_pct {
	struct sched_oracle base;
	uint64_t state;
	int priority[MO_MAX_CPUS];	/* the highest runs */
	int lowest;			/* below all that were given so far */
	uint32_t questions;		/* asked so far */
	unsigned int nr_changes;	/* d - 1 */
	uint32_t change_at[PCT_MAX_DEPTH]; /* question at which the runner sinks */
};

/* depth: 1..PCT_MAX_DEPTH */
void oracle_pct_init(struct oracle_pct *o, uint64_t seed, unsigned int depth);

/* splitmix64, the same numbers on any machine. */
static inline uint64_t oracle_draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0. */
static inline uint32_t oracle_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(((oracle_draw(state) >> 32) * n) >> 32);
}

#endif
