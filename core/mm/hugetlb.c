/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hugetlb folios and their pool.  mm/hugetlb.c, 6.12.  Reservations are a number:
 * who has them (vmas, subpools) is the business of the operations.  Surplus is
 * counted for all nodes together.  No vmemmap optimisation: what it adds to
 * offlining is one more way for dissolving to fail (fail point DISSOLVE_HUGETLB).
 */
#include <errno.h>
#include <limits.h>

#include "gup.h"
#include "hugetlb.h"
#include "internal.h"
#include "memory.h"
#include "memory_failure.h"
#include "page_transitions.h"

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
		w->hstates[i].nr_overcommit_huge_pages = LONG_MAX;
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

/* Until the page is mapped, freeing it gives the reservation back.  Locks:
 * hugetlb_lock. */
static void use_reservation(struct world *w, struct hstate *h, struct page *head)
{
	lockdep_assert_held(w, &w->hugetlb_lock);
	set_page_flag(w, head, PG_hugetlb_restore_reserve);
	h->resv_huge_pages--;
}

/* A pool folio in an isolated pageblock is about to be dissolved; pin: only one
 * that may be pinned for long (PF_MEMALLOC_PIN). */
static bool may_dequeue(struct world *w, struct page *page, bool pin)
{
	if (is_migrate_isolate_page(w, page)) {
		page_seen(w, PAGE_HUGETLB_ISOLATED_NOT_TAKEN);
		return false;
	}
	if (PageHWPoison(page)) {
		page_seen(w, PAGE_HUGETLB_POISONED_NOT_TAKEN);
		return false;
	}
	return !pin || folio_is_longterm_pinnable(w, page);
}

static struct page *dequeue_on_node(struct world *w, struct hstate *h,
				    unsigned int nid, bool pin)
{
	struct page *page = TAILQ_FIRST(&h->free_list[nid]);

	while (page && !may_dequeue(w, page, pin))
		page = TAILQ_NEXT(page, lru);
	if (!page)
		return NULL;
	dequeue_hugetlb_folio(w, h, page);
	page_ref_unfreeze(w, page, 1);
	return page;
}

static long available_huge_pages(const struct hstate *h)
{
	return h->free_huge_pages - h->resv_huge_pages;
}

/* reserved: the caller has a reservation, which he has used up then. */
static struct page *dequeue_nodemask(struct world *w, struct hstate *h,
				     unsigned int nid, unsigned int nmask,
				     bool pin, bool reserved)
{
	struct page *page = NULL;

	spin_lock(w, &w->hugetlb_lock);
	for (unsigned int n = 0; n < w->geo.nr_nodes && !page; n++) {
		unsigned int target = (nid + n) % w->geo.nr_nodes;

		if (nmask & BIT(target) &&
		    (reserved || available_huge_pages(h) > 0))
			page = dequeue_on_node(w, h, target, pin);
	}
	if (page && reserved)
		use_reservation(w, h, page);
	spin_unlock(w, &w->hugetlb_lock);
	return page;
}

/* --- fresh folios, back to the allocator --- */

/*
 * Pages just allocated: a walker may have a reference on one of them ("unexpected
 * inflated folio ref count", 6.12).  Or one was struck since: memory_failure() took it
 * for one of the kernel's; in the kernel nobody looks (old bug, kind open).
 */
static bool may_become_huge(struct world *w, struct hstate *h, struct page *page)
{
	unsigned long nr = hstate_is_gigantic(w, h) ? 1ul << h->order : 1;
	unsigned long pfn = page_to_pfn(w, page);

	if (unlikely(range_has_hwpoison(w, page, h->order)) &&
	    !oldbug(w, POISONED_INTO_HUGETLB))
		return false;
	for (unsigned long i = 0; i < nr; i++)
		if (unlikely(page_ref_count(w, pfn_to_page(w, pfn + i)) != 1))
			return false;
	return true;
}

/* Whoever else has a reference frees the page. */
static void give_back(struct world *w, struct hstate *h, struct page *page)
{
	if (hstate_is_gigantic(w, h))
		free_contig_range(w, page_to_pfn(w, page), 1ul << h->order);
	else
		__free_pages(w, page, h->order);
}

/* A new hugetlb folio of refcount 1, counted; NULL: no memory. */
static struct page *alloc_fresh_hugetlb_folio(struct world *w, struct hstate *h,
					      unsigned int nid,
					      unsigned int nmask, gfp_t gfp)
{
	struct page *page;

	if (hstate_is_gigantic(w, h)) {
		unsigned long pfn;
		int err;

		if (!(nmask & BIT(nid)))
			nid = (unsigned int)__builtin_ctz(nmask);
		pfn = alloc_contig_pages(w, 1ul << h->order, gfp, nid, &err);
		if (err)
			return NULL;
		page = pfn_to_page(w, pfn);
	} else {
		page = __alloc_pages(w, gfp | __GFP_COMP, h->order, nid, nmask);
		if (!page)
			return NULL;
	}
	if (!may_become_huge(w, h, page)) {
		give_back(w, h, page);
		return NULL;
	}
	if (hstate_is_gigantic(w, h)) {
		prep_compound_page(w, page, h->order);
		page_seen(w, PAGE_HUGETLB_GIGANTIC);
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
	bool restore = head->flags & BIT(PG_hugetlb_restore_reserve);
	bool surplus;

	MUST(h);
	sched_point(w, SP_HUGETLB_FREED);
	clear_page_flag(w, head, PG_hugetlb_migratable);
	clear_page_flag(w, head, PG_hugetlb_restore_reserve);
	head->mapping = 0;
	spin_lock(w, &w->hugetlb_lock);
	h->resv_huge_pages += restore;
	/* The kernel frees a surplus page although its reservation has just been
	 * given back: a promise without a page (old bug, kind open). */
	surplus = h->surplus_huge_pages > 0 &&
		  (!restore || oldbug(w, RESTORED_RESERVATION_FREED));
	if (!temporary && !surplus)
		enqueue_hugetlb_folio(w, h, head);
	else if (!temporary)
		h->surplus_huge_pages--;
	else
		h->temporary_huge_pages--;
	spin_unlock(w, &w->hugetlb_lock);
	if (restore)
		page_seen(w, PAGE_HUGETLB_FAULT_FAILS);
	page_seen(w, temporary ? PAGE_HUGETLB_FREE_TEMPORARY :
		     surplus   ? PAGE_HUGETLB_FREE_SURPLUS :
				 PAGE_HUGETLB_FREE_TO_POOL);
	if (temporary || surplus)
		update_and_free_hugetlb_folio(w, h, head);
}

/*
 * mm/hugetlb.c:alloc_surplus_hugetlb_folio, reference count 1.  Looked at twice: the
 * limit may be reached while the page is allocated.  The kernel makes no surplus of
 * gigantic pages; here they may, when nobody set a limit.
 */
static struct page *alloc_surplus_hugetlb_folio(struct world *w,
						struct hstate *h,
						unsigned int nid)
{
	struct page *page;

	if (h->surplus_huge_pages >= h->nr_overcommit_huge_pages) {
		page_seen(w, PAGE_HUGETLB_SURPLUS_LIMIT);
		return NULL;
	}
	page = alloc_fresh_hugetlb_folio(w, h, nid, ~0u, GFP_HIGHUSER_MOVABLE);
	if (!page)
		return NULL;
	if (h->surplus_huge_pages < h->nr_overcommit_huge_pages) {
		h->surplus_huge_pages++;
		page_seen(w, PAGE_HUGETLB_ALLOC_SURPLUS);
		return page;
	}
	set_page_count(w, page, 0);
	update_and_free_hugetlb_folio(w, h, page);
	return NULL;
}

struct page *alloc_hugetlb_folio(struct world *w, struct hstate *h,
				 unsigned int nid)
{
	struct page *page = dequeue_nodemask(w, h, nid, ~0u, false, false);

	if (page)
		page_seen(w, PAGE_HUGETLB_ALLOC_POOL);
	else
		page = alloc_surplus_hugetlb_folio(w, h, nid);
	if (page)
		set_page_flag(w, page, PG_hugetlb_migratable);
	return page;
}

/*
 * alloc_hugetlb_folio() for a mapping that has reserved, and what the fault does with
 * the page.  Where the pool's pages are all isolated or poisoned, a surplus page
 * keeps the promise.
 */
struct page *hugetlb_fault(struct world *w, struct hstate *h, unsigned int nid)
{
	struct page *page;

	if (h->resv_huge_pages <= 0)
		return NULL;
	page = dequeue_nodemask(w, h, nid, ~0u, false, true);
	if (!page) {
		page = alloc_surplus_hugetlb_folio(w, h, nid);
		if (!page)
			return NULL;
		spin_lock(w, &w->hugetlb_lock);
		if (h->resv_huge_pages > 0)
			use_reservation(w, h, page);
		spin_unlock(w, &w->hugetlb_lock);
		page_seen(w, PAGE_HUGETLB_FAULT_SURPLUS);
	}
	if (should_fail(&w->fail, FAIL_HUGETLB_FAULT)) {
		put_page(w, page);
		return NULL;
	}
	clear_page_flag(w, page, PG_hugetlb_restore_reserve);
	set_page_flag(w, page, PG_hugetlb_migratable);
	page_seen(w, PAGE_HUGETLB_FAULT);
	return page;
}

/* A temporary folio is not part of the pool's size: counted as surplus would be
 * wrong, it disappears with its last reference. */
struct page *alloc_hugetlb_folio_nodemask(struct world *w, struct hstate *h,
					  unsigned int nid, unsigned int nmask,
					  bool pin)
{
	struct page *page = dequeue_nodemask(w, h, nid, nmask, pin, false);

	if (page) {
		page_seen(w, PAGE_HUGETLB_MIGRATE_TO_POOL);
		return page;
	}
	if (hstate_is_gigantic(w, h)) {
		page_seen(w, PAGE_HUGETLB_GIGANTIC_NOT_MOVED);
		return NULL; /* a contiguous search inside offlining: not tried */
	}
	page = alloc_fresh_hugetlb_folio(w, h, nid, nmask,
					 pin ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE);
	if (!page)
		return NULL;
	set_page_flag(w, page, PG_hugetlb_temporary);
	h->temporary_huge_pages++;
	page_seen(w, PAGE_HUGETLB_MIGRATE_TO_FRESH);
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
	struct page *page = alloc_fresh_hugetlb_folio(w, h, nid, ~0u,
						      GFP_HIGHUSER_MOVABLE);

	page_seen(w, page ? PAGE_HUGETLB_GROW : PAGE_HUGETLB_GROW_NO_MEMORY);
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
	struct page *page = dequeue_nodemask(w, h, nid, ~0u, false, false);

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
	while (h->surplus_huge_pages && count > persistent_huge_pages(w, h)) {
		h->surplus_huge_pages--;
		page_seen(w, PAGE_HUGETLB_GROW_ADOPTS_SURPLUS);
	}
	while (count > persistent_huge_pages(w, h))
		if (!alloc_pool_huge_folio(w, h, nid))
			break;
	while (count < persistent_huge_pages(w, h)) {
		if (!remove_pool_hugetlb_folio(w, h, nid))
			break;
		page_seen(w, PAGE_HUGETLB_SHRINK_FREES);
	}
	while (count < persistent_huge_pages(w, h)) {
		h->surplus_huge_pages++;
		page_seen(w, PAGE_HUGETLB_SHRINK_MAKES_SURPLUS);
	}
	h->max_huge_pages = persistent_huge_pages(w, h);
	return h->free_huge_pages;
}

/* --- reservations --- */

/* Free pages that stand behind no reservation: what was allocated for one more. */
static void free_gathered(struct world *w, struct page_list *list)
{
	struct page *page;

	while ((page = TAILQ_FIRST(list))) {
		page_list_del(w, list, page);
		free_huge_folio(w, page);
	}
}

/*
 * mm/hugetlb.c:gather_surplus_pages.  The promise is made under the lock that the
 * pages are added under, so that nobody else takes them.  -ENOMEM.
 */
static int gather_surplus_pages(struct world *w, struct hstate *h, long delta,
				unsigned int nid)
{
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	struct page *page;
	long allocated = 0;

	while (h->resv_huge_pages + delta > h->free_huge_pages + allocated) {
		page = hstate_is_gigantic(w, h) ?
			       NULL :
			       alloc_surplus_hugetlb_folio(w, h, nid);
		if (!page) {
			free_gathered(w, &list);
			page_seen(w, PAGE_HUGETLB_RESERVE_NO_MEMORY);
			return -ENOMEM;
		}
		set_page_count(w, page, 0);
		page_list_add(w, &list, page, true);
		allocated++;
	}
	spin_lock(w, &w->hugetlb_lock);
	h->resv_huge_pages += delta;
	while ((page = TAILQ_FIRST(&list)) &&
	       h->resv_huge_pages > h->free_huge_pages) {
		page_list_del(w, &list, page);
		enqueue_hugetlb_folio(w, h, page);
	}
	spin_unlock(w, &w->hugetlb_lock);
	page_seen(w, allocated ? PAGE_HUGETLB_RESERVE_SURPLUS :
				 PAGE_HUGETLB_RESERVE);
	free_gathered(w, &list);
	return 0;
}

/* mm/hugetlb.c:return_unused_surplus_pages: surplus that nobody waits for goes. */
static void return_unused_surplus_pages(struct world *w, struct hstate *h,
					long unused, unsigned int nid)
{
	long nr = unused < h->surplus_huge_pages ? unused : h->surplus_huge_pages;

	spin_lock(w, &w->hugetlb_lock);
	h->resv_huge_pages -= unused;
	spin_unlock(w, &w->hugetlb_lock);
	page_seen(w, PAGE_HUGETLB_UNRESERVE);
	while (nr-- > 0 && h->surplus_huge_pages > 0) {
		h->surplus_huge_pages--;
		if (!remove_pool_hugetlb_folio(w, h, nid)) {
			h->surplus_huge_pages++;
			break;
		}
		page_seen(w, PAGE_HUGETLB_UNRESERVE_FREES_SURPLUS);
	}
}

int hugetlb_acct_memory(struct world *w, struct hstate *h, long delta,
			unsigned int nid)
{
	if (delta >= 0)
		return gather_surplus_pages(w, h, delta, nid);
	return_unused_surplus_pages(w, h, mo_min((unsigned long)-delta,
						 (unsigned long)h->resv_huge_pages),
				    nid);
	return 0;
}

/*
 * mm/hugetlb.c:demote_pool_huge_page, of hstates[1] into hstates[0]: free gigantic
 * pages become as many smaller ones as fit.  Reserved ones are left.  Returns how
 * many, or -EINVAL.
 */
int demote_pool_huge_page(struct world *w, struct hstate *src, unsigned int nid)
{
	struct hstate *dst = &w->hstates[0];
	struct page *head;
	unsigned long pfn;

	if (src == dst)
		return -EINVAL;
	head = dequeue_nodemask(w, src, nid, ~0u, false, false);
	if (!head)
		return 0;
	page_seen(w, PAGE_HUGETLB_DEMOTE);
	pfn = page_to_pfn(w, head);
	set_page_count(w, head, 0);
	__page_clear_type(w, head, PGTY_hugetlb);
	destroy_compound_page(w, head);
	src->nr_huge_pages--;
	/* In the kernel what is free and not reserved is no surplus; here it can be,
	 * when the pool shrank while its pageblock was isolated. */
	if (src->surplus_huge_pages)
		src->surplus_huge_pages--;
	else
		src->max_huge_pages--;
	for (unsigned long i = 0; i < 1ul << src->order; i += 1ul << dst->order) {
		head = pfn_to_page(w, pfn + i);
		prep_compound_page(w, head, dst->order);
		__page_set_type(w, head, PGTY_hugetlb);
		dst->nr_huge_pages++;
		dst->max_huge_pages++;
		spin_lock(w, &w->hugetlb_lock);
		enqueue_hugetlb_folio(w, dst, head);
		spin_unlock(w, &w->hugetlb_lock);
	}
	return 1;
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
		page_seen(w, PAGE_HUGETLB_ISOLATE);
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
	page_seen(w, PAGE_HUGETLB_PUTBACK);
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
		if (!PageHuge(page) || page_ref_count(w, head))
			return NULL;
		page_seen(w, PAGE_HUGETLB_DISSOLVE_WAITS);
		if (!world_relax(w))
			return NULL;
	}
}

int dissolve_free_hugetlb_folio(struct world *w, struct page *page)
{
	struct page *head = compound_head(page);
	struct hstate *h;
	int err;

	if (!PageHuge(page)) {
		page_seen(w, PAGE_HUGETLB_DISSOLVE_NONE);
		return 0;
	}
	if (page_ref_count(w, head)) {
		page_seen(w, PAGE_HUGETLB_DISSOLVE_USED);
		return -EBUSY;
	}
	err = should_fail(&w->fail, FAIL_DISSOLVE_HUGETLB);
	if (err)
		return err;
	sched_window(w, SP_HUGETLB_DISSOLVE);
	h = lock_free_hugetlb_folio(w, page);
	if (!h)
		return 0;
	/* Every free page, this one too, is promised to somebody (082d5b6b60e9). */
	if (compound_head(page)->flags & BIT(PG_hugetlb_freed) &&
	    !available_huge_pages(h)) {
		spin_unlock(w, &w->hugetlb_lock);
		page_seen(w, PAGE_HUGETLB_DISSOLVE_RESERVED);
		return -EBUSY;
	}
	head = oldbug(w, DISSOLVE_UNALIGNED_TAIL) ? page : compound_head(page);
	dequeue_hugetlb_folio(w, h, head);
	page_seen(w, h->surplus_huge_pages ? PAGE_HUGETLB_DISSOLVE_SURPLUS :
					     PAGE_HUGETLB_DISSOLVE);
	if (head != page && pfn_to_block(w, page_to_pfn(w, head)) !=
				    pfn_to_block(w, page_to_pfn(w, page)))
		page_seen(w, PAGE_HUGETLB_DISSOLVE_FROM_TAIL);
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
