/* SPDX-License-Identifier: GPL-2.0-only */
#include <stddef.h>
#include <string.h>

#include "check/view.h"
#include "state.h"
#include "trace.h"

struct watched {
	struct trace *t;
	uint32_t show;
	char *text;
};

static void op_begins(void *arg, const struct world *w, uint8_t code)
{
	(void)arg;
	(void)w;
	(void)code;
}

static void step(void *arg, const struct world *w, unsigned int point)
{
	(void)arg;
	(void)w;
	(void)point;
}

static void op_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	const struct watched *seen = arg;
	struct trace *t = seen->t;

	if (t->nr == TRACE_OPS)
		return;
	t->nr_failures = view_nr_failures(w);
	if (seen->text && t->nr == seen->show)
		state_text(w, seen->text, TRACE_TEXT);
	t->steps[t->nr++] = (struct trace_step){ ret, code, state_hash(w) };
}

size_t trace_size(const struct trace *t)
{
	return offsetof(struct trace, steps) + t->nr * sizeof(t->steps[0]);
}

bool trace_run(struct mo *mo, const struct trace_subject *subject, uint8_t *data,
	       size_t size, struct trace *t, uint32_t show, char *text)
{
	struct watched seen = { .t = t, .show = show, .text = text };
	const struct mo_watch watch = {
		.op_begins = op_begins, .step = step, .op_ended = op_ended,
		.arg = &seen,
	};
	const struct mo_options options = {
		.level = 0, .sequential = true, .watch = &watch,
		.policy = "legacy", .drain = "disable",
		.oldbug = subject->oldbug, .era = subject->era,
	};
	struct mo_result result;
	int ret;

	memset(t, 0, offsetof(struct trace, steps));
	if (text)
		text[0] = '\0';
	data[5] = 1; /* CPUs */
	ret = mo_run_bytes(mo, data, size, &options, &result);
	if (ret == 1)
		strncat(t->violation, result.invariant, sizeof(t->violation) - 1);
	return ret != 2;
}
