/* SPDX-License-Identifier: GPL-2.0-only */
/* Program to text; the parser's counterpart. */
#include "text.h"

static const char object_letter[OBJ_NR] = {
	[OBJ_PAGE] = 'p', [OBJ_ISO] = 'i', [OBJ_CONTIG] = 'c',
	[OBJ_OFFLINE] = 'o', [OBJ_SLAB] = 's',
};

void text_print_header(const struct program *p, struct sbuf *out)
{
	sbuf_printf(out, "memoffline %d geometry=%s", MO_FORMAT_VERSION,
		    mo_geometry_by_id(p->geometry)->name);
	if (p->config.nr_cpus)
		sbuf_printf(out, " cpus=%u", p->config.nr_cpus);
	sbuf_printf(out, " policy=%s", mo_policy_name(p->config.policy));
	if (p->config.drain)
		sbuf_printf(out, " drain=%s", mo_drain_name(p->config.drain));
	if (p->config.oldbug)
		sbuf_printf(out, " oldbug=%s",
			    oldbug_desc(p->config.oldbug)->name);
	if (p->config.era)
		sbuf_printf(out, " era=%s", mo_era_name(p->config.era));
	sbuf_puts(out, "\n");
}

static void print_fields(const struct op_desc *desc, const struct op *op,
			 struct sbuf *out)
{
	for (unsigned int i = 0; desc->fields[i].kind != FIELD_END; i++) {
		const struct op_field *f = &desc->fields[i];
		const char *name = op_field_value_name(f->kind, op->value[i]);

		if (op->value[i] == op_field_default(f))
			continue;
		if (name)
			sbuf_printf(out, " %s=%s", f->key, name);
		else
			sbuf_printf(out, " %s=%u", f->key, op->value[i]);
	}
}

static void print_fail(const struct choice *c, struct sbuf *out)
{
	sbuf_printf(out, " (fail %s nth=", fail_point_name(c->point));
	if (c->nth == CHOICE_EVERY_TIME)
		sbuf_puts(out, "every");
	else
		sbuf_printf(out, "%u", c->nth + 1);
	if (c->value) {
		sbuf_puts(out, " errno=");
		text_print_result(-c->value, out);
	}
	sbuf_puts(out, ")");
}

/* @POINT#n<cpuN:POINT */
static void print_hold(const struct choice *c, struct sbuf *out)
{
	unsigned int nth = c->point >> 2 & (CHOICE_HOLD_NTH_MAX - 1);

	sbuf_printf(out, " @%s", sched_point_name(c->nth));
	if (nth)
		sbuf_printf(out, "#%u", nth + 1);
	sbuf_printf(out, "<cpu%u:%s", c->point & 3, sched_point_name(c->value));
}

static void print_choice(const struct choice *c, struct sbuf *out)
{
	if (choice_is_hold(c->point)) {
		print_hold(c, out);
		return;
	}
	if (!(c->point & CHOICE_SCHED)) {
		print_fail(c, out);
		return;
	}
	sbuf_printf(out, " @%s", sched_point_name(c->point & ~CHOICE_SCHED));
	if (c->nth)
		sbuf_printf(out, "#%u", c->nth + 1);
	sbuf_printf(out, ">cpu%u", c->value);
}

void text_print_op(const struct program *p, const struct op *op,
		   struct sbuf *out)
{
	const struct op_desc *desc = op_desc(op->code);

	sbuf_printf(out, "cpu%u %s", op->cpu, desc->name);
	if (desc->use)
		sbuf_printf(out, " %c%u", object_letter[desc->use], op->name);
	print_fields(desc, op, out);
	if (desc->def)
		sbuf_printf(out, " -> %c%u", object_letter[desc->def], op->name);
	for (uint32_t i = 0; i < op->nr_choices; i++)
		print_choice(&p->choices[op->first_choice + i], out);
}

void text_print_result(int32_t ret, struct sbuf *out)
{
	if (ret == OP_NOOP)
		sbuf_puts(out, "noop");
	else if (ret == OP_SKIPPED)
		sbuf_puts(out, "skipped");
	else if (ret < 0 && errno_name(-ret))
		sbuf_printf(out, "-%s", errno_name(-ret));
	else
		sbuf_printf(out, "%d", ret);
}

void text_print(const struct program *p, struct sbuf *out)
{
	text_print_header(p, out);
	for (uint32_t i = 0; i < p->nr_ops; i++) {
		text_print_op(p, &p->ops[i], out);
		sbuf_puts(out, "\n");
	}
}
