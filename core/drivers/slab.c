/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of slabs, of order 0 and of no use here: since 6.14 they have no reference
 * count, which takes them out of reach of all who try for a reference, and of
 * offlining's question whether anybody has one.  mm/slub.c, 7.2.
 */
#include "../mm/page_alloc.h"
#include "slab.h"

/* mm/slub.c:alloc_slab_page.  The type comes after the page: in between nothing tells
 * it from one that is being freed. */
struct page *alloc_slab_page(struct world *w, unsigned int nid)
{
	struct page *page = kernel_until(w, 6_12) ?
				    alloc_pages(w, GFP_KERNEL, 0, nid) :
				    alloc_frozen_pages(w, GFP_KERNEL, 0, nid);

	if (page)
		__page_set_type(w, page, PGTY_slab);
	return page;
}

/* mm/slub.c:__free_slab */
void free_slab_page(struct world *w, struct page *page)
{
	__page_clear_type(w, page, PGTY_slab);
	if (kernel_until(w, 6_12))
		__free_pages(w, page, 0);
	else
		free_frozen_pages(w, page, 0);
}
