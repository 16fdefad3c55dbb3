/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hardware poison as far as offlining meets it.  mm/memory-failure.c, 6.12.  Not
 * here: splitting THPs, page cache that keeps a poisoned page, device memory, tasks
 * that are killed; the raw_hwp list always has room.
 */
#include <errno.h>

#include "hugetlb.h"
#include "memory.h"
#include "memory_failure.h"
#include "migrate.h"
#include "page_transitions.h"
#include "swap.h"

/* num_poisoned_pages_inc(): also counted per memory block, which then refuses
 * to come online again. */
static void num_poisoned_pages_inc(struct world *w, unsigned long pfn)
{
	w->num_poisoned_pages++;
	memblk_nr_poison_inc(w, pfn);
}

/* The owner loses the page and his reference; the poison has one of its own. */
void unmap_poisoned_folio(struct world *w, struct page *head)
{
	VM_BUG_ON_PAGE(w, !PageLocked(head), "lock_balance", head,
		       "unmapped without the folio lock");
	if (!head->mapping)
		return;
	VM_BUG_ON_PAGE(w, PageHead(head) && !PageHuge(head), "dangling_pointer",
		       head, "try_to_unmap() of a THP that is mapped as one: it has no pte");
	page_touch(w, head);
	w->rmap[head->mapping - 1] = 0;
	head->mapping = 0;
	mo_progress(w);
	put_page(w, head);
}

/* Flagged and counted; nobody could be told. */
static int flag_only(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_hwpoison);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	return -EBUSY;
}

/* --- free pages --- */

/* The page is off all lists and keeps one reference. */
static void take_out(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_hwpoison);
	set_page_flag(w, page, PG_hwpoison_taken);
	set_page_flag(w, page, PG_hwpoison_off);
	set_page_count(w, page, 1);
}

/*
 * mm/memory-failure.c:__page_handle_poison.  True: the page is off the buddy, by us
 * or by the freeing of the poisoned folio that it was a part of.
 */
static bool __page_handle_poison(struct world *w, struct page *page)
{
	if (dissolve_free_hugetlb_folio(w, page))
		return false;
	if (page->flags & BIT(PG_hwpoison_taken))
		return true;
	drain_all_pages(w, page_zone(w, page));
	return take_page_off_buddy(w, page);
}

/* Whoever freed it a moment ago may have put it on a per-CPU list again. */
static bool poison_free_page(struct world *w, struct page *page)
{
	if (!PageBuddy(page))
		drain_all_pages(w, page_zone(w, page));
	if (!take_page_off_buddy(w, page))
		return false;
	take_out(w, page);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	page_seen(w, PAGE_HWPOISON_FREE);
	return true;
}

/* --- hugetlb --- */

/* hugetlb_update_hwpoison().  Locks: hugetlb_lock.  False: this very page is known
 * to be poisoned. */
static bool hugetlb_update_hwpoison(struct world *w, struct page *head,
				    struct page *page)
{
	if (PageRawHwp(page))
		return false;
	set_page_flag(w, head, PG_hwpoison);
	set_page_flag(w, page, PG_raw_hwp);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	return true;
}

void folio_clear_hugetlb_hwpoison(struct world *w, struct page *head)
{
	unsigned long pfn = page_to_pfn(w, head);
	unsigned long nr = compound_nr(head);

	if (likely(!PageHWPoison(head)))
		return;
	clear_page_flag(w, head, PG_hwpoison);
	for (unsigned long i = 0; i < nr; i++) {
		struct page *page = pfn_to_page(w, pfn + i);

		if (!PageRawHwp(page))
			continue;
		clear_page_flag(w, page, PG_raw_hwp);
		set_page_flag(w, page, PG_hwpoison);
	}
}

/* me_huge_page(), no page cache: healthy subpages are saved when nobody has the
 * folio any more. */
static int me_huge_page(struct world *w, struct page *page)
{
	if (!__page_handle_poison(w, page)) {
		page_seen(w, PAGE_HWPOISON_HUGETLB_NOT_DISSOLVED);
		return -EBUSY;
	}
	take_out(w, page);
	return 0;
}

enum mf_hugetlb {
	MF_HUGETLB_FREED,
	MF_HUGETLB_IN_USED,
	MF_HUGETLB_FOLIO_PRE_POISONED,
	MF_HUGETLB_PAGE_PRE_POISONED,
	MF_HUGETLB_RETRY,
};

/* get_huge_page_for_hwpoison(): a reference is taken for MF_HUGETLB_IN_USED, and the
 * folio will not migrate any more. */
static enum mf_hugetlb get_huge_page_for_hwpoison(struct world *w,
						  struct page *head,
						  struct page *page)
{
	bool poisoned = PageHWPoison(head);
	enum mf_hugetlb ret = MF_HUGETLB_RETRY;

	spin_lock(w, &w->hugetlb_lock);
	if (!hugetlb_update_hwpoison(w, head, page)) {
		ret = MF_HUGETLB_PAGE_PRE_POISONED;
	} else if (poisoned) {
		ret = MF_HUGETLB_FOLIO_PRE_POISONED;
	} else if (head->flags & BIT(PG_hugetlb_freed)) {
		ret = MF_HUGETLB_FREED;
	} else if (head->flags & BIT(PG_hugetlb_migratable) &&
		   get_page_unless_zero(w, head)) {
		clear_page_flag(w, head, PG_hugetlb_migratable);
		ret = MF_HUGETLB_IN_USED;
	}
	spin_unlock(w, &w->hugetlb_lock);
	return ret;
}

/* try_memory_failure_hugetlb() */
static int memory_failure_hugetlb(struct world *w, struct page *page)
{
	struct page *head = compound_head(page);

	switch (get_huge_page_for_hwpoison(w, head, page)) {
	case MF_HUGETLB_FREED:
		page_seen(w, PAGE_HWPOISON_HUGETLB_FREE);
		return me_huge_page(w, page);
	case MF_HUGETLB_IN_USED:
		page_seen(w, PAGE_HWPOISON_HUGETLB_USED);
		sched_point(w, SP_POISON_FLAGGED);
		folio_lock(w, head);
		unmap_poisoned_folio(w, head);
		folio_unlock(w, head);
		put_page(w, head);
		return me_huge_page(w, page);
	case MF_HUGETLB_FOLIO_PRE_POISONED:
		page_seen(w, PAGE_HWPOISON_HUGETLB_SECOND);
		return -EHWPOISON;
	case MF_HUGETLB_PAGE_PRE_POISONED:
		page_seen(w, PAGE_HWPOISON_HUGETLB_AGAIN);
		return -EHWPOISON;
	case MF_HUGETLB_RETRY:
		page_seen(w, PAGE_HWPOISON_HUGETLB_RETRY);
		break;
	}
	return -EBUSY;
}

/* --- pages in use --- */

/* me_pagecache/me_anon: off the LRU, unmapped.  The reference of
 * get_hwpoison_page() stays for good; pins keep the page busy. */
static int poison_lru_folio(struct world *w, struct page *page)
{
	bool isolated = !folio_isolate_lru(w, page);

	get_page(w, page);
	set_page_flag(w, page, PG_hwpoison);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	sched_point(w, SP_POISON_FLAGGED);
	folio_lock(w, page);
	unmap_poisoned_folio(w, page);
	folio_unlock(w, page);
	set_page_flag(w, page, PG_hwpoison_taken);
	if (!isolated) {
		page_seen(w, PAGE_HWPOISON_LEFT_ON_LRU);
		return -EBUSY;
	}
	clear_page_flag(w, page, PG_isolated);
	w->nr_isolated--;
	put_page(w, page);
	/* me_pagecache_clean() does not ask who else has an anonymous page. */
	page_seen(w, page_ref_count(w, page) > 1 ? PAGE_HWPOISON_LRU_STILL_USED :
						   PAGE_HWPOISON_LRU);
	return 0;
}

/* A THP is split first, if nobody has a reference too many.  The model does not
 * split: always somebody has. */
static int poison_thp(struct world *w, struct page *page)
{
	set_page_flag(w, compound_head(page), PG_has_hwpoisoned);
	page_seen(w, PAGE_HWPOISON_THP);
	flag_only(w, page);
	sched_window(w, SP_POISON_FLAGGED);
	return -EHWPOISON;
}

/* Nobody can be told that this page is gone. */
static bool unhandlable(struct page *page)
{
	return PageOffline(page) || PageReserved(page) || PageSlab(page) ||
	       PageVmemmapSelfHosted(page);
}

/*
 * The retries of get_any_page().  What has no reference and is not free is
 * on its way somewhere, or part of a larger page of the kernel: others go first.
 */
static bool wait_for_page(struct world *w, struct page *page)
{
	for (int pass = 0; pass < 3; pass++) {
		if (unhandlable(page) || page_count(w, page) ||
		    PageBuddy(page) || PagePcp(page) || !world_relax(w))
			return true;
		if (!pfn_online(w, page_to_pfn(w, page)))
			return false;
	}
	return true;
}

/*
 * On its way to the LRU or into a balloon, or off the LRU for a moment: whoever has it
 * is about to touch it.  The kernel flags it, gives up on it, and offlining steps over
 * it (old bug, kind open).  With one operation at a time an isolator only hears that
 * it is gone.
 */
static bool folio_in_transit(const struct world *w, const struct page *page)
{
	if (PageIsolated(page))
		return w->sched.concurrent;
	return page->flags & BIT(PG_in_transit) ||
	       (page->mapping && !PageLRU(page) && !PageMovableOps(page));
}

/* mm/page_alloc.c:is_free_buddy_page; PageBuddy is on the first page only. */
static bool is_free_buddy_page(struct world *w, const struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	return PageBuddy(page) || find_large_buddy(w, pfn) != pfn;
}

/* include/linux/mm.h:enum mf_flags */
#define MF_SOFT_OFFLINE 1u
#define MF_UNPOISON 2u

static bool HWPoisonHandlable(struct world *w, struct page *page, unsigned int flags)
{
	return (flags & MF_SOFT_OFFLINE && looks_movable(page)) || PageLRU(compound_head(page)) ||
	       is_free_buddy_page(w, page);
}

/*
 * mm/memory-failure.c:get_any_page.  What cannot be handled may be in a batch of the LRU:
 * shake_folio().  False: it went offline while somebody had it.
 */
static bool get_any_page(struct world *w, struct page *page, unsigned int flags)
{
	bool batched = !(flags & MF_SOFT_OFFLINE) && page->flags & BIT(PG_lru_batch);

	if (HWPoisonHandlable(w, page, flags))
		return true;
	/* The flag is there from the beginning: who has his last reference in a batch
	 * does not get back to the allocator. */
	if (batched)
		set_page_flag(w, page, PG_hwpoison);
	lru_add_drain_all(w);
	if (batched && !(page->flags & BIT(PG_hwpoison_taken)))
		clear_page_flag(w, page, PG_hwpoison);
	return unhandlable(page) || PageHuge(page) || page_count(w, page) ||
	       wait_for_page(w, page);
}

/*
 * mm/memory-failure.c:get_hwpoison_page: per-CPU lists are off while it looks, so that
 * what is free can be seen to be.  NULL: see get_any_page().
 * Locks: those of zone_pcp_disable(), which offlining holds from beginning to end.
 */
static struct page *get_hwpoison_page(struct world *w, struct page *page,
				      unsigned int flags)
{
	unsigned long pfn = page_to_pfn(w, page);
	struct zone *zone = page_zone(w, page);
	bool there;

	if (PagePcp(page))
		page_seen(w, PAGE_HWPOISON_FREE_DRAINED);
	zone_pcp_disable(w, zone);
	page = pfn_to_page(w, pfn); /* may be garbage by now, POISONED_AMID_OFFLINING */
	there = flags & MF_UNPOISON || get_any_page(w, page, flags);
	zone_pcp_enable(w, zone);
	return there ? page : NULL;
}

/* On a per-CPU list, or part of a larger page that is. */
static bool is_pcp_page(struct world *w, const struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	for (unsigned int order = 0; order <= w->pageblock_order; order++) {
		page = pfn_to_page(w, ALIGN_DOWN(pfn, 1ul << order));
		if (PagePcp(page) && page->order >= order)
			return true;
	}
	return false;
}

/*
 * It was not free a moment ago.  Part of a huge page by now: the kernel leaves the
 * flag on the tail, where nobody who looks at the folio finds it, and counts the page
 * again when it is struck again (old bug, kind open).
 */
static int poison_used_page(struct world *w, struct page *page)
{
	if (unhandlable(page)) { /* somebody took it out of use meanwhile */
		page_seen(w, PAGE_HWPOISON_PAGEOFFLINE);
		return flag_only(w, page);
	}
	if (PageHuge(page) && !oldbug(w, POISONED_INTO_HUGETLB))
		return memory_failure_hugetlb(w, page);
	/* Still on its way through the per-CPU lists, or to the free ones, for somebody is
	 * under way with it, or free again.  In the kernel the flag is set by now, and
	 * keeps it from the next owner. */
	if (is_pcp_page(w, page) || is_free_buddy_page(w, page) ||
	    (!page_count(w, page) && sched_nr_in_flight(&w->sched) > 1))
		return -EBUSY;
	if (PageLRU(compound_head(page)))
		return PageCompound(page) ? poison_thp(w, page) :
					    poison_lru_folio(w, page);
	if (folio_in_transit(w, compound_head(page)) &&
	    !published(w, POISONED_IN_TRANSIT)) {
		page_seen(w, PAGE_HWPOISON_IN_TRANSIT);
		return -EBUSY;
	}
	page_seen(w, PAGE_HWPOISON_KERNEL);
	return flag_only(w, page);
}

#define BUDDY_TRIES 3

/*
 * Free, and allocated and freed again while we look for it, or just being freed: "lost
 * the race, try again".  1: it is not free; 0, -ENXIO, -EHWPOISON.
 */
static int poison_free_page_again(struct world *w, struct page *page)
{
	for (int i = 0; i < BUDDY_TRIES; i++) {
		if (PageHWPoison(page))
			return -EHWPOISON;
		if (unhandlable(page) || page_count(w, page))
			return 1;
		if (poison_free_page(w, page))
			return 0;
		world_relax(w);
		if (!pfn_online(w, page_to_pfn(w, page)))
			return -ENXIO;
	}
	return PageHWPoison(page) ? -EHWPOISON : 1;
}

static int __memory_failure(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_online_page(w, pfn);

	if (!page) {
		page_seen(w, PAGE_HWPOISON_NOT_ONLINE);
		/* 7.2 asks who has mapped what has no struct page: nobody. */
		return kernel_of(w, 7_2) && !pfn_valid(w, pfn) ? -EBUSY : -ENXIO;
	}
	if (PageHuge(page))
		return memory_failure_hugetlb(w, page);
	if (PageHWPoison(page)) {
		page_seen(w, PAGE_HWPOISON_ALREADY);
		return -EHWPOISON;
	}
	if (PagePcp(page) && oldbug(w, HWPOISON_PCP_IGNORED))
		return flag_only(w, page);
	page = get_hwpoison_page(w, page, 0);
	if (!page)
		return -ENXIO;
	if (page->flags & BIT(PG_hwpoison_taken)) {
		num_poisoned_pages_inc(w, pfn);
		return -EBUSY;
	}
	if (!unhandlable(page) && !page_count(w, page)) {
		int ret = poison_free_page_again(w, page);

		if (ret <= 0)
			return ret;
	}
	if (PageLRU(page) && !PageCompound(page))
		lru_add_drain_all(w);
	return poison_used_page(w, page);
}

/* --- soft offline --- */

/* page_handle_poison(): a page that somebody might have got by now is his. */
static int soft_take_out(struct world *w, struct page *page)
{
	if (!__page_handle_poison(w, page))
		return -EBUSY;
	take_out(w, page);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	page_seen(w, PAGE_HWPOISON_SOFT_FREE);
	return 0;
}

/* The page has no owner any more.  Our reference goes, by which it gets no further than
 * free_pages_prepare() if nobody else has one, and comes back. */
static int soft_take_migrated(struct world *w, struct page *page)
{
	set_page_flag(w, page, PG_hwpoison);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	put_page(w, page);
	set_page_flag(w, page, PG_hwpoison_taken);
	set_page_count(w, page, page_ref_count(w, page) + 1);
	return 0;
}

/* mm/memory-failure.c:soft_offline_in_use_page */
static int soft_offline_in_use_page(struct world *w, struct page *page)
{
	struct page *head = compound_head(page);
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	const struct migration_target_control mtc = {
		.nid = page_to_nid(w, head),
		.nmask = w->node_states[N_MEMORY],
		.keep_source = !PageHuge(page),
	};
	int ret;

	if (PageCompound(page) && !PageHuge(page)) {
		page_seen(w, PAGE_HWPOISON_SOFT_THP);
		return -EBUSY; /* THPs are not split */
	}
	if (!isolate_folio_to_list(w, head, &list))
		return -EBUSY;
	ret = migrate_pages(w, &list, &mtc);
	if (ret) {
		putback_movable_pages(w, &list);
		page_seen(w, PAGE_HWPOISON_SOFT_NOT_MOVED);
		return ret > 0 ? -EBUSY : (int)ret;
	}
	page_seen(w, mtc.keep_source ? PAGE_HWPOISON_SOFT_MOVED :
				       PAGE_HWPOISON_SOFT_HUGETLB);
	return mtc.keep_source ? soft_take_migrated(w, page) :
				 soft_take_out(w, page);
}

/* HWPoisonHandlable() with MF_SOFT_OFFLINE, of a page with references. */
static bool can_be_moved(struct page *page)
{
	const struct page *head = compound_head(page);

	return PageHuge(page) || PageLRU(head) || looks_movable(head);
}

/* It may have become PageOffline since it was looked at: not asked then. */
static bool is_unreferenced(struct world *w, struct page *page)
{
	return !unhandlable(page) && !page_count(w, page);
}

static int __soft_offline_page(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_online_page(w, pfn);

	if (!pfn_valid(w, pfn))
		return -ENXIO;
	if (!page)
		return -EIO;
	if (PageHWPoison(page) || PageHWPoison(compound_head(page))) {
		page_seen(w, PAGE_HWPOISON_SOFT_ALREADY);
		return 0;
	}
	page = get_hwpoison_page(w, page, MF_SOFT_OFFLINE);
	if (!page)
		return -EIO;
	if (unhandlable(page) && !PageMovableOps(page)) {
		page_seen(w, PAGE_HWPOISON_SOFT_UNMOVABLE);
		return -EIO;
	}
	if (is_unreferenced(w, page))
		return PageHuge(page) || is_free_buddy_page(w, page) ?
			       soft_take_out(w, page) : -EIO;
	if (can_be_moved(page))
		return soft_offline_in_use_page(w, page);
	page_seen(w, PAGE_HWPOISON_SOFT_UNMOVABLE);
	return -EIO;
}

/* --- unpoison --- */

/*
 * The poison's own reference goes, and the page with it: to the buddy if that is where it
 * was taken from, else as any page that is freed.  Who was kept out when he was freed has
 * no reference; the kernel takes the flag from him and forgets him, here he is free.
 */
static int unpoison_taken(struct world *w, struct page *page)
{
	if (PageLRU(page) || PageIsolated(page) || page_ref_count(w, page) > 1)
		return -EBUSY;
	page_touch(w, page);
	page_seen(w, PAGE_HWPOISON_UNPOISON_TAKEN);
	if (!page_ref_count(w, page)) {
		if (kernel_until(w, 7_2)) {
			clear_page_flag(w, page, PG_hwpoison);
			return 0;
		}
		set_page_flag(w, page, PG_hwpoison_off);
		set_page_count(w, page, 1);
	}
	page->page_type = PGTY_none; /* that of its last user */
	clear_page_flag(w, page, PG_hwpoison_taken);
	if (page->flags & BIT(PG_hwpoison_off)) {
		clear_page_flag(w, page, PG_hwpoison_off);
		return put_page_back_buddy(w, page) ? 0 : -EBUSY;
	}
	clear_page_flag(w, page, PG_hwpoison);
	put_page(w, page);
	return 0;
}

/*
 * Its user never learnt of the poison.  The kernel drops the reference that
 * memory_failure() took; of a page that it could not handle it took none, and the
 * user's goes (old bug, kind open).
 */
static void unpoison_in_use(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_hwpoison);
	page_seen(w, PAGE_HWPOISON_UNPOISON_USED);
	if (published(w, UNPOISON_DROPS_FOREIGN_REFERENCE))
		put_page(w, page);
}

static int __unpoison_memory(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_online_page(w, pfn);
	int ret = 0;

	if (!page)
		return -EIO;
	if (!PageHWPoison(page)) {
		page_seen(w, PAGE_HWPOISON_UNPOISON_NONE);
		return -EBUSY;
	}
	if (PageCompound(page) || unhandlable(page) || page_ref_count(w, page) > 1) {
		page_seen(w, PAGE_HWPOISON_UNPOISON_BUSY);
		return -EBUSY;
	}
	page = get_hwpoison_page(w, page, MF_UNPOISON);
	if (page->flags & BIT(PG_hwpoison_taken))
		ret = unpoison_taken(w, page);
	else if (!page_ref_count(w, page))
		ret = -EBUSY; /* on its way through the allocator */
	else if (page_ref_count(w, page) > 1 || PageMovableOps(page))
		ret = -EBUSY;
	else
		unpoison_in_use(w, page);
	if (ret) {
		page_seen(w, PAGE_HWPOISON_UNPOISON_BUSY);
		return ret;
	}
	memblk_nr_poison_sub(w, pfn, 1);
	w->num_poisoned_pages--;
	return 0;
}

/*
 * The page stays where it is, also while somebody else has the per-CPU lists off.  The
 * kernel asks for that in soft_offline_page() only, for the time of get_hwpoison_page();
 * memory_failure() and unpoison_memory() wait for offlining to end, and then go on with
 * what was a page (old bug, kind open).
 */
static void begin(struct world *w, bool keeps_online)
{
	mutex_lock(w, &w->mf_mutex);
	if (keeps_online)
		get_online_mems(w);
}

static void end(struct world *w, bool keeps_online)
{
	if (keeps_online)
		put_online_mems(w);
	mutex_unlock(w, &w->mf_mutex);
}

int memory_failure(struct world *w, unsigned long pfn)
{
	bool keeps_online = !published(w, POISONED_AMID_OFFLINING);
	int ret;

	begin(w, keeps_online);
	ret = __memory_failure(w, pfn);
	end(w, keeps_online);
	return ret;
}

int soft_offline_page(struct world *w, unsigned long pfn)
{
	int ret;

	begin(w, true);
	ret = __soft_offline_page(w, pfn);
	end(w, true);
	return ret;
}

int unpoison_memory(struct world *w, unsigned long pfn)
{
	bool keeps_online = !published(w, POISONED_AMID_OFFLINING);
	int ret;

	begin(w, keeps_online);
	ret = __unpoison_memory(w, pfn);
	end(w, keeps_online);
	return ret;
}
