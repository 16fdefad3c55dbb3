/* SPDX-License-Identifier: GPL-2.0-only */
/* `expect` lines: text to struct expect. */
#include <bsd/string.h>
#include <string.h>

#include "../check/violation.h"
#include "../mm/memory.h"
#include "expect.h"
#include "parser.h"

static bool need_number(struct parser *ps, const char *what, int64_t *value)
{
	long number = 0;

	if (!need_word(ps, what) ||
	    !parse_number(ps, ps->word, INT32_MIN, INT32_MAX, &number))
		return false;
	*value = number;
	return true;
}

/* Index of the k-th operation of a CPU so far, -1: there is none. */
static int64_t nth_op_of_cpu(const struct program *p, long cpu, long k)
{
	for (uint32_t i = 0; i < p->nr_ops; i++)
		if (p->ops[i].cpu == cpu && !k--)
			return i;
	return -1;
}

static bool parse_result(struct parser *ps, struct expect *e)
{
	long err = 0;

	if (!need_word(ps, "a result: -ERRNO, a number, noop or skipped"))
		return false;
	if (!strcmp(ps->word, "noop")) {
		e->value = OP_NOOP;
		return true;
	}
	if (!strcmp(ps->word, "skipped")) {
		e->value = OP_SKIPPED;
		return true;
	}
	if (*ps->word == '-') {
		if (!parse_errno(ps, ps->word, 4095, &err))
			return false;
		e->value = -err;
		return true;
	}
	if (!parse_number(ps, ps->word, 0, INT32_MAX, &err))
		return false;
	e->value = err;
	return true;
}

/* cpuN.K RESULT */
static bool expect_result(struct parser *ps, struct expect *e)
{
	const char *dot = strchr(ps->word, '.');
	char cpu_text[WORD_MAX] = "";
	long cpu = 0, k = 0;
	int64_t index;

	e->kind = EXPECT_RESULT;
	if (!dot)
		return parse_error(ps, "'%s': expected cpuN.K, the operation of CPU N counted K from 0",
				   ps->word);
	strlcpy(cpu_text, ps->word, sizeof(cpu_text));
	cpu_text[dot - ps->word] = '\0';
	if (!parse_cpu(ps, cpu_text, &cpu) ||
	    !parse_number(ps, dot + 1, 0, MO_MAX_OPS, &k))
		return false;
	index = nth_op_of_cpu(ps->program, cpu, k);
	if (index < 0)
		return parse_error(ps, "'%s': cpu%ld has no such operation above this line, expected a count from 0",
				   ps->word, cpu);
	e->index = (uint32_t)index;
	return parse_result(ps, e);
}

static bool expect_clean(struct parser *ps, struct expect *e)
{
	(void)ps;
	e->kind = EXPECT_CLEAN;
	return true;
}

static bool expect_violation(struct parser *ps, struct expect *e)
{
	e->kind = EXPECT_VIOLATION;
	if (!need_word(ps, "the id of an invariant"))
		return false;
	for (unsigned int i = 0; invariant_desc(i); i++) {
		if (strcmp(invariant_desc(i)->id, ps->word))
			continue;
		e->index = i;
		return true;
	}
	return parse_error(ps, "'%s': no such invariant, expected one of invariants.def",
			   ps->word);
}

/* block=N online|offline|absent */
static bool expect_block(struct parser *ps, struct expect *e)
{
	static const struct {
		const char *name;
		enum memory_block_state state;
	} states[] = { { "online", MEM_ONLINE },
		       { "offline", MEM_OFFLINE },
		       { "absent", MEM_ABSENT } };
	long block = 0;

	e->kind = EXPECT_BLOCK;
	if (!parse_number(ps, word_after(ps, "block="), 0,
			  ps->geo->nr_blocks - 1l, &block) ||
	    !need_word(ps, "online, offline or absent"))
		return false;
	e->index = (uint32_t)block;
	for (unsigned int i = 0; i < ARRAY_SIZE(states); i++) {
		if (strcmp(states[i].name, ps->word))
			continue;
		e->value = states[i].state;
		return true;
	}
	return parse_error(ps, "'%s': expected online, offline or absent",
			   ps->word);
}

static bool parse_page_word(struct parser *ps, struct expect *e)
{
	const char *count = word_after(ps, expect_page_words[WORD_REFCOUNT]);
	long value = 0;

	if (count) {
		if (!parse_number(ps, count, 0, INT32_MAX, &value))
			return false;
		e->words |= BIT(WORD_REFCOUNT);
		e->value = value;
		return true;
	}
	for (unsigned int i = 0; i < WORD_REFCOUNT; i++) {
		if (strcmp(expect_page_words[i], ps->word))
			continue;
		e->words |= (uint16_t)BIT(i);
		return true;
	}
	return parse_error(ps, "'%s': expected buddy, pcp, free, offline, lru, hwpoison, hugetlb, zsmalloc, allocated, isolated, poisoned or refcount=N",
			   ps->word);
}

/* page=BLOCK:OFFSET words */
static bool expect_page(struct parser *ps, struct expect *e)
{
	unsigned int order = ps->geo->section_order +
		(unsigned int)__builtin_ctz(ps->geo->sections_per_block);
	const char *colon = strchr(ps->word, ':');
	char block_text[WORD_MAX] = "";
	long block = 0, offset = 0;

	e->kind = EXPECT_PAGE;
	if (!colon)
		return parse_error(ps, "'%s': expected page=BLOCK:OFFSET", ps->word);
	strlcpy(block_text, word_after(ps, "page="), sizeof(block_text));
	block_text[strcspn(block_text, ":")] = '\0';
	if (!parse_number(ps, block_text, 0, ps->geo->nr_blocks - 1l, &block) ||
	    !parse_number(ps, colon + 1, 0, (1l << order) - 1, &offset))
		return false;
	e->pfn = ((uint64_t)block << order) + (uint64_t)offset;
	if (!need_word(ps, "what the page is, such as free"))
		return false;
	do {
		if (!parse_page_word(ps, e))
			return false;
	} while (next_word(ps));
	return true;
}

static bool expect_notified(struct parser *ps, struct expect *e)
{
	e->kind = EXPECT_NOTIFIED;
	if (!need_word(ps, "an action such as MEM_GOING_OFFLINE"))
		return false;
	while (e->index < MEM_ACTION_NR) {
		const char *name = memory_action_name(e->index);

		if (name && !strcmp(name, ps->word))
			return need_number(ps, "how often", &e->value);
		e->index++;
	}
	return parse_error(ps, "'%s': no such notifier action, expected one such as MEM_CANCEL_OFFLINE",
			   ps->word);
}

/* node=N zone=normal|movable N */
static bool parse_zone_count(struct parser *ps, struct expect *e)
{
	const char *text;
	long node = 0, zone = 0;

	if (!need_word(ps, "node=N"))
		return false;
	text = word_after(ps, "node=");
	if (!text)
		return parse_error(ps, "'%s': expected node=N", ps->word);
	if (!parse_number(ps, text, 0, ps->geo->nr_nodes - 1l, &node) ||
	    !need_word(ps, "zone=normal or zone=movable"))
		return false;
	zone = !strcmp(ps->word, "zone=movable");
	if (!zone && strcmp(ps->word, "zone=normal"))
		return parse_error(ps, "'%s': expected zone=normal or zone=movable",
				   ps->word);
	e->index = (uint32_t)(node * MAX_NR_ZONES + zone);
	return need_number(ps, "a number of pages", &e->value);
}

static bool expect_nr_free(struct parser *ps, struct expect *e)
{
	e->kind = EXPECT_NR_FREE;
	return parse_zone_count(ps, e);
}

static bool expect_managed(struct parser *ps, struct expect *e)
{
	e->kind = EXPECT_MANAGED;
	return parse_zone_count(ps, e);
}

static bool expect_nr_isolate(struct parser *ps, struct expect *e)
{
	e->kind = EXPECT_NR_ISOLATE;
	return need_number(ps, "a number of pageblocks", &e->value);
}

static bool expect_hit(struct parser *ps, struct expect *e)
{
	if (!need_word(ps, "a preemption point or a fail point"))
		return false;
	e->kind = EXPECT_FIRED;
	e->index = fail_point_by_name(ps->word);
	if (e->index)
		return need_number(ps, "how often", &e->value);
	e->kind = EXPECT_HIT;
	for (e->index = 1; e->index < SP_MAX; e->index++) {
		const char *name = sched_point_name(e->index);

		if (name && !strcmp(name, ps->word))
			return need_number(ps, "how often", &e->value);
	}
	return parse_error(ps, "'%s': expected a point of points.def or fail_points.def",
			   ps->word);
}

/* NAME block=N, NAME refcount=N, NAME gone */
static bool expect_object(struct parser *ps, struct expect *e)
{
	const struct text_name *n = name_lookup(ps, ps->word);
	const char *text;
	long value = 0;
	int pos;

	if (!n)
		return parse_error(ps, "'%s': no name of an object and nothing that can be expected (see core/op/expect.h)",
				   ps->word);
	pos = live_find(&ps->live, n->kind, n->ordinal);
	e->ended = pos < 0;
	e->index = pos < 0 ? 0 : ps->live.names[n->kind][pos].slot;
	if (!need_word(ps, "block=N, refcount=N or gone"))
		return false;
	e->kind = EXPECT_OBJECT_GONE;
	if (!strcmp(ps->word, "gone"))
		return true;
	e->kind = EXPECT_OBJECT_BLOCK;
	text = word_after(ps, "block=");
	if (!text) {
		e->kind = EXPECT_OBJECT_REFCOUNT;
		text = word_after(ps, "refcount=");
	}
	if (!text)
		return parse_error(ps, "'%s': expected block=N, refcount=N or gone",
				   ps->word);
	if (!parse_number(ps, text, 0, INT32_MAX, &value))
		return false;
	e->value = value;
	return true;
}

static const struct {
	const char *word;
	bool prefix; /* something follows in the same word */
	bool (*parse)(struct parser *ps, struct expect *e);
} kinds[] = {
	{ "clean", false, expect_clean },
	{ "violation", false, expect_violation },
	{ "block=", true, expect_block },
	{ "page=", true, expect_page },
	{ "notified", false, expect_notified },
	{ "nr_free", false, expect_nr_free },
	{ "managed", false, expect_managed },
	{ "nr_isolate_pageblock", false, expect_nr_isolate },
	{ "hit", false, expect_hit },
};

static bool expect_dispatch(struct parser *ps, struct expect *e)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].prefix ? !!word_after(ps, kinds[i].word) :
				      !strcmp(ps->word, kinds[i].word))
			return kinds[i].parse(ps, e);
	/* A name may begin with "cpu", but holds no dot. */
	if (word_after(ps, "cpu") && !name_lookup(ps, ps->word))
		return expect_result(ps, e);
	return expect_object(ps, e);
}

bool expect_parse(struct parser *ps, struct expects *expects)
{
	struct expect e = {
		.line = ps->line,
		.line_len = (uint32_t)(ps->end - ps->line),
		.line_nr = ps->line_nr,
		.at = ps->program->nr_ops,
	};

	if (!need_word(ps, "what is expected") || !expect_dispatch(ps, &e) ||
	    !end_of_line(ps))
		return false;
	if (!expects)
		return true;
	if (expects->nr == MO_MAX_EXPECTS)
		return parse_error(ps, "more than %d expect lines, expected fewer",
				   MO_MAX_EXPECTS);
	expects->list[expects->nr++] = e;
	return true;
}
