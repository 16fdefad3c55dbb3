/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the program replay. */
#ifndef FUZZ_REPLAY_H
#define FUZZ_REPLAY_H

#include "cli.h"
#include "inputs.h"

struct replay {
	struct mo *mo;
	struct mo_options options;
	bool verbose;
	bool hash;
	bool json;
	bool to_text;
	bool to_c;
	bool single;		/* one file: its verdict is told whatever it is */
	const char *to_bytes;
	const char *record;	/* NULL: judge */
	unsigned int times;	/* that each input runs */
	bool map;		/* show the machine, at the end or ... */
	long long until;	/* ... after this operation; -1: at the end; or ... */
	const char *until_point; /* ... when it passes this point, NULL: after it ... */
	unsigned int until_nth;	/* ... for the nth time */
	const char *html;	/* NULL: none */
	FILE *junit;		/* NULL: none */
	char *junit_text;	/* the cases, behind the totals in the file */
	size_t junit_size;
	FILE *junit_cases;
	unsigned int nr_inputs;
	unsigned int nr_violations;
	unsigned int nr_known;
	unsigned int nr_failed; /* expects, or two runs that differ */
	unsigned int nr_broken;
	double start;
	double next_status; /* when the status line changes again */
	bool status_shown;
};

/* What became of one input. */
enum outcome {
	PASSES,			/* clean, or broken as it says */
	KNOWN,			/* of its design: bytes, which targets are silent about */
	VIOLATION,
	NO_EXPECT,		/* an expectation does not hold */
	NONDETERMINISTIC,
	BROKEN,
};

struct verdict {
	enum outcome outcome;
	const char *error;	/* of the parser, an expectation, a foreign file */
	const char *way;	/* of ways.h in which it fails, NULL: as it says */
	const char *report;	/* of a violation */
	struct mo_result result;
};

/* As options say; 0 clean, 1 not, 2 broken. */
int run_once(struct replay *r, const struct input *in,
	     const struct mo_options *options, struct mo_result *result);

/* --- replay_show.c: what happens, for a person in a terminal --- */

void show_run(struct replay *r, const struct input *in,
	      const struct mo_options *options, const struct verdict *v);
/* Looking at a run must not change it; leaves the program when it did. */
void check_unchanged(const struct mo_result *seen, const struct mo_result *before);

/* --- replay_print.c --- */

/* Everything about one input: for a person, or as JSON, hash, JUnit. */
void print_verdict(struct replay *r, const struct input *in,
		   const struct verdict *v);
void print_begin(struct replay *r);
void print_end(struct replay *r, unsigned int nr_unreadable);
void status_update(struct replay *r);
void junit_open(struct replay *r, const char *path);

/* --- replay_forms.c: the input in another form --- */

/* Canonical text, for free(); NULL: broken, and said so. */
char *input_text(struct replay *r, const struct input *in);
void print_as_text(struct replay *r, const struct input *in);
/* area/what.ops becomes DIR/area-what. */
void write_as_bytes(struct replay *r, const struct input *in);
/* What the oracle makes of it: area/what.ops becomes DIR/area-what.ops. */
void write_record(struct replay *r, const struct input *in);

/* --- replay_c.c --- */

void print_as_c(struct replay *r, const struct input *in);

#endif
