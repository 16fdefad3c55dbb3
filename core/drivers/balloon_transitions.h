/* SPDX-License-Identifier: GPL-2.0-only */
/* L3: rows of balloon_transitions.def, and which of them happened in this run. */
#ifndef MO_DRIVERS_BALLOON_TRANSITIONS_H
#define MO_DRIVERS_BALLOON_TRANSITIONS_H

#include "../mm/world.h"

enum balloon_transition {
#define TRANSITION(owner, name, text, scenario) BALLOON_##owner##_##name,
#include "balloon_transitions.def"
#undef TRANSITION
	BALLOON_TRANSITION_NR
};

_Static_assert(BALLOON_TRANSITION_NR <= 64, "world->balloon_seen has one bit each");

static inline void balloon_seen(struct world *w, enum balloon_transition t)
{
	w->balloon_seen |= 1ull << t;
}

#endif
