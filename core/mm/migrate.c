/* SPDX-License-Identifier: GPL-2.0-only */
/* Folio migration and movable_ops migration.  mm/migrate.c, 6.17. */
#include <errno.h>

#include "hugetlb.h"
#include "internal.h"
#include "memory_failure.h"
#include "migrate.h"
#include "page_transitions.h"
#include "swap.h"

/* Passes over the list: of hugetlb folios, 10 in the kernel; of the others in a
 * batch, and one by one. */
#define NR_MAX_MIGRATE_HUGETLB_RETRY 3
#define NR_MAX_MIGRATE_ASYNC_RETRY 3
#define NR_MAX_MIGRATE_SYNC_RETRY 7
#define NR_MAX_MIGRATE_PAGES_RETRY 10 /* of all, 6.1 */

/* References of a folio that its owner and the isolating list explain. */
#define MIGRATE_EXPECTED_COUNT 2

unsigned int register_movable_ops(struct world *w,
				  const struct movable_operations *ops)
{
	MUST(w->nr_movable_ops < MO_MAX_MOVABLE_OPS);
	w->movable_ops[w->nr_movable_ops] = ops;
	return w->nr_movable_ops++;
}

void set_page_movable_ops(struct world *w, struct page *page,
			  unsigned int index, enum pagetype type)
{
	set_page_flag(w, page, PG_movable_ops);
	page->mops = (uint8_t)index;
	if (type != PGTY_none)
		__page_set_type(w, page, type);
}

/* A page that its driver has let go goes on looking movable until it is freed: nobody
 * can isolate it.  Up to 6.16 (__ClearPageMovable) those of zsmalloc do here. */
static bool stays_movable(struct world *w, const struct page *page)
{
	(void)w; /* without MO_OLDBUGS */
	return kernel_of(w, 7_2) ||
	       (page->page_type == PGTY_zsmalloc && kernel_until(w, 6_12));
}

/* The driver lets it go. */
void clear_page_movable_ops(struct world *w, struct page *page)
{
	if (!PageMovableOps(page) || stays_movable(w, page))
		return;
	clear_page_flag(w, page, PG_movable_ops);
	if (kernel_until(w, 6_12))
		set_page_flag(w, page, PG_looks_movable);
}

static const struct movable_operations *page_movable_ops(struct world *w,
							 struct page *page)
{
	MUST(page->mops < w->nr_movable_ops);
	return w->movable_ops[page->mops];
}

/* --- isolation --- */

/* Looked at again under the page lock: its driver may have let it go. */
static bool isolate_locked_page(struct world *w, struct page *page)
{
	if (!PageMovableOps(page) || PageMovableOpsIsolated(page) ||
	    (page->page_type == PGTY_zsmalloc && !page->mapping &&
	     stays_movable(w, page)) ||
	    !page_movable_ops(w, page)->isolate_page(w, page))
		return false;
	set_page_flag(w, page, PG_movable_ops_isolated);
	page_seen(w, PAGE_MOVABLE_OPS_ISOLATE);
	return true;
}

/*
 * mm/migrate.c:isolate_movable_ops_page.  The driver lets the page go and keeps
 * its reference; the list holds one more.
 */
static bool isolate_movable_ops_page(struct world *w, struct page *page)
{
	bool isolated;

	if (!get_page_unless_zero(w, page))
		return false;
	sched_point(w, SP_ISOLATE_MOVABLE_OPS);
	isolated = trylock_page(w, page);
	if (isolated) {
		if (!PageMovableOps(page))
			page_seen(w, PAGE_MOVABLE_OPS_GONE);
		isolated = isolate_locked_page(w, page);
		unlock_page(w, page);
	} else {
		page_seen(w, PAGE_MOVABLE_OPS_LOCKED);
	}
	if (!isolated)
		put_page(w, page);
	return isolated;
}

/*
 * mm/migrate.c:putback_movable_ops_page.  Under the page lock, and isolated until the
 * driver has it: nobody isolates it again in between.
 */
static void putback_movable_ops_page(struct world *w, struct page *page)
{
	VM_BUG_ON_PAGE(w, !PageMovableOpsIsolated(page), "movable_ops_protocol",
		       page, "put back without having been isolated");
	page_seen(w, PAGE_MOVABLE_OPS_PUTBACK);
	folio_lock(w, page);
	page_movable_ops(w, page)->putback_page(w, page);
	clear_page_flag(w, page, PG_movable_ops_isolated);
	folio_unlock(w, page);
	put_page(w, page);
}

/* Offlining steps over poison whoever has it on a list, and his folio is gone (old bug,
 * kind open).  With one operation at a time nobody is amid a migration. */
static bool poison_may_go(struct world *w, const struct page *head)
{
	return w->sched.concurrent &&
	       (PageHWPoison(head) || PageHasHWPoisoned(head)) &&
	       !published(w, POISONED_IN_TRANSIT);
}

bool isolate_folio_to_list(struct world *w, struct page *head,
			   struct page_list *list)
{
	if (PageHuge(head))
		return folio_isolate_hugetlb(w, head, list);
	if (poison_may_go(w, head))
		return false;
	if (PageMovableOps(head)) {
		if (!isolate_movable_ops_page(w, head))
			return false;
	} else if (folio_isolate_lru(w, head)) {
		return false;
	}
	page_list_add(w, list, head, false);
	return true;
}

static void putback_one(struct world *w, struct page *page)
{
	if (PageHuge(page))
		folio_putback_hugetlb(w, page);
	else if (PageMovableOps(page))
		putback_movable_ops_page(w, page);
	else
		folio_putback_lru(w, page);
}

void putback_movable_pages(struct world *w, struct page_list *list)
{
	struct page *page;

	while ((page = TAILQ_FIRST(list))) {
		page_list_del(w, list, page);
		putback_one(w, page);
	}
}

/* --- where new folios come from --- */

/* mm/migrate.c:alloc_migration_target.  What is in ZONE_NORMAL stays there. */
static struct page *alloc_migration_target(struct world *w, struct page *src,
				const struct migration_target_control *mtc)
{
	unsigned int order = compound_order(src);
	gfp_t gfp = mtc->longterm ? GFP_KERNEL : __GFP_MOVABLE;

	if (PageHuge(src))
		return alloc_hugetlb_folio_nodemask(w, folio_hstate(w, src),
						    mtc->nid, mtc->nmask,
						    mtc->longterm);
	if (order)
		gfp |= __GFP_COMP;
	if (mtc->highmem || is_zone_movable(page_zone(w, src)))
		gfp |= __GFP_HIGHMEM;
	return __alloc_pages(w, gfp, order, mtc->nid, mtc->nmask);
}

/* --- one folio --- */

/* folio_migrate_mapping(): the owner's mapping and its reference change over. */
static void move_mapping(struct world *w, struct page *dst, struct page *src)
{
	page_touch(w, dst);
	page_touch(w, src);
	dst->mapping = src->mapping;
	src->mapping = 0;
	w->stats.moved_mappings++;
	if (dst->mapping)
		w->rmap[dst->mapping - 1] = (uint32_t)page_to_pfn(w, dst) + 1;
}

/*
 * mm/migrate.c:move_to_new_folio for LRU and hugetlb folios.  The owner's
 * reference moves from src, which keeps the list's only, to dst, which keeps the
 * one of its allocation until migration is done with it.
 */
static int move_to_new_folio(struct world *w, struct page *dst,
			     struct page *src)
{
	int err;

	if (!src->mapping)
		return -EAGAIN; /* its owner is gone */
	if (page_ref_count(w, src) != MIGRATE_EXPECTED_COUNT) {
		page_seen(w, PAGE_PIN_NOT_MIGRATED);
		return -EAGAIN;
	}
	err = should_fail(&w->fail, FAIL_MIGRATE);
	if (err)
		return err;
	if (PageHasHWPoisoned(src))
		return -EHWPOISON; /* folio_mc_copy() */
	if (!page_ref_freeze(w, src, MIGRATE_EXPECTED_COUNT))
		return -EAGAIN;
	move_mapping(w, dst, src);
	get_page(w, dst);
	page_ref_unfreeze(w, src, MIGRATE_EXPECTED_COUNT - 1);
	return 0;
}

/* The old folio's list reference: usually the last one, and it is freed. */
static void migrate_folio_done(struct world *w, struct page *src,
			       bool keep_source)
{
	if (PageIsolated(src)) {
		clear_page_flag(w, src, PG_isolated);
		w->nr_isolated -= compound_nr(src);
	}
	if (!keep_source)
		put_page(w, src);
	w->stats.migrated++;
	mo_progress(w);
}

/* The driver's own migration: it takes a reference on dst, drops that on src. */
static int migrate_movable_ops_page(struct world *w, struct page *dst,
				    struct page *src)
{
	int err = should_fail(&w->fail, FAIL_MIGRATE);

	if (err)
		return err;
	/* Both are locked: whoever finds dst with its driver must leave it. */
	MUST(trylock_page(w, src) && trylock_page(w, dst));
	err = page_movable_ops(w, src)->migrate_page(w, dst, src);
	if (!err) {
		move_mapping(w, dst, src);
		clear_page_flag(w, src, PG_movable_ops_isolated);
		page_seen(w, page_zone(w, src) == page_zone(w, dst) ?
				     PAGE_MOVABLE_OPS_MIGRATE :
				     PAGE_MOVABLE_OPS_ACROSS_ZONES);
	} else {
		page_seen(w, PAGE_MOVABLE_OPS_REFUSED);
	}
	unlock_page(w, dst);
	unlock_page(w, src);
	return err;
}

/* mm/migrate.c:migrate_folio_move.  dst is where src was; both leave the list that
 * src is on. */
static void migrate_folio_moved(struct world *w, struct page_list *list,
				struct page *dst, struct page *src,
				bool movable_ops, bool keep_source)
{
	page_list_del(w, list, src);
	sched_point(w, SP_MIGRATED_FOLIO);
	if (oldbug(w, MIGRATED_PAGE_TESTED_LATE))
		movable_ops = PageMovableOps(dst);
	if (PageHuge(dst))
		move_hugetlb_state(w, src, dst);
	else if (!movable_ops)
		folio_add_lru(w, dst);
	/* 6.1: of any folio that was mapped; 6.12: of one that was mlocked. */
	if (!movable_ops && kernel_until(w, 6_1))
		lru_add_drain_cpu(w, sched_cpu(&w->sched));
	put_page(w, dst);
	migrate_folio_done(w, src, keep_source);
}

/* Freed under us: only the list still holds it.  It is gone, which is no failure. */
static bool migrate_freed_folio(struct world *w, struct page *src,
				struct page_list *from, bool movable_ops,
				bool keep_source)
{
	if (page_ref_count(w, src) != 1 || src->mapping || movable_ops)
		return false;
	page_list_del(w, from, src);
	migrate_folio_done(w, src, keep_source);
	return true;
}

/* --- one after the other: hugetlb, and all with era=6.1 --- */

/* mm/migrate.c:unmap_and_move_huge_page; 6.1: also migrate_folio_unmap and _move.  What
 * fails for good goes to the list failed, if there is one. */
static int unmap_and_move(struct world *w, struct page *src, struct page_list *from,
			  const struct migration_target_control *mtc,
			  struct page_list *failed)
{
	bool movable_ops = PageMovableOps(src);
	struct page *dst;
	int err;

	sched_point(w, SP_MIGRATE_FOLIO);
	if (migrate_freed_folio(w, src, from, movable_ops, mtc->keep_source))
		return 0;
	dst = alloc_migration_target(w, src, mtc);
	if (!dst)
		return -ENOMEM;
	err = movable_ops ? migrate_movable_ops_page(w, dst, src) :
			    move_to_new_folio(w, dst, src);
	if (!err) {
		migrate_folio_moved(w, from, dst, src, movable_ops,
				    mtc->keep_source);
		return 0;
	}
	if (err != -EAGAIN && failed) {
		page_list_del(w, from, src);
		page_list_add(w, failed, src, true);
	}
	put_page(w, dst);
	return err;
}

/* mm/migrate.c:migrate_hugetlbs.  Those that are left stay on the list. */
static int migrate_hugetlbs(struct world *w, struct page_list *from,
			    const struct migration_target_control *mtc)
{
	bool retry = true;
	int left = 0;

	for (int pass = 0; pass < NR_MAX_MIGRATE_HUGETLB_RETRY && retry; pass++) {
		struct page *page = TAILQ_FIRST(from), *next;

		retry = false;
		for (left = 0; page; page = next) {
			int err = 0;

			next = TAILQ_NEXT(page, lru);
			if (PageHuge(page))
				err = unmap_and_move(w, page, from, mtc, NULL);
			if (err == -ENOMEM)
				return err;
			left += !!err;
			retry |= err == -EAGAIN;
		}
	}
	return left;
}

/* mm/migrate.c:migrate_pages_batch, 6.1.  What could be tried again stays on the list;
 * returns how many did not move, or -ENOMEM. */
static int migrate_pages_singly(struct world *w, struct page_list *from,
				const struct migration_target_control *mtc,
				struct page_list *failed)
{
	int nr_failed = 0, retry = 1;

	for (int pass = 0; pass < NR_MAX_MIGRATE_PAGES_RETRY && retry; pass++) {
		struct page *page = TAILQ_FIRST(from), *next;

		retry = 0;
		for (; page; page = next) {
			int err;

			next = TAILQ_NEXT(page, lru);
			err = unmap_and_move(w, page, from, mtc, failed);
			if (err == -ENOMEM)
				return err;
			retry += err == -EAGAIN;
			nr_failed += err && err != -EAGAIN;
		}
	}
	return nr_failed + retry;
}

/* --- the others: all get a new folio, then all move --- */

/* Two lists in step: folios, and where each is going to. */
struct batch {
	struct page_list src;
	struct page_list dst;
};

/* mm/migrate.c:migrate_folio_unmap.  0: it goes to the batch, or its owner has freed
 * it and it is gone; -ENOMEM. */
static int migrate_folio_unmap(struct world *w, struct page *src,
			       struct page_list *from, struct batch *batch,
			       const struct migration_target_control *mtc)
{
	struct page *dst;

	sched_point(w, SP_MIGRATE_FOLIO);
	if (migrate_freed_folio(w, src, from, PageMovableOps(src),
				mtc->keep_source))
		return 0;
	dst = alloc_migration_target(w, src, mtc);
	if (!dst)
		return -ENOMEM;
	page_list_del(w, from, src);
	page_list_add(w, &batch->src, src, true);
	page_list_add(w, &batch->dst, dst, true);
	return 0;
}

/* The pair leaves the batch, dst has done so: src is not going to move. */
static void migrate_folio_undo(struct world *w, struct batch *batch,
			       struct page *dst, struct page *src,
			       struct page_list *failed)
{
	page_list_del(w, &batch->src, src);
	page_list_add(w, failed, src, true);
	put_page(w, dst);
}

/* dst goes back to where it was. */
static void batch_return(struct batch *batch, struct page *dst,
			 struct page *next_dst)
{
	if (next_dst)
		TAILQ_INSERT_BEFORE(next_dst, dst, lru);
	else
		TAILQ_INSERT_TAIL(&batch->dst, dst, lru);
}

/* One pass over the batch: what stays may be tried again.  Returns how many failed
 * for good. */
static int migrate_folios_move(struct world *w, struct batch *batch,
			       const struct migration_target_control *mtc,
			       struct page_list *failed)
{
	struct page *src = TAILQ_FIRST(&batch->src), *next_src;
	struct page *dst = TAILQ_FIRST(&batch->dst), *next_dst;
	int nr_failed = 0;

	for (; src; src = next_src, dst = next_dst) {
		bool movable_ops = PageMovableOps(src);
		int err;

		next_src = TAILQ_NEXT(src, lru);
		next_dst = TAILQ_NEXT(dst, lru);
		/* A driver puts it on a list of its own. */
		page_list_del(w, &batch->dst, dst);
		err = movable_ops ? migrate_movable_ops_page(w, dst, src) :
				    move_to_new_folio(w, dst, src);
		if (!err) {
			migrate_folio_moved(w, &batch->src, dst, src, movable_ops,
					    mtc->keep_source);
		} else if (err == -EAGAIN) {
			batch_return(batch, dst, next_dst);
		} else {
			migrate_folio_undo(w, batch, dst, src, failed);
			nr_failed++;
		}
	}
	return nr_failed;
}

/*
 * mm/migrate.c:migrate_pages_batch.  What does not move goes to the list failed;
 * returns how many did not.  -ENOMEM: the rest is still on the list from.
 */
static int migrate_pages_batch(struct world *w, struct page_list *from,
			       const struct migration_target_control *mtc,
			       int nr_pass, struct page_list *failed)
{
	struct batch batch = { TAILQ_HEAD_INITIALIZER(batch.src),
			       TAILQ_HEAD_INITIALIZER(batch.dst) };
	struct page *src = TAILQ_FIRST(from), *next;
	int nr_failed = 0, err = 0;

	for (; src && !err; src = next) {
		next = TAILQ_NEXT(src, lru);
		if (!PageHuge(src))
			err = migrate_folio_unmap(w, src, from, &batch, mtc);
	}
	for (int pass = 0; pass < nr_pass && !TAILQ_EMPTY(&batch.src); pass++)
		nr_failed += migrate_folios_move(w, &batch, mtc, failed);
	while ((src = TAILQ_FIRST(&batch.src))) {
		struct page *dst = TAILQ_FIRST(&batch.dst);

		page_list_del(w, &batch.dst, dst);
		migrate_folio_undo(w, &batch, dst, src, failed);
		nr_failed++;
	}
	return err ? err : nr_failed;
}

/* All of the list to the end of another. */
static void list_splice_tail(struct world *w, struct page_list *from,
			     struct page_list *to)
{
	struct page *page;

	while ((page = TAILQ_FIRST(from))) {
		page_list_del(w, from, page);
		page_list_add(w, to, page, true);
	}
}

/* mm/migrate.c:migrate_pages_sync: first in a batch, then what failed one by one. */
static int migrate_pages_sync(struct world *w, struct page_list *from,
			      const struct migration_target_control *mtc,
			      struct page_list *left)
{
	struct page_list failed = TAILQ_HEAD_INITIALIZER(failed);
	int ret = migrate_pages_batch(w, from, mtc, NR_MAX_MIGRATE_ASYNC_RETRY,
				      &failed), nr_failed = 0;
	struct page *page;

	while (ret >= 0 && (page = TAILQ_FIRST(&failed))) {
		struct page_list one = TAILQ_HEAD_INITIALIZER(one);

		page_list_del(w, &failed, page);
		page_list_add(w, &one, page, true);
		ret = migrate_pages_batch(w, &one, mtc, NR_MAX_MIGRATE_SYNC_RETRY,
					  left);
		list_splice_tail(w, &one, left);
		nr_failed += ret;
	}
	list_splice_tail(w, &failed, left);
	return ret < 0 ? ret : nr_failed;
}

/*
 * mm/migrate.c:migrate_pages, 6.12, MIGRATE_SYNC.  -ENOMEM ends the call.  THPs are not
 * split.  What failed stands before what was not tried, as there.
 */
int migrate_pages(struct world *w, struct page_list *from,
		  const struct migration_target_control *mtc)
{
	struct page_list left = TAILQ_HEAD_INITIALIZER(left);
	int nr_huge, ret;

	might_sleep(w);
	nr_huge = migrate_hugetlbs(w, from, mtc);
	if (nr_huge < 0)
		return nr_huge;
	ret = kernel_until(w, 6_1) ? migrate_pages_singly(w, from, mtc, &left) :
				     migrate_pages_sync(w, from, mtc, &left);
	list_splice_tail(w, from, &left);
	list_splice_tail(w, &left, from);
	return ret < 0 ? ret : ret + nr_huge;
}
