/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: counters of zones, nodes and pools, as bounds after each operation
 * and as sums at quiescence.
 */
#include "test_check_anti.h"


/* --- legal states --- */

static void a_page(struct fixture *f)
{
	f->page = own_pages(f, GFP_KERNEL, 0, 1);
}

static void a_pcp_page(struct fixture *f)
{
	f->page = alloc_pages(f->w, GFP_KERNEL, 0, 0);
	__free_pages(f->w, f->page, 0);
	f->zone = page_zone(f->w, f->page)->zone_idx;
	assert_true(PagePcp(f->page));
}

static void an_isolated_pageblock(struct fixture *f)
{
	f->pfn = block_start_pfn(f->w, movable_block(f));
	assert_int_equal(start_isolate_page_range(f->w, f->pfn,
				f->pfn + pageblock_nr_pages(f->w),
				PB_ISOLATE_MODE_OTHER), 0);
}

/* In the middle of the zone, so that the zone has a hole. */
static void an_offline_block(struct fixture *f)
{
	assert_int_equal(device_offline(f->w, movable_block(f) + 1), 0);
}

static void a_huge_pool(struct fixture *f)
{
	set_max_huge_pages(f->w, &f->w->hstates[0], 1, 0);
	assert_int_equal(f->w->hstates[0].free_huge_pages, 1);
}

static void a_folio(struct fixture *f)
{
	f->page = own_folio(f, 0, 1);
}

static void a_folio_in_a_batch(struct fixture *f)
{
	f->page = own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 1);
	folio_add_lru(f->w, f->page);
	assert_true(PageLruBatch(f->page));
}

static void an_isolated_folio(struct fixture *f)
{
	a_folio(f);
	assert_int_equal(folio_isolate_lru(f->w, f->page), 0);
}

/* --- one thing is spoilt --- */

static void nr_free_negative(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].nr_free_pages = -1;
}

static void nr_free_beyond_managed(struct fixture *f)
{
	f->w->zones[0].nr_free_pages = (long)f->w->zones[0].managed_pages + 1;
}

static void nr_free_off_by_one(struct fixture *f)
{
	f->w->zones[0].nr_free_pages--;
}

static void nr_free_cma_off_by_one(struct fixture *f)
{
	f->w->zones[0].nr_free_cma++;
}

static void nr_free_highatomic_off_by_one(struct fixture *f)
{
	f->w->zones[0].nr_free_highatomic++;
}

static void free_area_off_by_one(struct fixture *f)
{
	f->w->zones[0].free_area[f->w->max_page_order].nr_free++;
}

static void managed_beyond_present(struct fixture *f)
{
	f->w->zones[0].managed_pages = f->w->zones[0].present_pages + 1;
}

static void managed_off_by_one(struct fixture *f)
{
	f->w->zones[0].managed_pages--;
}

static void present_beyond_span(struct fixture *f)
{
	f->w->zones[0].present_pages = f->w->zones[0].spanned_pages + 1;
}

static void node_present_off_by_one(struct fixture *f)
{
	f->w->nodes[0].node_present_pages++;
}

static void present_off_by_one(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].present_pages++;
	f->w->nodes[0].node_present_pages++;
}

static void nr_isolate_beyond_zone(struct fixture *f)
{
	f->w->zones[0].nr_isolate_pageblock = ~0ul; /* one below zero */
}

static void nr_isolate_off_by_one(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].nr_isolate_pageblock++;
}

static void pcp_left_disabled(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].pageset[1].high = 0;
}

static void pcp_count_negative(struct fixture *f)
{
	f->w->zones[0].pageset[1].count = -1;
}

static void pcp_count_off_by_one(struct fixture *f)
{
	f->w->zones[f->zone].pageset[0].count++;
}

/* A page that nobody has says that it lies on a per-CPU list. */
static void pcp_mark_forged(struct fixture *f)
{
	struct page *page = alloc_pages(f->w, GFP_KERNEL, 0, 0);

	set_page_count(f->w, page, 0);
	set_page_flag(f->w, page, PG_pcp);
}

static void lru_left_disabled(struct fixture *f)
{
	lru_cache_disable(f->w);
}

static void lock_left_held(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
}

static void n_memory_lost(struct fixture *f)
{
	f->w->node_states[N_MEMORY] = 0;
}

static void n_normal_memory_lost(struct fixture *f)
{
	f->w->node_states[N_NORMAL_MEMORY] = 0;
}

static void going_offline_without_end(struct fixture *f)
{
	f->w->stats.notified[MEM_GOING_OFFLINE]++;
}

static void cancel_online_without_going(struct fixture *f)
{
	f->w->stats.notified[MEM_CANCEL_ONLINE]++;
}

static void more_free_huge_pages_than_all(struct fixture *f)
{
	f->w->hstates[0].free_huge_pages = 1;
}

static void more_surplus_than_all(struct fixture *f)
{
	f->w->hstates[0].surplus_huge_pages = 1;
}

static void huge_pages_off_by_one(struct fixture *f)
{
	f->w->hstates[0].nr_huge_pages++;
}

static void lru_size_off_by_one(struct fixture *f)
{
	f->w->nodes[0].nr_lru++;
}

static void lru_page_off_the_list(struct fixture *f)
{
	page_list_del(f->w, &f->w->nodes[0].lruvec, f->page);
}

static void lru_batch_mark_lost(struct fixture *f)
{
	clear_page_flag(f->w, f->page, PG_lru_batch);
}

static void nr_isolated_off_by_one(struct fixture *f)
{
	f->w->nr_isolated--;
}

static void more_reserved_than_free(struct fixture *f)
{
	f->w->hstates[0].resv_huge_pages = 1;
}

static void less_than_nothing_reserved(struct fixture *f)
{
	f->w->hstates[0].resv_huge_pages = -1;
}

#define ANTITEST_page(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)                             \
	ANTI_CASE(spoil, prepare, level, id)
#define ANTITEST_block(spoil, prepare, level, id)
#define ANTITEST_attempt(spoil, prepare, level, id)
#define ANTITEST_kernel(spoil, prepare, level, id)

static const struct anti_case cases[] = {
#include "test_check_cases.def"
};

int main(void)
{
	return anti_main(cases, ARRAY_SIZE(cases));
}
