/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: compaction as far as isolation and movable_ops need it.  mm/compaction.c. */
#ifndef MO_MM_COMPACTION_H
#define MO_MM_COMPACTION_H

#include "page_alloc.h"

/* Frees [start_pfn, end_pfn), all of it isolated and free, from the buddy into
 * order-0 pages of refcount 0.  Returns end_pfn, or 0 when a page is not free. */
unsigned long isolate_freepages_range(struct world *w, unsigned long start_pfn,
				      unsigned long end_pfn);
/* Moves movable pages from the start of the zone to its end; pages moved. */
int compact_zone(struct world *w, struct zone *zone);

/*
 * fs/proc/page.c:kpageflags_read: flags of the pages in [start_pfn, end_pfn) whose
 * section is online.  Returns how many there were.
 */
unsigned long kpageflags_read(struct world *w, unsigned long start_pfn,
			      unsigned long end_pfn);

#endif
