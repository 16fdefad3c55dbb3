/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: folio migration and non-LRU (movable_ops) migration.  mm/migrate.c, 6.17. */
#ifndef MO_MM_MIGRATE_H
#define MO_MM_MIGRATE_H

#include "page_alloc.h"

/* include/linux/migrate.h:struct movable_operations */
struct movable_operations {
	const char *name;
	/* Called with a reference held; true: the driver let it go. */
	bool (*isolate_page)(struct world *w, struct page *page);
	/* 0: dst took over; -EAGAIN, -ENOENT or another errno: src unchanged. */
	int (*migrate_page)(struct world *w, struct page *dst,
			    struct page *src);
	void (*putback_page)(struct world *w, struct page *page);
};

/* Index for page->mops. */
unsigned int register_movable_ops(struct world *w,
				  const struct movable_operations *ops);
void set_page_movable_ops(struct world *w, struct page *page,
			  unsigned int index, enum pagetype type);

void clear_page_movable_ops(struct world *w, struct page *page);

/* Takes the folio off the LRU, the driver's or the hugetlb list, keeps one
 * reference for the list.  False: busy, nothing changed. */
bool isolate_folio_to_list(struct world *w, struct page *head,
			   struct page_list *list);

/* Where new folios come from. */
struct migration_target_control {
	unsigned int nid;
	unsigned int nmask;	/* nodes that may be used, BIT(node) */
	bool highmem;		/* ZONE_MOVABLE too for what is not there now */
	bool longterm;		/* MR_LONGTERM_PIN: not to ZONE_MOVABLE, not to CMA */
	bool keep_source;	/* MR_MEMORY_FAILURE: the old page keeps the list's
				 * reference, which is the caller's then */
};

/*
 * Migrates what it can; what is left on the list could not be moved.  Returns
 * the number of folios left, or negative errno.
 */
int migrate_pages(struct world *w, struct page_list *from,
		  const struct migration_target_control *mtc);
void putback_movable_pages(struct world *w, struct page_list *list);

#endif
