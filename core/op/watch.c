/* SPDX-License-Identifier: GPL-2.0-only */
/* Lets mo_options->watch look at the world, while it happens. */
#include "watch.h"

static void watch(struct sched *s, enum sched_point_id point)
{
	const struct exec *x = s->watcher;

	x->options->watch->step(x->options->watch->arg, x->w, point);
}

void watch_begin(struct exec *x)
{
	struct sched *s = &x->w->sched;

	if (!x->options->watch->step)
		return;
	s->watch = watch;
	s->watcher = x;
	sched_arm(s);
}

void watch_op_begins(struct exec *x, const struct op *op)
{
	const struct mo_watch *w = x->options->watch;

	w->op_begins(w->arg, x->w, op->code);
	/* With none armed they are evaluated, and nothing happens. */
	if (x->options->could_fail)
		x->w->fail.armed_mask = UINT64_MAX;
}

void watch_could_fail(struct exec *x)
{
	const struct mo_watch *w = x->options->watch;
	uint64_t points = 0;

	if (!x->options->could_fail)
		return;
	for (unsigned int i = 0; i < FAIL_POINT_MAX; i++)
		points |= x->w->fail.hits[i] ? 1ull << i : 0;
	x->options->could_fail(w->arg, x->w, points);
}

void watch_op_ended(struct exec *x, const struct op *op, int32_t ret)
{
	const struct mo_watch *w = x->options->watch;

	w->op_ended(w->arg, x->w, op->code, ret);
}
