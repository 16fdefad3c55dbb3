/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings on disk, for soak and exhaustive: whole, and never one over another. */
#ifndef STRESS_KEEP_H
#define STRESS_KEEP_H

#include <stddef.h>

/* Writes a file.  0, also where it has just that: a run that goes on behind a kill finds
 * again what it had found.  EEXIST: the file is there with something else.  Or an errno. */
int keep_file(const char *path, const void *data, size_t size);

#endif
