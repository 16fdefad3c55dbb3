/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings on disk, for soak and exhaustive: whole, and never one over another. */
#ifndef STRESS_KEEP_H
#define STRESS_KEEP_H

#include <stddef.h>

/* Writes a file.  0, also where it has just that: a run that goes on behind a kill finds
 * again what it had found.  EEXIST: the file is there with something else.  Or an errno. */
int keep_file(const char *path, const void *data, size_t size);

/* Longest path, with its end. */
#define KEEP_PATH_MAX 4096
/* The same as STEM SUFFIX, or where that is something else as STEM-2 SUFFIX, STEM-3 SUFFIX
 * ...: path is what it became. */
int keep_numbered(const char *stem, const char *suffix, const void *data, size_t size,
		  char path[KEEP_PATH_MAX]);

#endif
