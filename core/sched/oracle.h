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
 *   dfs     every schedule with at most so many preemptions, run by run
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

/* --- dfs --- */

#define DFS_MAX_BOUND 15
#define DFS_MAX_DEPTH 65536	/* questions in a run */
#define DFS_MAX_STATES (1u << 20) /* remembered; the table takes 16 MiB */

struct dfs_node {
	uint8_t can;	/* CPUs that the question named */
	uint8_t left;	/* of these, still to be tried */
	uint8_t taken;	/* the answer in this run */
};

struct dfs_seen {
	uint64_t key;
	uint32_t generation;	/* an entry of this search if equal */
	uint8_t used;		/* preemptions spent to get there, the fewest */
};

struct oracle_dfs {
	struct sched_oracle base;
	/* Hash of the whole state, 0: it cannot be told.  NULL: never cut. */
	uint64_t (*state_hash)(void *arg);
	void *arg;
	uint8_t bound;		/* preemptions in a schedule */
	uint8_t used;		/* so far in this run */
	uint32_t depth;		/* nodes of the path */
	uint32_t at;		/* questions answered in this run */
	uint32_t generation;
	struct dfs_node *nodes;
	struct dfs_seen *seen;
	uint64_t nr_schedules;	/* runs, those that were cut included */
	uint64_t nr_states;	/* at questions; remembered ones */
	uint64_t nr_cut;
	bool clipped;		/* some choices could not be made: not all schedules */
	bool table_full;	/* some states were not remembered: some work twice */
};

/* Tables; false: out of memory. */
bool oracle_dfs_create(struct oracle_dfs *o);
void oracle_dfs_destroy(struct oracle_dfs *o);
/* A new search.  bound: 0..DFS_MAX_BOUND. */
void oracle_dfs_init(struct oracle_dfs *o, unsigned int bound);
/* After each run: true when there is another schedule to be run. */
bool oracle_dfs_next(struct oracle_dfs *o);

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
