/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: the LRU and its per-CPU batches.  mm/swap.c, mm/vmscan.c, 6.17. */
#ifndef MO_MM_SWAP_H
#define MO_MM_SWAP_H

#include "page_alloc.h"

void folio_add_lru(struct world *w, struct page *head);
void lru_add_drain_cpu(struct world *w, unsigned int cpu);
void lru_add_drain_all(struct world *w);
void lru_cache_disable(struct world *w);
void lru_cache_enable(struct world *w);
/* 0: off the LRU, the caller holds one more reference.  -EBUSY. */
int folio_isolate_lru(struct world *w, struct page *head);
void folio_putback_lru(struct world *w, struct page *head);
/* The folio leaves the LRU because its last reference is gone. */
void __page_cache_release(struct world *w, struct page *head);

#endif
