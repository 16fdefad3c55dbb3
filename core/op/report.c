/* SPDX-License-Identifier: GPL-2.0-only */
#include "../check/view.h"
#include "../mm/show_mem.h"
#include "report.h"
#include "text.h"

/* Operations shown, the last ones; the kept input has all of them. */
#define REPORT_MAX_OPS 200
/* Room that the scenario leaves to what stands behind it. */
#define REPORT_RESERVE 1024

static void report_step(const struct exec *x, struct sbuf *out)
{
	const struct program *p = x->program;

	if (x->op >= p->nr_ops) {
		sbuf_printf(out, "step:     end of the input, after %u operations\n",
			    p->nr_ops);
		return;
	}
	sbuf_printf(out, "step:     operation %u of %u%s: ", x->op, p->nr_ops,
		    x->nr_done > x->op ? ", after it" : "");
	text_print_op(p, &p->ops[x->op], out);
	sbuf_puts(out, "\n");
}

static void report_head(const struct exec *x, struct sbuf *out)
{
	const struct violation *v = &x->w->violation;
	const struct invariant *inv = invariant_by_id(v->id);

	sbuf_printf(out, "ASSERTION FAILED: %s\n", v->id);
	if (inv) {
		sbuf_printf(out, "rule:     %s\n", inv->sentence);
		sbuf_printf(out, "kernel:   %s\n", inv->source);
	}
	report_step(x, out);
	sbuf_printf(out, "found by: %s(): %s\n", v->site, v->message);
}

static void append(struct sbuf *out, size_t len)
{
	out->len += len;
	if (len && out->buf[out->len - 1] != '\n')
		sbuf_puts(out, "\n");
}

static void report_state(const struct world *w, struct sbuf *out)
{
	if (sbuf_truncated(out))
		return;
	view_sync(w);
	if (w->violation.pfn < w->nr_pfns)
		append(out, dump_page(w, w->violation.pfn, w->violation.id,
				      out->buf + out->len,
				      out->size - out->len));
	if (!sbuf_truncated(out))
		append(out, show_mem(w, out->buf + out->len,
				     out->size - out->len));
}

/* A nop shows nothing, not even where it carries choices. */
static uint32_t count_ops(const struct program *p, uint32_t end)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < end; i++)
		nr += p->ops[i].code != OP_nop;
	return nr;
}

/* End of what has begun: an operation of another CPU may have run ahead of the
 * one that broke the invariant, far behind it in the program. */
static uint32_t begun_end(const struct exec *x)
{
	const struct program *p = x->program;
	uint32_t end = (uint32_t)mo_min(x->op + 1ul, p->nr_ops);

	for (unsigned int cpu = 0; x->w->sched.concurrent && cpu < MO_MAX_CPUS;
	     cpu++) {
		uint32_t i = x->next[cpu];

		while (i > end && p->ops[i - 1].cpu != cpu)
			i--;
		end = (uint32_t)mo_max(end, i);
	}
	return end;
}

/* What ran up to the violation. */
static void report_ops(const struct exec *x, struct sbuf *out)
{
	const struct program *p = x->program;
	uint32_t end = begun_end(x);
	uint32_t nr = count_ops(p, end);
	uint32_t skip = nr > REPORT_MAX_OPS ? nr - REPORT_MAX_OPS : 0;

	text_print_header(p, out);
	if (skip)
		sbuf_printf(out, "# ... %u operations, all in the kept input\n",
			    skip);
	for (uint32_t i = 0; i < end; i++) {
		if (p->ops[i].code == OP_nop || (skip && skip--))
			continue;
		text_print_op(p, &p->ops[i], out);
		sbuf_puts(out, "\n");
	}
}

static void report_scenario(const struct exec *x, struct sbuf *out)
{
	const struct invariant *inv = invariant_by_id(x->w->violation.id);
	struct sbuf part = { out->buf + out->len, 0, 0 };

	if (out->len + 2 * REPORT_RESERVE > out->size)
		return;
	part.size = out->size - out->len - REPORT_RESERVE;
	sbuf_printf(&part, "scenario:\n# Breaks %s: %s\n", x->w->violation.id,
		    inv ? inv->sentence : "");
	report_ops(x, &part);
	out->len += mo_min(part.len, part.size - 1);
	if (sbuf_truncated(&part))
		sbuf_puts(out, "\n... (cut; the kept input has all)\n");
}

/* What to do with the input now; "INPUT": where it is kept is not known here. */
static void report_commands(const char *input, struct sbuf *out)
{
	/* Names as AFL++ gives them have no blanks; a person's may. */
	const char *quote = strpbrk(input, " '\"$&();<>|*?\\") ? "'" : "";

	sbuf_printf(out, "replay:   ./scripts/replay.sh %s%s%s\n", quote, input, quote);
	sbuf_printf(out, "watch:    ./scripts/replay.sh --html crash.html %s%s%s\n",
		    quote, input, quote);
	sbuf_printf(out, "minimize: ./scripts/minimize.sh %s%s%s\n", quote, input, quote);
	sbuf_printf(out, "keep:     ./scripts/promote.sh %s%s%s area-what\n", quote,
		    input, quote);
}

void report_violation(const struct exec *x, struct sbuf *out)
{
	out->len = 0;
	report_head(x, out);
	report_state(x->w, out);
	report_scenario(x, out);
	report_commands(x->options->input ? x->options->input : "INPUT", out);
}
