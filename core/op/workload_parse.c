/* SPDX-License-Identifier: GPL-2.0-only */
/* The text form of a workload; workload.h says what it looks like. */
#include <string.h>

#include "events.h"
#include "parser.h"
#include "workload.h"

#define EVERY_MAX 1000000
#define WEIGHT_MAX 1000

struct load_parser {
	struct parser ps;
	struct workload *load;
	struct load_section *section; /* where operations go; NULL: nowhere yet */
	bool in_mix;
};

/* "every=N", the last word of its line. */
static bool parse_every(struct parser *ps, uint32_t *every)
{
	const char *text;
	long value = 0;

	if (!need_word(ps, "every=N"))
		return false;
	text = word_after(ps, "every=");
	if (!text)
		return parse_error(ps, "'%s': expected every=N", ps->word);
	if (!parse_number(ps, text, 1, EVERY_MAX, &value))
		return false;
	*every = (uint32_t)value;
	return true;
}

static bool parse_policies(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;

	lp->load->policies = 0;
	while (next_word(ps)) {
		unsigned int i = 0;

		while (mo_policy_name(i) && strcmp(mo_policy_name(i), ps->word))
			i++;
		if (!mo_policy_name(i))
			return parse_error(ps, "'%s': no such policy, expected names of policies.def",
					   ps->word);
		lp->load->policies |= BIT(i);
	}
	return lp->load->policies ||
	       parse_error(ps, "no policy, expected one at least");
}

static bool parse_turn(struct load_parser *lp)
{
	struct workload *load = lp->load;

	if (load->nr_turns == LOAD_MAX_TURNS)
		return parse_error(&lp->ps, "more than %d turns, expected fewer",
				   LOAD_MAX_TURNS);
	lp->section = &load->turns[load->nr_turns++];
	lp->section->first = lp->section->end = load->nr_ops;
	lp->in_mix = false;
	return parse_every(&lp->ps, &lp->section->every);
}

static bool parse_mix(struct load_parser *lp)
{
	if (lp->load->mix.end)
		return parse_error(&lp->ps, "a second mix, expected one");
	lp->section = &lp->load->mix;
	lp->section->first = lp->section->end = lp->load->nr_ops;
	lp->in_mix = true;
	return true;
}

static bool parse_fail_line(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;
	struct workload *load = lp->load;
	struct load_fail *fail = &load->fails[load->nr_fails];
	const char *text;
	long err = 0;

	if (load->nr_fails == LOAD_MAX_FAILS)
		return parse_error(ps, "more than %d fail points, expected fewer",
				   LOAD_MAX_FAILS);
	if (!need_word(ps, "a fail point"))
		return false;
	fail->point = (uint8_t)fail_point_by_name(ps->word);
	if (!fail->point)
		return parse_error(ps, "'%s': no such fail point, expected one of fail_points.def",
				   ps->word);
	if (!parse_every(ps, &fail->every))
		return false;
	load->nr_fails++;
	if (!next_word(ps))
		return true;
	text = word_after(ps, "errno=");
	if (!text)
		return parse_error(ps, "'%s': expected errno=", ps->word);
	if (!parse_errno(ps, text, UINT8_MAX, &err))
		return false;
	fail->err = (uint8_t)err;
	return true;
}

/* " errno=-EBUSY" behind an operation, or nothing. */
static bool parse_reach_errno(struct parser *ps, struct load_reach *reach)
{
	const char *text;
	long err = 0;

	if (!next_word(ps))
		return true;
	text = word_after(ps, "errno=");
	if (!text || reach->event >= 0)
		return parse_error(ps, "'%s': expected the end of the line%s", ps->word,
				   reach->event < 0 ? " or errno=" : "");
	if (!parse_errno(ps, text, UINT8_MAX, &err))
		return false;
	reach->err = (uint8_t)err;
	return true;
}

static bool parse_reaches(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;
	struct workload *load = lp->load;
	struct load_reach *reach = &load->reaches[load->nr_reaches];
	long nr = 0;
	int code;

	if (load->nr_reaches == LOAD_MAX_REACHES)
		return parse_error(ps, "more than %d claims, expected fewer",
				   LOAD_MAX_REACHES);
	if (!need_word(ps, "how often in 100,000 operations") ||
	    !parse_number(ps, ps->word, 1, EVERY_MAX, &nr) ||
	    !need_word(ps, "an operation or event"))
		return false;
	code = op_code_by_name(ps->word);
	reach->event = code < 0 ? event_by_name(ps->word) : -1;
	if (code < 0 && reach->event < 0)
		return parse_error(ps, "'%s': no such operation or event, expected one of ops.def or events.def",
				   ps->word);
	reach->code = code < 0 ? 0 : (uint8_t)code;
	reach->nr = (uint32_t)nr;
	load->nr_reaches++;
	return parse_reach_errno(ps, reach);
}

/* A..B; where there is no "..", both ends are the one value. */
static bool parse_ends(struct parser *ps, const struct op_field *f,
		       const char *text, struct load_value *v)
{
	const char *dots = strstr(text, "..");
	char from[WORD_MAX] = "";
	int first, last;

	memcpy(from, text, dots ? (size_t)(dots - text) : strlen(text));
	first = parse_field_value(ps, f, from);
	last = dots && first >= 0 ? parse_field_value(ps, f, dots + 2) : first;
	if (first < 0 || last < 0)
		return false;
	if (last < first)
		return parse_error(ps, "'%s': the range is empty, expected the smaller value first",
				   ps->word);
	v->from = (uint8_t)first;
	v->to = (uint8_t)last;
	return true;
}

static bool parse_value(struct parser *ps, const struct op_field *f,
			const char *text, struct load_value *v)
{
	v->how = *text == '+'		? LOAD_IN_TURN :
		 *text == '?' || strstr(text, "..") ? LOAD_DRAWN :
						      LOAD_FIXED;
	if (!strcmp(text, "+") || !strcmp(text, "?")) {
		v->whole = true;
		v->from = (uint8_t)op_field_default(f);
		v->to = (uint8_t)(op_field_limit(ps->geo, f) - 1 + v->from);
		return true;
	}
	return parse_ends(ps, f, text + (*text == '+'), v);
}

static bool parse_load_field(struct parser *ps, struct load_op *op)
{
	size_t n = strcspn(ps->word, "=");

	for (unsigned int i = 0; op->desc->fields[i].kind != FIELD_END; i++) {
		const struct op_field *f = &op->desc->fields[i];

		if (strlen(f->key) == n && !strncmp(f->key, ps->word, n))
			return parse_value(ps, f, ps->word + n + 1,
					   &op->values[i]);
	}
	return parse_error(ps, "'%s': %s has no such field, expected one of ops.def",
			   ps->word, op->desc->name);
}

/* What stands behind the name of the operation. */
static bool parse_load_words(struct parser *ps, struct load_op *op)
{
	while (next_word(ps)) {
		if (!strcmp(ps->word, "oldest") && op->desc->use)
			op->pick = LOAD_OLDEST;
		else if (!strcmp(ps->word, "newest") && op->desc->use)
			op->pick = LOAD_NEWEST;
		else if (!strchr(ps->word, '='))
			return parse_error(ps, "'%s': expected field=value%s", ps->word,
					   op->desc->use ? ", oldest or newest" : "");
		else if (!parse_load_field(ps, op))
			return false;
	}
	return true;
}

/* The weight, in a mix, is read before the operation. */
static bool parse_weight(struct load_parser *lp, struct load_op *op)
{
	struct parser *ps = &lp->ps;
	uint32_t before = 0;
	long weight = 0;

	if (!lp->in_mix)
		return true;
	if (!parse_number(ps, ps->word, 1, WEIGHT_MAX, &weight))
		return false;
	if (lp->section->end > lp->section->first)
		before = op[-1].weight_end;
	op->weight_end = before + (uint32_t)weight;
	return need_word(ps, "an operation");
}

static bool parse_load_op(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;
	struct load_op *op = &lp->load->ops[lp->load->nr_ops];
	long cpu = -1;
	int code;

	if (!lp->section)
		return parse_error(ps, "'%s': expected policies, turn, mix, fail, switch or reaches",
				   ps->word);
	if (lp->load->nr_ops == LOAD_MAX_OPS)
		return parse_error(ps, "more than %d operations, expected fewer",
				   LOAD_MAX_OPS);
	if (!parse_weight(lp, op))
		return false;
	if (!strncmp(ps->word, "cpu", 3) &&
	    (!parse_cpu(ps, ps->word, &cpu) || !need_word(ps, "an operation")))
		return false;
	code = op_code_by_name(ps->word);
	if (code < 0)
		return parse_error(ps, "'%s': no such operation, expected one of ops.def, or policies, turn, mix, fail, switch or reaches",
				   ps->word);
	op->code = (uint8_t)code;
	op->cpu = (int8_t)cpu;
	op->desc = op_desc((unsigned int)code);
	for (unsigned int i = 0; op->desc->fields[i].kind != FIELD_END; i++)
		op->values[i].from = op->values[i].to =
			(uint8_t)op_field_default(&op->desc->fields[i]);
	lp->section->end = ++lp->load->nr_ops;
	return parse_load_words(ps, op);
}

static bool parse_load_header(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;

	if (strcmp(ps->word, "workload"))
		return parse_error(ps, "'%s': the header is missing, expected 'workload 1 geometry=tiny'",
				   ps->word);
	if (!parse_header_keys(ps, -1))
		return false;
	lp->load->geometry = ps->program->geometry;
	lp->load->config = ps->program->config;
	lp->load->policies = BIT(ps->program->config.policy);
	return true;
}

static bool parse_load_line(struct load_parser *lp)
{
	struct parser *ps = &lp->ps;

	if (parser_line_is_binary(ps))
		return parse_error(ps, "a NUL byte, expected text");
	if (!next_word(ps))
		return true;
	if (!ps->geo)
		return parse_load_header(lp);
	if (!strcmp(ps->word, "policies"))
		return parse_policies(lp);
	if (!strcmp(ps->word, "turn"))
		return parse_turn(lp) && end_of_line(ps);
	if (!strcmp(ps->word, "mix"))
		return parse_mix(lp) && end_of_line(ps);
	if (!strcmp(ps->word, "fail"))
		return parse_fail_line(lp) && end_of_line(ps);
	if (!strcmp(ps->word, "switch"))
		return parse_every(ps, &lp->load->switch_every) &&
		       end_of_line(ps);
	if (!strcmp(ps->word, "reaches"))
		return parse_reaches(lp) && end_of_line(ps);
	return parse_load_op(lp);
}

static bool check_sections(struct load_parser *lp)
{
	struct workload *load = lp->load;

	if (!lp->ps.geo)
		return parse_error(&lp->ps, "the text ends without a header, expected 'workload 1 geometry=tiny'");
	for (uint32_t i = 0; i < load->nr_turns; i++)
		if (load->turns[i].first == load->turns[i].end)
			return parse_error(&lp->ps, "a turn without operations, expected one at least");
	return load->nr_ops ||
	       parse_error(&lp->ps, "no operation, expected a turn or a mix");
}

bool workload_parse(struct workload *load, struct program *scratch,
		    const char *name, const char *buf, size_t size,
		    struct sbuf *error)
{
	struct load_parser lp = {
		.ps = { .name = name, .error = error, .program = scratch },
		.load = load,
	};
	const char *at = buf, *end = buf + size;

	memset(load, 0, sizeof(*load));
	scratch->geometry = 0;
	scratch->config = (struct mo_config){ 0 };
	while (at < end) {
		at = parser_line(&lp.ps, at, end);
		if (!parse_load_line(&lp))
			return false;
	}
	return check_sections(&lp);
}
