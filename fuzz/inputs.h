/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files and folders given on a command line, as inputs.
 */
#ifndef FUZZ_INPUTS_H
#define FUZZ_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No input is larger: 65,536 operations in generous text. */
#define INPUT_SIZE_MAX ((size_t)64 << 20)

struct input {
	const char *path;
	const char *name; /* path below the argument that led to it */
	const uint8_t
		*data; /* ends where the file ends: overreads are caught */
	size_t size;
};

/*
 * Calls fn for each file of paths and each file below the folders of paths, in
 * order of names, without hidden ones and *.md.  paths ends with NULL.  Returns
 * how many could not be read; each was reported on stderr.
 */
unsigned int inputs_walk(char *const *paths,
			 void (*fn)(void *arg, const struct input *input),
			 void *arg);

/* The same for the files below folders whose name ends so; others are not opened, and may
 * be anything.  A file that is named in paths may have any name. */
unsigned int inputs_walk_suffix(char *const *paths, const char *suffix,
				void (*fn)(void *arg, const struct input *input),
				void *arg);

/* A scenario in text (.ops) rather than bytes, by what it begins with. */
bool input_is_text(const struct input *input);

/* What is wrong with a file that can be neither a scenario nor an input of a
 * fuzzer, and what was expected; NULL: nothing. */
const char *input_foreign(const struct input *input);

#endif
