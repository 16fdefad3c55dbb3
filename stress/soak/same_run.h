/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What run a state on disk is of.  It says so itself, in one line of NAME=VALUE with
 * everything that decides what the run finds, the program included; only the same run
 * may go on there.  For soak and exhaustive.
 */
#ifndef STRESS_SAME_RUN_H
#define STRESS_SAME_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SAME_RUN_MAX 1024

/* Of the file of this program: after a change the same options find something else. */
uint64_t program_hash(void);

/* A line of the file, with its end.  False: longer than any, no text, or none. */
bool same_run_read(FILE *f, char line[SAME_RUN_MAX]);
/* Leaves, with the first NAME=VALUE that is different, unless the lines are the same.
 * state: what a person removes to begin anew. */
void same_run_or_leave(const char *state, const char *was, const char *is);

#endif
