/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: who looks at memory without a reference or a lock that keeps it: users of
 * page_ext, pfn_valid(), /proc/kcore.  What protects them: RCU, and
 * page_offline_freeze().
 */
#ifndef MO_MM_WALKERS_H
#define MO_MM_WALKERS_H

#include "page_offline.h"
#include "world.h"

/* mm/util.c: who makes pages PageOffline and gives them away excludes readers of
 * their content; may sleep. */
static inline void page_offline_begin(struct world *w)
{
	mo_lock(w, &w->page_offline_rwsem, __func__);
}

static inline void page_offline_end(struct world *w)
{
	mo_unlock(w, &w->page_offline_rwsem, __func__);
}

/* Of memory that comes online: what its owner keeps from the buddy.  May sleep. */
static inline void page_offline_keep(struct world *w, unsigned long pfn,
				     unsigned long nr_pages)
{
	page_offline_begin(w);
	w->page_offline->keep_offline(w, pfn, nr_pages);
	page_offline_end(w);
}

/* 1: looked at it, 0: there was nothing to look at.  pfn is below nr_pfns. */
int page_ext_look(struct world *w, unsigned long pfn);
int pfn_valid_look(struct world *w, unsigned long pfn);
int kcore_read(struct world *w, unsigned long pfn);

/* --- the console --- */

/* printk(): the console's port is locked. */
void printk_page(struct world *w);
/* A character arrives: its buffer is allocated under the port's lock.  0, -ENOMEM. */
int tty_receive(struct world *w);

#endif
