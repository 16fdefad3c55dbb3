/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: hardware poison as far as offlining meets it.  mm/memory-failure.c, 6.17. */
#ifndef MO_MM_MEMORY_FAILURE_H
#define MO_MM_MEMORY_FAILURE_H

#include "page_alloc.h"

/*
 * 0: contained (free page taken off the buddy, LRU folio unmapped).  -EBUSY:
 * flagged but still in use.  -EHWPOISON: was poisoned already.  -ENXIO: the pfn
 * is not online.  -EOPNOTSUPP: kinds this model does not poison.
 */
int memory_failure(struct world *w, unsigned long pfn);
/* 0, -EBUSY (in use), -ENXIO, -EINVAL (not poisoned). */
int unpoison_memory(struct world *w, unsigned long pfn);
/* unmap_poisoned_folio(): the owner loses the page. */
void unmap_poisoned_folio(struct world *w, struct page *head);

#endif
