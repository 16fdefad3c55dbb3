/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: what level 2 sees of the pages that an operation touched.
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
	assert_true(PagePcp(f->page));
}

static void a_folio(struct fixture *f)
{
	f->page = own_folio(f, 0, 1);
	assert_true(PageLRU(f->page));
}

/* Order 2: one head, three tails. */
static void a_thp(struct fixture *f)
{
	f->page = own_folio(f, 2, 1);
}

static void a_huge_pool(struct fixture *f)
{
	set_max_huge_pages(f->w, &f->w->hstates[0], 1, 0);
	f->page = TAILQ_FIRST(&f->w->hstates[0].free_list[0]);
	assert_non_null(f->page);
}

static void fake_offline_one(struct fixture *f)
{
	f->pfn = block_start_pfn(f->w, movable_block(f));
	assert_int_equal(fake_offline(f->w, f->pfn >> f->w->pageblock_order, 1),
			 0);
	f->page = pfn_to_page(f->w, f->pfn);
}

static void an_offline_page(struct fixture *f)
{
	fake_offline_one(f);
	assert_int_equal(page_ref_count(f->w, f->page), 1);
}

static void a_frozen_offline_page(struct fixture *f)
{
	fixture_begin(f, MO_POLICY_frozen);
	fake_offline_one(f);
	assert_int_equal(f->page->_refcount, 0);
}

/* It migrates, so it has a reference, and everybody may look at it. */
static void a_frozen_balloon_page(struct fixture *f)
{
	fixture_begin(f, MO_POLICY_frozen);
	f->page = alloc_offline_page(f->w, GFP_HIGHUSER_MOVABLE, 0,
				     OFFLINE_MOVABLE);
	assert_non_null(f->page);
	assert_int_equal(f->page->page_type, PGTY_movable_offline);
	assert_int_equal(page_ref_count(f->w, f->page), 1);
	assert_true(get_page_unless_zero(f->w, f->page));
	put_page(f->w, f->page);
}

static void a_slab_page(struct fixture *f)
{
	f->page = alloc_slab_page(f->w, 0);
	assert_non_null(f->page);
	check_owned(f->c, f->w, page_to_pfn(f->w, f->page), 1, 1);
	assert_int_equal(f->page->_refcount, 0);
}

static void a_zs_page(struct fixture *f)
{
	f->page = zs_malloc(f->w, 0);
	assert_non_null(f->page);
	check_owned(f->c, f->w, page_to_pfn(f->w, f->page), 1, 1);
}

/* --- one thing is spoilt --- */

static void touch_page(struct fixture *f)
{
	page_touch(f->w, f->page);
}

static void spoil_flag(struct fixture *f, struct page *page, enum pageflags flag)
{
	set_page_flag(f->w, page, flag);
}

static void unplug(struct fixture *f, unsigned long pfn)
{
	unsigned long pb = pfn >> f->w->pageblock_order;

	block_touch(f->w, pfn_to_block(f->w, pfn));
	f->w->unplugged[pb / 64] |= 1ul << (pb % 64);
}

static void free_page_with_reference(struct fixture *f)
{
	any_free_page(f, 0)->_refcount = 1;
}

static void pcp_page_with_reference(struct fixture *f)
{
	touch_page(f);
	f->page->_refcount = 1;
}

static void tail_with_reference(struct fixture *f)
{
	set_page_count(f->w, f->page + 1, 1);
}

static void pool_folio_with_reference(struct fixture *f)
{
	set_page_count(f->w, f->page, 1);
}

static void frozen_offline_page_with_reference(struct fixture *f)
{
	set_page_count(f->w, f->page, 1);
}

static void slab_page_with_reference(struct fixture *f)
{
	set_page_count(f->w, f->page, 1);
}

static void frozen_balloon_page_unreferenced(struct fixture *f)
{
	set_page_count(f->w, f->page, 0);
}

static void look_at_a_frozen_refcount(struct fixture *f)
{
	assert_int_equal(page_ref_count(f->w, f->page), 0);
}

/* Half of a free page calls itself free too, with an order it cannot have. */
static void free_page_misaligned(struct fixture *f)
{
	struct page *page = any_free_page(f, 0) + 1;

	page_touch(f->w, page);
	page->page_type = PGTY_buddy;
	page->order = 1;
}

static void free_page_too_large(struct fixture *f)
{
	any_free_page(f, 0)->order = (uint8_t)(f->w->max_page_order + 1);
}

static void free_page_on_lru(struct fixture *f)
{
	spoil_flag(f, any_free_page(f, 0), PG_lru);
}

static void pcp_page_with_type(struct fixture *f)
{
	touch_page(f);
	f->page->page_type = PGTY_slab;
}

static void offline_page_on_lru(struct fixture *f)
{
	spoil_flag(f, f->page, PG_lru);
}

static void lru_page_isolated_too(struct fixture *f)
{
	spoil_flag(f, f->page, PG_isolated);
}

static void tail_on_lru(struct fixture *f)
{
	spoil_flag(f, f->page + 1, PG_lru);
}

static void tail_without_head(struct fixture *f)
{
	touch_page(f);
	f->page->flags &= ~BIT(PG_head);
	page_touch(f->w, f->page + 1);
}

static struct page_list *list_of(struct fixture *f, struct page *page)
{
	return &page_zone(f->w, page)->free_area[buddy_order(page)]
			.free_list[get_pageblock_migratetype(f->w, page)];
}

static void free_page_off_its_list(struct fixture *f)
{
	struct page *page = any_free_page(f, 0);

	page_list_del(f->w, list_of(f, page), page);
}

static void used_page_on_free_list(struct fixture *f)
{
	f->page = own_pages(f, GFP_KERNEL, 0, 1);
	page_list_add(f->w, &f->w->zones[0].free_area[0]
					.free_list[MIGRATE_UNMOVABLE],
		      f->page, false);
	next_op(f);
}

static void free_page_unlinked_quietly(struct fixture *f)
{
	free_page_off_its_list(f);
	next_op(f);
}

static void pcp_page_forgets_its_list(struct fixture *f)
{
	clear_page_flag(f->w, f->page, PG_pcp);
}

/* All of a free page, so that only the list is wrong. */
static void pageblock_type_changed_alone(struct fixture *f)
{
	struct page *page = any_free_page(f, 0);
	unsigned long pfn = page_to_pfn(f->w, page);
	unsigned long end = pfn + (1ul << buddy_order(page));

	for (; pfn < end; pfn += pageblock_nr_pages(f->w))
		set_pageblock_migratetype(f->w, pfn, MIGRATE_RECLAIMABLE);
}

static void pageblock_inside_free_page_changed(struct fixture *f)
{
	struct page *page = any_free_page(f, 0);
	unsigned long pfn = page_to_pfn(f->w, page);

	assert_true(buddy_order(page) > f->w->pageblock_order);
	set_pageblock_migratetype(f->w, pfn + pageblock_nr_pages(f->w),
				  MIGRATE_RECLAIMABLE);
	next_op(f);
}

static void zone_shrinks_over_page(struct fixture *f)
{
	struct zone *zone = &f->w->zones[ZONE_MOVABLE];

	page_touch(f->w, pfn_to_page(f->w, zone->zone_start_pfn));
	zone->zone_start_pfn++;
}

static void poisoned_page_free(struct fixture *f)
{
	spoil_flag(f, any_free_page(f, 0), PG_hwpoison);
}

static void poisoned_page_on_pcp(struct fixture *f)
{
	spoil_flag(f, f->page, PG_hwpoison);
}

static void poisoned_page_handed_out(struct fixture *f)
{
	struct page *page = alloc_pages(f->w, GFP_KERNEL, 0, 0);

	spoil_flag(f, page, PG_hwpoison);
	check_owned(f->c, f->w, page_to_pfn(f->w, page), 1, 2);
}

static void unplugged_page_free(struct fixture *f)
{
	unplug(f, page_to_pfn(f->w, any_free_page(f, 0)));
}

static void unplugged_inside_free_page(struct fixture *f)
{
	unplug(f, page_to_pfn(f->w, any_free_page(f, 0)) +
			  pageblock_nr_pages(f->w));
}

static void unplugged_page_in_use(struct fixture *f)
{
	touch_page(f);
	unplug(f, page_to_pfn(f->w, f->page));
}

static void offline_page_without_reference(struct fixture *f)
{
	set_page_count(f->w, f->page, 0);
}

static void reference_count_negative(struct fixture *f)
{
	set_page_count(f->w, f->page, -1);
}

static void movable_ops_page_left_isolated(struct fixture *f)
{
	spoil_flag(f, f->page, PG_movable_ops_isolated);
}

/* It lies in ZONE_MOVABLE, where user memory goes first. */
static void movable_page_pinned_for_long(struct fixture *f)
{
	spoil_flag(f, f->page, PG_longterm_pinned);
}

#define ANTITEST_page(spoil, prepare, level, id)                             \
	ANTI_CASE(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)
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
