/* SPDX-License-Identifier: GPL-2.0-only */
/* Hardware poison as far as offlining meets it.  mm/memory-failure.c, 6.17. */
#include <errno.h>

#include "hugetlb.h"
#include "memory.h"
#include "memory_failure.h"
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
	page_touch(w, head);
	w->rmap[head->mapping - 1] = 0;
	head->mapping = 0;
	put_page(w, head);
}

/* page_handle_poison(): a free page leaves the buddy and keeps one reference. */
static bool poison_free_page(struct world *w, struct page *page)
{
	if (!take_page_off_buddy(w, page))
		return false;
	set_page_flag(w, page, PG_hwpoison);
	set_page_flag(w, page, PG_hwpoison_taken);
	set_page_count(w, page, 1);
	num_poisoned_pages_inc(w, page_to_pfn(w, page));
	return true;
}

/* A page on a per-CPU list: flush and try again as a free page. */
static int poison_zero_ref(struct world *w, struct page *page)
{
	if (PageHuge(page)) {
		int err = dissolve_free_hugetlb_folio(w, page);

		if (err)
			return err;
	}
	if (!PageBuddy(page))
		drain_all_pages(w, page_zone(w, page));
	return poison_free_page(w, page) ? 0 : -EBUSY;
}

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
	if (!isolated)
		return -EBUSY;
	clear_page_flag(w, page, PG_isolated);
	w->nr_isolated--;
	put_page(w, page);
	return page_ref_count(w, page) > 1 ? -EBUSY : 0;
}

/*
 * On its way to the LRU: whoever allocated it is about to touch it.  The kernel
 * flags it, gives up on it, and offlining steps over it (old bug, kind open).
 */
static bool folio_in_transit(const struct page *page)
{
	return page->mapping && !PageLRU(page) && !PageIsolated(page);
}

static int __memory_failure(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_online_page(w, pfn);

	if (!page)
		return -ENXIO;
	if (PageHWPoison(page))
		return -EHWPOISON;
	if (PageOffline(page) || PageReserved(page) || PageVmemmapSelfHosted(page))
		return -EBUSY;
	lru_add_drain_all(w);
	/* Somebody took it out of use meanwhile. */
	if (PageOffline(page))
		return -EBUSY;
	if (!page_count(w, page) &&
	    !(PagePcp(page) && oldbug(w, HWPOISON_PCP_IGNORED)))
		return poison_zero_ref(w, page);
	/* THPs are split and hugetlb folios handled by parts that this model
	 * does not have. */
	if (PageCompound(page))
		return -EOPNOTSUPP;
	if (PageMovableOps(page))
		return -EBUSY;
	if (PageLRU(page))
		return poison_lru_folio(w, page);
	if (folio_in_transit(page) && !oldbug(w, POISONED_IN_TRANSIT))
		return -EBUSY;
	/* Kernel page, or one that somebody isolated: flagged and left alone. */
	set_page_flag(w, page, PG_hwpoison);
	num_poisoned_pages_inc(w, pfn);
	return -EBUSY;
}

/* The poison's own reference goes, and the page with it to the buddy. */
static int unpoison_taken(struct world *w, struct page *page)
{
	if (PageLRU(page) || PageIsolated(page) || page_ref_count(w, page) > 1)
		return -EBUSY;
	if (!page_ref_count(w, page)) { /* taken out when it was freed, type and all */
		set_page_count(w, page, 1);
		page->page_type = PGTY_none;
	}
	clear_page_flag(w, page, PG_hwpoison_taken);
	return put_page_back_buddy(w, page) ? 0 : -EBUSY;
}

static int __unpoison_memory(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_online_page(w, pfn);
	int ret = 0;

	if (!page)
		return -ENXIO;
	if (!PageHWPoison(page))
		return -EINVAL;
	if (PageCompound(page)) /* struck while the compound page was made */
		return -EBUSY;
	if (page->flags & BIT(PG_hwpoison_taken))
		ret = unpoison_taken(w, page);
	else if (!page_ref_count(w, page))
		ret = -EBUSY; /* on its way through the allocator */
	else
		clear_page_flag(w, page, PG_hwpoison); /* still in use */
	if (ret)
		return ret;
	memblk_nr_poison_sub(w, pfn, 1);
	w->num_poisoned_pages--;
	return 0;
}

int memory_failure(struct world *w, unsigned long pfn)
{
	int ret;

	mutex_lock(w, &w->mf_mutex);
	ret = __memory_failure(w, pfn);
	mutex_unlock(w, &w->mf_mutex);
	return ret;
}

int unpoison_memory(struct world *w, unsigned long pfn)
{
	int ret;

	mutex_lock(w, &w->mf_mutex);
	ret = __unpoison_memory(w, pfn);
	mutex_unlock(w, &w->mf_mutex);
	return ret;
}
