/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shadow: follows migrations, tells pinned from lost, forgets on reset.
 */
#include "test_check_fixture.h"
#include "check/inv.h"

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

static unsigned long owner_pfn(const struct fixture *f, unsigned int owner)
{
	return f->w->rmap[owner] - 1ul;
}

static void migrate_one(struct fixture *f, struct page *page)
{
	const struct migration_target_control mtc = { .nid = 0, .nmask = 1 };
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);

	lru_add_drain_all(f->w);
	assert_true(isolate_folio_to_list(f->w, page, &list));
	assert_int_equal(migrate_pages(f->w, &list, &mtc), 0);
}

static void drop_folio(struct fixture *f, unsigned int owner)
{
	struct page *page = pfn_to_page(f->w, owner_pfn(f, owner));

	check_disowned(f->c, f->w, owner_pfn(f, owner), compound_nr(page), owner);
	page_touch(f->w, page);
	page->mapping = 0;
	f->w->rmap[owner] = 0;
	put_page(f->w, page);
}

static void owner_follows_its_folio(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 7);
	unsigned long from = page_to_pfn(f->w, page);

	migrate_one(f, page);
	assert_true(owner_pfn(f, 7) != from);
	assert_clean(f);
	assert_false(shadow_owned(&f->c->shadow, from));
	assert_int_equal(shadow_owner(&f->c->shadow, owner_pfn(f, 7)), 7);
	next_op(f);
	drop_folio(f, 7);
	assert_clean(f);
}

/* B moves to where A was within one operation, and the other way round. */
static void owners_change_places(void **state)
{
	struct fixture *f = *state;
	struct page *a = own_folio(f, 0, 3), *b = own_folio(f, 0, 9);

	for (int i = 0; i < 4; i++) {
		next_op(f);
		migrate_one(f, a);
		drain_all_pages(f->w, NULL);
		migrate_one(f, b);
		drain_all_pages(f->w, NULL);
		a = pfn_to_page(f->w, owner_pfn(f, 3));
		b = pfn_to_page(f->w, owner_pfn(f, 9));
		migrate_one(f, b);
		migrate_one(f, a);
		assert_clean(f);
		a = pfn_to_page(f->w, owner_pfn(f, 3));
		b = pfn_to_page(f->w, owner_pfn(f, 9));
	}
	drop_folio(f, 3);
	drop_folio(f, 9);
	assert_clean(f);
}

/* Pages stay in use when the owner lets go but somebody pins them. */
static void pinned_is_not_lost(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 2, 1);

	get_page(f->w, page);
	drop_folio(f, 1);
	assert_int_equal(page_ref_count(f->w, page), 1);
	assert_clean(f);
	next_op(f);
	put_page(f->w, page);
	assert_clean(f);
	assert_false(shadow_pinned(&f->c->shadow, page_to_pfn(f->w, page)));
}

/* A movable_ops page moves away from under its pins. */
static void pins_of_a_driver_page_stay_behind(void **state)
{
	struct fixture *f = *state;
	struct page *page = zs_malloc(f->w, 0);

	page->mapping = 5 + 1;
	f->w->rmap[5] = (uint32_t)page_to_pfn(f->w, page) + 1;
	check_owned(f->c, f->w, page_to_pfn(f->w, page), 1, 5);
	get_page(f->w, page);
	assert_clean(f);
	next_op(f);
	migrate_one(f, page);
	assert_true(owner_pfn(f, 5) != page_to_pfn(f->w, page));
	assert_clean(f);
	next_op(f);
	put_page(f->w, page);
	assert_clean(f);
}

/* memory_failure() takes a folio from its owner; he may still let it go. */
static void poison_bereaves_its_owner(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_folio(f, 0, 4);
	unsigned long pfn = page_to_pfn(f->w, page);

	assert_int_equal(memory_failure(f->w, pfn), 0);
	assert_int_equal(f->w->rmap[4], 0);
	assert_clean(f);
	assert_false(shadow_owned(&f->c->shadow, pfn));
	check_disowned(f->c, f->w, pfn, 1, 4);
	own_folio(f, 0, 4);
	assert_clean(f);
}

static void kernel_page_keeps_its_owner_when_poisoned(void **state)
{
	struct fixture *f = *state;
	struct page *page = own_pages(f, GFP_KERNEL, 0, 4);
	unsigned long pfn = page_to_pfn(f->w, page);

	assert_int_equal(memory_failure(f->w, pfn), -EBUSY);
	assert_clean(f);
	assert_int_equal(shadow_owner(&f->c->shadow, pfn), 4);
	check_disowned(f->c, f->w, pfn, 1, 4);
	__free_pages(f->w, page, 0);
	assert_clean(f);
}

/* From the per-CPU list although isolated meanwhile: legal, the kernel copes. */
static void cached_page_may_be_isolated(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(f->w, GFP_HIGHUSER_MOVABLE, 0, 0);
	unsigned long start = pageblock_start_pfn(f->w, page_to_pfn(f->w, page));

	__free_pages(f->w, page, 0);
	assert_int_equal(start_isolate_page_range(f->w, start,
				start + pageblock_nr_pages(f->w),
				PB_ISOLATE_MODE_OTHER), 0);
	page = own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 1);
	assert_true(is_migrate_isolate_page(f->w, page));
	assert_clean(f);
}

static void reset_forgets_everything(void **state)
{
	struct fixture *f = *state;

	for (unsigned int owner = 0; owner < 8; owner++) {
		struct page *page = own_folio(f, owner & 1, owner);

		get_page(f->w, page);
		if (owner & 2)
			drop_folio(f, owner);
	}
	fixture_begin(f, MO_POLICY_legacy);
	for (unsigned long pfn = 0; pfn < f->w->nr_pfns; pfn++)
		assert_int_equal(f->c->shadow.owner[pfn], SHADOW_NOBODY);
	for (unsigned long b = 0; b < f->w->geo.nr_blocks; b++)
		assert_int_equal(f->c->shadow.nr_owned[b], 0);
	assert_clean(f);
}

/* More pins than are listed one by one. */
static void reset_forgets_countless_pins(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < SHADOW_PINNED_MAX + 2; i++) {
		struct page *page = own_pages(f, GFP_KERNEL, 0, 1);

		get_page(f->w, page);
		check_disowned(f->c, f->w, page_to_pfn(f->w, page), 1, 1);
		put_page(f->w, page);
		put_page(f->w, page);
		assert_clean(f);
		next_op(f);
	}
	reset_forgets_everything(state);
}

#define SHADOW_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHADOW_TEST(owner_follows_its_folio),
		SHADOW_TEST(owners_change_places),
		SHADOW_TEST(pinned_is_not_lost),
		SHADOW_TEST(pins_of_a_driver_page_stay_behind),
		SHADOW_TEST(poison_bereaves_its_owner),
		SHADOW_TEST(kernel_page_keeps_its_owner_when_poisoned),
		SHADOW_TEST(cached_page_may_be_isolated),
		SHADOW_TEST(reset_forgets_everything),
		SHADOW_TEST(reset_forgets_countless_pins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
