/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine, and the struct world in which its state is shown. */
#ifndef LANE_WORLD_H
#define LANE_WORLD_H

#include "mm/world.h"
#include "view_source.h"

/* There is one: the variables of a kernel are singletons.  NULL: not booted. */
extern struct world *lane_world;

/* Also where findings are not stepped around: MOBILITY_GROUPING_OFF hides from
 * conform.sh what comes behind it.  False at first. */
extern bool lane_always_groups_by_mobility;

/* The kernel ran: counters of zones are read at once, pages when asked for. */
void lane_changed(struct world *w);
/* In the middle of an operation, locks are held. */
void lane_running(struct world *w);
/* As lane_changed(), after memory came or went. */
void lane_resized(struct world *w);
/* look.c; lane_look() is in view_source.h */
void lane_look_init(struct world *w);
void lane_look_counters(struct world *w);
void lane_look_reset(struct world *w);
/* Pages of allocations above order 0; see subject_source.h. */
void lane_note_larger(unsigned long pfn, unsigned int order);
bool lane_is_part_of_larger(unsigned long pfn);
/* folio_isolate_lru() took it, an operation has it until it puts it back. */
void lane_mark_isolated(unsigned long pfn, bool isolated);

#endif
