/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: rows of page_transitions.def, and which of them happened in this run. */
#ifndef MO_MM_PAGE_TRANSITIONS_H
#define MO_MM_PAGE_TRANSITIONS_H

#include "world.h"

enum page_transition {
#define TRANSITION(who, name, text, scenario) PAGE_##who##_##name,
#include "page_transitions.def"
#undef TRANSITION
	PAGE_TRANSITION_NR
};

_Static_assert(PAGE_TRANSITION_NR <= 64 * 2, "world->page_seen has one bit each");

static inline void page_seen(struct world *w, enum page_transition t)
{
	w->page_seen[t / 64] |= 1ull << (t % 64);
}

#endif
