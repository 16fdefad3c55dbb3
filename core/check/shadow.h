/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: the naive second opinion.  One owner per pfn, no cleverness: an array
 * that knows nothing of buddies, lists or pageblocks.
 */
#ifndef MO_CHECK_SHADOW_H
#define MO_CHECK_SHADOW_H

#include "view.h"

/* In owner[]: owner + 1, or */
#define SHADOW_NOBODY 0
#define SHADOW_PINNED 0xffff /* its owner let go, somebody else still had it */

#define SHADOW_PINNED_MAX 1024

struct shadow {
	uint16_t *owner;	/* [pfns] */
	uint32_t *nr_owned;	/* [blocks], pages */
	struct {
		unsigned long pfn;
		unsigned long nr_pages;	/* 0: the owner holds nothing */
		bool mapped;		/* it can migrate: see view_owner_pfn() */
		bool bereft;		/* lost its folio to memory_failure() */
	} held[MO_MAX_OWNERS];
	unsigned int nr_owners;	/* highest owner so far, plus 1 */
	unsigned long pinned[SHADOW_PINNED_MAX];
	unsigned int nr_pinned;	/* above SHADOW_PINNED_MAX: not all are listed */
	uint32_t migrated;	/* stats.migrated that was followed */
	unsigned long poisoned;	/* num_poisoned_pages, likewise */
	uint32_t offlined;	/* stats.offlined_blocks, likewise */
};

bool shadow_init(struct shadow *s, const struct world *w);
void shadow_free(struct shadow *s);
/* Costs O(what is still held). */
void shadow_reset(struct shadow *s, const struct world *w);
/* Moves owners along with the folios that were migrated. */
void shadow_move(struct shadow *s, const struct world *w);
/* The same, if there is any sign that it would find something. */
void shadow_follow(struct shadow *s, const struct world *w);

static inline bool shadow_owned(const struct shadow *s, unsigned long pfn)
{
	return s->owner[pfn] != SHADOW_NOBODY && s->owner[pfn] != SHADOW_PINNED;
}

/* -1: nobody */
static inline int shadow_owner(const struct shadow *s, unsigned long pfn)
{
	return shadow_owned(s, pfn) ? s->owner[pfn] - 1 : -1;
}

static inline bool shadow_pinned(const struct shadow *s, unsigned long pfn)
{
	return s->owner[pfn] == SHADOW_PINNED;
}

/* The page became free: the last pin went. */
static inline void shadow_freed(struct shadow *s, unsigned long pfn)
{
	if (shadow_pinned(s, pfn))
		s->owner[pfn] = SHADOW_NOBODY;
}

#endif
