/* SPDX-License-Identifier: GPL-2.0-only */
/* Text to program. */
#include <bsd/string.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"
#include "text.h"

/* --- names: a hash table that forgets in O(1) --- */

#define NAME_HASH_SIZE (2 * MO_MAX_OPS)
#define NAME_LEN_MAX 31

struct text_names {
	uint32_t generation;
	uint32_t nr;
	struct {
		uint32_t generation; /* entry is of this parse if equal */
		uint32_t index;
	} hash[NAME_HASH_SIZE];
	struct text_name list[MO_MAX_OPS];
};

struct text {
	struct text_names names;
};

struct text *text_create(void)
{
	return calloc(1, sizeof(struct text));
}

void text_destroy(struct text *t)
{
	free(t);
}

static bool name_is(const struct text_name *n, const char *word)
{
	return strlen(word) == n->len && !memcmp(n->text, word, n->len);
}

/* Slot of the word in the hash table (FNV-1a), occupied or not. */
static uint32_t name_slot(const struct text_names *names, const char *word)
{
	uint32_t h = 2166136261u;

	for (const char *s = word; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	h %= NAME_HASH_SIZE;
	while (names->hash[h].generation == names->generation &&
	       !name_is(&names->list[names->hash[h].index], word))
		h = (h + 1) % NAME_HASH_SIZE;
	return h;
}

const struct text_name *name_lookup(const struct parser *ps, const char *word)
{
	const struct text_names *names = ps->names;
	uint32_t slot = name_slot(names, word);

	if (names->hash[slot].generation != names->generation)
		return NULL;
	return &names->list[names->hash[slot].index];
}

static bool is_name(const char *word)
{
	size_t n = strlen(word);

	if (!isalpha((unsigned char)*word) || n > NAME_LEN_MAX)
		return false;
	for (const char *s = word; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

/* The current word becomes the name of what op defines. */
static bool name_define(struct parser *ps, const struct op_desc *desc,
			const struct op *op)
{
	struct text_names *names = ps->names;
	uint32_t slot = name_slot(names, ps->word);

	if (!is_name(ps->word))
		return parse_error(ps, "'%s': expected a name: a letter, then letters, digits or '_', at most %d in all",
				   ps->word, NAME_LEN_MAX);
	if (names->hash[slot].generation == names->generation)
		return parse_error(ps, "'%s': this name was given above, expected a new one",
				   ps->word);
	names->hash[slot].generation = names->generation;
	names->hash[slot].index = names->nr;
	names->list[names->nr++] = (struct text_name){
		.text = ps->at - strlen(ps->word),
		.len = (uint8_t)strlen(ps->word),
		.ordinal = op->name,
		.kind = desc->def,
	};
	return true;
}

/* --- one operation --- */

/* What the line of an operation said so far. */
struct op_line {
	const struct op_desc *desc;
	struct op *op;
	uint32_t seen;	/* fields */
	int pos;	/* of the object, -1: not named */
	bool named;	/* `-> name` was there */
};

static void field_range(const struct op_field *f, unsigned int limit,
			struct sbuf *out)
{
	if (!op_field_value_name(f->kind, 0)) {
		sbuf_printf(out, "%u to %u", op_field_default(f),
			    limit - 1 + op_field_default(f));
		return;
	}
	for (unsigned int i = 0; i < limit; i++)
		sbuf_printf(out, "%s%s", i ? ", " : "",
			    op_field_value_name(f->kind, i));
}

int parse_field_value(struct parser *ps, const struct op_field *f,
		      const char *text)
{
	unsigned int limit = op_field_limit(ps->geo, f);
	char range[128];
	struct sbuf out = SBUF(range);
	long value = 0;

	if (!op_field_value_name(f->kind, 0))
		return parse_number(ps, text, op_field_default(f),
				    (long)(limit - 1 + op_field_default(f)),
				    &value) ?
			       (int)value :
			       -1;
	for (unsigned int i = 0; i < limit; i++)
		if (!strcmp(op_field_value_name(f->kind, i), text))
			return (int)i;
	field_range(f, limit, &out);
	parse_error(ps, "'%s': expected one of %s", ps->word, range);
	return -1;
}

static bool parse_field(struct parser *ps, struct op_line *l)
{
	size_t n = strcspn(ps->word, "=");
	unsigned int i = 0;
	int value;

	for (; l->desc->fields[i].kind != FIELD_END; i++)
		if (strlen(l->desc->fields[i].key) == n &&
		    !strncmp(l->desc->fields[i].key, ps->word, n))
			break;
	if (l->desc->fields[i].kind == FIELD_END)
		return parse_error(ps, "'%s': %s has no such field, expected one of ops.def",
				   ps->word, l->desc->name);
	if (l->seen & BIT(i))
		return parse_error(ps, "'%s': this field was given twice, expected once",
				   ps->word);
	l->seen |= BIT(i);
	value = parse_field_value(ps, &l->desc->fields[i], ps->word + n + 1);
	l->op->value[i] = (uint8_t)value;
	return value >= 0;
}

static bool parse_object(struct parser *ps, struct op_line *l)
{
	const struct text_name *n = name_lookup(ps, ps->word);

	if (!l->desc->use)
		return parse_error(ps, "'%s': %s works on no object, expected key=value, '->', '@POINT>cpuN' or '(fail ..)'",
				   ps->word, l->desc->name);
	if (l->pos >= 0)
		return parse_error(ps, "'%s': %s works on one object, expected no second",
				   ps->word, l->desc->name);
	if (!n)
		return parse_error(ps, "'%s': unknown name, expected one of kind %s, defined above by '-> %s'",
				   ps->word, op_object_name(l->desc->use),
				   ps->word);
	if (n->kind != l->desc->use)
		return parse_error(ps, "'%s': names something of kind %s, expected kind %s",
				   ps->word, op_object_name(n->kind),
				   op_object_name(l->desc->use));
	l->pos = live_find(&ps->live, n->kind, n->ordinal);
	if (l->pos < 0)
		return parse_error(ps, "'%s': was given back above, expected a live name",
				   ps->word);
	return true;
}

static bool add_choice(struct parser *ps, struct op_line *l,
		       const struct choice *c)
{
	struct program *p = ps->program;

	if (p->nr_choices == MO_MAX_CHOICES)
		return parse_error(ps, "more than %d choices, expected fewer",
				   MO_MAX_CHOICES);
	if (!l->op->nr_choices++)
		l->op->first_choice = p->nr_choices;
	p->choices[p->nr_choices++] = *c;
	return true;
}

static int sched_point_by_name(const char *name, size_t len)
{
	for (unsigned int i = 1; i < SP_MAX; i++) {
		const char *candidate = sched_point_name(i);

		if (candidate && strlen(candidate) == len &&
		    !strncmp(candidate, name, len))
			return (int)i;
	}
	return -1;
}

/* A point by its name, of len bytes; -1 with an error. */
static int parse_point(struct parser *ps, const char *name, size_t len)
{
	int point = sched_point_by_name(name, len);

	if (point < 0)
		parse_error(ps, "'%s': no such preemption point, expected one of points.def",
			    ps->word);
	return point;
}

/* Between '#' and the mark, if there is any. */
static bool parse_nth(struct parser *ps, const char *at, char mark, long max,
		      long *nth)
{
	char count[WORD_MAX] = "";

	*nth = 1;
	if (*at != '#')
		return true;
	strlcpy(count, at + 1, sizeof(count));
	count[strcspn(count, (char[]){ mark, '\0' })] = '\0';
	return parse_number(ps, count, 1, max, nth);
}

/* @POINT>cpuN or @POINT#n>cpuN; to is behind the '>'. */
static bool parse_switch(struct parser *ps, struct op_line *l, const char *to)
{
	const char *name = ps->word + 1;
	size_t len = strcspn(name, "#>");
	int point = parse_point(ps, name, len);
	long nth = 1, cpu = 0;

	if (point < 0 || !parse_cpu(ps, to, &cpu) ||
	    !parse_nth(ps, name + len, '>', 256, &nth))
		return false;
	return add_choice(ps, l, &(struct choice){
		.point = (uint8_t)(CHOICE_SCHED | point),
		.nth = (uint8_t)(nth - 1),
		.value = (uint8_t)cpu,
	});
}

/* @POINT<cpuN:POINT or @POINT#n<cpuN:POINT; whom is behind the '<'. */
static bool parse_hold(struct parser *ps, struct op_line *l, const char *whom)
{
	const char *name = ps->word + 1;
	size_t len = strcspn(name, "#<");
	int point = parse_point(ps, name, len), until = -1;
	char cpu_name[WORD_MAX] = "";
	long nth = 1, cpu = 0;

	strlcpy(cpu_name, whom, sizeof(cpu_name));
	cpu_name[strcspn(cpu_name, ":")] = '\0';
	whom += strlen(cpu_name);
	if (point < 0 || !parse_cpu(ps, cpu_name, &cpu) ||
	    !parse_nth(ps, name + len, '<', CHOICE_HOLD_NTH_MAX, &nth))
		return false;
	if (*whom == ':')
		until = parse_point(ps, whom + 1, strlen(whom + 1));
	else
		parse_error(ps, "'%s': expected @POINT<cpuN:POINT", ps->word);
	if (until < 0)
		return false;
	return add_choice(ps, l, &(struct choice){
		.point = (uint8_t)(CHOICE_HOLD | cpu | (nth - 1) << 2),
		.nth = (uint8_t)point,
		.value = (uint8_t)until,
	});
}

/* Words that begin with '@'. */
static bool parse_schedule(struct parser *ps, struct op_line *l)
{
	const char *mark = ps->word + strcspn(ps->word, "<>");

	if (*mark == '>')
		return parse_switch(ps, l, mark + 1);
	if (*mark == '<')
		return parse_hold(ps, l, mark + 1);
	return parse_error(ps, "'%s': expected @POINT>cpuN, @POINT#n>cpuN or @POINT<cpuN:POINT",
			   ps->word);
}

static bool parse_fail_key(struct parser *ps, struct choice *c)
{
	const char *text;
	long value = 0;

	if (!strcmp(ps->word, "nth=every")) {
		c->nth = CHOICE_EVERY_TIME;
		return true;
	}
	text = word_after(ps, "nth=");
	if (text) {
		if (!parse_number(ps, text, 1, CHOICE_EVERY_TIME, &value))
			return false;
		c->nth = (uint8_t)(value - 1);
		return true;
	}
	text = word_after(ps, "errno=");
	if (!text)
		return parse_error(ps, "'%s': expected nth=, errno= or ')'",
				   ps->word);
	if (!parse_errno(ps, text, UINT8_MAX, &value))
		return false;
	c->value = value == -fail_point_errno(c->point) ? 0 : (uint8_t)value;
	return true;
}

/* (fail POINT nth=N errno=-E); the '(' is read. */
static bool parse_fail(struct parser *ps, struct op_line *l)
{
	struct choice c = { 0 };

	if (!need_word(ps, "'fail'"))
		return false;
	if (strcmp(ps->word, "fail"))
		return parse_error(ps, "'%s': expected 'fail'", ps->word);
	if (!need_word(ps, "a fail point"))
		return false;
	c.point = (uint8_t)fail_point_by_name(ps->word);
	if (!c.point)
		return parse_error(ps, "'%s': no such fail point, expected one of fail_points.def",
				   ps->word);
	for (;;) {
		if (!need_word(ps, "nth=, errno= or ')'"))
			return false;
		if (!strcmp(ps->word, ")"))
			return add_choice(ps, l, &c);
		if (!parse_fail_key(ps, &c))
			return false;
	}
}

/* Object, fields and choices may stand in any order. */
static bool parse_op_word(struct parser *ps, struct op_line *l)
{
	if (*ps->word == '(')
		return parse_fail(ps, l);
	if (*ps->word == '@')
		return parse_schedule(ps, l);
	if (strchr(ps->word, '='))
		return parse_field(ps, l);
	if (strcmp(ps->word, "->"))
		return parse_object(ps, l);
	if (!l->desc->def || l->named)
		return parse_error(ps, "'->': expected at most one, and only where an operation gives something");
	l->named = true;
	return need_word(ps, "a name") && name_define(ps, l->desc, l->op);
}

static bool op_begin(struct parser *ps, struct op_line *l)
{
	int code;
	long cpu = 0;

	if (ps->program->nr_ops == MO_MAX_OPS)
		return parse_error(ps, "more than %d operations, expected fewer",
				   MO_MAX_OPS);
	if (strncmp(ps->word, "cpu", 3))
		return parse_error(ps, "'%s': expected cpuN, expect or a comment",
				   ps->word);
	if (!parse_cpu(ps, ps->word, &cpu) || !need_word(ps, "an operation"))
		return false;
	code = op_code_by_name(ps->word);
	if (code < 0)
		return parse_error(ps, "'%s': no such operation, expected one of ops.def",
				   ps->word);
	l->desc = op_desc((unsigned int)code);
	l->op = &ps->program->ops[ps->program->nr_ops];
	*l->op = (struct op){ .code = (uint8_t)code, .cpu = (uint8_t)cpu };
	for (unsigned int i = 0; l->desc->fields[i].kind != FIELD_END; i++)
		l->op->value[i] = (uint8_t)op_field_default(&l->desc->fields[i]);
	return true;
}

/* Each value is in range, but they must fit together. */
static bool check_virtio_mem(struct parser *ps, const struct op *op)
{
	struct virtio_mem_config config = op_virtio_mem_config(ps->geo, op);
	const char *why = virtio_mem_config_check(ps->geo, &config);

	return !why || parse_error(ps, "virtio_mem_probe: %s", why);
}

static bool parse_op(struct parser *ps)
{
	struct op_line l = { .pos = -1 };

	if (!op_begin(ps, &l))
		return false;
	if (l.desc->def && !live_apply(&ps->live, l.desc, l.op, 0))
		return parse_error(ps, "%d names are live, the most that there can be: expected one to be given back first",
				   MO_MAX_LIVE);
	while (next_word(ps))
		if (!parse_op_word(ps, &l))
			return false;
	if (l.desc->use && l.pos < 0)
		return parse_error(ps, "%s works on an object, expected a name of kind %s",
				   l.desc->name, op_object_name(l.desc->use));
	if (l.op->code == OP_virtio_mem_probe && !check_virtio_mem(ps, l.op))
		return false;
	if (l.desc->use)
		live_apply(&ps->live, l.desc, l.op, (unsigned int)l.pos);
	ps->program->nr_ops++;
	return true;
}

/* --- the whole text --- */

static bool parse_line(struct parser *ps, struct expects *expects, int override)
{
	if (parser_line_is_binary(ps))
		return parse_error(ps, "a NUL byte, expected text");
	if (!next_word(ps))
		return true;
	if (!ps->geo)
		return parse_header(ps, override);
	if (strcmp(ps->word, "expect"))
		return parse_op(ps);
	return expect_parse(ps, expects);
}

static void parser_init(struct parser *ps, struct text *t, struct program *p,
			int geometry)
{
	ps->program = p;
	ps->names = &t->names;
	ps->names->generation++;
	ps->names->nr = 0;
	live_init(&ps->live);
	p->geometry = geometry < 0 ? 0 : (uint8_t)geometry;
	p->config = (struct mo_config){ 0 };
	p->nr_ops = p->nr_choices = 0;
}

bool text_parse(struct text *t, struct program *p, struct expects *expects,
		const char *name, const char *buf, size_t size, int geometry,
		struct sbuf *error)
{
	struct parser ps = { .name = name, .error = error };
	const char *at = buf, *end = buf + size;

	parser_init(&ps, t, p, geometry);
	if (expects) {
		expects->nr = 0;
		expects->name = name;
	}
	while (at < end) {
		at = parser_line(&ps, at, end);
		if (!parse_line(&ps, expects, geometry))
			return false;
	}
	if (!ps.line_nr)
		ps.line_nr = 1;
	if (!ps.geo)
		return parse_error(&ps, "the text ends without a header, expected 'memoffline %d geometry=tiny policy=legacy'",
				   MO_FORMAT_VERSION);
	if (program_choice_records(p) > MO_MAX_CHOICES)
		return parse_error(&ps, "more than %d choices with the distances between them, expected fewer",
				   MO_MAX_CHOICES);
	return true;
}
