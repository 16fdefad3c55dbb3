/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timeline: a run, step by step, as one HTML page that needs nothing else.
 *
 * A step is the begin or end of an operation, a preemption point at which something
 * changed or another CPU went on, and the violation.  Each holds what differs from
 * the step before: pages (one letter a cell, as in map.h), pageblocks, memory
 * blocks, CPUs with their locks, counters.
 */
#ifndef FUZZ_TIMELINE_H
#define FUZZ_TIMELINE_H

#include "replay.h"

/* Runs the input twice more and writes the page; leaves the program when it cannot
 * be written. */
void timeline_write(struct replay *r, const struct input *in,
		    const struct mo_options *options, const struct verdict *v,
		    const char *path);

/* timeline_page.c: the page with a line of its own where the data belongs. */
extern const char timeline_page[];

#endif
