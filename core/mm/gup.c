/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pins.  mm/gup.c, 6.12.  A pin is one reference here, 1024 there: what matters to
 * migration is that there is one too many.
 */
#include <errno.h>

#include "gup.h"
#include "migrate.h"
#include "page_transitions.h"
#include "swap.h"

/* The kernel goes round until it has it, or a signal is pending. */
#define PIN_TRIES 4

static struct page *mapped_folio(struct world *w, unsigned int owner)
{
	return w->rmap[owner] ? pfn_to_page(w, w->rmap[owner] - 1ul) : NULL;
}

/*
 * mm/gup.c:check_and_migrate_movable_folios.  0: it may be pinned where it is.
 * -EAGAIN: it was moved, or could not be isolated; look it up again.
 */
static int check_and_migrate_movable_folio(struct world *w, struct page *head)
{
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	const struct migration_target_control mtc = {
		.nid = page_to_nid(w, head),
		.nmask = w->node_states[N_MEMORY],
		.longterm = true,
	};
	bool huge;

	if (folio_is_longterm_pinnable(w, head))
		return 0;
	/* What was pinned is unpinned, all of it. */
	put_page(w, head);
	if (!PageHuge(head))
		lru_add_drain_all(w);
	if (!isolate_folio_to_list(w, head, &list)) {
		page_seen(w, PAGE_PIN_LONGTERM_NOT_ISOLATED);
		return -EAGAIN;
	}
	huge = PageHuge(head);
	if (migrate_pages(w, &list, &mtc)) {
		putback_movable_pages(w, &list);
		page_seen(w, PAGE_PIN_LONGTERM_NOT_MOVED);
		return -ENOMEM;
	}
	page_seen(w, huge ? PAGE_PIN_LONGTERM_HUGETLB_MOVED :
			    PAGE_PIN_LONGTERM_MOVED);
	return -EAGAIN;
}

struct page *pin_user_pages(struct world *w, unsigned int owner, bool longterm,
			    int *err)
{
	struct page *head;

	for (int try = 0; try < PIN_TRIES; try++) {
		*err = -EFAULT;
		head = mapped_folio(w, owner);
		if (!head) {
			page_seen(w, PAGE_PIN_UNMAPPED);
			return NULL;
		}
		get_page(w, head);
		*err = 0;
		sched_point(w, SP_PINNED);
		if (longterm)
			*err = check_and_migrate_movable_folio(w, head);
		if (*err == -EAGAIN)
			continue;
		if (*err)
			return NULL;
		if (longterm)
			set_page_flag(w, head, PG_longterm_pinned);
		page_seen(w, longterm ? PAGE_PIN_LONGTERM_IN_PLACE :
					PAGE_PIN_SHORT);
		return head;
	}
	return NULL;
}

void unpin_user_page(struct world *w, struct page *head, bool last)
{
	page_seen(w, last ? PAGE_PIN_UNPIN_LAST : PAGE_PIN_UNPIN);
	if (last)
		clear_page_flag(w, head, PG_longterm_pinned);
	put_page(w, head);
}
