/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * No false alarms: whatever is legal passes every checker, and attempts that
 * fail for the usual reasons count as restored.
 */
#include <time.h>

#include "test_check_fixture.h"

/* --- attempts that fail --- */

static const enum mo_policy policies[] = {
	/* isolate_notifier restores nothing, see policies.def */
	MO_POLICY_legacy, MO_POLICY_skippable, MO_POLICY_frozen
};

/* Offlines a memory block under the eyes of the checkers. */
static int try_offline(struct fixture *f, unsigned long block)
{
	int ret;

	next_op(f);
	check_attempt_begin(f->c, f->w, ATTEMPT_OFFLINE,
			    block_start_pfn(f->w, block),
			    block_start_pfn(f->w, block + 1));
	ret = device_offline(f->w, block);
	check_attempt_end(f->c, f->w, ret);
	assert_clean(f);
	return ret;
}

static int try_online(struct fixture *f, unsigned long block,
		      enum mhp_online_type type)
{
	int ret;

	next_op(f);
	check_attempt_begin(f->c, f->w, ATTEMPT_ONLINE,
			    block_start_pfn(f->w, block),
			    block_start_pfn(f->w, block + 1));
	ret = device_online(f->w, block, type);
	check_attempt_end(f->c, f->w, ret);
	assert_clean(f);
	return ret;
}

/*
 * Offlining fails with this errno, with a fake-offlined pageblock in the middle
 * where that is possible.  point: what goes wrong; FAIL_NONE when it is there.
 */
static void offline_fails(struct fixture *f, unsigned long block,
			  enum fail_point point, int err)
{
	unsigned long pb = block * pageblocks_per_block(f->w) +
			   pageblocks_per_block(f->w) / 2;

	if (!fake_offline(f->w, pb, 1))
		assert_clean(f);
	if (point)
		assert_true(fail_arm(&f->w->fail, point, 1, err));
	assert_int_equal(try_offline(f, block), err);
}

static void a_signal(struct fixture *f)
{
	offline_fails(f, movable_block(f), FAIL_SIGNAL, -EINTR);
}

static void a_veto(struct fixture *f)
{
	offline_fails(f, movable_block(f), FAIL_MEM_GOING_OFFLINE, -EPERM);
}

/* After some migrations one folio does not go. */
static void a_pinned_folio(struct fixture *f)
{
	struct page *page = NULL;

	for (unsigned int owner = 0; owner < 20; owner++)
		page = own_folio(f, owner % 3, owner);
	get_page(f->w, page);
	assert_clean(f);
	offline_fails(f, pfn_to_block(f->w, page_to_pfn(f->w, page)),
		      FAIL_NONE, -EINTR);
}

static void a_kernel_page(struct fixture *f)
{
	struct page *page = own_pages(f, GFP_KERNEL, 0, 1);

	offline_fails(f, pfn_to_block(f->w, page_to_pfn(f->w, page)),
		      FAIL_NONE, -EBUSY);
}

static void an_outside_isolator(struct fixture *f)
{
	unsigned long end = block_start_pfn(f->w, movable_block(f) + 1);

	assert_int_equal(start_isolate_page_range(f->w,
				end - pageblock_nr_pages(f->w), end,
				PB_ISOLATE_MODE_OTHER), 0);
	offline_fails(f, movable_block(f), FAIL_NONE, -EBUSY);
}

static void a_huge_page_that_stays(struct fixture *f)
{
	struct page *page;

	set_max_huge_pages(f->w, &f->w->hstates[0], 1, 0);
	page = TAILQ_FIRST(&f->w->hstates[0].free_list[0]);
	offline_fails(f, pfn_to_block(f->w, page_to_pfn(f->w, page)),
		      FAIL_DISSOLVE_HUGETLB, -ENOMEM);
}

static void failed_offlining_restores(void **state)
{
	static const fixture_fn reasons[] = {
		a_signal, a_veto, a_pinned_folio, a_kernel_page,
		an_outside_isolator, a_huge_page_that_stays,
	};
	struct fixture *f = fixture_create("tiny");

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++)
		for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
			const char *id;

			fixture_begin(f, policies[p]);
			id = raised(f, reasons[i]);
			if (id)
				fail_msg("reason %zu: %s: %s", i, id,
					 f->w->violation.message);
		}
	fixture_destroy(f);
}

static void failed_onlining_restores(void **state)
{
	struct fixture *f = fixture_create("vmemmap");
	unsigned long block = absent_block(f) + 2; /* a gap in the spans */

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		fixture_begin(f, policies[p]);
		assert_int_equal(add_memory(f->w, block), 0);
		fail_arm(&f->w->fail, FAIL_MEM_GOING_ONLINE, 1, -EPERM);
		assert_int_equal(try_online(f, block, MMOP_ONLINE_MOVABLE),
				 -EPERM);
		fail_disarm_all(&f->w->fail);
		assert_int_equal(try_online(f, block, MMOP_ONLINE_MOVABLE), 0);
		assert_int_equal(try_offline(f, block), 0);
	}
	fixture_destroy(f);
}

/* The third block refuses: the first two come back. */
static void failed_removal_brings_blocks_back(void **state)
{
	struct fixture *f = fixture_create("tiny");
	unsigned long first = movable_block(f), pb;
	int ret;

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
		fixture_begin(f, policies[p]);
		pb = first * pageblocks_per_block(f->w) + 1;
		assert_int_equal(fake_offline(f->w, pb, 2), 0);
		fail_arm(&f->w->fail, FAIL_MEM_GOING_OFFLINE, 3, -EPERM);
		next_op(f);
		check_attempt_begin(f->c, f->w, ATTEMPT_OFFLINE_AND_REMOVE,
				    block_start_pfn(f->w, first),
				    block_start_pfn(f->w, first + 3));
		ret = offline_and_remove_memory(f->w, first, 3);
		check_attempt_end(f->c, f->w, ret);
		assert_int_equal(ret, -EPERM);
		assert_clean(f);
		assert_int_equal(fake_online(f->w, pb, 2), 0);
		assert_clean(f);
	}
	fixture_destroy(f);
}

/*
 *              pageblock 0          pageblock 1
 *  before      movable, in use      reclaimable, free
 *  attempt     isolated, emptied    isolated
 *  after       movable, free   <->  movable, free: one page, one type
 *
 * Expect no complaint about the type of pageblock 1: nobody loses by that.
 */
static void merging_may_change_types(void **state)
{
	struct fixture *f = fixture_create("tiny");
	struct world *w = f->w;
	unsigned long start = block_start_pfn(w, movable_block(f));
	unsigned long nr = pageblock_nr_pages(w);
	struct pageblock *second = pfn_to_pageblock(w, start + nr);

	(void)state;
	fixture_begin(f, MO_POLICY_legacy);
	assert_int_equal(alloc_contig_range(w, start, start + nr,
					    PB_ISOLATE_MODE_OTHER), 0);
	check_owned(f->c, w, start, nr, 1);
	assert_int_equal(start_isolate_page_range(w, start + nr, start + 2 * nr,
						  PB_ISOLATE_MODE_OTHER), 0);
	second->migratetype = MIGRATE_RECLAIMABLE;
	undo_isolate_page_range(w, start + nr, start + 2 * nr,
				MIGRATE_MOVABLE);
	assert_int_equal(second->migratetype, MIGRATE_RECLAIMABLE);
	assert_clean(f);
	check_attempt_begin(f->c, w, ATTEMPT_CONTIG, start, start + 2 * nr);
	assert_int_equal(start_isolate_page_range(w, start, start + 2 * nr,
						  PB_ISOLATE_MODE_OTHER), 0);
	check_disowned(f->c, w, start, nr, 1);
	free_contig_range(w, start, nr);
	undo_isolate_page_range(w, start + nr, start + 2 * nr,
				MIGRATE_MOVABLE);
	undo_isolate_page_range(w, start, start + nr,
				MIGRATE_MOVABLE);
	assert_int_equal(second->migratetype, MIGRATE_MOVABLE);
	check_attempt_end(f->c, w, -EBUSY);
	assert_clean(f);
	fixture_destroy(f);
}

/* --- what boots is clean --- */

static void every_geometry_is_clean(void **state)
{
	const struct mo_geometry *geo;

	(void)state;
	for (unsigned int id = 0; (geo = mo_geometry_by_id(id)); id++) {
		struct fixture *f = fixture_create(geo->name);

		for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
			fixture_begin(f, policies[p]);
			assert_clean(f);
		}
		fixture_destroy(f);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/*
 * A terabyte: 8192 blocks of 128 MiB, most of them absent.  The judge takes its
 * baseline from what is online, and level 3 looks at what was touched.
 */
static void a_terabyte_is_cheap(void **state)
{
	struct mo_geometry geo = *mo_geometry_by_name("x86_64");
	const char *error;
	struct world *w;
	struct check *c;
	double begin;

	(void)state;
	geo.nr_blocks = 8192;
	w = world_create(&geo, &error);
	assert_non_null(w);
	begin = seconds();
	c = check_create(w);
	assert_non_null(c);
	check_begin(c, w);
	world_begin_op(w, 0);
	assert_int_equal(device_offline(w, geo.boot_normal), 0);
	for (int i = 0; i < 100; i++)
		check_step(c, w, 3);
	print_message("baseline and 100 times level 3: %.3f s\n",
		      seconds() - begin);
	check_destroy(c);
	world_destroy(w);
}

/* --- random operations straight on the mm API --- */

struct chaos {
	struct fixture *f;
	uint64_t seed;
	struct page *page[32];	/* kernel pages by owner */
	uint8_t order[32];
	unsigned long iso[2];	/* 0: none */
};

static unsigned int draw(struct chaos *x, unsigned int limit)
{
	x->seed = x->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(x->seed >> 33) % limit;
}

/* Owners 0-15 hold kernel pages, 16-31 folios. */
static void chaos_pages(struct chaos *x)
{
	struct fixture *f = x->f;
	unsigned int owner = draw(x, 32), order = draw(x, 4);
	bool folio = owner >= 16;
	unsigned long pfn;
	struct page *page;

	if (x->page[owner]) {
		pfn = folio ? f->w->rmap[owner] - 1ul :
			      page_to_pfn(f->w, x->page[owner]);
		page = pfn_to_page(f->w, pfn);
		check_disowned(f->c, f->w, pfn, 1ul << x->order[owner], owner);
		x->page[owner] = NULL;
		if (!folio) {
			__free_pages(f->w, page, x->order[owner]);
			return;
		}
		page_touch(f->w, page);
		page->mapping = 0;
		f->w->rmap[owner] = 0;
		put_page(f->w, page);
		return;
	}
	page = alloc_pages(f->w, folio ? GFP_HIGHUSER_MOVABLE | __GFP_COMP :
					 GFP_KERNEL, order, 0);
	if (!page)
		return;
	x->page[owner] = page;
	x->order[owner] = (uint8_t)order;
	pfn = page_to_pfn(f->w, page);
	if (folio) {
		page->mapping = (uint16_t)(owner + 1);
		f->w->rmap[owner] = (uint32_t)pfn + 1;
	}
	check_owned(f->c, f->w, pfn, 1ul << order, owner);
	if (folio)
		folio_add_lru(f->w, page);
}

static void chaos_isolate(struct chaos *x)
{
	struct world *w = x->f->w;
	unsigned int i = draw(x, 2);
	unsigned long nr = pageblock_nr_pages(w);
	unsigned long pfn = draw(x, (unsigned int)(w->nr_pfns / nr)) * nr;

	if (x->iso[i]) {
		undo_isolate_page_range(w, x->iso[i], x->iso[i] + nr,
				MIGRATE_MOVABLE);
		x->iso[i] = 0;
	} else if (pfn && pfn_online(w, pfn) &&
		   !start_isolate_page_range(w, pfn, pfn + nr,
					     draw(x, PB_ISOLATE_MODE_NR))) {
		x->iso[i] = pfn;
	}
}

static void chaos_hotplug(struct chaos *x)
{
	struct world *w = x->f->w;
	unsigned long block = draw(x, w->geo.nr_blocks);
	unsigned long pb = block * pageblocks_per_block(w) +
			   draw(x, (unsigned int)pageblocks_per_block(w));

	switch (draw(x, 8)) {
	case 0:
		if (w->blocks[block].state != MEM_ABSENT)
			try_offline(x->f, block);
		break;
	case 1:
		if (w->blocks[block].state != MEM_ABSENT)
			try_online(x->f, block, MMOP_ONLINE + draw(x, 3));
		break;
	case 2:
		add_memory(w, block);
		break;
	case 3:
		remove_memory(w, block);
		break;
	case 4:
		offline_and_remove_memory(w, block, 1);
		break;
	case 5:
		fake_offline(w, pb, 1);
		break;
	case 6:
		fake_online(w, pb, 1);
		break;
	default:
		set_max_huge_pages(w, &w->hstates[0], draw(x, 3), 0);
	}
}

static void chaos_round(struct fixture *f)
{
	struct chaos x = { .f = f, .seed = f->pfn };

	for (int i = 0; i < 400; i++) {
		world_begin_op(f->w, draw(&x, f->w->nr_cpus));
		switch (draw(&x, 8)) {
		case 0:
			chaos_isolate(&x);
			break;
		case 1:
			chaos_hotplug(&x);
			break;
		case 2:
			draw(&x, 2) ? drain_all_pages(f->w, NULL) :
				      lru_add_drain_all(f->w);
			break;
		case 3:
			compact_zone(f->w, &f->w->zones[draw(&x, f->w->nr_zones)]);
			break;
		default:
			chaos_pages(&x);
		}
		check_step(f->c, f->w, 3);
	}
}

static void random_operations_are_clean(void **state)
{
	static const char *const names[] = { "tiny", "flat", "numa", "vmemmap",
					     "one", "nodeless" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct fixture *f = fixture_create(names[i]);

		for (unsigned int seed = 0; seed < 30; seed++) {
			const char *id;

			fixture_begin(f, policies[seed % ARRAY_SIZE(policies)]);
			f->pfn = seed;
			id = raised(f, chaos_round);
			if (id)
				fail_msg("%s seed %u: %s: %s", names[i], seed,
					 id, f->w->violation.message);
		}
		fixture_destroy(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_geometry_is_clean),
		cmocka_unit_test(failed_offlining_restores),
		cmocka_unit_test(failed_onlining_restores),
		cmocka_unit_test(failed_removal_brings_blocks_back),
		cmocka_unit_test(merging_may_change_types),
		cmocka_unit_test(random_operations_are_clean),
		cmocka_unit_test(a_terabyte_is_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
