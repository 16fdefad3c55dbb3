/* SPDX-License-Identifier: GPL-2.0-only */
/* hugetlb folios and their pool.  mm/hugetlb.c, 6.17.  No reservations here. */
#include <errno.h>

#include "hugetlb.h"
#include "internal.h"
#include "memory.h"
#include "memory_failure.h"

/*
 * Two sizes: one pageblock, and gigantic.  A gigantic folio is two memory blocks
 * (larger than a block, as on x86_64) unless that is out of reach of uint8 orders.
 */
void hugetlb_init(struct world *w)
{
	const unsigned int orders[MO_MAX_HSTATE] = { w->pageblock_order,
						     w->block_order + 1 };

	w->nr_hstates = MO_MAX_HSTATE;
	for (unsigned int i = 0; i < MO_MAX_HSTATE; i++) {
		w->hstates[i].order = (uint8_t)orders[i];
		for (unsigned int nid = 0; nid < MAX_NUMNODES; nid++)
			TAILQ_INIT(&w->hstates[i].free_list[nid]);
	}
}

static bool hstate_is_gigantic(const struct world *w, const struct hstate *h)
{
	return h->order > w->max_page_order;
}

struct hstate *folio_hstate(struct world *w, struct page *head)
{
	for (unsigned int i = 0; i < w->nr_hstates; i++)
		if (w->hstates[i].order == compound_order(head))
			return &w->hstates[i];
	return NULL;
}

/* Gigantic folios migrate only where the architecture can allocate them at run
 * time; x86_64 and arm64 can. */
bool hugepage_migration_supported(const struct world *w, const struct hstate *h)
{
	(void)w;
	return h;
}

/* --- pool --- */

static void enqueue_hugetlb_folio(struct world *w, struct hstate *h,
				  struct page *head)
{
	lockdep_assert_held(w, &w->hugetlb_lock);
	page_list_add(w, &h->free_list[page_to_nid(w, head)], head, false);
	set_page_flag(w, head, PG_hugetlb_freed);
	h->free_huge_pages++;
}

static void dequeue_hugetlb_folio(struct world *w, struct hstate *h,
				  struct page *head)
{
	lockdep_assert_held(w, &w->hugetlb_lock);
	VM_BUG_ON_PAGE(w, !(head->flags & BIT(PG_hugetlb_freed)) ||
		       h->free_huge_pages <= 0, "hugetlb_counters", head,
		       "taken from a pool of %ld that it is not in",
		       h->free_huge_pages);
	page_list_del(w, &h->free_list[page_to_nid(w, head)], head);
	clear_page_flag(w, head, PG_hugetlb_freed);
	h->free_huge_pages--;
}

static struct page *dequeue_on_node(struct world *w, struct hstate *h,
				    unsigned int nid)
{
	struct page *page = TAILQ_FIRST(&h->free_list[nid]);

	/* A pool folio in an isolated pageblock is about to be dissolved. */
	while (page && (is_migrate_isolate_page(w, page) || PageHWPoison(page)))
		page = TAILQ_NEXT(page, lru);
	if (!page)
		return NULL;
	dequeue_hugetlb_folio(w, h, page);
	page_ref_unfreeze(w, page, 1);
	return page;
}

static struct page *dequeue_nodemask(struct world *w, struct hstate *h,
				     unsigned int nid, unsigned int nmask)
{
	struct page *page = NULL;

	spin_lock(w, &w->hugetlb_lock);
	for (unsigned int n = 0; n < w->geo.nr_nodes && !page; n++) {
		unsigned int target = (nid + n) % w->geo.nr_nodes;

		if (nmask & BIT(target))
			page = dequeue_on_node(w, h, target);
	}
	spin_unlock(w, &w->hugetlb_lock);
	return page;
}

/* --- fresh folios, back to the allocator --- */

/* A new hugetlb folio of refcount 1, counted; NULL: no memory. */
static struct page *alloc_fresh_hugetlb_folio(struct world *w, struct hstate *h,
					      unsigned int nid,
					      unsigned int nmask)
{
	struct page *page;

	if (hstate_is_gigantic(w, h)) {
		unsigned long pfn;
		int err;

		if (!(nmask & BIT(nid)))
			nid = (unsigned int)__builtin_ctz(nmask);
		pfn = alloc_contig_pages(w, 1ul << h->order,
					 GFP_HIGHUSER_MOVABLE, nid, &err);
		if (err)
			return NULL;
		page = pfn_to_page(w, pfn);
		prep_compound_page(w, page, h->order);
	} else {
		page = __alloc_pages(w, GFP_HIGHUSER_MOVABLE | __GFP_COMP,
				     h->order, nid, nmask);
		if (!page)
			return NULL;
	}
	__page_set_type(w, page, PGTY_hugetlb);
	h->nr_huge_pages++;
	return page;
}

/*
 * mm/hugetlb.c:__update_and_free_hugetlb_folio: refcount 0, already off the
 * pool.  Gigantic folios are freed page by page.
 */
static void update_and_free_hugetlb_folio(struct world *w, struct hstate *h,
					  struct page *head)
{
	unsigned long pfn = page_to_pfn(w, head);

	h->nr_huge_pages--;
	VM_BUG_ON_PAGE(w, h->nr_huge_pages < 0, "hugetlb_counters", head,
		       "more huge pages freed than there were");
	page_touch(w, head);
	head->flags &= ~(BIT(PG_hugetlb_temporary) | BIT(PG_hugetlb_migratable));
	folio_clear_hugetlb_hwpoison(w, head);
	if (!hstate_is_gigantic(w, h)) {
		free_frozen_pages(w, head, h->order);
		return;
	}
	__page_clear_type(w, head, PGTY_hugetlb);
	destroy_compound_page(w, head);
	for (unsigned long i = 0; i < 1ul << h->order; i++)
		free_frozen_pages(w, pfn_to_page(w, pfn + i), 0);
}

/* mm/hugetlb.c:free_huge_folio: last reference gone. */
void free_huge_folio(struct world *w, struct page *head)
{
	struct hstate *h = folio_hstate(w, head);
	bool temporary = head->flags & BIT(PG_hugetlb_temporary);
	bool surplus;

	MUST(h);
	sched_point(w, SP_HUGETLB_FREED);
	clear_page_flag(w, head, PG_hugetlb_migratable);
	head->mapping = 0;
	spin_lock(w, &w->hugetlb_lock);
	surplus = h->surplus_huge_pages > 0;
	if (!temporary && !surplus)
		enqueue_hugetlb_folio(w, h, head);
	else if (!temporary)
		h->surplus_huge_pages--;
	else
		h->temporary_huge_pages--;
	spin_unlock(w, &w->hugetlb_lock);
	if (temporary || surplus)
		update_and_free_hugetlb_folio(w, h, head);
}

struct page *alloc_hugetlb_folio(struct world *w, struct hstate *h,
				 unsigned int nid)
{
	struct page *page = dequeue_nodemask(w, h, nid, ~0u);

	if (!page) {
		page = alloc_fresh_hugetlb_folio(w, h, nid, ~0u);
		if (!page)
			return NULL;
		h->surplus_huge_pages++;
	}
	set_page_flag(w, page, PG_hugetlb_migratable);
	return page;
}

/* A temporary folio is not part of the pool's size: counted as surplus would be
 * wrong, it disappears with its last reference. */
struct page *alloc_hugetlb_folio_nodemask(struct world *w, struct hstate *h,
					  unsigned int nid, unsigned int nmask)
{
	struct page *page = dequeue_nodemask(w, h, nid, nmask);

	if (page)
		return page;
	if (hstate_is_gigantic(w, h))
		return NULL; /* a contiguous search inside offlining: not tried */
	page = alloc_fresh_hugetlb_folio(w, h, nid, nmask);
	if (!page)
		return NULL;
	set_page_flag(w, page, PG_hugetlb_temporary);
	h->temporary_huge_pages++;
	return page;
}

/*
 * The kernel counts the temporary folio of a migration in flight too.  A pool that
 * is shrunk at that moment makes it surplus; it is freed as no surplus, and more
 * surplus is left than there are huge pages (old bug, kind open).
 */
static long persistent_huge_pages(struct world *w, const struct hstate *h)
{
	long nr = h->nr_huge_pages - h->surplus_huge_pages;

	(void)w; /* which only the old bug asks */
	return oldbug(w, SURPLUS_COUNTS_TEMPORARY) ? nr :
						     nr - h->temporary_huge_pages;
}

/* One fresh folio straight into the pool. */
static bool alloc_pool_huge_folio(struct world *w, struct hstate *h,
				  unsigned int nid)
{
	struct page *page = alloc_fresh_hugetlb_folio(w, h, nid, ~0u);

	if (!page)
		return false;
	set_page_count(w, page, 0);
	spin_lock(w, &w->hugetlb_lock);
	enqueue_hugetlb_folio(w, h, page);
	spin_unlock(w, &w->hugetlb_lock);
	return true;
}

static bool remove_pool_hugetlb_folio(struct world *w, struct hstate *h,
				      unsigned int nid)
{
	struct page *page = dequeue_nodemask(w, h, nid, ~0u);

	if (!page)
		return false;
	set_page_count(w, page, 0);
	update_and_free_hugetlb_folio(w, h, page);
	return true;
}

/*
 * mm/hugetlb.c:set_max_huge_pages.  Growing turns surplus folios into pool ones
 * first; shrinking frees what is free and makes the rest surplus.
 */
long set_max_huge_pages(struct world *w, struct hstate *h, long count,
			unsigned int nid)
{
	while (h->surplus_huge_pages && count > persistent_huge_pages(w, h))
		h->surplus_huge_pages--;
	while (count > persistent_huge_pages(w, h))
		if (!alloc_pool_huge_folio(w, h, nid))
			break;
	while (count < persistent_huge_pages(w, h))
		if (!remove_pool_hugetlb_folio(w, h, nid))
			break;
	while (count < persistent_huge_pages(w, h))
		h->surplus_huge_pages++;
	h->max_huge_pages = persistent_huge_pages(w, h);
	return h->free_huge_pages;
}

/* --- migration --- */

bool folio_isolate_hugetlb(struct world *w, struct page *head,
			   struct page_list *list)
{
	bool ok;

	spin_lock(w, &w->hugetlb_lock);
	ok = head->flags & BIT(PG_hugetlb_migratable) &&
	     get_page_unless_zero(w, head);
	if (ok) {
		clear_page_flag(w, head, PG_hugetlb_migratable);
		page_list_add(w, list, head, true);
	}
	spin_unlock(w, &w->hugetlb_lock);
	return ok;
}

/* mm/hugetlb.c:move_hugetlb_state: a temporary folio takes the old one's place in
 * the pool's books, the old one becomes temporary and goes with its last
 * reference. */
void move_hugetlb_state(struct world *w, struct page *src, struct page *dst)
{
	if (dst->flags & BIT(PG_hugetlb_temporary)) {
		clear_page_flag(w, dst, PG_hugetlb_temporary);
		set_page_flag(w, src, PG_hugetlb_temporary);
	}
	set_page_flag(w, dst, PG_hugetlb_migratable);
}

void folio_putback_hugetlb(struct world *w, struct page *head)
{
	set_page_flag(w, head, PG_hugetlb_migratable);
	put_page(w, head);
}

/* --- dissolving --- */

/*
 * mm/hugetlb.c:dissolve_free_hugetlb_folio, its retry: a folio without references
 * may not have reached the pool yet (7ffddd499ba6).  Returns with hugetlb_lock
 * held, or NULL when the page is no free hugetlb folio any more.
 */
static struct hstate *lock_free_hugetlb_folio(struct world *w, struct page *page)
{
	for (;;) {
		struct page *head = compound_head(page);

		spin_lock(w, &w->hugetlb_lock);
		if (PageHuge(page) && !page_ref_count(w, head) &&
		    (head->flags & BIT(PG_hugetlb_freed) ||
		     oldbug(w, DISSOLVE_BEFORE_ENQUEUE)))
			return folio_hstate(w, head);
		spin_unlock(w, &w->hugetlb_lock);
		if (!PageHuge(page) || page_ref_count(w, head) || !world_relax(w))
			return NULL;
	}
}

int dissolve_free_hugetlb_folio(struct world *w, struct page *page)
{
	struct page *head = compound_head(page);
	struct hstate *h;
	int err;

	if (!PageHuge(page))
		return 0;
	if (page_ref_count(w, head))
		return -EBUSY;
	err = should_fail(&w->fail, FAIL_DISSOLVE_HUGETLB);
	if (err)
		return err;
	h = lock_free_hugetlb_folio(w, page);
	if (!h)
		return 0;
	head = oldbug(w, DISSOLVE_UNALIGNED_TAIL) ? page : compound_head(page);
	dequeue_hugetlb_folio(w, h, head);
	if (h->surplus_huge_pages)
		h->surplus_huge_pages--;
	else
		h->max_huge_pages--;
	spin_unlock(w, &w->hugetlb_lock);
	mo_progress(w);
	update_and_free_hugetlb_folio(w, h, head);
	return 0;
}

/* Steps by the smallest huge page, as the kernel does. */
int dissolve_free_hugetlb_folios(struct world *w, unsigned long start_pfn,
				 unsigned long end_pfn)
{
	unsigned long step = 1ul << w->hstates[0].order;

	for (unsigned long pfn = start_pfn; pfn < end_pfn; pfn += step) {
		struct page *page = pfn_to_page(w, pfn);
		int err;

		if (!PageHuge(page) || page_ref_count(w, compound_head(page)))
			continue;
		err = dissolve_free_hugetlb_folio(w, page);
		if (err)
			return err;
	}
	return 0;
}
