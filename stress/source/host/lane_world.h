/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine, and the struct world in which its state is shown. */
#ifndef LANE_WORLD_H
#define LANE_WORLD_H

#include "mm/world.h"
#include "view_source.h"

/* There is one: the variables of a kernel are singletons.  NULL: not booted. */
extern struct world *lane_world;

/* conform.sh lets findings happen which the model has, too.  Those that the kernel
 * half steps around by itself it has not.  False at first. */
extern bool lane_is_compared;

/* The memory of the geometry is that of the lane's own; the device may be another. */
bool lane_has_geometry(const struct mo_geometry *geo);

/* The kernel ran: counters of zones are read at once, pages when asked for. */
void lane_changed(struct world *w);
/* In the middle of an operation, locks are held. */
void lane_running(struct world *w);
/* As lane_changed(), after memory came or went. */
void lane_resized(struct world *w);
/* look.c; lane_look() is in view_source.h */
void lane_look_init(struct world *w);
void lane_look_counters(struct world *w);
/* virtio_mem.c: struct virtio_mem shows what the kernel's driver knows */
void lane_look_driver(struct world *w);
void lane_look_reset(struct world *w);
/* Pages of allocations above order 0; see subject_source.h. */
void lane_note_larger(unsigned long pfn, unsigned int order);
bool lane_is_part_of_larger(unsigned long pfn);
/* folio_isolate_lru() took it, an operation has it until it puts it back. */
void lane_mark_isolated(unsigned long pfn, bool isolated);

#endif
