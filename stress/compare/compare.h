/* SPDX-License-Identifier: GPL-2.0-only */
/* The comparison of designs: claims, cells, and what was found in each. */
#ifndef STRESS_COMPARE_H
#define STRESS_COMPARE_H

#include "memoffline.h"

enum claim {
#define CLAIM(id, sentence, where, breaks, tests, world, ops) CLAIM_##id,
#include "claims.def"
#undef CLAIM
	NR_CLAIMS
};

extern const struct claim_text {
	const char *id;
	const char *sentence;
	const char *where;
	const char *breaks;
	const char *tests; /* what a run must do to count */
	const char *world; /* geometry */
	const char *ops; /* names, separated by spaces */
} claim_texts[NR_CLAIMS];

/* --- unit/compare_claims.c: the predicates, judged while an input runs --- */

/* Worlds with more pages are not observed. */
#define OBSERVED_PAGES_MAX 4096

struct observer;

/* NULL: out of memory. */
struct observer *observer_create(void);
void observer_destroy(struct observer *o);
/* A new run: for mo_options.watch, until the next call. */
const struct mo_watch *observer_begin(struct observer *o);
/* After the run: BIT(enum claim) of the claims that it broke. */
uint32_t observer_broken(const struct observer *o, const struct mo_result *result);
/* BIT(enum claim) of those that it put to the test. */
uint32_t observer_tested(const struct observer *o);
/* Times that another CPU went on, in the run. */
uint32_t observer_nr_suspends(const struct observer *o);

/* --- the search --- */

#define POLICIES_MAX 8
#define DRAINS_MAX 4

struct finding {
	bool broken;
	unsigned int nr_found;	/* programs that broke it, FINDINGS_MAX at most */
	uint64_t run;		/* the first of them, from 1 */
	unsigned int nr_ops;	/* of the scenario */
	char *scenario;		/* smallest that was found, text */
};

/* One design with one drain strategy. */
struct cell {
	const char *policy;
	const char *drain;
	uint64_t seed;		/* of its first program */
	uint64_t nr_runs;
	uint64_t nr_ops;
	uint64_t nr_schedules;
	uint64_t nr_suspends;	/* times that another CPU went on */
	uint64_t nr_tests[NR_CLAIMS]; /* schedules that put it to the test */
	struct finding findings[NR_CLAIMS];
};

struct comparison {
	uint64_t seed;
	uint64_t max_runs;	/* of a cell; 0: no limit */
	double max_seconds;	/* of a cell; 0: no limit */
	double seconds;		/* that it took, all in all */
	unsigned int nr_policies;
	unsigned int nr_drains;
	const char *policies[POLICIES_MAX];
	const char *drains[DRAINS_MAX];
	struct cell cells[POLICIES_MAX][DRAINS_MAX];
};

/* The drain strategies under which the claim is broken; 0: it holds. */
unsigned int comparison_nr_broken(const struct comparison *c, unsigned int policy,
				  enum claim claim);
/* Schedules that put it to the test, under all drain strategies. */
uint64_t comparison_nr_tests(const struct comparison *c, unsigned int policy,
			     enum claim claim);
/* The shortest scenario that breaks it under the policy; NULL: it holds. */
const struct finding *comparison_shortest(const struct comparison *c,
					  unsigned int policy, enum claim claim,
					  const char **drain);

/* --- print.c --- */

void print_text(const struct comparison *c);
void print_markdown(const struct comparison *c);
void print_json(const struct comparison *c);

#endif
