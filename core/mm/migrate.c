/* SPDX-License-Identifier: GPL-2.0-only */
/* Folio migration and movable_ops migration.  mm/migrate.c, 6.17. */
#include <errno.h>

#include "hugetlb.h"
#include "internal.h"
#include "memory_failure.h"
#include "migrate.h"
#include "page_transitions.h"
#include "swap.h"

/* mm/migrate.c:NR_MAX_MIGRATE_PAGES_RETRY; passes over the list. */
#define NR_MAX_MIGRATE_PAGES_RETRY 3

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
	    should_fail(&w->fail, FAIL_ISOLATE_MOVABLE_OPS) ||
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

bool isolate_folio_to_list(struct world *w, struct page *head,
			   struct page_list *list)
{
	if (PageHuge(head))
		return folio_isolate_hugetlb(w, head, list);
	if (PageMovableOps(head)) {
		if (!isolate_movable_ops_page(w, head))
			return false;
	} else if (folio_isolate_lru(w, head)) {
		return false;
	}
	page_list_add(w, list, head, true);
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

/* mm/migrate.c:alloc_migration_target, and alloc_contig's caller policy. */
static struct page *alloc_migration_target(struct world *w, struct page *src,
				const struct migration_target_control *mtc)
{
	unsigned int order = compound_order(src);

	if (PageHuge(src))
		return alloc_hugetlb_folio_nodemask(w, folio_hstate(w, src),
						    mtc->nid, mtc->nmask,
						    mtc->longterm);
	return __alloc_pages(w, (mtc->longterm ? GFP_KERNEL :
						 GFP_HIGHUSER_MOVABLE) | (order ? __GFP_COMP : 0),
			     order, mtc->nid, mtc->nmask);
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
 * mm/migrate.c:migrate_folio_move for LRU and hugetlb folios.  The owner's
 * reference moves from src, which keeps the list's only, to dst, which keeps the
 * one of its allocation until migration is done with it.
 */
static int move_to_new_folio(struct world *w, struct page *dst,
			     struct page *src)
{
	int err = should_fail(&w->fail, FAIL_MIGRATE);

	if (err)
		return err;
	if (PageHasHWPoisoned(src))
		return -EHWPOISON; /* folio_mc_copy() */
	if (!src->mapping)
		return -EAGAIN; /* its owner is gone */
	if (!page_ref_freeze(w, src, MIGRATE_EXPECTED_COUNT)) {
		page_seen(w, PAGE_PIN_NOT_MIGRATED);
		return -EAGAIN;
	}
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

/* mm/migrate.c:unmap_and_move and its batch successors, one folio at a time. */
static int unmap_and_move(struct world *w, struct page *src,
			  struct page_list *from,
			  const struct migration_target_control *mtc)
{
	bool movable_ops = PageMovableOps(src);
	struct page *dst;
	int err;

	sched_point(w, SP_MIGRATE_FOLIO);
	/* Freed under us: only the list still holds it. */
	if (page_ref_count(w, src) == 1 && !src->mapping && !movable_ops) {
		page_list_del(w, from, src);
		migrate_folio_done(w, src, mtc->keep_source);
		return 0;
	}
	dst = alloc_migration_target(w, src, mtc);
	if (!dst)
		return -ENOMEM;
	err = movable_ops ? migrate_movable_ops_page(w, dst, src) :
			    move_to_new_folio(w, dst, src);
	if (err) {
		put_page(w, dst);
		return err;
	}
	page_list_del(w, from, src);
	sched_point(w, SP_MIGRATED_FOLIO);
	if (oldbug(w, MIGRATED_PAGE_TESTED_LATE))
		movable_ops = PageMovableOps(dst);
	if (PageHuge(dst))
		move_hugetlb_state(w, src, dst);
	else if (!movable_ops)
		folio_add_lru(w, dst);
	put_page(w, dst);
	migrate_folio_done(w, src, mtc->keep_source);
	return 0;
}

/*
 * mm/migrate.c:migrate_pages.  -EAGAIN is tried again in the next pass, -ENOMEM
 * ends the call, other errors leave the folio on the list.  THPs are not split.
 */
int migrate_pages(struct world *w, struct page_list *from,
		  const struct migration_target_control *mtc)
{
	int left = 0;

	might_sleep(w);
	for (int pass = 0; pass < NR_MAX_MIGRATE_PAGES_RETRY; pass++) {
		struct page *page = TAILQ_FIRST(from), *next;
		bool retry = false;

		for (left = 0; page; page = next) {
			int err;

			next = TAILQ_NEXT(page, lru);
			err = unmap_and_move(w, page, from, mtc);
			if (err == -ENOMEM)
				return err;
			left += !!err;
			retry |= err == -EAGAIN;
		}
		if (!retry)
			break;
	}
	return left;
}
