/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_diff.h"

enum policy { legacy, skippable, frozen, isolate_notifier, NR_POLICIES };

static const char *const policy_names[NR_POLICIES] = {
	"legacy", "skippable", "frozen", "isolate_notifier",
};

static const struct {
	uint8_t left, right;
} pairs[] = {
	{ legacy, skippable },
	{ skippable, frozen },
	{ legacy, isolate_notifier },
};

enum operations { OFFLINING = 1, ISOLATING, TESTING, CONTIG, WALKING, BALLOON,
		  WORKER };

static const struct {
	const char *name;
	enum operations kind;
} operations[] = {
	{ "offline_pages", OFFLINING },
	{ "offline_and_remove_memory", OFFLINING },
	{ "start_isolate_page_range", ISOLATING },
	{ "test_pages_isolated", TESTING },
	{ "alloc_contig_range", CONTIG },
	{ "cma_alloc", CONTIG },
	{ "fake_offline", CONTIG },
	{ "alloc_offline_page_range", CONTIG },
	{ "get_page_unless_zero", WALKING },
	{ "balloon_devinfo_init", BALLOON },
	{ "balloon_page_enqueue", BALLOON },
	{ "virtio_mem_run_wq", WORKER },
};

enum after { TOGETHER, APART, HIDDEN };

/* --- the list --- */

#define SAW(X) (saw & MO_SAW_##X)
#define ALLOWED(id, left, right, ops, condition, after, reason)                \
	static bool allows_##id(int32_t a, int32_t b, uint8_t saw)             \
	{                                                                      \
		(void)a;                                                       \
		(void)b;                                                       \
		(void)saw;                                                     \
		return condition;                                              \
	}
#include "policy_diff.def"
#undef ALLOWED
#undef SAW

static const struct line {
	const char *id;
	uint8_t left, right, operations, after;
	bool (*allows)(int32_t a, int32_t b, uint8_t saw);
} lines[] = {
#define ALLOWED(id, left, right, ops, condition, after, reason)                \
	{ #id, left, right, ops, after, allows_##id },
#include "policy_diff.def"
#undef ALLOWED
};

#define NR_LINES (sizeof(lines) / sizeof(lines[0]))

struct run {
	struct mo_outcome outcomes[POLICY_DIFF_OPS_MAX];
	struct mo_result result;
	uint32_t nr; /* outcomes */
};

struct policy_diff {
	struct mo *mo;
	const char *ignore;
	uint8_t kind_of[256]; /* opcode -> enum operations */
	const char *op_names[256];
	unsigned long hits[NR_LINES];
	struct run runs[NR_POLICIES];
	char message[65536];
};

struct policy_diff *policy_diff_create(struct mo *mo)
{
	struct policy_diff *d = calloc(1, sizeof(*d));
	struct mo_op_info info;

	if (!d)
		return NULL;
	d->mo = mo;
	for (unsigned int i = 0; mo_op_info(i, &info); i++) {
		d->op_names[info.code] = info.name;
		for (size_t k = 0; k < sizeof(operations) / sizeof(operations[0]);
		     k++)
			if (!strcmp(operations[k].name, info.name))
				d->kind_of[info.code] = (uint8_t)operations[k].kind;
	}
	return d;
}

void policy_diff_destroy(struct policy_diff *d)
{
	free(d);
}

const char *policy_diff_line(unsigned int i)
{
	return i < NR_LINES ? lines[i].id : NULL;
}

void policy_diff_ignore(struct policy_diff *d, const char *id)
{
	d->ignore = id;
}

unsigned long policy_diff_hits(const struct policy_diff *d, unsigned int i)
{
	return d->hits[i];
}

/* --- what differs --- */

static const char *scenario(struct policy_diff *d, const uint8_t *data,
			    size_t size, size_t at)
{
	if (!mo_bytes_to_text(d->mo, data, size, d->message + at,
			      sizeof(d->message) - at))
		snprintf(d->message + at, sizeof(d->message) - at,
			 "(too long to print)\n");
	return d->message;
}

static void result_text(char *buf, size_t size, int32_t ret)
{
	if (ret == MO_RET_NOOP)
		snprintf(buf, size, "noop");
	else if (ret == MO_RET_SKIPPED)
		snprintf(buf, size, "skipped");
	else
		snprintf(buf, size, "%d%s%s%s", ret, ret < 0 ? " (" : "",
			 ret < 0 ? strerror(-ret) : "", ret < 0 ? ")" : "");
}

static size_t tell_difference(struct policy_diff *d, unsigned int pair,
			      uint32_t op)
{
	const struct run *l = &d->runs[pairs[pair].left];
	const struct run *r = &d->runs[pairs[pair].right];
	const struct mo_outcome *a = &l->outcomes[op], *b = &r->outcomes[op];
	char left[64], right[64] = "the run ends";

	result_text(left, sizeof(left), a->ret);
	if (op < r->nr)
		result_text(right, sizeof(right), b->ret);
	return (size_t)snprintf(d->message, sizeof(d->message),
		"operation %u, %s: %s gives %s, %s gives %s; counters %s; seen:%s%s%s%s%s; not on the list of policy_diff.def\n",
		op, d->op_names[a->code], policy_names[pairs[pair].left], left,
		policy_names[pairs[pair].right], right,
		op < r->nr && a->state == b->state ? "agree" : "differ",
		a->saw & MO_SAW_DRIVERS ? " drivers" : "",
		a->saw & MO_SAW_NOBODYS ? " nobodys" : "",
		a->saw & MO_SAW_KERNEL_ZONE ? " kernel_zone" : "",
		a->saw & MO_SAW_POISONED ? " poisoned" : "",
		a->saw & MO_SAW_CMM ? " cmm" : "");
}

/* The line that allows a and b, -1: none does. */
static int find_line(const struct policy_diff *d, unsigned int pair,
		     const struct mo_outcome *a, int32_t b)
{
	for (size_t i = 0; i < NR_LINES; i++)
		if (lines[i].left == pairs[pair].left &&
		    lines[i].right == pairs[pair].right &&
		    lines[i].operations == d->kind_of[a->code] &&
		    (!d->ignore || strcmp(d->ignore, lines[i].id)) &&
		    lines[i].allows(a->ret, b, a->saw))
			return (int)i;
	return -1;
}

enum verdict { GO_ON, STOP, UNEXPLAINED };

static enum verdict compare_op(struct policy_diff *d, unsigned int pair,
			       uint32_t op)
{
	const struct mo_outcome *a = &d->runs[pairs[pair].left].outcomes[op];
	const struct mo_outcome *b = &d->runs[pairs[pair].right].outcomes[op];
	bool same_ret = a->ret == b->ret, same_state = a->state == b->state;
	int line = find_line(d, pair, a, b->ret);

	if (line < 0)
		return same_ret && same_state ? GO_ON : UNEXPLAINED;
	d->hits[line]++;
	if (lines[line].after == HIDDEN)
		return STOP;
	if (lines[line].after == TOGETHER)
		return same_state ? GO_ON : UNEXPLAINED;
	return same_ret && same_state ? GO_ON : STOP;
}

/* The right run ended early, by what policies.def excuses: the operation that did
 * it failed, and must be one that the list knows. */
static bool excuse_is_listed(struct policy_diff *d, unsigned int pair)
{
	const struct run *l = &d->runs[pairs[pair].left];
	const struct run *r = &d->runs[pairs[pair].right];
	int line;

	if (!r->result.excused || r->nr >= l->nr)
		return true;
	line = find_line(d, pair, &l->outcomes[r->nr], -EBUSY);
	if (line >= 0)
		d->hits[line]++;
	return line >= 0;
}

static const char *compare_runs(struct policy_diff *d, unsigned int pair,
				const uint8_t *data, size_t size)
{
	const struct run *l = &d->runs[pairs[pair].left];
	const struct run *r = &d->runs[pairs[pair].right];
	uint32_t nr = l->nr < r->nr ? l->nr : r->nr;

	for (uint32_t op = 0; op < nr; op++) {
		enum verdict v = compare_op(d, pair, op);

		if (v == UNEXPLAINED)
			return scenario(d, data, size,
					tell_difference(d, pair, op));
		if (v == STOP)
			return NULL;
	}
	if (!excuse_is_listed(d, pair))
		return scenario(d, data, size, tell_difference(d, pair, nr));
	if (l->result.excused || r->result.excused ||
	    l->result.pages == r->result.pages)
		return NULL;
	return scenario(d, data, size,
		(size_t)snprintf(d->message, sizeof(d->message),
			"%s and %s agree on every operation and leave different pages\n",
			policy_names[pairs[pair].left],
			policy_names[pairs[pair].right]));
}

/* False: it broke an invariant. */
static bool run_policy(struct policy_diff *d, enum policy policy,
		       const uint8_t *data, size_t size)
{
	struct run *r = &d->runs[policy];
	const struct mo_options options = {
		.level = 2,
		.sequential = true, /* choices of the schedule fall elsewhere */
		.excuse_design = true,
		.policy = policy_names[policy],
		.outcomes = r->outcomes,
		.max_outcomes = POLICY_DIFF_OPS_MAX,
	};
	int ret = mo_run_bytes(d->mo, data, size, &options, &r->result);

	r->nr = r->result.nr_ops < POLICY_DIFF_OPS_MAX ? r->result.nr_ops :
							 POLICY_DIFF_OPS_MAX;
	return !ret;
}

const char *policy_diff(struct policy_diff *d, const uint8_t *data, size_t size)
{
	const char *message;

	for (unsigned int policy = 0; policy < NR_POLICIES; policy++)
		if (!run_policy(d, (enum policy)policy, data, size))
			return mo_report(d->mo);
	for (unsigned int i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		message = compare_runs(d, i, data, size);
		if (message)
			return message;
	}
	return NULL;
}
