/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs under an oracle: who decides instead of the choices in the program, and
 * the program with the choices that were made.
 */
#ifndef MO_OP_EXPLORE_H
#define MO_OP_EXPLORE_H

#include "../sched/oracle.h"
#include "exec.h"
#include "sbuf.h"

enum oracle_kind { ORACLE_TAPE, ORACLE_RANDOM, ORACLE_PCT, ORACLE_DFS };

/* What `--oracle` says. */
struct oracle_spec {
	enum oracle_kind kind;
	uint64_t seed;
	unsigned int depth;	/* of pct */
	unsigned int bound;	/* of dfs, preemptions */
};

struct explore {
	union {
		struct sched_oracle base;
		struct oracle_random random;
		struct oracle_pct pct;
	} oracle;
	struct oracle_dfs dfs;	/* its tables are made for the first search */
	struct choice scratch[MO_MAX_CHOICES];
};

/* NULL: out of memory. */
struct explore *explore_create(void);
void explore_destroy(struct explore *e);
/* "tape", "random:SEED", "pct:SEED,DEPTH", "dfs:BOUND".  False with an error. */
bool oracle_parse(struct oracle_spec *spec, const char *text,
		  struct sbuf *error);
/* The tables of dfs.  False: out of memory. */
bool explore_create_dfs(struct explore *e);
/* The oracle for one run, or for all runs of a search; NULL: the tape. */
struct sched_oracle *explore_begin(struct explore *e,
				   const struct oracle_spec *spec,
				   struct exec *x);
/* The schedule that the oracle made becomes that of the program. */
void explore_record(struct explore *e, const struct sched_oracle *o,
		    struct program *p);

#endif
