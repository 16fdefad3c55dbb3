/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What excuses offlining for standing still, and what does not.
 */
#include "test_check_fixture.h"

static int setup(void **state)
{
	*state = fixture_create("tiny");
	fixture_begin(*state, MO_POLICY_legacy);
	return 0;
}

static int teardown(void **state)
{
	fixture_destroy(*state);
	return 0;
}

/* Is offlining the memory block of page excused? */
static bool excused(struct fixture *f, const struct page *page)
{
	unsigned long block = pfn_to_block(f->w, page_to_pfn(f->w, page));

	return check_stall_excused(f->c, f->w, block_start_pfn(f->w, block),
				   block_start_pfn(f->w, block + 1));
}

static struct page *first_page(struct fixture *f)
{
	return pfn_to_page(f->w, block_start_pfn(f->w, movable_block(f)));
}

/* --- excuses --- */

static void pinned_folio(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1);

	assert_false(excused(f, page));
	get_page(f->w, page);
	assert_true(excused(f, page));
}

static void folio_that_only_a_pin_keeps(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1);

	get_page(f->w, page);
	check_disowned(f->c, f->w, page_to_pfn(f->w, page), 1, 1);
	page->mapping = 0;
	f->w->rmap[1] = 0;
	put_page(f->w, page);
	assert_true(excused(f, page));
}

static void kernel_page_in_zone_movable(void **state)
{
	struct fixture *f = *state;

	assert_true(excused(f, own_pages(f, GFP_HIGHUSER_MOVABLE, 2, 1)));
}

/* No signal ends what virtio-mem's worker waits for. */
static void worker_that_waits(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_pages(f, GFP_HIGHUSER_MOVABLE, 2, 1);

	f->w->virtio_mem.offlining = true;
	assert_false(excused(f, page));
	f->w->virtio_mem.offlining = false;
	assert_true(excused(f, page));
}

/* Only the first page of such an allocation has a reference, and it is poison. */
static void rest_of_a_poisoned_kernel_allocation(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_pages(f, GFP_HIGHUSER_MOVABLE, 2, 1);

	memory_failure(f->w, page_to_pfn(f->w, page));
	assert_true(PageHWPoison(page));
	assert_true(excused(f, page));
}

static void folio_that_somebody_isolated(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1);

	assert_int_equal(folio_isolate_lru(f->w, page), 0);
	assert_true(excused(f, page));
}

/* Free memory is left, but in pieces smaller than the folio. */
static void no_target_of_that_order(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, f->w->max_page_order, 1);
	struct page *hole;

	while ((hole = alloc_pages(f->w, GFP_HIGHUSER_MOVABLE,
				   f->w->max_page_order, 0)))
		;
	assert_true(excused(f, page));
	while ((hole = alloc_pages(f->w, GFP_HIGHUSER_MOVABLE, 0, 0)))
		f->page = hole;
	assert_true(excused(f, page));
	__free_pages(f->w, f->page, 0);
	drain_all_pages(f->w, NULL);
	assert_true(excused(f, page));
}

/* All folios of a batch get their new place first, the pinned one too. */
static void pinned_folio_takes_the_last_page(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1), *last[2] = { NULL, NULL }, *hole;

	get_page(f->w, own_folio(f, 0, 2));
	assert_false(excused(f, page));
	while ((hole = alloc_pages(f->w, GFP_HIGHUSER_MOVABLE, 0, 0))) {
		last[0] = last[1];
		last[1] = hole;
	}
	__free_pages(f->w, last[0], 0);
	drain_all_pages(f->w, NULL);
	assert_true(excused(f, page));
	__free_pages(f->w, last[1], 0);
	drain_all_pages(f->w, NULL);
	assert_false(excused(f, page));
}

static void fail_point_that_always_fires(void **state)
{
	struct fixture *f = *state;

	assert_true(fail_arm(&f->w->fail, FAIL_MIGRATE, 1, -EAGAIN));
	assert_false(excused(f, first_page(f)));
	assert_true(fail_arm(&f->w->fail, FAIL_MIGRATE, 0, -EAGAIN));
	assert_true(excused(f, first_page(f)));
	fail_disarm_all(&f->w->fail);
}

/* --- no excuses --- */

static void free_and_cached_pages(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(f->w, GFP_HIGHUSER_MOVABLE, 0, 0);

	__free_pages(f->w, page, 0);
	assert_true(PagePcp(page));
	assert_false(excused(f, page));
}

static void movable_pages(void **state)
{
	struct fixture *f = *state;
	struct page *thp = own_folio(f, 2, 1), *zs = zs_malloc(f->w, 0);

	zs->mapping = 2 + 1;
	f->w->rmap[2] = (uint32_t)page_to_pfn(f->w, zs) + 1;
	check_owned(f->c, f->w, page_to_pfn(f->w, zs), 1, 2);
	assert_false(excused(f, thp));
	assert_false(excused(f, zs));
}

static void fake_offline_pages(void **state)
{
	struct fixture *f = *state;
	struct page *page = first_page(f);

	assert_int_equal(fake_offline(f->w, page_to_pfn(f->w, page) >>
					    f->w->pageblock_order, 3), 0);
	assert_false(excused(f, page));
}

static void huge_pages_in_their_pool(void **state)
{
	struct fixture *f = *state;

	set_max_huge_pages(f->w, &f->w->hstates[0], 2, 0);
	assert_false(excused(f, TAILQ_FIRST(&f->w->hstates[0].free_list[0])));
}

static void poisoned_page_on_the_lru(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1);

	set_page_flag(f->w, page, PG_hwpoison);
	assert_false(excused(f, page));
}

/* Isolation must have refused it before. */
static void reserved_page(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 1);

	set_page_flag(f->w, page, PG_reserved);
	assert_false(excused(f, page));
}

static void page_that_nobody_has(void **state)
{
	struct fixture *f = *state;

	assert_false(excused(f, alloc_pages(f->w, GFP_HIGHUSER_MOVABLE, 0, 0)));
}

/* One page stays, which is no reason for the others to stay. */
static void folio_beside_a_kernel_page(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 1);

	own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 2);
	assert_false(excused(f, page));
}

/*
 * While others run, a page can become movable behind the scan, which stays at a pinned
 * folio.  What lies before it gets its turn in any case.
 */
static void folio_behind_the_scan(void **state)
{
	struct fixture *f = *state;
	struct page *low = own_folio(f, 0, 1), *high = own_folio(f, 0, 2);
	struct page *swap = low;

	if (low > high) {
		low = high;
		high = swap;
	}
	get_page(f->w, high);
	assert_false(excused(f, low));
	f->w->sched.concurrent = true;
	assert_true(excused(f, low));
	put_page(f->w, high);
	get_page(f->w, low);
	assert_false(excused(f, low));
	f->w->sched.concurrent = false;
}

/* --- the hook --- */

static void stall_hook(struct world *w, unsigned long start_pfn,
		       unsigned long end_pfn)
{
	struct fixture *f = w->violation.arg;

	f->zone++;
	if (!check_stall_excused(f->c, w, start_pfn, end_pfn))
		violation(w, INV_offline_progress, start_pfn, "stands still");
	w->signal_pending = true;
}

static void offline_page_block(struct fixture *f)
{
	device_offline(f->w, pfn_to_block(f->w, page_to_pfn(f->w, f->page)));
}

static void offlining_asks_the_hook(void **state)
{
	struct fixture *f = *state;

	f->w->stall = stall_hook;
	f->page = own_folio(f, 0, 1);
	get_page(f->w, f->page);
	assert_null(raised(f, offline_page_block));
	assert_int_equal(f->zone, 1);
	assert_clean(f);
	next_op(f);
	/* The pin goes, but so does the owner, and nobody frees the page. */
	put_page(f->w, f->page);
	check_disowned(f->c, f->w, page_to_pfn(f->w, f->page), 1, 1);
	page_list_del(f->w, &f->w->nodes[0].lruvec, f->page);
	clear_page_flag(f->w, f->page, PG_lru);
	assert_string_equal(raised(f, offline_page_block), "offline_progress");
	f->w->stall = NULL;
}

#define STALL_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STALL_TEST(pinned_folio),
		STALL_TEST(folio_that_only_a_pin_keeps),
		STALL_TEST(kernel_page_in_zone_movable),
		STALL_TEST(rest_of_a_poisoned_kernel_allocation),
		STALL_TEST(folio_that_somebody_isolated),
		STALL_TEST(no_target_of_that_order),
		STALL_TEST(pinned_folio_takes_the_last_page),
		STALL_TEST(worker_that_waits),
		STALL_TEST(fail_point_that_always_fires),
		STALL_TEST(free_and_cached_pages),
		STALL_TEST(movable_pages),
		STALL_TEST(fake_offline_pages),
		STALL_TEST(huge_pages_in_their_pool),
		STALL_TEST(poisoned_page_on_the_lru),
		STALL_TEST(reserved_page),
		STALL_TEST(page_that_nobody_has),
		STALL_TEST(folio_beside_a_kernel_page),
		STALL_TEST(folio_behind_the_scan),
		STALL_TEST(offlining_asks_the_hook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
