/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: the judge.  Reads a world, writes nothing into it but the violation it
 * raises, and leaves through world->violation.leave.
 *
 *   c = check_create(w);                  once per geometry, w at its image
 *   check_begin(c, w);                    each input, after world_reset()
 *     world_begin_op(w, cpu);
 *       ... run one operation, tell check_owned()/check_disowned() ...
 *     check_step(c, w, level);            after each operation
 *   check_end(c, w, 3);                   once, at quiescence
 *
 * level 0 costs nothing: do not call this interface at all.
 *       1 O(1) counters, 2 adds the pages touched by the operation, 3 adds the
 *       memory blocks touched since the reset.
 * No allocation after check_create().
 */
#ifndef MO_CHECK_H
#define MO_CHECK_H

#include "../mm/world.h"
#include "violation.h"

struct check;

/*
 * Takes the baseline of w as it stands, so w must be just created or just
 * reset.  NULL: out of memory.  w is not kept.
 */
struct check *check_create(const struct world *w);
void check_destroy(struct check *c);

/* A new input: w was reset.  Costs O(what the last input owned). */
void check_begin(struct check *c, const struct world *w);
/* After each operation, with no lock held and nothing in flight. */
void check_step(struct check *c, const struct world *w, int level);
/* At quiescence: after the last operation, whatever is still allocated. */
void check_end(struct check *c, const struct world *w, int level);

/*
 * --- attempts ---
 *
 * Around one operation that works on the range [start_pfn, end_pfn) and must
 * restore everything when it fails (failed_attempt_restores and
 * pageblock_type_preserved).  Attempts of one task do not nest; each task may
 * have one.  Call them when checking at level 2 or above; ret < 0: it failed.
 */
enum check_attempt {
	ATTEMPT_ISOLATE,	/* start_isolate_page_range */
	ATTEMPT_CONTIG,		/* alloc_contig_range, fake_offline */
	ATTEMPT_OFFLINE,	/* device_offline of one memory block */
	ATTEMPT_ONLINE,		/* device_online of one memory block */
	ATTEMPT_OFFLINE_AND_REMOVE,
	ATTEMPT_NR
};

void check_attempt_begin(struct check *c, const struct world *w,
			 enum check_attempt kind, unsigned long start_pfn,
			 unsigned long end_pfn);
/* Before check_step() of the same operation. */
void check_attempt_end(struct check *c, const struct world *w, int ret);

/*
 * --- shadow: the naive truth, one owner per pfn ---
 *
 * owner: the executor's slot of the object, below MO_MAX_OWNERS.  The object
 * that w->rmap[owner] maps must use the same number: the shadow follows its
 * migrations by itself, in check_step().
 *
 * check_owned(): after pages were handed out (alloc_pages, folio_alloc,
 * zs_malloc, alloc_hugetlb_folio, alloc_contig_range ...) and mapped, all
 * nr_pages of them; within the operation that did it.
 * check_disowned(): right before the owner drops its reference, or right before
 * the last pin goes that outlived the owner; pfn is where the object is now.
 * What somebody else still references then is nobody's, but not lost.
 * A folio that memory_failure() took from its owner (w->rmap[owner] became 0) is
 * disowned by itself; to disown it again does nothing.
 */
void check_owned(struct check *c, const struct world *w, unsigned long pfn,
		 unsigned long nr_pages, unsigned int owner);
/* Right before an owner's rmap ends while pins keep the folio: where it is now is
 * the last place that is known. */
void check_pinned(struct check *c, const struct world *w);
void check_disowned(struct check *c, const struct world *w, unsigned long pfn,
		    unsigned long nr_pages, unsigned int owner);

/*
 * May offlining [start_pfn, end_pfn) stand still for ever?  True when some page
 * there is legitimately stuck (pinned, isolated by somebody, kernel memory,
 * reserved, without a migration target ...) or a fail point is armed for every
 * time.  The executor's stall hook: excused -> deliver a signal, else raise
 * offline_progress.
 */
bool check_stall_excused(const struct check *c, const struct world *w,
			 unsigned long start_pfn, unsigned long end_pfn);

/*
 * An invariant broke that the design cannot keep (policies.def): by the mechanism
 * that is known of the design?  design.c
 */
bool check_breaks_by_design(const struct check *c, const struct world *w);

/* Of all that later judgements depend on. */
uint64_t check_state_hash(const struct check *c, const struct world *w);

#endif
