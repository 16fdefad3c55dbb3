/* SPDX-License-Identifier: GPL-2.0-only */
/* One operation of the language each, as a call of the kernel. */
#include "env.h"

/*
 * Without __GFP_IO there is no direct compaction, which nobody could predict;
 * the slow path otherwise runs as it is.
 */
static gfp_t gfp_of(unsigned int gfp)
{
	gfp_t flags = (GFP_KERNEL & ~__GFP_IO) | __GFP_NORETRY | __GFP_NOWARN;

	if (gfp & LANE_GFP_HIGHUSER_MOVABLE)
		flags |= GFP_HIGHUSER_MOVABLE & ~__GFP_IO;
	if (gfp & LANE_GFP_MOVABLE)
		flags |= __GFP_MOVABLE | __GFP_HIGHMEM;
	if (gfp & LANE_GFP_RECLAIMABLE)
		flags |= __GFP_RECLAIMABLE;
	if (gfp & LANE_GFP_THISNODE)
		flags |= __GFP_THISNODE;
	if (gfp & LANE_GFP_COMP)
		flags |= __GFP_COMP;
	if (gfp & LANE_GFP_HIGH)
		flags |= __GFP_HIGH;
	return flags;
}

unsigned long lane_alloc_pages(unsigned int gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp_of(gfp), order);

	return page ? page_to_pfn(page) : LANE_NO_PFN;
}

void lane_free_pages(unsigned long pfn, unsigned int order)
{
	__free_pages(pfn_to_page(pfn), order);
}

void lane_get_page(unsigned long pfn)
{
	get_page(pfn_to_page(pfn));
}

void lane_put_page(unsigned long pfn)
{
	put_page(pfn_to_page(pfn));
}

void lane_set_reserved(unsigned long pfn, int reserved)
{
	if (reserved)
		SetPageReserved(pfn_to_page(pfn));
	else
		ClearPageReserved(pfn_to_page(pfn));
}

void lane_drain_all_pages(void)
{
	drain_all_pages(NULL);
}

void lane_drain_local_pages(void)
{
	drain_local_pages(NULL);
}

/* --- isolation --- */

#ifdef HAVE_ISOLATE_MODE
static enum pb_isolate_mode isolate_mode(int mode)
{
	switch (mode) {
	case LANE_ISOLATE_OFFLINE:
		return PB_ISOLATE_MODE_MEM_OFFLINE;
	case LANE_ISOLATE_CMA:
		return PB_ISOLATE_MODE_CMA_ALLOC;
	}
	return PB_ISOLATE_MODE_OTHER;
}

int lane_start_isolate_page_range(unsigned long start, unsigned long end,
				  int mode)
{
	return start_isolate_page_range(start, end, isolate_mode(mode));
}

void lane_undo_isolate_page_range(unsigned long start, unsigned long end,
				  int cma)
{
	undo_isolate_page_range(start, end);
}

int lane_test_pages_isolated(unsigned long start, unsigned long end, int mode)
{
	return test_pages_isolated(start, end, isolate_mode(mode));
}

int lane_alloc_contig_range(unsigned long start, unsigned long end, int cma)
{
	return alloc_contig_range(start, end, cma ? ACR_FLAGS_CMA : ACR_FLAGS_NONE,
				  GFP_KERNEL | __GFP_NOWARN);
}

static void make_cma(struct page *page)
{
	init_pageblock_migratetype(page, MIGRATE_CMA, false);
}
#else
static int isolate_flags(int mode)
{
	return mode == LANE_ISOLATE_OFFLINE ? MEMORY_OFFLINE | REPORT_FAILURE : 0;
}

/* Isolators say what the pageblocks are: MIGRATE_CMA only of a CMA area. */
static int isolate_type(unsigned long start, unsigned long end, int mode)
{
	for (start = ALIGN_DOWN(start, pageblock_nr_pages); start < end;
	     start += pageblock_nr_pages)
		if (get_pageblock_migratetype(pfn_to_page(start)) != MIGRATE_CMA)
			return MIGRATE_MOVABLE;
	return mode == LANE_ISOLATE_CMA ? MIGRATE_CMA : MIGRATE_MOVABLE;
}

int lane_start_isolate_page_range(unsigned long start, unsigned long end,
				  int mode)
{
	return start_isolate_page_range(start, end,
					isolate_type(start, end, mode),
					isolate_flags(mode), GFP_KERNEL);
}

void lane_undo_isolate_page_range(unsigned long start, unsigned long end,
				  int cma)
{
	undo_isolate_page_range(start, end, cma ? MIGRATE_CMA : MIGRATE_MOVABLE);
}

int lane_test_pages_isolated(unsigned long start, unsigned long end, int mode)
{
	return test_pages_isolated(start, end, isolate_flags(mode));
}

int lane_alloc_contig_range(unsigned long start, unsigned long end, int cma)
{
	int mode = cma ? LANE_ISOLATE_CMA : LANE_ISOLATE_OTHER;

	return alloc_contig_range(start, end, isolate_type(start, end, mode),
				  GFP_KERNEL | __GFP_NOWARN);
}

static void make_cma(struct page *page)
{
	set_pageblock_migratetype(page, MIGRATE_CMA);
}
#endif

void lane_free_contig_range(unsigned long pfn, unsigned long nr_pages)
{
	free_contig_range(pfn, nr_pages);
}

unsigned long lane_alloc_contig_pages(unsigned long nr_pages)
{
	struct page *page = alloc_contig_pages(nr_pages,
					       GFP_KERNEL | __GFP_MOVABLE |
					       __GFP_HIGHMEM | __GFP_NOWARN,
					       0, NULL);

	return page ? page_to_pfn(page) : LANE_NO_PFN;
}

/* As init_cma_reserved_pageblock() leaves it, of a pageblock that is online. */
void lane_init_cma_pageblock(unsigned long pfn)
{
	struct zone *zone = page_zone(pfn_to_page(pfn));
	unsigned long nr = pageblock_nr_pages;

	if (lane_alloc_contig_range(pfn, pfn + nr, 0))
		lane_host_broken("no CMA area", __func__, 0, pfn);
	make_cma(pfn_to_page(pfn));
	free_contig_range(pfn, nr);
	drain_all_pages(NULL);
	zone->cma_pages += nr;
}

/* --- slabs: what mm/slub.c does for its pages --- */

#ifdef HAVE_ALLOC_FROZEN
static struct page *slab_page(void)
{
	return alloc_frozen_pages_noprof(gfp_of(0), 0);
}

static void free_slab(struct page *page)
{
	free_frozen_pages(page, 0);
}
#else
static struct page *slab_page(void)
{
	return alloc_pages(gfp_of(0), 0);
}

static void free_slab(struct page *page)
{
	__free_page(page);
}
#endif

unsigned long lane_alloc_slab_page(void)
{
	struct page *page = slab_page();

	if (!page)
		return LANE_NO_PFN;
	__folio_set_slab((struct folio *)page);
	return page_to_pfn(page);
}

void lane_free_slab_page(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	__folio_clear_slab((struct folio *)page);
	free_slab(page);
}

/* --- PageOffline pages of somebody who never heard of offlining --- */

static void make_offline(unsigned long pfn, unsigned long nr_pages)
{
	for (unsigned long i = pfn; i < pfn + nr_pages; i++)
		__SetPageOffline(pfn_to_page(i));
	adjust_managed_page_count(pfn_to_page(pfn), -(long)nr_pages);
}

unsigned long lane_alloc_offline_pages(unsigned int gfp, unsigned int order)
{
	unsigned long pfn = lane_alloc_pages(gfp, order);

	if (pfn == LANE_NO_PFN)
		return pfn;
	if (order)
		split_page(pfn_to_page(pfn), order);
	make_offline(pfn, 1ul << order);
	return pfn;
}

int lane_alloc_offline_page_range(unsigned long pfn, unsigned long nr_pages)
{
	int ret = lane_alloc_contig_range(pfn, pfn + nr_pages, 0);

	if (!ret)
		make_offline(pfn, nr_pages);
	return ret;
}

void lane_free_offline_page(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	__ClearPageOffline(page);
	adjust_managed_page_count(page, 1);
	put_page(page);
}

/* As virtio_mem_fake_online() does: in aligned pieces, of a pageblock at most. */
void lane_free_offline_page_range(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long end = pfn + nr_pages;

	while (pfn < end) {
		unsigned long nr = min(1ul << ilog2(end - pfn), pageblock_nr_pages);

		while (!IS_ALIGNED(pfn, nr))
			nr >>= 1;
		for (unsigned long i = 0; i < nr; i++)
			__ClearPageOffline(pfn_to_page(pfn + i));
		adjust_managed_page_count(pfn_to_page(pfn), nr);
		free_contig_range(pfn, nr);
		pfn += nr;
	}
}

int lane_walk_page(unsigned long pfn)
{
	struct page *page = compound_head(pfn_to_page(pfn));

	if (!get_page_unless_zero(page))
		return 0;
	lane_at(LANE_AT_PFN_WALKER);
	put_page(page);
	return 1;
}

/* --- poison --- */

/*
 * Pages that memory_failure() flagged without taking a reference: their users have
 * them all, and unpoison_memory() would drop one of theirs.
 */
static DECLARE_BITMAP(untaken, LANE_NR_PFNS);

/* References to the page that are about to go: those of the per-CPU batch. */
static int batched(unsigned long pfn)
{
	unsigned int pfns[LANE_LRU_BATCH_MAX];
	int nr = lane_lru_batch(pfns, ARRAY_SIZE(pfns)), n = 0;

	for (int i = 0; i < nr; i++)
		n += pfns[i] == pfn;
	return n;
}

int lane_memory_failure(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);
	bool mapped;
	int refs, ret;

	if (!page || PageHWPoison(page))
		return memory_failure(pfn, MF_SW_SIMULATED);
	mapped = lane_is_mapped(pfn);
	refs = page_count(page) - batched(pfn);
	ret = memory_failure(pfn, MF_SW_SIMULATED);
	if (!pfn_to_online_page(pfn))
		return ret; /* it went offline meanwhile */
	refs -= mapped && !lane_is_mapped(pfn);
	__assign_bit(pfn, untaken, PageHWPoison(page) && page_count(page) <= refs);
	return ret;
}

int lane_poison_untaken(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && PageHWPoison(page) && test_bit(pfn, untaken);
}

int lane_soft_offline_page(unsigned long pfn)
{
	return soft_offline_page(pfn, 0);
}

int lane_unpoison_memory(unsigned long pfn)
{
	return unpoison_memory(pfn);
}

long lane_num_poisoned_pages(void)
{
	return atomic_long_read(&num_poisoned_pages);
}
