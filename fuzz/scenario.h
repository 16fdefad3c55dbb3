/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario in text as a list of lines that can be edited: for the minimiser.
 *
 * Knows the shape of a line (words, a parenthesis is one word) and nothing of what
 * the words mean: new operations, fields and kinds of choices need no change here.
 */
#ifndef FUZZ_SCENARIO_H
#define FUZZ_SCENARIO_H

#include <stdbool.h>

#include "memoffline.h"

/* Strings that live until pool_free(). */
struct pool {
	struct pool_chunk *chunks;
};

/* A copy of n bytes with a NUL behind; leaves the program when out of memory. */
char *pool_copy(struct pool *pool, const char *text, size_t n);
void pool_free(struct pool *pool);

struct scenario {
	const char *header;
	uint32_t nr;
	uint32_t max;
	const char **lines;	/* [max]: one operation each, no newline */
};

/* Canonical text, as mo_bytes_to_text() prints it.  s is empty or was read before. */
void scenario_read(struct scenario *s, struct pool *pool, const char *text);
/* Room for nr lines. */
void scenario_room(struct scenario *s, uint32_t nr);
/* to: the same lines as from, by reference. */
void scenario_copy(struct scenario *to, const struct scenario *from);
void scenario_free(struct scenario *s);
/* Operations [at, at + nr) go. */
void scenario_remove(struct scenario *s, uint32_t at, uint32_t nr);
/* Drops lines that use a name which no line above gives. */
void scenario_drop_orphans(struct scenario *s);
/* Bytes of text that scenario_print() writes, with the final NUL. */
size_t scenario_size(const struct scenario *s);
/* Header in line 1, operation i in line i + 2.  Returns the length. */
size_t scenario_print(const struct scenario *s, char *text);
/* Words behind the operation that begin with '@' or '('. */
uint32_t scenario_nr_choices(const struct scenario *s);

#define LINE_WORDS_MAX 64

struct word {
	uint16_t at;
	uint16_t len;
};

/* The first LINE_WORDS_MAX words of a line. */
unsigned int line_words(const char *line, struct word words[LINE_WORDS_MAX]);
/* The line with `cut` bytes from `at` replaced by text; an empty text takes the
 * blank before it along. */
const char *line_edit(struct pool *pool, const char *line, size_t at, size_t cut,
		      const char *text);

#endif
