/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells mo_options->step what happens, while it happens. */
#include "look.h"
#include "sbuf.h"
#include "text.h"

#define STEP_TEXT_MAX 1024

static void tell(struct exec *x, const struct mo_step *step)
{
	x->options->step(x->options->step_arg, step);
}

static uint32_t current_op(const struct exec *x)
{
	const struct sched *s = &x->w->sched;

	return s->concurrent && x->op < x->program->nr_ops ?
		       x->running[s->current_task->cpu] : x->op;
}

/* An operation passes a preemption point. */
static void watch(struct sched *s, enum sched_point_id point)
{
	struct exec *x = s->watcher;

	tell(x, &(struct mo_step){
		.kind = MO_STEP_POINT,
		.op = current_op(x),
		.cpu = s->current_task->cpu,
		.point = sched_point_name(point),
		.text = sched_point_place(point),
	});
}

void step_begin(struct exec *x)
{
	struct sched *s = &x->w->sched;

	s->watch = watch;
	s->watcher = x;
	sched_arm(s);
}

void step_op(struct exec *x, enum mo_step_kind kind, const struct op *op,
	     int32_t ret)
{
	char line[STEP_TEXT_MAX];
	struct sbuf out = SBUF(line);

	text_print_op(x->program, op, &out);
	if (kind == MO_STEP_END) {
		sbuf_puts(&out, " = ");
		text_print_result(ret, &out);
	}
	tell(x, &(struct mo_step){
		.kind = kind,
		.op = (uint32_t)(op - x->program->ops),
		.cpu = op->cpu,
		.text = line,
	});
}

void step_end(struct exec *x, enum mo_step_kind kind)
{
	x->w->sched.watch = NULL;
	tell(x, &(struct mo_step){
		.kind = kind,
		.op = kind == MO_STEP_VIOLATION ? current_op(x) :
						  x->program->nr_ops,
		.cpu = x->w->sched.current_task->cpu,
		.text = kind == MO_STEP_VIOLATION ? x->w->violation.message :
						    "end of the input",
	});
}
