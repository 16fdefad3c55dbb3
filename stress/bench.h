/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measuring: CPU time, median of 7 sections of at least 10 ms, so that neither
 * other jobs nor the clock (a system call) show.  Every row stands beside a
 * floor, measured in the same run where that is possible.
 */
#ifndef STRESS_BENCH_H
#define STRESS_BENCH_H

#include <stdint.h>

struct bench_row {
	const char *what;
	double value;
	const char *unit; /* "ns", "MiB" ... of value and of floor */
	const char *beside; /* what the floor is */
	double floor; /* 0: none */
	const char *goal; /* for the reader, "" if none */
};

/* Repeats its work nr times. */
typedef void (*bench_fn)(void *arg, uint64_t nr);

#define BENCH_ITEMS_MAX 8

struct bench_item {
	bench_fn fn;
	void *arg;
	double ns; /* result: CPU time of one repetition */
};

/* Measures all in turn, round by round, so that what disturbs the machine
 * disturbs them alike and their ratios hold. */
void bench_together(struct bench_item *items, unsigned int nr_items);
void bench_row(const struct bench_row *row);

/* The compiler must take p's target for used and changed. */
static inline void bench_use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

/* unit/bench_mm.c: rows that look inside the model. */
void bench_mm(void);
/* unit/bench_sched.c: rows about schedules. */
void bench_sched(void);

#endif
