/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text form of a program (.ops), one line an operation:
 *
 *   # One sentence: what the scenario shows.
 *   memoffline 1 geometry=tiny policy=legacy [cpus=N] [drain=D] [oldbug=B] [era=E]
 *   cpu0 alloc_pages zone=movable order=1 -> p0
 *   cpu1 get_page p0
 *   cpu0 offline_pages block=1 @ISOLATED>cpu1 @SCAN#2>cpu0 (fail MIGRATE nth=1)
 *   expect cpu0.1 -EINTR
 *
 * A field that is not named is 0 (nr: 1).  Names are given at definition and are
 * any word; the printer calls them p0, i0, c0 in order.  @POINT#n>cpuN: at the
 * nth time that the operation passes POINT, CPU N runs on.  (fail POINT nth=N
 * errno=-EBUSY): nth=every fires each time.  '#' before a word begins a comment.
 */
#ifndef MO_OP_TEXT_H
#define MO_OP_TEXT_H

#include "expect.h"
#include "op.h"
#include "sbuf.h"

/* Tables of the parser, allocated once. */
struct text;

/* NULL: out of memory. */
struct text *text_create(void);
void text_destroy(struct text *t);

/*
 * Parses into p and, unless NULL, expects.  geometry: id that overrides the
 * header's, -1 for none.  False: error holds "name:line: what is wrong, what was
 * expected".  The expects point into buf.
 */
bool text_parse(struct text *t, struct program *p, struct expects *expects,
		const char *name, const char *buf, size_t size, int geometry,
		struct sbuf *error);

/* Canonical text: header and operations. */
void text_print(const struct program *p, struct sbuf *out);
/* The header, with newline. */
void text_print_header(const struct program *p, struct sbuf *out);
/* One operation, without newline. */
void text_print_op(const struct program *p, const struct op *op,
		   struct sbuf *out);
/* "0", "-EBUSY", "noop", "skipped", "7". */
void text_print_result(int32_t ret, struct sbuf *out);

#endif
