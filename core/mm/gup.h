/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: pins of user pages.  mm/gup.c, 6.12. */
#ifndef MO_MM_GUP_H
#define MO_MM_GUP_H

#include "page_alloc.h"

/* include/linux/mm.h:folio_is_longterm_pinnable: neither in ZONE_MOVABLE nor CMA, and
 * nobody is about to take its pageblock. */
static inline bool folio_is_longterm_pinnable(struct world *w,
					      const struct page *head)
{
	enum migratetype mt = get_pageblock_migratetype(w, head);

	return mt != MIGRATE_CMA && mt != MIGRATE_ISOLATE &&
	       !is_zone_movable(page_zone(w, head));
}

/*
 * Pins the folio that owner maps, wherever it is.  FOLL_LONGTERM moves it first to
 * where it may stay.  Returns its head, one reference more; NULL and *err: -EFAULT
 * (maps none), -ENOMEM (nowhere to move it), -EAGAIN (the kernel tries for ever).
 */
struct page *pin_user_pages(struct world *w, unsigned int owner, bool longterm,
			    int *err);
/* last: no other pin of that owner is left. */
void unpin_user_page(struct world *w, struct page *head, bool last);

#endif
