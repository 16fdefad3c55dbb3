/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checkers remember and may judge by later: the shadow and the attempts
 * in flight.  The owner of each pfn follows from what each owner holds.
 */
#include "../lib/hash.h"
#include "inv.h"

static uint64_t hash_attempt(uint64_t h, const struct attempt *a,
			     const struct world *w)
{
	unsigned long pfn = pageblock_start_pfn(w, a->start_pfn);
	unsigned long last = pfn_to_block(w, a->end_pfn - 1);
	struct attempt copy;

	memcpy(&copy, a, sizeof(copy));
	/* Only whether others ran in between is asked. */
	copy.nr_suspends = a->nr_suspends != view_nr_suspends(w);
	h = hash_bytes(h, &copy, sizeof(copy));
	for (; pfn < a->end_pfn; pfn += pageblock_nr_pages(w))
		h = hash_bytes(h, &a->pageblocks[pfn >> view_pageblock_order(w)],
			       sizeof(*a->pageblocks));
	for (unsigned long b = pfn_to_block(w, a->start_pfn); b <= last; b++)
		h = hash_bytes(h, &a->blocks[b], sizeof(*a->blocks));
	return h;
}

uint64_t check_state_hash(const struct check *c, const struct world *w)
{
	const struct shadow *s = &c->shadow;
	unsigned int nr_pinned = (unsigned int)mo_min(s->nr_pinned,
						      SHADOW_PINNED_MAX);
	uint64_t h = hash_u64(s->nr_owners, s->nr_pinned), pinned = 0;

	h = hash_bytes(h, s->held, s->nr_owners * sizeof(s->held[0]));
	h = hash_u64(h, s->migrated);
	h = hash_u64(h, s->poisoned);
	h = hash_u64(h, s->offlined);
	for (unsigned int i = 0; i < nr_pinned; i++)
		pinned += hash_finish(s->pinned[i] << 16 |
				      s->owner[s->pinned[i]]);
	h = hash_u64(h, pinned);
	for (unsigned int i = 0; i < MO_MAX_CPUS; i++)
		if (c->attempts[i].active)
			h = hash_attempt(hash_u64(h, i), &c->attempts[i], w);
	return h;
}
