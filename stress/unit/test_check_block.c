/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: memory blocks, spans, and the owners that the shadow knows.
 */
#include "test_check_anti.h"
#include "check/inv.h"


/* --- legal states --- */

static void a_page(struct fixture *f)
{
	f->page = own_pages(f, GFP_KERNEL, 0, 1);
	f->pfn = page_to_pfn(f->w, f->page);
}

/* Fills its pageblocks: nothing in them is on a list. */
static void a_large_page(struct fixture *f)
{
	f->page = own_pages(f, GFP_KERNEL, f->w->max_page_order, 1);
	f->pfn = page_to_pfn(f->w, f->page);
}

/* In the middle of its zone. */
static void an_offline_block(struct fixture *f)
{
	assert_int_equal(device_offline(f->w, movable_block(f) + 1), 0);
	f->pfn = block_start_pfn(f->w, movable_block(f) + 1);
}

/* Every free pageblock that a large allocation could take, but one, is in use. */
static void an_isolated_pageblock(struct fixture *f)
{
	f->page = own_pages(f, GFP_HIGHUSER_MOVABLE, f->w->max_page_order, 1);
	f->pfn = page_to_pfn(f->w, f->page);
	assert_int_equal(start_isolate_page_range(f->w, f->pfn,
				f->pfn + pageblock_nr_pages(f->w),
				PB_ISOLATE_MODE_OTHER), 0);
}

static void a_poisoned_page(struct fixture *f)
{
	f->pfn = block_start_pfn(f->w, movable_block(f));
	assert_int_equal(memory_failure(f->w, f->pfn), 0);
}

static void a_balloon(struct fixture *f)
{
	assert_int_equal(balloon_inflate(f->w, BALLOON_VIRTIO, 2, 0), 2);
	f->page = TAILQ_FIRST(&f->w->balloons[BALLOON_VIRTIO].pages);
}

/* --- blocks --- */

static struct pageblock *spoil_pageblock(struct fixture *f)
{
	block_touch(f->w, pfn_to_block(f->w, f->pfn));
	return pfn_to_pageblock(f->w, f->pfn);
}

static struct memory_block *spoil_block(struct fixture *f)
{
	block_touch(f->w, pfn_to_block(f->w, f->pfn));
	return &f->w->blocks[pfn_to_block(f->w, f->pfn)];
}

static void offline_block_not_poisoned(struct fixture *f)
{
	*spoil_pageblock(f) = (struct pageblock){ .gen = ++f->w->gen_next,
						  .lazy = PB_LAZY_INIT };
}

static void offline_block_with_free_page(struct fixture *f)
{
	struct page *page = &f->w->memmap[f->pfn];

	offline_block_not_poisoned(f);
	page_touch(f->w, page);
	page->page_type = PGTY_buddy;
	next_op(f);
}

static void offline_page_on_free_list(struct fixture *f)
{
	struct page_list *list = &f->w->zones[ZONE_MOVABLE].free_area[0]
					  .free_list[MIGRATE_MOVABLE];
	struct page *page = &f->w->memmap[f->pfn];

	offline_block_not_poisoned(f);
	page_list_add(f->w, list, page, false);
	spoil_pageblock(f)->gen = PB_GEN_POISON;
}

static void online_block_poisoned(struct fixture *f)
{
	spoil_pageblock(f)->gen = PB_GEN_POISON;
}

static void block_left_going_offline(struct fixture *f)
{
	spoil_block(f)->state = MEM_GOING_OFFLINE;
}

static void section_offline_alone(struct fixture *f)
{
	spoil_block(f);
	f->w->sections[pfn_to_section_nr(f->w, f->pfn)].online = false;
}

static void online_block_without_zone(struct fixture *f)
{
	spoil_block(f)->zone_idx = ZONE_IDX_NONE;
}

static void pageblock_of_another_zone(struct fixture *f)
{
	spoil_pageblock(f)->zone_idx = ZONE_MOVABLE;
}

static void pageblock_type_is_isolate(struct fixture *f)
{
	spoil_pageblock(f)->migratetype = MIGRATE_ISOLATE;
}

/* --- spans, zonelists --- */

static void zone_starts_too_early(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].zone_start_pfn--;
	f->w->zones[ZONE_MOVABLE].spanned_pages++;
}

static void zone_ends_too_late(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].spanned_pages++;
}

static void node_spans_too_much(struct fixture *f)
{
	f->w->nodes[0].node_spanned_pages++;
}

static void zonelist_misses_a_zone(struct fixture *f)
{
	f->w->nodes[0].nr_zonelist--;
}

static void zonelist_in_wrong_order(struct fixture *f)
{
	uint8_t *zonelist = f->w->nodes[0].zonelist;
	uint8_t first = zonelist[0];

	zonelist[0] = zonelist[1];
	zonelist[1] = first;
}

/* --- owners --- */

static void page_nobody_owns(struct fixture *f)
{
	assert_non_null(alloc_pages(f->w, GFP_KERNEL, 0, 0));
}

static void page_freed_nowhere(struct fixture *f)
{
	set_page_count(f->w, alloc_pages(f->w, GFP_KERNEL, 0, 0), 0);
}

static void memory_block_reference_kept(struct fixture *f)
{
	f->w->blocks[pfn_to_block(f->w, f->pfn)].nr_refs++;
}

static void poison_counter_off_by_one(struct fixture *f)
{
	spoil_block(f)->nr_hwpoison++;
}

static void poisoned_page_inside_a_free_page(struct fixture *f)
{
	unsigned long pfn = f->pfn + MAX_ORDER_NR_PAGES(f->w);

	assert_true(PageBuddy(pfn_to_page(f->w, pfn)));
	set_page_flag(f->w, pfn_to_page(f->w, pfn + 1), PG_hwpoison);
	spoil_block(f)->nr_hwpoison++;
	f->w->num_poisoned_pages++;
}

static void poison_total_off_by_one(struct fixture *f)
{
	f->w->num_poisoned_pages++;
}

static void page_handed_out_twice(struct fixture *f)
{
	check_owned(f->c, f->w, f->pfn, 1, 2);
}

static void free_page_handed_out(struct fixture *f)
{
	check_owned(f->c, f->w, page_to_pfn(f->w, any_free_page(f, 0)), 1, 2);
}

static void part_of_free_page_handed_out(struct fixture *f)
{
	check_owned(f->c, f->w, page_to_pfn(f->w, any_free_page(f, 0)) + 1, 1, 2);
}

static void isolated_page_handed_out(struct fixture *f)
{
	unsigned long nr = 1ul << f->w->max_page_order;

	check_disowned(f->c, f->w, f->pfn, nr, 1);
	check_owned(f->c, f->w, f->pfn, nr, 2);
}

static void offline_page_handed_out(struct fixture *f)
{
	check_owned(f->c, f->w, f->pfn, 1, 2);
}

static void page_freed_by_a_stranger(struct fixture *f)
{
	check_disowned(f->c, f->w, f->pfn, 1, 2);
}

static void page_freed_behind_its_owner(struct fixture *f)
{
	__free_pages(f->w, f->page, 0);
}

static void owned_page_swallowed_by_buddy(struct fixture *f)
{
	__free_pages(f->w, f->page, 0);
	drain_all_pages(f->w, NULL);
	next_op(f);
}

/* The shadow refuses to learn of such an owner: he must have been there before. */
static void owned_page_goes_offline(struct fixture *f)
{
	f->c->shadow.nr_owned[pfn_to_block(f->w, f->pfn)] = 1;
}

/* One page of a huge page in use that somebody pins. */
static void a_poisoned_huge_page(struct fixture *f)
{
	struct hstate *h = &f->w->hstates[0];

	set_max_huge_pages(f->w, h, 1, 0);
	f->page = TAILQ_FIRST(&h->free_list[0]);
	assert_int_equal(fail_arm(&f->w->fail, FAIL_DISSOLVE_HUGETLB, 1, -EBUSY),
			 true);
	assert_int_equal(memory_failure(f->w, page_to_pfn(f->w, f->page) + 1),
			 -EBUSY);
	fail_disarm_all(&f->w->fail);
}

static void raw_hwp_page_forgotten(struct fixture *f)
{
	clear_page_flag(f->w, f->page + 1, PG_raw_hwp);
}

/* --- balloons --- */

static void balloon_counts_one_more(struct fixture *f)
{
	f->w->balloons[BALLOON_VIRTIO].nr_pages++;
}

static void node_counts_a_page_less_in_balloons(struct fixture *f)
{
	f->w->nodes[0].nr_balloon_pages--;
}

static void balloon_driver_counts_one_less(struct fixture *f)
{
	f->w->virtio_balloon.num_pages--;
}

/* Migration has ended, and nobody put the page back. */
static void ballooned_page_left_isolated(struct fixture *f)
{
	struct balloon_dev_info *b = &f->w->balloons[BALLOON_VIRTIO];

	page_list_del(f->w, &b->pages, f->page);
	b->nr_pages--;
	b->isolated_pages++;
}

static void ballooned_page_unlinked(struct fixture *f)
{
	struct balloon_dev_info *b = &f->w->balloons[BALLOON_VIRTIO];

	page_list_del(f->w, &b->pages, f->page);
	b->nr_pages--;
	f->w->virtio_balloon.num_pages--;
}

static void ballooned_page_forgets_its_balloon(struct fixture *f)
{
	f->page->private = BALLOON_VMWARE;
}

static void ballooned_page_is_online(struct fixture *f)
{
	__page_clear_type(f->w, f->page, PGTY_offline);
}

#define ANTITEST_page(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)
#define ANTITEST_block(spoil, prepare, level, id)                             \
	ANTI_CASE(spoil, prepare, level, id)
#define ANTITEST_attempt(spoil, prepare, level, id)
#define ANTITEST_kernel(spoil, prepare, level, id)

static const struct anti_case cases[] = {
#include "test_check_cases.def"
};

int main(void)
{
	return anti_main(cases, ARRAY_SIZE(cases));
}
