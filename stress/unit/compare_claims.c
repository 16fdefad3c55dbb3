/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The claims of stress/compare/claims.def as predicates over check/view.h.
 * Linked into compare (stress/compare/).
 *
 * Offlining and onlining are judged by what the pages were before: only where
 * nobody else went on in between, or the change could be his.
 */
#include <stdlib.h>
#include <string.h>

#include "../compare/compare.h"
#include "check/inv.h"
#include "mm/memory.h"
#include "op/op.h"

const struct claim_text claim_texts[NR_CLAIMS] = {
#define CLAIM(id, sentence, where, breaks, ops)                                     \
	[CLAIM_##id] = { #id, sentence, where, breaks, ops },
#include "../compare/claims.def"
#undef CLAIM
};

/* What a page was when an operation began. */
enum before {
	WAS_GARBAGE = 1, /* memmap of an offline section */
	WAS_OFFLINE = 2, /* PageOffline, does not migrate */
	WAS_NOBODYS = 4, /* ... and no driver answers for it */
};

struct operation {
	bool remembered;
	uint32_t nr_suspends;
	uint8_t code;
	uint8_t was[OBSERVED_PAGES_MAX];	/* enum before */
	uint64_t kept[OBSERVED_PAGES_MAX];	/* count and flags */
};

struct observer {
	uint32_t broken;
	uint32_t nr_suspends;
	struct mo_watch watch;
	struct operation ops[MO_MAX_CPUS];
};

static void broken(struct observer *o, enum claim claim)
{
	o->broken |= 1u << claim;
}

static bool is_offlining(uint8_t code)
{
	return code == OP_offline_pages || code == OP_offline_and_remove_memory;
}

static bool is_onlining(uint8_t code)
{
	return code == OP_online_pages || code == OP_offline_and_remove_memory;
}

static bool is_observed(const struct world *w)
{
	return view_nr_pfns(w) <= OBSERVED_PAGES_MAX;
}

/* --- pages --- */

static bool stays_offline(view_page_t page)
{
	return view_is_offline(page) && !view_flag(page, PG_movable_ops);
}

/* A driver keeps it offline when its block comes back, or, in kernels that ask
 * drivers for a count, has counted it. */
static bool is_answered(const struct world *w, unsigned long pfn)
{
	/* Drivers only count: nothing is changed. */
	return view_pb_answered(w, pfn) ||
	       memory_isolate_notify((struct world *)w, pfn, 1);
}

static bool is_free(const struct world *w, unsigned long pfn)
{
	return covering_free_page(w, pfn) != VIEW_HEAD;
}

static uint64_t kept_of(view_page_t page)
{
	return (uint64_t)(uint32_t)view_refcount(page) << 32 |
	       view_flags(page, ~0u);
}

static void remember(struct operation *op, const struct world *w)
{
	op->remembered = true;
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		op->was[pfn] = page ? 0 : WAS_GARBAGE;
		if (!page || !stays_offline(page))
			continue;
		op->was[pfn] = WAS_OFFLINE;
		if (!is_answered(w, pfn))
			op->was[pfn] |= WAS_NOBODYS;
		op->kept[pfn] = kept_of(page);
	}
}

/* --- an operation has ended --- */

static void judge_failed_offlining(struct observer *o, const struct operation *op,
				   const struct world *w)
{
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (!(op->was[pfn] & WAS_OFFLINE) || !page)
			continue;
		if (is_free(w, pfn))
			broken(o, CLAIM_not_in_the_buddy);
		/* Blocks that went and came back are as newly onlined. */
		if (op->code == OP_offline_pages &&
		    (!view_is_offline(page) || kept_of(page) != op->kept[pfn]))
			broken(o, CLAIM_cancel_restores);
	}
}

static void judge_owners(struct observer *o, const struct operation *op,
			 const struct world *w)
{
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (op->was[pfn] & WAS_NOBODYS &&
		    (!page || !view_is_offline(page)))
			broken(o, CLAIM_owner_keeps_pages);
	}
}

static void judge_onlining(struct observer *o, const struct operation *op,
			   const struct world *w)
{
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (op->was[pfn] & WAS_GARBAGE && page &&
		    view_pb_unplugged(w, pfn) && !view_is_offline(page))
			broken(o, CLAIM_reonline_hides);
	}
}

static void op_begins(void *arg, const struct world *w, uint8_t code)
{
	struct observer *o = arg;
	struct operation *op = &o->ops[view_current_task(w)];

	op->code = code;
	op->remembered = false;
	op->nr_suspends = view_nr_suspends(w);
	if (is_observed(w) && (is_offlining(code) || is_onlining(code)))
		remember(op, w);
}

static void op_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	struct observer *o = arg;
	struct operation *op = &o->ops[view_current_task(w)];

	o->nr_suspends = view_nr_suspends(w);
	if (w->stats.offline_ref_reads)
		broken(o, CLAIM_no_count_read);
	if (w->stats.isolated_allocs)
		broken(o, CLAIM_not_allocated);
	if (!op->remembered || op->nr_suspends != view_nr_suspends(w))
		return;
	op->remembered = false;
	if (is_offlining(code))
		judge_owners(o, op, w);
	if (is_offlining(code) && ret < 0 && ret != OP_NOOP && ret != OP_SKIPPED)
		judge_failed_offlining(o, op, w);
	if (is_onlining(code))
		judge_onlining(o, op, w);
}

/* --- at each step --- */

static bool looks_ordinary(const struct world *w, unsigned long pfn)
{
	view_page_t page = view_page(w, pfn);

	return page && !view_is_offline(page) && !view_flag(page, PG_hwpoison) &&
	       !is_free(w, pfn);
}

/* What makedumpfile and /proc/kcore go by. */
static void judge_dump(struct observer *o, const struct world *w)
{
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w);
	     pfn += pageblock_nr_pages(w)) {
		if (!view_pb_unplugged(w, pfn) || !view_section_online(w, pfn))
			continue;
		for (unsigned long p = pfn; p < pageblock_end_pfn(w, pfn); p++)
			if (looks_ordinary(w, p))
				broken(o, CLAIM_dump_tools);
	}
}

/* Nobody is under way who could put another page there, or take this one. */
static void judge_drain(struct observer *o, const struct world *w)
{
	if (view_nr_in_flight(w) > 1 ||
	    !is_offlining(o->ops[view_current_task(w)].code))
		return;
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (page && view_flag(page, PG_pcp) &&
		    view_block_state(w, pfn_to_block(w, pfn)) ==
			    MEM_GOING_OFFLINE)
			broken(o, CLAIM_one_drain);
	}
}

static void step(void *arg, const struct world *w, unsigned int point)
{
	struct observer *o = arg;

	if (!is_observed(w))
		return;
	if (!(o->broken & 1u << CLAIM_dump_tools))
		judge_dump(o, w);
	if (point == SP_TEST_ISOLATED)
		judge_drain(o, w);
}

/* --- the observer --- */

struct observer *observer_create(void)
{
	struct observer *o = calloc(1, sizeof(*o));

	if (o)
		o->watch = (struct mo_watch){ op_begins, step, op_ended, o };
	return o;
}

void observer_destroy(struct observer *o)
{
	free(o);
}

const struct mo_watch *observer_begin(struct observer *o)
{
	o->broken = 0;
	o->nr_suspends = 0;
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		o->ops[cpu].code = OP_nop;
	return &o->watch;
}

uint32_t observer_nr_suspends(const struct observer *o)
{
	return o->nr_suspends;
}

uint32_t observer_broken(const struct observer *o, const struct mo_result *result)
{
	static const struct {
		const char *invariant;
		enum claim claim;
	} by_invariant[] = {
		{ "offline_progress", CLAIM_always_ends },
		{ "fake_offline_refcount", CLAIM_stray_reference },
		{ "frozen_refcount_read", CLAIM_no_count_read },
	};
	uint32_t mask = o->broken;

	for (size_t i = 0; result->invariant && i < ARRAY_SIZE(by_invariant); i++)
		if (!strcmp(result->invariant, by_invariant[i].invariant))
			mask |= 1u << by_invariant[i].claim;
	return mask;
}
