/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * soak: runs workloads for as long as one likes.
 *
 * The work is cut into units: one episode of one workload under one policy, a program
 * of `episode` operations that depends on seed, workload, policy and the number of the
 * episode alone.  Unit u is episode u / nr_combos of combo u % nr_combos.  So a run of
 * any length needs no memory, any unit can be run again by itself, and a state of one
 * number is enough to go on after a kill.
 */
#ifndef STRESS_SOAK_H
#define STRESS_SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "memoffline.h"

#define SOAK_MAX_WORKERS 256
#define SOAK_MAX_LOADS 64
#define SOAK_MAX_COMBOS 512
/* Inputs kept of one invariant in one combo by one start; the rest is counted. */
#define SOAK_MAX_KEPT 3
#define SOAK_MAX_INVARIANTS 128
/* Claims of one workload. */
#define SOAK_MAX_REACHES 16
#define SOAK_IDLE UINT64_MAX

struct soak_load {
	const char *path;
	char *name;		/* of the file, without folder and ending */
	struct mo_workload *load;
	uint64_t hash;		/* of the text */
};

/* A workload under a policy. */
struct soak_combo {
	const struct soak_load *load;
	const char *policy;
	uint64_t salt;		/* of its seeds */
};

/* What came of one combo. */
struct soak_row {
	uint64_t ops;
	uint32_t found;
	uint64_t excused;
};

/* Between processes, or threads. */
struct soak_shared {
	_Atomic uint64_t next_unit;
	_Atomic uint64_t nr_noops;
	_Atomic uint32_t nr_found;	/* violations, repeated ones included */
	_Atomic bool stop;
	_Atomic int failed_errno;	/* a finding could not be written */
	/* No unit below is unfinished, as far as this worker goes. */
	_Atomic uint64_t at[SOAK_MAX_WORKERS];
	/* Of all starts. */
	_Atomic uint64_t ops_of[SOAK_MAX_COMBOS];
	_Atomic uint32_t found_of[SOAK_MAX_COMBOS];
	_Atomic uint64_t excused_of[SOAK_MAX_COMBOS];
	/* Of this one. */
	_Atomic uint32_t kept_of[SOAK_MAX_COMBOS][SOAK_MAX_INVARIANTS];
	_Atomic uint64_t reached_of[SOAK_MAX_COMBOS][SOAK_MAX_REACHES];
};

struct soak {
	/* options */
	struct mo_options options;
	uint64_t seed;
	uint64_t max_ops;	/* of each combo, 0: no limit */
	double max_seconds;	/* 0: no limit */
	uint32_t episode;	/* operations */
	uint32_t blocks;
	uint32_t nr_workers;
	bool threads;		/* in one process */
	bool json;
	bool reaches;		/* count what the workloads say that they reach */
	const char *folder;	/* of the state and what was found */
	const char *only_policy;
	int64_t only_unit;	/* -1: all */
	/* what there is to do */
	struct soak_load loads[SOAK_MAX_LOADS];
	unsigned int nr_loads;
	struct soak_combo combos[SOAK_MAX_COMBOS];
	unsigned int nr_combos;
	uint64_t nr_units;	/* 0: no limit */
	/* the run */
	struct soak_shared *shared;
	uint64_t build;		/* of this program */
	uint64_t first_unit;	/* of this start */
	struct soak_row before[SOAK_MAX_COMBOS]; /* earlier ones */
	double started;
};

/* soak.c */
uint64_t soak_hash(const void *data, size_t n);

/* loads.c */
/* The workload in a file, or all of a folder; leaves when there is none, or it is wrong.
 * Of the path of a folder slashes at the end are taken off. */
void soak_add(struct soak *s, struct mo *mo, char *path);

/* state.c */
/* False: there is none.  Leaves when it belongs to another run. */
bool soak_state_read(struct soak *s);
/* 0 or an errno.  The state is replaced as a whole. */
int soak_state_write(const struct soak *s);
/* Operations of a combo in this start. */
uint64_t soak_ops_now(const struct soak *s, unsigned int combo);
/* Below this unit all are done. */
uint64_t soak_done(const struct soak *s);

/* found.c */
/* Keeps the input of a unit that broke an invariant and its minimised scenario, and
 * says so in one line.  0 or an errno. */
int soak_found(const struct soak *s, struct mo *mo, uint64_t unit,
	       const struct mo_result *result, const uint8_t *data, size_t size);

/* work.c */
/* Bytes of a unit; 0 when it cannot be. */
size_t soak_unit(const struct soak *s, struct mo *mo, uint64_t unit,
		 uint8_t *data);
/* Starts the workers; returns when all units are done, on s->shared->stop, at the end
 * of the time.  tick is called several times a second. */
void soak_work(struct soak *s, void (*tick)(struct soak *s));

/* reach.c: what the workloads say that they reach */
void soak_count_reached(const struct soak *s, unsigned int combo,
			const struct mo_result *result,
			const struct mo_outcome *outcomes);
/* Prints each claim beside what came of it; how many were not reached. */
unsigned int soak_print_reached(const struct soak *s);

#endif
