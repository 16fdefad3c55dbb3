/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Balloons and the migration of their pages.  mm/balloon_compaction.c, 6.17: the
 * page lock keeps deflation away from a page that is isolated or replaced, the
 * device is found through page->private.
 */
#include "balloon_compaction.h"
#include "migrate.h"
#include "page_offline.h"

static struct balloon_dev_info *balloon_page_device(struct world *w,
						    const struct page *page)
{
	MUST(page->private < BALLOON_NR);
	return &w->balloons[page->private];
}

/* --- how many a node has in balloons --- */

/* NR_BALLOON_PAGES, 7.0; the balloon's lock, or the driver's, is held.  The memmap of a
 * page that is lost is garbage, its node is known all the same. */
static void count_page(struct world *w, const struct page *page, long count)
{
	unsigned int nid = block_to_nid(w, pfn_to_block(w, page_to_pfn(w, page)));

	w->nodes[nid].nr_balloon_pages += count;
}

/* Kernels count a page where it enters a balloon and where it leaves one, and forget
 * that it has moved in between (old bug, kind open). */
#define migration_counts(w) \
	(!oldbug(w, BALLOON_COUNTED_ELSEWHERE) && !kernel_of(w, 7_2))

/* --- pages that are lost --- */

bool balloon_page_is_lost(struct world *w, const struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	return page->gen != pfn_to_pageblock(w, pfn)->gen ||
	       (PageHWPoison(page) && !pfn_online(w, pfn));
}

static unsigned int forget_lost(struct world *w, struct page_list *pages, long count)
{
	struct page *page, *next;
	unsigned int nr = 0;

	for (page = TAILQ_FIRST(pages); page; page = next) {
		next = TAILQ_NEXT(page, lru);
		if (!balloon_page_is_lost(w, page))
			continue;
		TAILQ_REMOVE(pages, page, lru);
		count_page(w, page, count);
		nr++;
	}
	return nr;
}

/* They have left the balloon, and its count. */
unsigned int balloon_list_forget_lost(struct world *w, struct page_list *pages)
{
	return forget_lost(w, pages, 0);
}

void balloon_forget_lost(struct world *w, struct balloon_dev_info *b_dev_info)
{
	uint32_t gone = w->stats.offlined_sections + w->stats.garbage_memmaps;
	unsigned int nr;

	if (likely(gone == b_dev_info->gone))
		return;
	b_dev_info->gone = gone;
	nr = forget_lost(w, &b_dev_info->pages, -1);
	b_dev_info->nr_pages -= nr;
	b_dev_info->nr_lost += nr;
	if (b_dev_info->size)
		*b_dev_info->size -= nr;
}

/* --- the list; Locks: pages_lock --- */

static void lock_pages(struct world *w, struct balloon_dev_info *b_dev_info)
{
	spin_lock(w, &b_dev_info->pages_lock);
	balloon_forget_lost(w, b_dev_info);
}

static void list_insert(struct world *w, struct balloon_dev_info *b_dev_info,
			struct page *page)
{
	lockdep_assert_held(w, &b_dev_info->pages_lock);
	page_list_add(w, &b_dev_info->pages, page, false);
	b_dev_info->nr_pages++;
}

static void list_remove(struct world *w, struct balloon_dev_info *b_dev_info,
			struct page *page)
{
	lockdep_assert_held(w, &b_dev_info->pages_lock);
	VM_BUG_ON_PAGE(w, !(page->flags & BIT(PG_ballooned)),
		       "balloon_pages", page,
		       "taken off the list of a balloon that does not have it");
	page_list_del(w, &b_dev_info->pages, page);
	b_dev_info->nr_pages--;
}

/* --- becoming PageOffline, and no longer --- */

static enum offline_kind balloon_kind(const struct balloon_dev_info *b_dev_info)
{
	return b_dev_info->compaction ? OFFLINE_MOVABLE : OFFLINE_UNMOVABLE;
}

/* A balloon that may be taken back on OOM leaves its pages managed. */
static void make_managed_page_offline(struct world *w, struct page *page,
				      enum offline_kind kind)
{
	VM_BUG_ON_PAGE(w, offline_rests_frozen(w, kind) && page_count(w, page),
		       "frozen_refcount", page,
		       "ballooned while somebody holds a reference");
	w->page_offline->make_offline(w, page, kind);
	set_page_flag(w, page, PG_offline_managed);
}

/* Another kind of page, refused and taken back or from a migration, is in none. */
static void leave_transit(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *page)
{
	if (!(page->flags & BIT(PG_in_transit)))
		return;
	clear_page_flag(w, page, PG_in_transit);
	b_dev_info->nr_in_transit--;
}

/* include/linux/balloon_compaction.h:balloon_page_insert, both versions.  A page
 * that the hypervisor refused to give back is PageOffline still. */
static void balloon_page_insert(struct world *w,
				struct balloon_dev_info *b_dev_info,
				struct page *page)
{
	enum offline_kind kind = balloon_kind(b_dev_info);

	leave_transit(w, b_dev_info, page);
	if (PageOffline(page))
		page_touch(w, page);
	else if (b_dev_info->adjust_managed_page_count)
		make_page_offline(w, page, kind);
	else
		make_managed_page_offline(w, page, kind);
	if (b_dev_info->compaction)
		set_page_movable_ops(w, page, w->balloon_mops, PGTY_none);
	set_page_flag(w, page, PG_ballooned);
	page->private = b_dev_info->id;
	list_insert(w, b_dev_info, page);
}

void balloon_page_append(struct world *w, struct balloon_dev_info *b_dev_info,
			 struct page *page)
{
	VM_BUG_ON_PAGE(w, !PageOffline(page), "page_type_single", page,
		       "appended to the balloon as type %u", page->page_type);
	lock_pages(w, b_dev_info);
	set_page_flag(w, page, PG_ballooned);
	page->private = b_dev_info->id;
	list_insert(w, b_dev_info, page);
	count_page(w, page, 1);
	spin_unlock(w, &b_dev_info->pages_lock);
}

/*
 * include/linux/balloon_compaction.h:balloon_page_finalize.  The page stays
 * PageOffline until it is freed (6.17).
 */
static void balloon_page_finalize(struct world *w, struct page *page)
{
	clear_page_movable_ops(w, page);
	clear_page_flag(w, page, PG_ballooned);
	page->private = 0;
}

void balloon_page_release(struct world *w, struct page *page)
{
	if (balloon_page_is_lost(w, page))
		return;
	/* 7.2: it is what it was until it is free, which a poisoned one never is; but it
	 * is managed again. */
	if (kernel_of(w, 7_2) && PageMovableOps(page)) {
		if (!PageOfflineManaged(page))
			adjust_managed_page_count(w, page, 1);
		set_page_flag(w, page, PG_offline_managed);
		put_page(w, page);
		return;
	}
	if (!PageOfflineManaged(page)) {
		free_offline_page(w, page);
		return;
	}
	clear_page_flag(w, page, PG_offline_managed);
	w->page_offline->free_offline(w, page);
}

/* --- inflate and deflate --- */

void balloon_devinfo_init(struct world *w, struct balloon_dev_info *b_dev_info,
			  balloon_migratepage_fn migratepage, bool compaction)
{
	*b_dev_info = (struct balloon_dev_info){
		.id = (uint8_t)(b_dev_info - w->balloons),
		.loaded = true,
		.compaction = compaction && migratepage,
		.adjust_managed_page_count = true,
		.migratepage = migratepage,
	};
	lock_init_class(&b_dev_info->pages_lock, LOCK_balloon_pages_lock);
	TAILQ_INIT(&b_dev_info->pages);
}

/* Only pages that can move may stand where everything can: without compaction
 * balloon_mapping_gfp_mask() stays out of ZONE_MOVABLE and of CMA. */
struct page *balloon_page_alloc(struct world *w,
				struct balloon_dev_info *b_dev_info,
				unsigned int nid)
{
	const gfp_t gfp = b_dev_info->compaction ? GFP_HIGHUSER_MOVABLE :
						   GFP_KERNEL;
	/* Frozen from the start, or somebody may try for a reference meanwhile. */
	struct page *page;

	b_dev_info->nr_in_transit++;
	page = offline_rests_frozen(w, balloon_kind(b_dev_info)) ?
		       alloc_frozen_pages(w, gfp, 0, nid) :
		       alloc_pages(w, gfp, 0, nid);
	if (page)
		set_page_flag(w, page, PG_in_transit);
	else
		b_dev_info->nr_in_transit--;
	return page;
}

void balloon_page_refused(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *page)
{
	leave_transit(w, b_dev_info, page);
	if (page_count(w, page))
		put_page(w, page);
	else
		free_frozen_pages(w, page, 0);
}

void balloon_page_enqueue(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *page)
{
	lock_pages(w, b_dev_info);
	balloon_page_insert(w, b_dev_info, page);
	count_page(w, page, 1);
	spin_unlock(w, &b_dev_info->pages_lock);
}

/* The first page that nobody has locked; a locked one is being isolated or has
 * just replaced another. */
static struct page *first_unlocked(struct world *w,
				   const struct balloon_dev_info *b_dev_info)
{
	struct page *page = TAILQ_FIRST(&b_dev_info->pages);

	(void)w; /* which only old bugs ask */
	/* Up to 3.17: a page without a mapping counted as locked by migration. */
	if (!b_dev_info->compaction && oldbug(w, BALLOON_DEFLATE_SKIPS_ALL))
		return NULL;
	while (page && PageLocked(page) && !oldbug(w, BALLOON_WITHOUT_PAGE_LOCK) &&
	       !kernel_of(w, 7_2))
		page = TAILQ_NEXT(page, lru);
	return page;
}

struct page *balloon_page_list_dequeue(struct world *w,
				       struct balloon_dev_info *b_dev_info)
{
	struct page *page;

	sched_point(w, SP_BALLOON_DEQUEUE);
	lock_pages(w, b_dev_info);
	page = first_unlocked(w, b_dev_info);
	if (page) {
		list_remove(w, b_dev_info, page);
		balloon_page_finalize(w, page);
		count_page(w, page, -1);
	}
	spin_unlock(w, &b_dev_info->pages_lock);
	return page;
}

struct page *balloon_page_dequeue(struct world *w,
				  struct balloon_dev_info *b_dev_info)
{
	struct page *page = balloon_page_list_dequeue(w, b_dev_info);

	/* Whoever counts his pages cannot know what went offline since. */
	if (page || b_dev_info->nr_lost)
		return page;
	VM_BUG_ON(w, !b_dev_info->nr_pages && !b_dev_info->isolated_pages,
		  "balloon_pages", "balloon %u: deflated, but nothing is in it",
		  b_dev_info->id);
	VM_BUG_ON(w, !b_dev_info->compaction, "balloon_pages",
		  "balloon %u: its pages cannot move, and do not come out",
		  b_dev_info->id);
	return NULL;
}

void balloon_page_remove(struct world *w, struct balloon_dev_info *b_dev_info,
			 struct page *page)
{
	lock_pages(w, b_dev_info);
	list_remove(w, b_dev_info, page);
	balloon_page_finalize(w, page);
	count_page(w, page, -1);
	spin_unlock(w, &b_dev_info->pages_lock);
}

/* --- migration --- */

/* Since 7.0 a page looks as if it was in a balloon until it is free. */
static inline bool has_left(const struct page *page)
{
	return !(page->flags & BIT(PG_ballooned));
}

/* mm/balloon_compaction.c:balloon_page_isolate.  Locks: the page's. */
static bool balloon_page_isolate(struct world *w, struct page *page)
{
	struct balloon_dev_info *b_dev_info = balloon_page_device(w, page);

	sched_point(w, SP_BALLOON_ISOLATE);
	if (kernel_of(w, 7_2) && has_left(page))
		return false;
	lock_pages(w, b_dev_info);
	/* Or while this waited: nobody asked for its page lock. */
	if (kernel_of(w, 7_2) && has_left(page)) {
		spin_unlock(w, &b_dev_info->pages_lock);
		return false;
	}
	list_remove(w, b_dev_info, page);
	b_dev_info->isolated_pages++;
	spin_unlock(w, &b_dev_info->pages_lock);
	return true;
}

static void balloon_page_putback(struct world *w, struct page *page)
{
	struct balloon_dev_info *b_dev_info = balloon_page_device(w, page);

	sched_point(w, SP_BALLOON_PUTBACK);
	lock_pages(w, b_dev_info);
	list_insert(w, b_dev_info, page);
	b_dev_info->isolated_pages--;
	spin_unlock(w, &b_dev_info->pages_lock);
}

/* move_to_new_page() counterpart.  Locks: those of both pages. */
static int balloon_page_migrate(struct world *w, struct page *newpage,
				struct page *page)
{
	struct balloon_dev_info *b_dev_info = balloon_page_device(w, page);

	return b_dev_info->migratepage(w, b_dev_info, newpage, page);
}

static const struct movable_operations balloon_mops = {
	.name = "balloon",
	.isolate_page = balloon_page_isolate,
	.migrate_page = balloon_page_migrate,
	.putback_page = balloon_page_putback,
};

void balloon_compaction_init(struct world *w)
{
	w->balloon_mops = (uint8_t)register_movable_ops(w, &balloon_mops);
}

/* Up to 5.4 a page that replaced another left both their zones' counts as they
 * were, which is right within one zone (old bug). */
static void managed_as_before(struct world *w, struct page *page, long count)
{
	if (oldbug(w, BALLOON_MANAGED_ACROSS_ZONES) && !PageOfflineManaged(page))
		adjust_managed_page_count(w, page, count);
}

void balloon_page_replace(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *newpage)
{
	get_page(w, newpage);
	lock_pages(w, b_dev_info);
	balloon_page_insert(w, b_dev_info, newpage);
	b_dev_info->isolated_pages--;
	if (migration_counts(w))
		count_page(w, newpage, 1);
	spin_unlock(w, &b_dev_info->pages_lock);
	managed_as_before(w, newpage, 1);
	w->stats.balloon_migrated++; /* __count_vm_event(BALLOON_MIGRATE) */
}

void balloon_page_give_up(struct world *w, struct page *page)
{
	balloon_page_finalize(w, page);
	if (migration_counts(w))
		count_page(w, page, -1);
	managed_as_before(w, page, -1);
	balloon_page_release(w, page);
}
