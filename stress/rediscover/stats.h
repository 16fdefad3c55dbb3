/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics of trials.  A trial that found nothing counts as its budget: times are
 * censored on the right, all at the same place.
 */
#ifndef REDISCOVER_STATS_H
#define REDISCOVER_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Trials of one engine on one bug, at most. */
#define STATS_MAX 64

struct sample {
	size_t nr;
	double value[STATS_MAX]; /* seconds; not found: the budget */
	size_t nr_found;
	double budget; /* the largest of a trial, seconds */
};

/* With a smaller budget: what took longer was not found. */
void stats_restrict(struct sample *s, double budget);

/* All of an empty sample are 0. */
double stats_min(const struct sample *s);
double stats_max(const struct sample *s);
double stats_median(const struct sample *s);
/* Restricted mean survival time: the mean of what a trial took, at most the
 * budget. */
double stats_rmst(const struct sample *s);

/*
 * Vargha-Delaney A12: the probability that a trial of a takes longer than one of b,
 * ties counted half.  0.5: no difference.
 */
double stats_a12(const struct sample *a, const struct sample *b);
/*
 * Mann-Whitney U, two-sided p: exact over all ways to divide the ranks, ties
 * included, while there are at most STATS_EXACT_MAX values; else by the normal
 * approximation with the corrections for ties and continuity.
 */
#define STATS_EXACT_MAX 20
double stats_mann_whitney(const struct sample *a, const struct sample *b);

#endif
