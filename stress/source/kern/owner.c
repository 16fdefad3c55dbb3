/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has a page: an owner maps an anonymous folio once, which is the folio's only
 * reference; rmap finds him by folio->index.  A movable_ops driver.  Reclaim finds
 * nothing.
 */
#include <linux/pagemap.h>
#include <linux/writeback.h>
#include <linux/oom.h>
#include <linux/memcontrol.h>

#include "env.h"

/* What folio_isolate_lru() answers. */
#ifdef HAVE_FOLIO_ISOLATE_BOOL
typedef bool isolated_t;
#define TOOK true
#define LEFT false
#else
typedef int isolated_t;
#define TOOK 0
#define LEFT (-EBUSY)
#endif

/* All owners share one; nothing of it is read. */
static struct anon_vma lane_anon_vma;

static void set_large_mapcount(struct folio *folio, int mapped)
{
#ifdef HAVE_LARGE_MAPCOUNT
	atomic_set(&folio->_entire_mapcount, mapped - 1);
	atomic_set(&folio->_large_mapcount, mapped - 1);
#else
	atomic_set(folio_mapcount_ptr(folio), mapped - 1);
#endif
}

/* 1: it is on the list, with one more reference. */
static bool isolate_to_list(struct folio *folio, struct list_head *list)
{
#ifdef HAVE_ISOLATE_FOLIO_TO_LIST
	return isolate_folio_to_list(folio, list);
#else
	if (__folio_test_movable(folio)) {
		if (isolate_movable_page(&folio->page, 0))
			return false;
		list_add(&folio->lru, list);
		return true;
	}
	if (folio_isolate_lru(folio) != TOOK)
		return false;
	list_add(&folio->lru, list);
	node_stat_mod_folio(folio, NR_ISOLATED_ANON, folio_nr_pages(folio));
	return true;
#endif
}

static bool is_mapped_anon(struct folio *folio)
{
	return folio_test_anon(folio) && folio_mapped(folio);
}

static void set_mapcount(struct folio *folio, int mapped)
{
	if (!folio_test_large(folio)) {
		atomic_set(&folio->_mapcount, mapped - 1);
		return;
	}
	set_large_mapcount(folio, mapped);
}

void lane_map(unsigned long pfn, unsigned int owner)
{
	struct folio *folio = page_folio(pfn_to_page(pfn));

	folio->index = owner;
	if (lane_is_movable_ops(&folio->page))
		return;
	folio->mapping = (void *)&lane_anon_vma + PAGE_MAPPING_ANON;
	__folio_set_swapbacked(folio);
	folio_mark_uptodate(folio);
	set_mapcount(folio, 1);
}

bool lane_is_mapped(unsigned long pfn)
{
	return is_mapped_anon(page_folio(pfn_to_page(pfn)));
}

void lane_unmap(unsigned long pfn)
{
	struct folio *folio = page_folio(pfn_to_page(pfn));

	if (is_mapped_anon(folio))
		set_mapcount(folio, 0);
}

/* What its driver has isolated stays so for as long as it takes: see exec___free_pages. */
int lane_wait_for_page(unsigned long pfn)
{
	struct folio *folio = page_folio(pfn_to_page(pfn));

	if (!folio_test_locked(folio) ||
	    (lane_is_movable_ops(&folio->page) &&
	     lane_is_movable_ops_isolated(&folio->page)))
		return 0;
	lane_wait_for(folio, __func__);
	return 1;
}

/* --- rmap --- */

struct anon_vma *folio_get_anon_vma(lane_asked_folio *folio)
{
	return &lane_anon_vma;
}

void __put_anon_vma(struct anon_vma *anon_vma)
{
}

/* No process has the folio mapped: nobody is to be killed. */
struct anon_vma *folio_lock_anon_vma_read(lane_asked_folio *folio,
					  struct rmap_walk_control *rwc)
{
	return NULL;
}

/* mm/rmap.c:try_to_migrate: the mapping and its reference go away for now. */
void try_to_migrate(struct folio *folio, enum ttu_flags flags)
{
	if (!is_mapped_anon(folio))
		return;
	set_mapcount(folio, 0);
	folio_put(folio);
}

/* mm/rmap.c:try_to_unmap of a poisoned folio: the owner loses it. */
void try_to_unmap(struct folio *folio, enum ttu_flags flags)
{
	if (!is_mapped_anon(folio))
		return;
	set_mapcount(folio, 0);
	lane_host_moved(folio->index, LANE_NO_PFN);
	lane_progress();
	folio_put(folio);
}

/* Only remove_migration_ptes() comes here: the owner maps the folio again. */
static void map_again(struct folio *folio)
{
	set_mapcount(folio, 1);
	folio_get(folio);
	if (lane_host_moved(folio->index, folio_pfn(folio)))
		lane_progress();
}

void rmap_walk(struct folio *folio, struct rmap_walk_control *rwc)
{
	map_again(folio);
}

void rmap_walk_locked(struct folio *folio, struct rmap_walk_control *rwc)
{
	map_again(folio);
}

/* --- the fail point MIGRATE: mm/util.c --- */

#ifdef HAVE_FOLIO_MC_COPY
int folio_mc_copy(struct folio *dst, struct folio *src)
{
	return lane_host_fail(LANE_FAIL_MIGRATE);
}

static struct address_space *refusing_mapping(lane_asked_folio *folio)
{
	return NULL;
}
#else
void folio_copy(struct folio *dst, struct folio *src)
{
}

static int refusal;

static int refuse_to_migrate(struct address_space *mapping, struct folio *dst,
			     struct folio *src, enum migrate_mode mode)
{
	return refusal;
}

static const struct address_space_operations refusing_ops = {
	.migrate_folio = refuse_to_migrate,
};
static struct address_space refusing = { .a_ops = &refusing_ops };

/*
 * Where copying cannot fail the folio is, for once, in a file that refuses.  Asked
 * of what move_to_new_folio() has when nothing else is in the way.
 */
static struct address_space *refusing_mapping(struct folio *folio)
{
	if (!folio_test_locked(folio) || folio_mapped(folio) ||
	    folio_test_hwpoison(folio) || folio_ref_count(folio) != 1)
		return NULL;
	refusal = lane_host_fail(LANE_FAIL_MIGRATE);
	return refusal ? &refusing : NULL;
}
#endif

struct address_space *folio_mapping(lane_asked_folio *folio)
{
	unsigned long mapping = (unsigned long)folio->mapping;

	return mapping & PAGE_MAPPING_FLAGS ? refusing_mapping(folio) :
					      folio->mapping;
}

/* mm/util.c; later kernels have it inline. */
#ifndef HAVE_LARGE_MAPCOUNT
bool folio_mapped(struct folio *folio)
{
	return atomic_read(&folio->_mapcount) >= 0;
}
#endif

/* mm/truncate.c: an anonymous folio has nothing to be evicted from. */
#ifdef HAVE_MAPPING_EVICT
long mapping_evict_folio(struct address_space *mapping, struct folio *folio)
{
	return 0;
}
#else
long invalidate_inode_page(struct page *page)
{
	return 0;
}
#endif

/* mm/filemap.c */
void __folio_lock(struct folio *folio)
{
	do
		lane_wait_for(folio, "folio_lock");
	while (!folio_trylock(folio));
}

void folio_unlock(struct folio *folio)
{
	if (!folio_test_locked(folio))
		lane_host_broken("unlock of a free lock", "folio_unlock", 0,
				 folio_pfn(folio));
	clear_bit(PG_locked, folio_flags(folio, 0));
	lane_released(folio);
}

void folio_wait_writeback(struct folio *folio)
{
}

/* --- LRU: mm/vmscan.c --- */

/*
 * A poisoned folio that could not be isolated stays on the LRU; kernels that do not
 * have unmap_poisoned_folio() warn when offlining finds it there.
 */
static bool may_fail(struct folio *folio)
{
#ifdef HAVE_UNMAP_POISONED
	return true;
#else
	return !folio_test_hwpoison(folio);
#endif
}

isolated_t folio_isolate_lru(struct folio *folio)
{
	struct lruvec *lruvec;

	if (!folio_test_lru(folio) ||
	    (may_fail(folio) && lane_host_fail(LANE_FAIL_ISOLATE_LRU)) ||
	    !folio_test_clear_lru(folio))
		return LEFT;
	folio_get(folio);
	lruvec = folio_lruvec_lock_irq(folio);
	lruvec_del_folio(lruvec, folio);
	lruvec_unlock_irq(lruvec);
	return TOOK;
}

void folio_putback_lru(struct folio *folio)
{
	folio_add_lru(folio);
	folio_put(folio);
}

void lane_folio_add_lru(unsigned long pfn)
{
	folio_add_lru(page_folio(pfn_to_page(pfn)));
}

/*
 * Not counted in NR_ISOLATED here: compaction would wait for the isolator
 * (too_many_isolated()), who is not there to go on.  The host counts.
 */
int lane_folio_isolate_lru(unsigned long pfn)
{
	return folio_isolate_lru(page_folio(pfn_to_page(pfn))) == TOOK ? 0 :
									 -EBUSY;
}

/* Whoever puts it back may be about to free it: nobody takes it in between.  A poisoned
 * one would not wait: offlining steps over it, and its memmap is garbage then. */
void lane_folio_putback_lru(unsigned long pfn)
{
	if (!PageHWPoison(pfn_to_page(pfn)))
		lane_at(LANE_AT_LRU_ADD);
	preempt_disable();
	folio_putback_lru(page_folio(pfn_to_page(pfn)));
	preempt_enable();
}

void lane_lru_add_drain_all(void)
{
	lru_add_drain_all();
}

int lane_migrate_folio(unsigned long pfn)
{
	struct migration_target_control mtc = {
		.nid = 0,
		.gfp_mask = (GFP_HIGHUSER_MOVABLE & ~__GFP_IO) | __GFP_NORETRY |
			    __GFP_NOWARN,
	};
	LIST_HEAD(list);
	int ret;

	if (!isolate_to_list(page_folio(pfn_to_page(pfn)), &list))
		return -EBUSY;
	ret = migrate_pages(&list, alloc_migration_target, NULL,
			    (unsigned long)&mtc, MIGRATE_SYNC, MR_SYSCALL, NULL);
	if (!list_empty(&list))
		putback_movable_pages(&list);
	return ret;
}

/* --- reclaim: as if each try had freed something --- */

/*
 * The allocator then drains its own lists, gives up its atomic reserve and looks
 * again, which is all that this machine can reclaim.  It does not try for ever:
 * should_reclaim_retry() looks at what is free.
 */
unsigned long try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp,
#ifdef HAVE_CONST_RECLAIM_NODES
				const nodemask_t *nodes)
#else
				nodemask_t *nodes)
#endif
{
	lane_may_sleep("try_to_free_pages");
	return 1;
}

bool out_of_memory(struct oom_control *oc)
{
	lane_may_sleep("out_of_memory");
	return false;
}

/* Somebody else has isolated too much, or is to make progress. */
void reclaim_throttle(pg_data_t *pgdat, enum vmscan_throttle_state reason)
{
	lane_relax();
}

unsigned int reclaim_clean_pages_from_list(struct zone *zone,
					   struct list_head *list)
{
	return 0;
}

unsigned long zone_reclaimable_pages(struct zone *zone)
{
	return 0;
}

void wakeup_kswapd(struct zone *zone, gfp_t gfp, int order,
		   enum zone_type highest)
{
}

/* --- a driver of movable pages (zsmalloc in the language) --- */

static const struct movable_operations lane_zs_ops;

/* Taking and letting go: under the page lock. */
#ifdef HAVE_MOVABLE_OPS_FLAG
static void zs_take(struct page *page)
{
	if (!PageZsmalloc(page))
		__SetPageZsmalloc(page);
	SetPageMovableOps(page);
	set_page_private(page, (unsigned long)&lane_zs_ops);
}

/* The page stays what it is until it is free: reset_zpdesc(). */
static void zs_let_go(struct page *page)
{
	set_page_private(page, 0);
}

static bool zs_has(struct page *page)
{
	return page_private(page);
}

void lane_zs_init(void)
{
	if (set_movable_ops(&lane_zs_ops, PGTY_zsmalloc))
		lane_host_broken("no movable_ops", __func__, 0, LANE_NO_PFN);
}
#else
static void zs_take(struct page *page)
{
	__SetPageMovable(page, &lane_zs_ops);
}

static void zs_let_go(struct page *page)
{
	__ClearPageMovable(page);
}

static bool zs_has(struct page *page)
{
	return true;
}

void lane_zs_init(void)
{
}
#endif

static bool zs_page_isolate(struct page *page, isolate_mode_t mode)
{
	return zs_has(page) && !lane_host_fail(LANE_FAIL_ISOLATE_MOVABLE_OPS);
}

static void zs_page_putback(struct page *page)
{
}

/* Its one reference moves to dst. */
static int zs_page_migrate(struct page *dst, struct page *src,
			   enum migrate_mode mode)
{
	int err = lane_host_fail(LANE_FAIL_MIGRATE);

	if (err)
		return err;
	get_page(dst);
	page_folio(dst)->index = page_folio(src)->index;
	zs_take(dst);
	if (lane_host_moved(page_folio(dst)->index, page_to_pfn(dst)))
		lane_progress();
	zs_let_go(src);
	put_page(src);
	return 0;
}

static const struct movable_operations lane_zs_ops = {
	.isolate_page = zs_page_isolate,
	.migrate_page = zs_page_migrate,
	.putback_page = zs_page_putback,
};

unsigned long lane_zs_malloc(void)
{
	unsigned long pfn = lane_alloc_pages(LANE_GFP_HIGHUSER_MOVABLE, 0);
	struct page *page;

	if (pfn == LANE_NO_PFN)
		return pfn;
	page = pfn_to_page(pfn);
	lock_page(page);
	/* Nobody finds it before it has an owner: see lane_map(). */
	preempt_disable();
	zs_take(page);
	unlock_page(page);
	preempt_enable();
	return pfn;
}

void lane_zs_free(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	/* Nobody has it locked: see lane_wait_for_page(). */
	if (!trylock_page(page))
		lane_host_broken("deadlock", __func__, 0, pfn);
	preempt_disable();
	zs_let_go(page);
	unlock_page(page);
	preempt_enable();
	put_page(page);
}
