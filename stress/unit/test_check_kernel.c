/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: what the modelled kernel asserts itself, by misuse of its API.
 */
#include "test_check_anti.h"


/* --- legal states --- */

static void a_page(struct fixture *f)
{
	f->page = own_pages(f, GFP_KERNEL, 0, 1);
}

static void a_movable_page(struct fixture *f)
{
	f->page = own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 1);
	f->pfn = page_to_pfn(f->w, f->page);
}

static void a_pcp_page(struct fixture *f)
{
	f->page = alloc_pages(f->w, GFP_KERNEL, 0, 0);
	__free_pages(f->w, f->page, 0);
}

static void an_offline_page(struct fixture *f)
{
	f->pfn = block_start_pfn(f->w, movable_block(f));
	assert_int_equal(fake_offline(f->w, f->pfn >> f->w->pageblock_order, 1),
			 0);
	f->page = pfn_to_page(f->w, f->pfn);
}

static void a_skippable_page(struct fixture *f)
{
	fixture_begin(f, MO_POLICY_skippable);
	an_offline_page(f);
}

/* Its block went and came back: the driver keeps it out. */
static void a_never_onlined_page(struct fixture *f)
{
	unsigned long block;

	an_offline_page(f);
	block = pfn_to_block(f->w, f->pfn);
	assert_int_equal(device_offline(f->w, block), 0);
	assert_int_equal(device_online(f->w, block, MMOP_ONLINE_MOVABLE), 0);
	f->page = pfn_to_page(f->w, f->pfn);
}

static void a_zs_page(struct fixture *f)
{
	f->page = zs_malloc(f->w, 0);
	check_owned(f->c, f->w, page_to_pfn(f->w, f->page), 1, 1);
}

static void a_huge_pool(struct fixture *f)
{
	set_max_huge_pages(f->w, &f->w->hstates[0], 1, 0);
	f->page = TAILQ_FIRST(&f->w->hstates[0].free_list[0]);
}

static void an_offline_block(struct fixture *f)
{
	assert_int_equal(device_offline(f->w, movable_block(f) + 1), 0);
	f->pfn = block_start_pfn(f->w, movable_block(f) + 1);
}

static void an_added_block(struct fixture *f)
{
	assert_int_equal(add_memory(f->w, absent_block(f)), 0);
	f->pfn = block_start_pfn(f->w, absent_block(f));
}

static void an_isolated_pageblock(struct fixture *f)
{
	f->pfn = block_start_pfn(f->w, movable_block(f));
	f->page = pfn_to_page(f->w, f->pfn);
	assert_int_equal(start_isolate_page_range(f->w, f->pfn,
				f->pfn + pageblock_nr_pages(f->w),
				PB_ISOLATE_MODE_OTHER), 0);
}

/* --- misuse --- */

static void free_a_page_with_flags(struct fixture *f)
{
	set_page_flag(f->w, f->page, PG_locked);
	__free_pages(f->w, f->page, 0);
}

static void free_a_mapped_page(struct fixture *f)
{
	page_touch(f->w, f->page);
	f->page->mapping = 2;
	__free_pages(f->w, f->page, 0);
}

static void free_a_page_twice(struct fixture *f)
{
	check_disowned(f->c, f->w, page_to_pfn(f->w, f->page), 1, 1);
	__free_pages(f->w, f->page, 0);
	__free_pages(f->w, f->page, 0);
}

static void free_a_referenced_page(struct fixture *f)
{
	free_frozen_pages(f->w, f->page, 0);
}

static void unfreeze_a_referenced_page(struct fixture *f)
{
	page_ref_unfreeze(f->w, f->page, 1);
}

static void free_to(struct fixture *f, struct page *page, unsigned int zone,
		    unsigned int order)
{
	struct world *w = f->w;

	set_page_count(w, page, 0);
	spin_lock(w, &w->zones[zone].lock);
	__free_one_page(w, page, &w->zones[zone], order,
			get_pageblock_migratetype(w, page), false);
}

static void free_a_misaligned_page(struct fixture *f)
{
	struct page *page = f->page;

	if (!(page_to_pfn(f->w, page) & 1))
		page++;
	free_to(f, page, page_zone(f->w, page)->zone_idx, 1);
}

static void free_into_another_zone(struct fixture *f)
{
	free_to(f, f->page, page_zone(f->w, f->page)->zone_idx ^ 1, 0);
}

static void ask_for_the_buddy_of_the_largest(struct fixture *f)
{
	find_buddy_page_pfn(f->w, 0, f->w->max_page_order, NULL);
}

static void search_beyond_a_pageblock(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
	has_unmovable_pages(f->w, 0, pageblock_nr_pages(f->w) + 1,
			    PB_ISOLATE_MODE_OTHER);
}

static void free_under_a_wrong_type(struct fixture *f)
{
	struct world *w = f->w;
	struct page *page = any_free_page(f, 0);
	enum migratetype mt = get_pageblock_migratetype(w, page);

	spin_lock(w, &w->zones[0].lock);
	del_page_from_free_list(w, page, &w->zones[0], buddy_order(page),
				mt == MIGRATE_MOVABLE ? MIGRATE_UNMOVABLE :
							MIGRATE_MOVABLE);
}

static void set_a_second_type(struct fixture *f)
{
	__page_set_type(f->w, f->page, PGTY_slab);
}

static void clear_a_type_of_others(struct fixture *f)
{
	__page_clear_type(f->w, f->page, PGTY_slab);
}

static void isolate_behind_the_back(struct fixture *f)
{
	struct zone *zone = page_zone(f->w, f->page);

	spin_lock(f->w, &zone->lock);
	pageblock_isolate_and_move_free_pages(f->w, zone, f->page);
}

static void change_type_while_isolated(struct fixture *f)
{
	set_pageblock_migratetype(f->w, f->pfn, MIGRATE_UNMOVABLE);
}

static void set_type_isolate(struct fixture *f)
{
	set_pageblock_migratetype(f->w, 0, MIGRATE_ISOLATE);
}

static void give_back_more_than_isolated(struct fixture *f)
{
	page_zone(f->w, f->page)->nr_isolate_pageblock = 0;
	undo_isolate_page_range(f->w, f->pfn,
				f->pfn + pageblock_nr_pages(f->w),
				MIGRATE_MOVABLE);
}

static void read_an_offline_page(struct fixture *f)
{
	pfn_to_page(f->w, f->pfn);
}

static void read_behind_the_end(struct fixture *f)
{
	pfn_to_page(f->w, f->w->nr_pfns);
}

static void release_a_foreign_lock(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
	world_begin_op(f->w, 1);
	spin_unlock(f->w, &f->w->zones[0].lock);
}

static void take_a_lock_twice(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
	spin_lock(f->w, &f->w->zones[0].lock);
}

static void end_with_a_lock(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
	sched_end_op(&f->w->sched);
}

/* The scheduler finds operations in flight and nobody who can go on. */
static void wait_for_each_other(struct fixture *f)
{
	struct sched *s = &f->w->sched;

	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		s->current_task = &s->tasks[cpu];
		s->tasks[cpu].in_flight = true;
		spin_lock(f->w, &f->w->zones[cpu].lock);
		s->tasks[cpu].waits_for = &f->w->zones[!cpu].lock;
	}
	assert_false(sched_runnable(s, 0) || sched_runnable(s, 1));
	sched_deadlock(s);
}

static void sleep_inside_rcu(struct fixture *f)
{
	rcu_read_lock(f->w);
	rcu_read_lock(f->w);
	rcu_read_unlock(f->w);
	synchronize_rcu(f->w);
}

static void lock_a_mutex_inside_rcu(struct fixture *f)
{
	rcu_read_lock(f->w);
	mutex_lock(f->w, &f->w->mf_mutex);
}

static void sleep_with_irqs_off(struct fixture *f)
{
	local_irq_save(f->w);
	drain_all_pages(f->w, NULL);
	might_sleep(f->w);
}

static void end_inside_rcu(struct fixture *f)
{
	rcu_read_lock(f->w);
	sched_end_op(&f->w->sched);
}

static void leave_rcu_that_was_not_entered(struct fixture *f)
{
	rcu_read_lock(f->w);
	rcu_read_unlock(f->w);
	rcu_read_unlock(f->w);
}

static void end_with_irqs_off(struct fixture *f)
{
	local_irq_save(f->w);
	sched_end_op(&f->w->sched);
}

static void switch_irqs_on_that_are_on(struct fixture *f)
{
	local_irq_restore(f->w);
}

static void under(struct fixture *f, struct lock *outer, struct lock *inner)
{
	mo_lock(f->w, outer, __func__);
	mo_lock(f->w, inner, __func__);
	mo_unlock(f->w, outer, __func__);
	mo_unlock(f->w, inner, __func__);
}

static void take_two_locks_in_both_orders(struct fixture *f)
{
	under(f, &f->w->hugetlb_lock, &f->w->lru_lock);
	under(f, &f->w->lru_lock, &f->w->hugetlb_lock);
}

static void take_three_locks_in_a_circle(struct fixture *f)
{
	under(f, &f->w->mf_mutex, &f->w->hugetlb_lock);
	under(f, &f->w->fake_offline_lock, &f->w->mf_mutex);
	under(f, &f->w->mf_mutex, &f->w->lru_lock);
	under(f, &f->w->fake_offline_lock, &f->w->pcp_batch_high_lock);
	under(f, &f->w->pcp_batch_high_lock, &f->w->mf_mutex);
	under(f, &f->w->mf_mutex, &f->w->fake_offline_lock);
}

static void read_under_what_is_taken_under_it(struct fixture *f)
{
	mo_lock_read(f->w, &f->w->mem_hotplug_lock, __func__);
	mo_lock_read(f->w, &f->w->mem_hotplug_lock, __func__);
	mutex_lock(f->w, &f->w->mf_mutex);
	mutex_unlock(f->w, &f->w->mf_mutex);
	lock_release_read(&f->w->sched, &f->w->mem_hotplug_lock, __func__);
	lock_release_read(&f->w->sched, &f->w->mem_hotplug_lock, __func__);
	mutex_lock(f->w, &f->w->mf_mutex);
	mo_lock_read(f->w, &f->w->mem_hotplug_lock, __func__);
}

static void take_two_locks_of_a_class(struct fixture *f)
{
	under(f, &f->w->zones[0].lock, &f->w->zones[1].lock);
}

static void sleep_with_a_spinlock(struct fixture *f)
{
	spin_lock(f->w, &f->w->zones[0].lock);
	lru_add_drain_all(f->w);
}

/* What the scheduler finds when no operation in flight can go on. */
static void everybody_waits(struct fixture *f)
{
	sched_deadlock(&f->w->sched);
}

/* The budget of an operation is used up almost at once. */
static void too_many_steps(struct fixture *f)
{
	f->w->sched.op_budget = 3;
	next_op(f);
	device_offline(f->w, movable_block(f));
}

static void enable_the_lru_twice(struct fixture *f)
{
	lru_cache_disable(f->w);
	lru_cache_enable(f->w);
	lru_cache_enable(f->w);
}

static void offline_a_page_in_use(struct fixture *f)
{
	unsigned long start = ALIGN_DOWN(f->pfn, PAGES_PER_SECTION(f->w));

	assert_int_equal(start_isolate_page_range(f->w, start,
				start + PAGES_PER_SECTION(f->w),
				PB_ISOLATE_MODE_MEM_OFFLINE), 0);
	__offline_isolated_pages(f->w, start, start + PAGES_PER_SECTION(f->w));
}

static void manage_less_than_nothing(struct fixture *f)
{
	adjust_managed_page_count(f->w, pfn_to_page(f->w, 0),
				  -(long)f->w->zones[0].managed_pages - 1);
}

static void be_present_less_than_nothing(struct fixture *f)
{
	adjust_present_page_count(f->w, pfn_to_page(f->w, 0),
				  -(long)f->w->zones[0].present_pages - 1);
}

static void pcp_page_without_mark(struct fixture *f)
{
	clear_page_flag(f->w, f->page, PG_pcp);
	drain_all_pages(f->w, NULL);
}

static void online_a_missing_section(struct fixture *f)
{
	block_touch(f->w, absent_block(f));
	f->w->sections[pfn_to_section_nr(f->w, f->pfn)].present = false;
	device_online(f->w, absent_block(f), MMOP_ONLINE_MOVABLE);
}

static void put_back_what_was_not_isolated(struct fixture *f)
{
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);

	page_list_del(f->w, &f->w->zs_pages, f->page);
	page_list_add(f->w, &list, f->page, true);
	putback_movable_pages(f->w, &list);
}

/* The counter is off, and a reservation makes nobody look at it first. */
static void take_from_an_empty_pool(struct fixture *f)
{
	f->w->hstates[0].free_huge_pages = 0;
	f->w->hstates[0].resv_huge_pages = 1;
	hugetlb_fault(f->w, &f->w->hstates[0], 0);
}

static void drop_a_reference_too_many(struct fixture *f)
{
	set_page_count(f->w, f->page, 2);
	f->w->page_offline->going_offline(f->w, f->pfn, 1);
}

/* The reference of a pfn walker comes first. */
static void offline_a_page_that_somebody_has(struct fixture *f)
{
	f->w->page_offline = page_offline_by_name("frozen");
	get_page(f->w, f->page);
	make_page_offline(f->w, f->page, OFFLINE_UNMOVABLE);
}

static void put_a_stray_reference_offline(struct fixture *f)
{
	get_page(f->w, f->page);
	device_offline(f->w, pfn_to_block(f->w, f->pfn));
}

static void online_a_stray_reference(struct fixture *f)
{
	get_page(f->w, f->page);
	fake_online(f->w, f->pfn >> f->w->pageblock_order, 1);
}

/* As if somebody had disabled the per-CPU lists and forgotten to drain them. */
static void allocate_from_an_isolated_pageblock(struct fixture *f)
{
	struct zone *zone = page_zone(f->w, f->page);

	zone->pcp_disabled = true;
	for (unsigned long pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone);
	     pfn += pageblock_nr_pages(f->w)) {
		block_touch(f->w, pfn_to_block(f->w, pfn));
		pfn_to_pageblock(f->w, pfn)->isolated = true;
	}
	alloc_pages(f->w, GFP_KERNEL, 0, 0);
}

static void deflate_an_empty_balloon(struct fixture *f)
{
	struct balloon_dev_info *b = &f->w->balloons[BALLOON_VIRTIO];

	balloon_devinfo_init(f->w, b, NULL, false);
	balloon_page_dequeue(f->w, b);
}

#define ANTITEST_page(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)
#define ANTITEST_block(spoil, prepare, level, id)
#define ANTITEST_attempt(spoil, prepare, level, id)
#define ANTITEST_kernel(spoil, prepare, level, id)                             \
	ANTI_CASE(spoil, prepare, level, id)

static const struct anti_case cases[] = {
#include "test_check_cases.def"
};

int main(void)
{
	return anti_main(cases, ARRAY_SIZE(cases));
}
