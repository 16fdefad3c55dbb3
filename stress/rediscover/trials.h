/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trials that were made: one line each in a file, appended when it ends, so that a
 * campaign that was interrupted goes on where it stopped.
 */
#ifndef REDISCOVER_TRIALS_H
#define REDISCOVER_TRIALS_H

#include <stdio.h>
#include <sys/types.h>

#include "stats.h"
#include "trial.h"

/* Beside the bugs: nothing is on, every find is a false alarm. */
#define BUG_NONE "none"

enum engine { ENGINE_SWARM, ENGINE_PCT, ENGINE_LIBFUZZER, ENGINE_AFL, ENGINE_NR };

struct engine_desc {
	const char *name;
	const char *text;
	bool outside; /* it works in a process beside the one that runs inputs, and goes on
		       * when that has ended */
};

extern const struct engine_desc engines[ENGINE_NR];

struct outcome {
	char bug[64];
	enum engine engine;
	unsigned int trial; /* from 0 */
	double budget; /* seconds */
	bool found;
	char invariant[64]; /* "-": none */
	uint64_t execs; /* until it was found, or all */
	double seconds; /* the same; not found: the budget */
	/* Executions until the first that ...; 0: none did */
	uint64_t reached, triggered;
	uint64_t alarms; /* inputs that broke something without the bug too */
};

struct outcomes {
	size_t nr, room;
	struct outcome *list;
};

/* A file that is not there holds no trials; a line that is none ends the program. */
void outcomes_read(struct outcomes *all, const char *path);
/* A trial that was made before, with a smaller budget, is replaced. */
void outcomes_add(struct outcomes *all, const struct outcome *o);
void outcome_write(FILE *out, const struct outcome *o);
const struct outcome *outcomes_find(const struct outcomes *all, const char *bug,
				    enum engine engine, unsigned int trial);
bool outcomes_have(const struct outcomes *all, enum engine engine);
/* The largest of the engine's trials. */
double outcomes_budget(const struct outcomes *all, enum engine engine);
/* Does the trial count?  Not if nothing was found within less than this budget. */
bool outcome_is_final(const struct outcome *o, double budget);
/* More than half of nr_trials are made and found, or made and not found: whatever the
 * others do, the median is known. */
bool outcomes_decided(const struct outcomes *all, const char *bug,
		      enum engine engine, unsigned int nr_trials, double budget);
/* What the engine took on the bug; of trials that were made twice the last. */
void outcomes_sample(const struct outcomes *all, const char *bug,
		     enum engine engine, struct sample *seconds,
		     struct sample *execs);

/* --- report.c, plot.c --- */

void report_markdown(FILE *out, const struct outcomes *all);
void report_json(FILE *out, const struct outcomes *all);
void plot_survival(FILE *out, const struct outcomes *all);

/* --- run.c --- */

struct campaign {
	const char *target; /* fuzz_oldbug for libFuzzer */
	const char *afl_target; /* the same for AFL++, NULL: not built */
	const char *afl_mutator;
	const char *output; /* absolute: folders of trials, what breaks with no bug on */
	double budget;
	uint64_t seed; /* of trial 0 */
};

struct running {
	char bug[64];
	enum engine engine;
	unsigned int trial;
	/* of trial_start() */
	pid_t pid;
	struct trial_state *state; /* shared with the process */
	double outside_cpu; /* of an engine outside, so far */
	char folder[4096]; /* its working folder */
};

/* bug, engine and trial say which.  False: errno says why not. */
bool trial_start(const struct campaign *c, struct running *r);
/* CPU seconds of an engine that is outside, up to now. */
void trial_watch(struct running *r);
/* The process has ended: what came of it.  State and folder go. */
void trial_end(const struct campaign *c, struct running *r, struct outcome *o);

#endif
