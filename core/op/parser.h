/* SPDX-License-Identifier: GPL-2.0-only */
/* Words, numbers and messages: what text.c and expect.c share. */
#ifndef MO_OP_PARSER_H
#define MO_OP_PARSER_H

#include "op.h"
#include "sbuf.h"

/* Longest: an order constraint between two points with long names. */
#define WORD_MAX 96

struct text_names;

struct parser {
	const char *name;	/* of the file, for messages */
	const char *line;	/* the current line: [line, end) */
	const char *at;		/* not yet read */
	const char *end;
	uint32_t line_nr;
	/* The word read last; "" at the end of the line.  A word of WORD_MAX and
	 * more characters is cut, hence unknown to every table. */
	char word[WORD_MAX];
	struct program *program;
	const struct mo_geometry *geo;
	struct liveness live;
	struct text_names *names;
	struct sbuf *error;
};

/* Sets the line that begins at `at`; returns the position behind it. */
const char *parser_line(struct parser *ps, const char *at, const char *end);
bool parser_line_is_binary(const struct parser *ps);
/* Writes "name:line: ..." and returns false. */
bool parse_error(struct parser *ps, const char *fmt, ...) __printf(2, 3);
/* Reads the next word; false (and word "") at the end of the line. */
bool next_word(struct parser *ps);
/* Next must come a word; what says which, for the message. */
bool need_word(struct parser *ps, const char *what);
bool end_of_line(struct parser *ps);
/* The word is prefix followed by something: returns what follows, else NULL. */
const char *word_after(const struct parser *ps, const char *prefix);
/* A number min..max in text, which is part of the current word. */
bool parse_number(struct parser *ps, const char *text, long min, long max,
		  long *value);
/* "-EBUSY", "-16"; errno as a positive number. */
bool parse_errno(struct parser *ps, const char *text, long max, long *err);
/* The word is "cpuN", N a CPU of this program. */
bool parse_cpu(struct parser *ps, const char *text, long *cpu);

/* text.c: the value of a field, as held, or -1 with an error; text is part of the
 * current word. */
int parse_field_value(struct parser *ps, const struct op_field *f,
		      const char *text);

/* header_parse.c: the version and what follows it, whatever the first word was. */
bool parse_header_keys(struct parser *ps, int override);
/* header_parse.c: the line whose first word was just read.  override: geometry
 * that counts instead of the one named there, -1 for none. */
bool parse_header(struct parser *ps, int override);

/* A name given by `-> name` anywhere above. */
struct text_name {
	const char *text;
	uint16_t ordinal;
	uint8_t len;
	uint8_t kind;	/* enum op_object */
};

/* NULL: no such name. */
const struct text_name *name_lookup(const struct parser *ps, const char *word);

#endif
