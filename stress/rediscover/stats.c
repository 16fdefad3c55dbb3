/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t sorted(const struct sample *s, double *value)
{
	memcpy(value, s->value, s->nr * sizeof(*value));
	qsort(value, s->nr, sizeof(*value), by_value);
	return s->nr;
}

void stats_restrict(struct sample *s, double budget)
{
	for (size_t i = 0; i < s->nr; i++)
		if (s->value[i] > budget)
			s->value[i] = budget;
	s->budget = budget;
}

double stats_min(const struct sample *s)
{
	double value[STATS_MAX];

	return sorted(s, value) ? value[0] : 0;
}

double stats_max(const struct sample *s)
{
	double value[STATS_MAX];
	size_t nr = sorted(s, value);

	return nr ? value[nr - 1] : 0;
}

double stats_median(const struct sample *s)
{
	double value[STATS_MAX];
	size_t nr = sorted(s, value);

	return nr ? (value[(nr - 1) / 2] + value[nr / 2]) / 2 : 0;
}

double stats_rmst(const struct sample *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->nr; i++)
		sum += s->value[i];
	return s->nr ? sum / (double)s->nr : 0;
}

/* Pairs in which a is larger, ties counted half: U of a. */
static double wins(const struct sample *a, const struct sample *b)
{
	double u = 0;

	for (size_t i = 0; i < a->nr; i++)
		for (size_t j = 0; j < b->nr; j++)
			u += (a->value[i] > b->value[j]) +
			     0.5 * (a->value[i] == b->value[j]);
	return u;
}

double stats_a12(const struct sample *a, const struct sample *b)
{
	return a->nr && b->nr ? wins(a, b) / (double)(a->nr * b->nr) : 0.5;
}

/* All values in order, with the mean rank of equal ones. */
static size_t ranks(const struct sample *a, const struct sample *b,
		    double *value, double *rank)
{
	size_t nr = a->nr + b->nr;

	memcpy(value, a->value, a->nr * sizeof(*value));
	memcpy(value + a->nr, b->value, b->nr * sizeof(*value));
	qsort(value, nr, sizeof(*value), by_value);
	for (size_t i = 0, end; i < nr; i = end) {
		for (end = i + 1; end < nr && value[end] == value[i]; end++)
			;
		for (size_t j = i; j < end; j++)
			rank[j] = (double)(i + 1 + end) / 2;
	}
	return nr;
}

/*
 * How many ways to give nr_a of the ranks to a there are, and in how many the sum
 * is as far from its mean as in ours.  Rank sums are multiples of a half.
 */
static double exact(const double *rank, size_t nr, size_t nr_a, double distance)
{
	double all = 0, far = 0, mean = (double)nr_a * (double)(nr + 1) / 2;

	for (unsigned long set = 0; set < 1ul << nr; set++) {
		double sum = 0;

		if ((size_t)__builtin_popcountl(set) != nr_a)
			continue;
		for (size_t i = 0; i < nr; i++)
			sum += set >> i & 1 ? rank[i] : 0;
		all++;
		far += fabs(sum - mean) >= distance - 1e-9;
	}
	return far / all;
}

static double normal(const double *value, size_t nr, double nr_a, double nr_b,
		     double distance)
{
	double n = (double)nr, ties = 0, variance;

	for (size_t i = 0, end; i < nr; i = end) {
		double t;

		for (end = i + 1; end < nr && value[end] == value[i]; end++)
			;
		t = (double)(end - i);
		ties += t * t * t - t;
	}
	variance = nr_a * nr_b / 12 * (n + 1 - ties / (n * (n - 1)));
	if (variance <= 0)
		return 1;
	distance = distance > 0.5 ? distance - 0.5 : 0;
	return erfc(distance / sqrt(2 * variance));
}

double stats_mann_whitney(const struct sample *a, const struct sample *b)
{
	double value[2 * STATS_MAX], rank[2 * STATS_MAX];
	double distance, nr_a = (double)a->nr, nr_b = (double)b->nr;
	size_t nr;

	if (!a->nr || !b->nr)
		return 1;
	nr = ranks(a, b, value, rank);
	distance = fabs(wins(a, b) - nr_a * nr_b / 2);
	return nr <= STATS_EXACT_MAX ? exact(rank, nr, a->nr, distance) :
				       normal(value, nr, nr_a, nr_b, distance);
}
