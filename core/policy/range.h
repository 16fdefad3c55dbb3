/* SPDX-License-Identifier: GPL-2.0-only */
/* What the designs share. */
#ifndef MO_POLICY_RANGE_H
#define MO_POLICY_RANGE_H

#include "policy.h"

/*
 * Takes [pfn, pfn + nr_pages) from the buddy, each page OFFLINE_SKIPPABLE; in
 * ZONE_MOVABLE it tries several times.  0, -ENOMEM or -EBUSY.
 */
int take_range(struct world *w, unsigned long pfn, unsigned long nr_pages);

typedef void (*page_fn)(struct world *w, struct page *page);

void for_each_page(struct world *w, unsigned long pfn, unsigned long nr_pages,
		   page_fn fn);

typedef void (*range_fn)(struct world *w, unsigned long pfn,
			 unsigned long nr_pages);

/*
 * Gives the range back in the largest aligned chunks of pages that are alike:
 * never_onlined() ones as at onlining, the others through give_back(), of a chunk.
 */
void give_range(struct world *w, unsigned long pfn, unsigned long nr_pages,
		bool (*never_onlined)(const struct page *page),
		page_fn prepare_never_onlined, range_fn give_back);

/* --- of the designs that go by PG_offline_skippable --- */

bool page_is_skippable(struct world *w, const struct page *page);
bool skippable_isolation_skips(struct world *w, const struct page *page,
			       bool mem_offline);
enum scan_verdict skippable_scan(struct world *w, const struct page *page);
/* The driver goes: the pages stay out, and nothing may offline them any more. */
void clear_skippable_range(struct world *w, unsigned long pfn,
			   unsigned long nr_pages);

/* --- of the designs that mark never-onlined pages with PG_dirty --- */

void dirty_keep_offline(struct world *w, unsigned long pfn,
			unsigned long nr_pages);
/*
 * A never-onlined page is about to be freed by setting its count to 0, whatever it
 * is (mm/mm_init.c:__free_pages_core).  The kernel does not look; whoever tried for
 * a reference and got one would then put it below zero.
 */
void check_sole_reference(struct world *w, struct page *page);
/* Clears the type and drops the driver's reference. */
void put_offline_page(struct world *w, struct page *page);
void dirty_fake_online(struct world *w, unsigned long pfn,
		       unsigned long nr_pages);

extern const struct page_offline_ops page_offline_legacy;
extern const struct page_offline_ops page_offline_skippable;
extern const struct page_offline_ops page_offline_frozen;
extern const struct page_offline_ops page_offline_isolate_notifier;

#endif
