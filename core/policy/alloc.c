/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages leave the buddy to be logically offline, and return.  The interface that
 * pageoffline-without-refcount-proposal.txt sketches; the designs with reference
 * counts do the same by alloc_pages(), alloc_contig_range(), __SetPageOffline()
 * and back (drivers/virtio/virtio_mem.c, mm/balloon_compaction.c, drivers/xen).
 */
#include <errno.h>

#include "range.h"

static void set_offline(struct world *w, struct page *page,
			enum offline_kind kind)
{
	w->page_offline->make_offline(w, page, kind);
	adjust_managed_page_count(w, page, -1);
}

void make_page_offline(struct world *w, struct page *page,
		       enum offline_kind kind)
{
	VM_BUG_ON_PAGE(w, offline_rests_frozen(w, kind) && page_count(w, page),
		       "frozen_refcount", page,
		       "made offline while somebody holds a reference");
	set_offline(w, page, kind);
}

struct page *alloc_offline_pages(struct world *w, gfp_t gfp, unsigned int order,
				 unsigned int nid, enum offline_kind kind)
{
	struct page *page = offline_rests_frozen(w, kind) ?
				    alloc_frozen_pages(w, gfp, order, nid) :
				    alloc_pages(w, gfp, order, nid);

	if (!page)
		return NULL;
	split_page(w, page, order);
	for (unsigned long i = 0; i < 1ul << order; i++)
		set_offline(w, page + i, kind);
	return page;
}

int alloc_offline_page_range(struct world *w, unsigned long pfn,
			     unsigned long nr_pages, enum offline_kind kind)
{
	int ret = offline_rests_frozen(w, kind) ?
			  alloc_contig_frozen_range(w, pfn, pfn + nr_pages,
						    PB_ISOLATE_MODE_OTHER) :
			  alloc_contig_range(w, pfn, pfn + nr_pages,
					     PB_ISOLATE_MODE_OTHER);

	if (ret)
		return ret;
	for (unsigned long i = 0; i < nr_pages; i++)
		set_offline(w, pfn_to_page(w, pfn + i), kind);
	return 0;
}

void free_offline_page(struct world *w, struct page *page)
{
	adjust_managed_page_count(w, page, 1);
	w->page_offline->free_offline(w, page);
}

void free_offline_page_range(struct world *w, unsigned long pfn,
			     unsigned long nr_pages)
{
	w->page_offline->fake_online(w, pfn, nr_pages);
}
