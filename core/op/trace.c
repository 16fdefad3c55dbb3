/* SPDX-License-Identifier: GPL-2.0-only */
#include "text.h"
#include "trace.h"

#define TRACE_LINE_MAX 1024

void trace_op(struct exec *x, const struct op *op, int32_t ret)
{
	char line[TRACE_LINE_MAX];
	struct sbuf out = SBUF(line);

	sbuf_printf(&out, "op %u ", x->op);
	text_print_op(x->program, op, &out);
	sbuf_puts(&out, " = ");
	text_print_result(ret, &out);
	x->options->trace(x->options->trace_arg, line);
}

void trace_violation(struct exec *x)
{
	char line[TRACE_LINE_MAX];
	struct sbuf out = SBUF(line);

	if (x->op < x->program->nr_ops) {
		sbuf_printf(&out, "op %u ", x->op);
		/* The line of an operation that returned was printed before. */
		if (x->nr_done == x->op)
			text_print_op(x->program, &x->program->ops[x->op], &out);
		else
			sbuf_puts(&out, "(check)");
	} else {
		sbuf_puts(&out, "end of input");
	}
	sbuf_printf(&out, " breaks %s", x->w->violation.id);
	x->options->trace(x->options->trace_arg, line);
}
