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
#define CLAIM(id, sentence, where, breaks, tests, world, ops)                   \
	[CLAIM_##id] = { #id, sentence, where, breaks, tests, world, ops },
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
	bool walks;	/* get_page_unless_zero, with its reference */
	uint32_t nr_suspends;
	uint8_t code;
	uint8_t was[OBSERVED_PAGES_MAX];	/* enum before */
	uint64_t kept[OBSERVED_PAGES_MAX];	/* count and flags */
};

struct observer {
	uint32_t broken;
	uint32_t tested;
	uint32_t nr_suspends;
	/* Between fake-offlining a big block and removing it; times that offlining
	 * went round there, in this block. */
	bool bbm_dropped, bbm_tried;
	unsigned int nr_rounds;
	struct mo_watch watch;
	struct operation ops[MO_MAX_CPUS];
};

static void broken(struct observer *o, enum claim claim)
{
	o->broken |= 1u << claim;
}

static void tested(struct observer *o, enum claim claim)
{
	o->tested |= 1u << claim;
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
 * drivers for a count, has counted it.  In the region of virtio-mem it may be about to
 * be unplugged: of the driver's own pages nothing tells it apart. */
static bool is_answered(const struct world *w, unsigned long pfn)
{
	if (pfn_of_virtio_mem(w, pfn) && view_virtio_mem_bound(w))
		return true;
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

static void remember(struct observer *o, struct operation *op,
		     const struct world *w)
{
	op->remembered = true;
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		op->was[pfn] = page ? 0 : WAS_GARBAGE;
		if (!page || !stays_offline(page))
			continue;
		op->was[pfn] = WAS_OFFLINE;
		tested(o, CLAIM_no_count_read);
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
		tested(o, CLAIM_not_in_the_buddy);
		tested(o, CLAIM_cancel_restores);
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

		if (!(op->was[pfn] & WAS_NOBODYS))
			continue;
		tested(o, CLAIM_owner_keeps_pages);
		if (!page || !view_is_offline(page))
			broken(o, CLAIM_owner_keeps_pages);
	}
}

static void judge_onlining(struct observer *o, const struct operation *op,
			   const struct world *w)
{
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (!(op->was[pfn] & WAS_GARBAGE) || !page ||
		    !view_pb_unplugged(w, pfn))
			continue;
		tested(o, CLAIM_reonline_hides);
		if (!view_is_offline(page))
			broken(o, CLAIM_reonline_hides);
	}
}

/* A big block is ADDED again and something of it is still out of use; not while
 * somebody brings a part of it online. */
static void judge_rollback(struct observer *o, const struct world *w)
{
	unsigned long unit, id;

	if (!view_virtio_mem_bound(w) || view_virtio_mem_in_sbm(w) ||
	    view_nr_in_flight(w) > 1)
		return;
	unit = view_virtio_mem_unit(w);
	for (id = view_virtio_mem_first_id(w); id < view_virtio_mem_next_id(w); id++) {
		if (view_virtio_mem_state(w, id) != VIRTIO_MEM_BBM_BB_ADDED)
			continue;
		if (o->bbm_tried)
			tested(o, CLAIM_bbm_rolls_back);
		for (unsigned long pfn = id * unit; pfn < (id + 1) * unit; pfn++) {
			view_page_t page = view_page(w, pfn);

			if (page && view_offline_by_nobody(w, pfn, page))
				broken(o, CLAIM_bbm_rolls_back);
		}
	}
}

static void judge_others(struct observer *o, struct operation *op,
			 const struct world *w)
{
	bool others_ran = op->nr_suspends != view_nr_suspends(w);

	if (op->code == OP_virtio_mem_run_wq) {
		judge_rollback(o, w);
		o->bbm_tried = false;
	}
	if (others_ran && is_offlining(op->code))
		tested(o, CLAIM_not_allocated);
	o->nr_suspends = view_nr_suspends(w);
}

static void op_begins(void *arg, const struct world *w, uint8_t code)
{
	struct observer *o = arg;
	struct operation *op = &o->ops[view_current_task(w)];

	op->code = code;
	op->remembered = op->walks = false;
	op->nr_suspends = view_nr_suspends(w);
	if (is_observed(w) && (is_offlining(code) || is_onlining(code)))
		remember(o, op, w);
}

static void op_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	struct observer *o = arg;
	struct operation *op = &o->ops[view_current_task(w)];

	op->walks = false;
	if (is_observed(w))
		judge_others(o, op, w);
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
		tested(o, CLAIM_dump_tools);
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
	tested(o, CLAIM_one_drain);
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++) {
		view_page_t page = view_page(w, pfn);

		if (page && view_flag(page, PG_pcp) &&
		    view_block_state(w, pfn_to_block(w, pfn)) ==
			    MEM_GOING_OFFLINE)
			broken(o, CLAIM_one_drain);
	}
}

static void judge_walkers(struct observer *o, const struct world *w,
			  unsigned int point)
{
	struct operation *op = &o->ops[view_current_task(w)];

	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (o->ops[cpu].walks && &o->ops[cpu] != op)
			tested(o, CLAIM_stray_reference);
	if (op->code == OP_get_page_unless_zero && point == SP_PFN_WALKER)
		op->walks = true;
}

static bool is_being_unplugged(const struct world *w, unsigned long id)
{
	return view_virtio_mem_state(w, id) == VIRTIO_MEM_BBM_BB_FAKE_OFFLINE;
}

/* From the moment on that the driver drops its mutex. */
static void judge_kept_offline(struct observer *o, const struct world *w)
{
	unsigned long unit = view_virtio_mem_unit(w);
	unsigned long id = view_virtio_mem_first_id(w);

	for (; id < view_virtio_mem_next_id(w); id++) {
		if (!is_being_unplugged(w, id))
			continue;
		for (unsigned long pfn = id * unit; pfn < (id + 1) * unit; pfn++) {
			view_page_t page = view_page(w, pfn);

			if (!page || !view_section_online(w, pfn))
				continue;
			tested(o, CLAIM_bbm_kept_offline);
			if (!view_is_offline(page))
				broken(o, CLAIM_bbm_kept_offline);
		}
	}
}

/* The worker offlines a big block: DISSOLVE is passed once a round. */
static void judge_rounds(struct observer *o, unsigned int point)
{
	if (point == SP_GOING_OFFLINE)
		o->nr_rounds = 0;
	if (point != SP_DISSOLVE)
		return;
	tested(o, CLAIM_bbm_never_loops);
	if (++o->nr_rounds > 1)
		broken(o, CLAIM_bbm_never_loops);
}

static void judge_safe_unplug(struct observer *o, const struct world *w,
			      unsigned int point)
{
	bool worker = o->ops[view_current_task(w)].code == OP_virtio_mem_run_wq;

	if (!view_virtio_mem_bound(w) || view_virtio_mem_in_sbm(w))
		return;
	if (worker && point == SP_VIRTIO_MEM_OFFLINE_AND_REMOVE)
		o->bbm_dropped = o->bbm_tried = true;
	if (worker && point == SP_VIRTIO_MEM_FAKE_OFFLINE)
		o->bbm_tried = true;
	if (worker && point == SP_VIRTIO_MEM_REMOVED)
		o->bbm_dropped = false;
	if (o->bbm_dropped)
		judge_kept_offline(o, w);
	if (o->bbm_dropped && worker)
		judge_rounds(o, point);
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
	if (point == SP_SCAN)
		tested(o, CLAIM_always_ends);
	judge_walkers(o, w, point);
	judge_safe_unplug(o, w, point);
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
	o->tested = 0;
	o->nr_suspends = 0;
	o->bbm_dropped = o->bbm_tried = false;
	o->nr_rounds = 0;
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		o->ops[cpu].code = OP_nop;
		o->ops[cpu].walks = false;
	}
	return &o->watch;
}

uint32_t observer_tested(const struct observer *o)
{
	return o->tested;
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
