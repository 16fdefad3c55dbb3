/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: what a failed attempt must restore; and what it need not.
 */
#include "test_check_anti.h"


/* --- legal states --- */

/* An attempt on a memory block of ZONE_MOVABLE with a page in use. */
static void an_attempt(struct fixture *f)
{
	unsigned long block;

	f->page = own_folio(f, 0, 1);
	f->pfn = pageblock_start_pfn(f->w, page_to_pfn(f->w, f->page));
	block = pfn_to_block(f->w, f->pfn);
	check_attempt_begin(f->c, f->w, ATTEMPT_OFFLINE,
			    block_start_pfn(f->w, block),
			    block_start_pfn(f->w, block + 1));
}

static void an_attempt_over_offline_pages(struct fixture *f)
{
	unsigned long block = movable_block(f);

	f->pfn = block_start_pfn(f->w, block);
	assert_int_equal(fake_offline(f->w, f->pfn >> f->w->pageblock_order, 2),
			 0);
	f->page = pfn_to_page(f->w, f->pfn + 1);
	check_attempt_begin(f->c, f->w, ATTEMPT_OFFLINE, f->pfn,
			    block_start_pfn(f->w, block + 1));
}

/* Two free pageblocks of ZONE_NORMAL. */
static void an_attempt_on_free_pageblocks(struct fixture *f)
{
	check_attempt_begin(f->c, f->w, ATTEMPT_ISOLATE, 0,
			    2 * pageblock_nr_pages(f->w));
}

/* In ZONE_MOVABLE it may be in any state. */
static void an_attempt_on_a_busy_pageblock(struct fixture *f)
{
	f->page = own_pages(f, GFP_HIGHUSER_MOVABLE, 0, 1);
	f->pfn = pageblock_start_pfn(f->w, page_to_pfn(f->w, f->page));
	check_attempt_begin(f->c, f->w, ATTEMPT_ISOLATE, f->pfn,
			    f->pfn + pageblock_nr_pages(f->w));
}

/* --- one thing is spoilt, then the attempt fails --- */

static void attempt_fails(struct fixture *f)
{
	check_attempt_end(f->c, f->w, -EBUSY);
}

static struct pageblock *spoil_pageblock(struct fixture *f)
{
	block_touch(f->w, pfn_to_block(f->w, f->pfn));
	return pfn_to_pageblock(f->w, f->pfn);
}

static void managed_not_restored(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].managed_pages--;
	attempt_fails(f);
}

static void present_not_restored(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].present_pages--;
	attempt_fails(f);
}

static void span_not_restored(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].spanned_pages--;
	attempt_fails(f);
}

static void isolation_not_undone(struct fixture *f)
{
	spoil_pageblock(f)->isolated = true;
	attempt_fails(f);
}

static void block_state_not_restored(struct fixture *f)
{
	spoil_pageblock(f);
	f->w->blocks[pfn_to_block(f->w, f->pfn)].state = MEM_OFFLINE;
	attempt_fails(f);
}

static void block_zone_not_restored(struct fixture *f)
{
	spoil_pageblock(f);
	f->w->blocks[pfn_to_block(f->w, f->pfn)].zone_idx = ZONE_NORMAL;
	attempt_fails(f);
}

static void memmap_not_restored(struct fixture *f)
{
	spoil_pageblock(f)->gen = PB_GEN_POISON;
	attempt_fails(f);
}

static void nr_isolated_not_restored(struct fixture *f)
{
	assert_int_equal(folio_isolate_lru(f->w, f->page), 0);
	attempt_fails(f);
}

static void offline_page_lost(struct fixture *f)
{
	page_touch(f->w, f->page);
	f->page->page_type = PGTY_none;
	attempt_fails(f);
}

static void offline_reference_not_restored(struct fixture *f)
{
	set_page_count(f->w, f->page, 2);
	attempt_fails(f);
}

static void type_not_restored(struct fixture *f)
{
	spoil_pageblock(f)->migratetype = MIGRATE_UNMOVABLE;
	attempt_fails(f);
}

/* Nothing is spoilt: that it fails is. */
static void isolation_refused(struct fixture *f)
{
	attempt_fails(f);
}

static void offlining_gives_up(struct fixture *f)
{
	f->w->stats.notified[MEM_GOING_OFFLINE]++;
	attempt_fails(f);
}

#define ANTITEST_page(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)
#define ANTITEST_block(spoil, prepare, level, id)
#define ANTITEST_attempt(spoil, prepare, level, id)                             \
	ANTI_CASE(spoil, prepare, level, id)
#define ANTITEST_kernel(spoil, prepare, level, id)

static const struct anti_case cases[] = {
#include "test_check_cases.def"
};

int main(void)
{
	return anti_main(cases, ARRAY_SIZE(cases));
}
