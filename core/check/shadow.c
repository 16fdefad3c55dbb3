/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "inv.h"

bool shadow_init(struct shadow *s, const struct world *w)
{
	s->owner = calloc(view_nr_pfns(w), sizeof(*s->owner));
	s->nr_owned = calloc(view_nr_blocks(w), sizeof(*s->nr_owned));
	return s->owner && s->nr_owned;
}

void shadow_free(struct shadow *s)
{
	free(s->owner);
	free(s->nr_owned);
}

static void shadow_set(struct shadow *s, const struct world *w,
		       unsigned long pfn, unsigned long nr_pages,
		       unsigned int owner)
{
	for (unsigned long i = pfn; i < pfn + nr_pages; i++) {
		s->owner[i] = (uint16_t)(owner + 1);
		s->nr_owned[pfn_to_block(w, i)]++;
	}
	s->held[owner].pfn = pfn;
	s->held[owner].nr_pages = nr_pages;
	s->held[owner].bereft = false;
	if (owner >= s->nr_owners)
		s->nr_owners = owner + 1;
}

static void shadow_clear(struct shadow *s, const struct world *w,
			 unsigned int owner)
{
	unsigned long pfn = s->held[owner].pfn;
	unsigned long end = pfn + s->held[owner].nr_pages;

	for (; pfn < end; pfn++) {
		s->owner[pfn] = SHADOW_NOBODY;
		s->nr_owned[pfn_to_block(w, pfn)]--;
	}
	s->held[owner].nr_pages = 0;
}

/*
 * As shadow_clear(), when more than left references stand on the first page of
 * the object: somebody pins it.  A reference always is on the first page.
 */
static void shadow_release(struct shadow *s, const struct world *w,
			   unsigned int owner, int left)
{
	unsigned long pfn = s->held[owner].pfn;
	view_page_t page = view_page(w, pfn);

	shadow_clear(s, w, owner);
	if (!page || view_refcount(page) <= left || view_is_buddy(page))
		return;
	s->owner[pfn] = SHADOW_PINNED;
	if (s->nr_pinned < SHADOW_PINNED_MAX)
		s->pinned[s->nr_pinned] = pfn;
	s->nr_pinned++;
}

void shadow_reset(struct shadow *s, const struct world *w)
{
	for (unsigned int owner = 0; owner < s->nr_owners; owner++)
		if (s->held[owner].nr_pages)
			shadow_clear(s, w, owner);
	memset(s->held, 0, s->nr_owners * sizeof(s->held[0]));
	s->nr_owners = 0;
	if (s->nr_pinned > SHADOW_PINNED_MAX)
		memset(s->owner, 0, view_nr_pfns(w) * sizeof(*s->owner));
	else
		for (unsigned int i = 0; i < s->nr_pinned; i++)
			s->owner[s->pinned[i]] = SHADOW_NOBODY;
	s->nr_pinned = 0;
	s->migrated = 0;
	s->poisoned = 0;
	s->offlined = 0;
}

_Noreturn cold noinline void inv_shadow_owner(const struct world *w,
					      unsigned long pfn,
					      const char *what, int owner,
					      int known)
{
	violation(w, INV_shadow_owner, pfn, "%s: owner %d, known owner %d", what,
		  owner, known);
}

/*
 * May a page of an isolated pageblock be handed out?  From a per-CPU list, where
 * it was before, while nobody disabled the lists; as part of a gigantic huge
 * page, whose pool looks at the first pageblock only; and when somebody else may
 * have isolated it since it was taken.
 */
static bool may_be_isolated(const struct world *w, unsigned long pfn,
			    unsigned long nr_pages)
{
	view_page_t page = view_page(w, pfn);

	return (view_pcp_high(w, view_pb_zone(w, pfn), 0) &&
		nr_pages <= pageblock_nr_pages(w)) ||
	       view_nr_in_flight(w) > 1 || view_others_ran(w) ||
	       (view_flag(page, PG_tail) &&
		view_head_offset(page) >= pageblock_nr_pages(w));
}

static void shadow_check_handed_out(const struct shadow *s,
				    const struct world *w, unsigned long pfn,
				    unsigned long nr_pages, unsigned int owner)
{
	int me = (int)owner;

	for (unsigned long i = pfn; i < pfn + nr_pages; i++) {
		view_page_t page = view_page(w, i);

		if (shadow_owned(s, i))
			inv_shadow_owner(w, i, "handed out twice", me,
					 shadow_owner(s, i));
		if (!page || !view_section_online(w, i))
			inv_shadow_owner(w, i, "handed out while offline", me,
					 -1);
		/* Poison can strike between the allocation and this place. */
		if (view_flag(page, PG_hwpoison) && !view_interleaved(w))
			inv_poisoned_never_allocated(w, i, "handed out");
		if (view_is_buddy(page))
			inv_shadow_owner(w, i, "handed out while PageBuddy", me,
					 -1);
		if (view_pb_unplugged(w, i))
			inv_unplugged_never_free(w, i, "handed out");
		if (view_pb_isolated(w, i) && !may_be_isolated(w, i, nr_pages))
			inv_shadow_owner(w, i, "handed out while isolated", me,
					 -1);
	}
	if (covering_free_page(w, pfn) != VIEW_HEAD)
		inv_shadow_owner(w, pfn, "handed out inside a free page", me, -1);
}

/*
 * --- migration ---
 *
 * The shadow learns of it when an operation ends.  With others in flight that is
 * too late to tell who owns what at this moment, so that only what an operation is
 * handed itself is judged there (view_interleaved()).
 */

/* Its folio moved to another pfn. */
static bool owner_moved(const struct shadow *s, const struct world *w,
			unsigned int owner)
{
	unsigned long pfn = view_owner_pfn(w, owner);

	return s->held[owner].mapped && s->held[owner].nr_pages &&
	       pfn != VIEW_HEAD && pfn != s->held[owner].pfn;
}

/*
 * Its folio was taken away: by unmap_poisoned_folio(), or by the executor when
 * only pins are left.  Poison may have come and gone since.
 */
static bool owner_bereft(const struct shadow *s, const struct world *w,
			 unsigned int owner)
{
	return s->held[owner].mapped && s->held[owner].nr_pages &&
	       view_owner_pfn(w, owner) == VIEW_HEAD;
}

/*
 * First everybody lets go, then everybody takes: B may have moved to where A
 * was, whatever their numbers are.
 */
void shadow_move(struct shadow *s, const struct world *w)
{
	unsigned long nr_pages[MO_MAX_OWNERS];

	for (unsigned int owner = 0; owner < s->nr_owners; owner++) {
		nr_pages[owner] = 0;
		if (owner_bereft(s, w, owner)) {
			/* pins may be left */
			shadow_release(s, w, owner, 0);
			s->held[owner].bereft = true;
		} else if (owner_moved(s, w, owner)) {
			nr_pages[owner] = s->held[owner].nr_pages;
			/* movable_ops pages move away from under their pins */
			shadow_release(s, w, owner, 0);
		}
	}
	for (unsigned int owner = 0; owner < s->nr_owners; owner++) {
		unsigned long pfn = view_owner_pfn(w, owner);

		if (!nr_pages[owner])
			continue;
		if (!view_interleaved(w))
			shadow_check_handed_out(s, w, pfn, nr_pages[owner],
						owner);
		shadow_set(s, w, pfn, nr_pages[owner], owner);
	}
}

void shadow_follow(struct shadow *s, const struct world *w)
{
	if (likely(s->migrated == view_nr_migrated(w) &&
		   s->poisoned == view_nr_poisoned(w) &&
		   s->offlined == view_nr_offlined_blocks(w)))
		return;
	s->migrated = view_nr_migrated(w);
	s->poisoned = view_nr_poisoned(w);
	s->offlined = view_nr_offlined_blocks(w);
	shadow_move(s, w);
}

/* --- what the executor says --- */

static bool range_is_owned(const struct shadow *s, unsigned long pfn,
			   unsigned long nr_pages)
{
	for (unsigned long i = pfn; i < pfn + nr_pages; i++)
		if (shadow_owned(s, i))
			return true;
	return false;
}

void check_owned(struct check *c, const struct world *w, unsigned long pfn,
		 unsigned long nr_pages, unsigned int owner)
{
	struct shadow *s = &c->shadow;

	MUST(owner < MO_MAX_OWNERS);
	MUST(nr_pages && pfn + nr_pages <= view_nr_pfns(w));
	/* It lost a folio before, unnoticed, and has mapped the next one. */
	if (unlikely(s->held[owner].mapped && s->held[owner].nr_pages))
		shadow_release(s, w, owner, 0);
	MUST(!s->held[owner].nr_pages);
	if (unlikely(range_is_owned(s, pfn, nr_pages)))
		shadow_move(s, w);
	shadow_check_handed_out(s, w, pfn, nr_pages, owner);
	shadow_set(s, w, pfn, nr_pages, owner);
	s->held[owner].mapped = view_owner_pfn(w, owner) != VIEW_HEAD;
}

void check_pinned(struct check *c, const struct world *w)
{
	shadow_move(&c->shadow, w);
}

void check_disowned(struct check *c, const struct world *w, unsigned long pfn,
		    unsigned long nr_pages, unsigned int owner)
{
	struct shadow *s = &c->shadow;

	MUST(owner < MO_MAX_OWNERS);
	MUST(pfn < view_nr_pfns(w));
	if (s->held[owner].pfn != pfn || owner_bereft(s, w, owner))
		shadow_move(s, w);
	if (s->held[owner].bereft)
		return;
	if (s->held[owner].pfn != pfn || s->held[owner].nr_pages != nr_pages ||
	    s->owner[pfn] != owner + 1)
		inv_shadow_owner(w, pfn, "freed by somebody else", (int)owner,
				 shadow_owner(s, pfn));
	shadow_release(s, w, owner, 1);
}
