/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What check/view.h needs of the source lane.  The real structures are looked at
 * through kern/look.c, page by page where one changed, and stand in struct world
 * in the terms of core/: kernel and core/ use the same names for their types, so
 * no file can include the headers of both.  The accessors of view.h are then the
 * same for all subjects.
 */
#ifndef LANE_VIEW_SOURCE_H
#define LANE_VIEW_SOURCE_H

#define MO_ISOLATION_KEEPS_TYPE false

struct world;

/* The kernel ran since the last look. */
extern bool lane_stale;

void lane_look(struct world *w);

/* Worlds are never const objects: see check/violation.c. */
static inline void view_sync(const struct world *w)
{
	if (unlikely(lane_stale))
		lane_look((struct world *)w);
}

#endif
