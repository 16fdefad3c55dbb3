/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the program exhaustive. */
#ifndef STRESS_EXHAUSTIVE_H
#define STRESS_EXHAUSTIVE_H

#include <stdio.h>

#include "../soak/keep.h"
#include "cli.h"

#define LENGTH_MAX 8
#define LEVEL_MAX 3
#define LETTERS_MAX 64
#define FOUND_MAX 32

/* What is enumerated; two runs with the same plan do the same work. */
struct plan {
	const char *geometry;
	const char *policy;	/* NULL: legacy */
	const char *drain;	/* NULL: disable */
	const char *oldbug;	/* NULL: none */
	unsigned int level;	/* of the checks */
	unsigned int length;	/* operations at most */
	unsigned int nr_cpus;
	unsigned int bound;	/* preemptions */
	uint64_t max_schedules;	/* of one sequence */
	unsigned int nr_letters; /* operations with their operands */
	unsigned int shard;
	unsigned int nr_shards;
	uint64_t build;		/* of this program */
};

/* One invariant that broke, and the first sequence that broke it. */
struct finding {
	char invariant[40];
	uint64_t sequence;
	uint64_t nr_schedules;	/* that broke it */
};

/* How far it got.  Sequences of this shard only. */
struct progress {
	uint64_t next;		/* sequence, of all shards */
	uint64_t nr_run;
	uint64_t nr_same;	/* left out: another one does the same */
	uint64_t nr_schedules;
	uint64_t nr_cut;
	uint64_t nr_states;
	uint64_t nr_incomplete;	/* sequences with more than max_schedules */
	unsigned int nr_found;
	struct finding found[FOUND_MAX];
};

/* --- sequence.c --- */

/* Number of letters: 1 .. LETTERS_MAX. */
unsigned int letters_init(void);
/* Sequences of 1 to length operations. */
uint64_t nr_sequences(const struct plan *p);
/* The bytes of the letters, one after the other: no sequence of these. */
size_t letters_bytes(uint8_t *data);
#define LETTERS_BYTES_MAX (MO_HEADER_SIZE + LETTERS_MAX * MO_RECORD_SIZE)
/* The bytes of a sequence; 0: another one does the same, it is left out. */
size_t sequence_bytes(const struct plan *p, uint64_t number, uint8_t *data);
#define SEQUENCE_BYTES_MAX (MO_HEADER_SIZE + LENGTH_MAX * MO_RECORD_SIZE)

/* --- keep.c --- */

/* Writes what broke last to a new file of the folder; path: its name. */
void keep_scenario(struct mo *mo, const struct plan *p, const struct finding *f,
		   const char *folder, char path[KEEP_PATH_MAX]);

/* --- state.c --- */

/* False: there is no such file.  Bad ones, and those of another plan or another
 * build of the program, end the program. */
bool state_load(const char *path, const struct plan *p, struct progress *pr);
/* Replaces the file as a whole. */
void state_save(const char *path, const struct plan *p,
		const struct progress *pr);
void print_plan(const struct plan *p, FILE *out);

#endif
