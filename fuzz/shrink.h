/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The minimiser: from an input that breaks an invariant to the smallest scenario
 * we can find that breaks the same one.
 *
 * Works on operations and on what stands behind them (fields, fail points,
 * choices of the schedule), never on bytes.  Each edit is run; what still breaks
 * the invariant stays.  Ends when no edit helps any more.  Same input, same
 * result: nothing here looks at a clock.
 */
#ifndef FUZZ_SHRINK_H
#define FUZZ_SHRINK_H

#include "inputs.h"
#include "scenario.h"

struct shrink {
	/* Set by the caller. */
	struct mo *mo;
	struct mo_options options;	/* overrides are written into the result */
	/* What a scenario breaks, as mo_run_text() tells it: result->invariant may be
	 * any name.  NULL: mo_run_text() itself. */
	int (*judge)(struct shrink *s, const char *text, size_t size,
		     struct mo_result *result);
	void (*progress)(const struct shrink *s, void *arg); /* NULL: silent */
	uint64_t max_runs;	/* ends where it stands after so many; 0: no limit */
	void *arg;			/* of the caller */
	/* Where it stands; for progress. */
	const char *pass;
	uint32_t at;		/* of `of`, within the pass */
	uint32_t of;
	/* Results. */
	struct scenario best;
	const char *invariant;	/* NULL: the input breaks nothing */
	const char *sentence;	/* of the invariant */
	const char *source;
	uint32_t nr_ops_before;
	uint32_t nr_choices_before;
	uint64_t nr_runs;
	/* Inside. */
	bool from_front;
	struct pool pool;
	struct scenario tried;
	char *text;		/* [text_size] */
	size_t text_size;
	uint8_t *bytes;		/* [MO_INPUT_MAX] */
};

/*
 * 0: s->best is the minimum; 1: the input breaks nothing, neither as it says nor
 * as the targets run it; 2: it is a broken scenario, mo_error() tells.
 * shrink_free() in any case.
 */
int shrink_input(struct shrink *s, const struct input *in);
void shrink_free(struct shrink *s);

/* The result as text: what it breaks, where it comes from (may be NULL), header,
 * operations and, of an invariant, `expect violation`.  Valid until the next call or shrink_free(). */
const char *shrink_text(struct shrink *s, const char *from);

#endif
