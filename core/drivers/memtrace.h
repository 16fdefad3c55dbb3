/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L3: hardware trace buffers: a contiguous range of each node that nobody else may
 * touch.  arch/powerpc/platforms/powernv/memtrace.c, 6.12.
 */
#ifndef MO_DRIVERS_MEMTRACE_H
#define MO_DRIVERS_MEMTRACE_H

#include "../mm/world.h"

void memtrace_init(struct world *w);
/*
 * Frees what there is, then takes nr_blocks memory blocks' worth of pages from each
 * node that has them; 0: only frees.  Number of nodes, at most MAX_NUMNODES.
 */
int memtrace_enable_set(struct world *w, unsigned int nr_blocks);
/* Poisoned pages of a buffer went offline: it gives up the rest.  A kernel would read
 * their memmap when it frees them. */
void memtrace_forget_lost(struct world *w);
/* The page belongs to a trace buffer. */
bool memtrace_owns(const struct world *w, unsigned long pfn);

#endif
