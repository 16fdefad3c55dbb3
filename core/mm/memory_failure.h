/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: hardware poison as far as offlining meets it.  mm/memory-failure.c, 6.12. */
#ifndef MO_MM_MEMORY_FAILURE_H
#define MO_MM_MEMORY_FAILURE_H

#include "page_alloc.h"

/*
 * 0: contained (free page taken off the buddy, folio unmapped).  -EBUSY: flagged,
 * but still in use by somebody who cannot be told.  -EHWPOISON: was poisoned already,
 * or is part of a THP, which is not split here.  -ENXIO: the pfn is not online.
 * May sleep; Locks: takes mf_mutex, mem_hotplug_lock, pcp_batch_high_lock.
 */
int memory_failure(struct world *w, unsigned long pfn);
/*
 * The page is not broken yet: moved away from, and taken out.  0 (also when it was
 * poisoned already), -EBUSY: it could not be moved or taken out, nothing changed.
 * -ENOMEM: no place for it.  -EIO: not online, or of a kind that cannot be moved; -ENXIO: no
 * memory there.
 */
int soft_offline_page(struct world *w, unsigned long pfn);
/* 0, -EBUSY (in use, or not poisoned), -EIO (not online). */
int unpoison_memory(struct world *w, unsigned long pfn);
/* unmap_poisoned_folio(): the owner loses the page. */
void unmap_poisoned_folio(struct world *w, struct page *head);
/* mm/memory-failure.c:folio_clear_hugetlb_hwpoison: the poison of a hugetlb folio
 * that is given up goes back to the pages that have it. */
void folio_clear_hugetlb_hwpoison(struct world *w, struct page *head);

#endif
