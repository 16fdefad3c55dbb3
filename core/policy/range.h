/* SPDX-License-Identifier: GPL-2.0-only */
/* What the designs share: walking a fake-offlined range. */
#ifndef MO_POLICY_RANGE_H
#define MO_POLICY_RANGE_H

#include "policy.h"

/*
 * Takes [pfn, pfn + nr_pages) from the buddy, order-0 pages of refcount 1, and
 * makes each PageOffline; they leave the managed pages.  0 or negative errno.
 */
int take_range(struct world *w, unsigned long pfn, unsigned long nr_pages);

typedef void (*page_fn)(struct world *w, struct page *page);

void for_each_page(struct world *w, unsigned long pfn, unsigned long nr_pages,
		   page_fn fn);

/*
 * Gives the range back in the largest aligned chunks of pages that are alike:
 * never_onlined() ones as at onlining, the others through give_back().
 */
void give_range(struct world *w, unsigned long pfn, unsigned long nr_pages,
		bool (*never_onlined)(const struct page *page),
		page_fn prepare_never_onlined, page_fn give_back);

extern const struct page_offline_ops page_offline_legacy;
extern const struct page_offline_ops page_offline_skippable;
extern const struct page_offline_ops page_offline_frozen;

#endif
