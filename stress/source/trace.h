/* SPDX-License-Identifier: GPL-2.0-only */
/* One input on one subject, and what is compared of it. */
#ifndef LANE_TRACE_H
#define LANE_TRACE_H

#include "memoffline.h"

#define TRACE_OPS 4096
#define TRACE_TEXT 262144

struct trace_step {
	int32_t ret;	/* of the operation: >= 0, negative errno, MO_RET_* */
	uint32_t code;
	uint64_t state;	/* state_hash() behind it */
};

struct trace {
	uint32_t nr;		/* operations that ended */
	uint32_t nr_failures;	/* fail points that struck until then */
	char violation[60];	/* what ended the run in the next one; "": nothing */
	struct trace_step steps[TRACE_OPS];
};

/* Of mo_options. */
struct trace_subject {
	const char *era, *oldbug;
};

/* Bytes of a trace that are in use. */
size_t trace_size(const struct trace *t);
/*
 * Runs data, of which one byte is written.  text: of the state behind operation show,
 * "" when it is not reached; may be NULL.  False: it cannot be run, mo_error() tells.
 */
bool trace_run(struct mo *mo, const struct trace_subject *subject, uint8_t *data,
	       size_t size, struct trace *t, uint32_t show, char *text);

#endif
