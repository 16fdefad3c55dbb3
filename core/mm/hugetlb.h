/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: hugetlb folios and their pool, as far as offlining meets them.
 * mm/hugetlb.c, 6.17.  hstates[0]: pageblock_order; hstates[1]: gigantic, two
 * memory blocks.
 */
#ifndef MO_MM_HUGETLB_H
#define MO_MM_HUGETLB_H

#include "page_alloc.h"

void hugetlb_init(struct world *w);
struct hstate *folio_hstate(struct world *w, struct page *head);
bool hugepage_migration_supported(const struct world *w,
				  const struct hstate *h);
/* From the pool, else surplus from the allocator; refcount 1.  NULL: none. */
struct page *alloc_hugetlb_folio(struct world *w, struct hstate *h,
				 unsigned int nid);
/* A page that was reserved, refcount 1; NULL: nothing is reserved, or the fault
 * failed, and then it is reserved again. */
struct page *hugetlb_fault(struct world *w, struct hstate *h, unsigned int nid);
/* delta > 0: reserves as many more, with surplus pages where the pool has not enough;
 * -ENOMEM and nothing reserved.  delta < 0: gives up reservations, at most all. */
int hugetlb_acct_memory(struct world *w, struct hstate *h, long delta,
			unsigned int nid);
int demote_pool_huge_page(struct world *w, struct hstate *src, unsigned int nid);
/* Last reference gone: back to the pool, or to the buddy when surplus. */
void free_huge_folio(struct world *w, struct page *head);
/* nr_hugepages: grows or shrinks the pool; returns the folios free in it. */
long set_max_huge_pages(struct world *w, struct hstate *h, long count,
			unsigned int nid);
/* 0: gone or not a free hugetlb folio.  -EBUSY, -ENOMEM. */
int dissolve_free_hugetlb_folio(struct world *w, struct page *page);
int dissolve_free_hugetlb_folios(struct world *w, unsigned long start_pfn,
				 unsigned long end_pfn);
/* Off the active set, one reference held by the isolator. */
bool folio_isolate_hugetlb(struct world *w, struct page *head,
			   struct page_list *list);
void move_hugetlb_state(struct world *w, struct page *src, struct page *dst);
void folio_putback_hugetlb(struct world *w, struct page *head);
/* For migration: pool first, then a temporary folio. */
struct page *alloc_hugetlb_folio_nodemask(struct world *w, struct hstate *h,
					  unsigned int nid, unsigned int nmask,
					  bool pin);

#endif
