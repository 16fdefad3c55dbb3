/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic memory of Hyper-V.  drivers/hv/hv_balloon.c, 6.12: ballooned pages cannot
 * move; memory is hot-added in whole memory blocks of which the host backs a part,
 * and what it does not back is never onlined.
 */
#include <errno.h>

#include "../mm/memory.h"
#include "../mm/memory_hotplug.h"
#include "../mm/page_alloc.h"
#include "../mm/page_offline.h"
#include "balloon.h"
#include "balloon_transitions.h"
#include "fake_offline.h"

/* --- the balloon --- */

/* drivers/hv/hv_balloon.c:alloc_balloon_pages, small pages. */
static int balloon_up(struct world *w, struct balloon_dev_info *b,
		      unsigned int nr, unsigned int nid)
{
	int done = 0;

	while (nr--) {
		struct page *page = balloon_page_alloc(w, b, nid);

		if (!page)
			break;
		sched_point(w, SP_BALLOON_ALLOC);
		balloon_page_enqueue(w, b, page);
		balloon_seen(w, BALLOON_HYPERV_INFLATE);
		done++;
	}
	return done ? done : -ENOMEM;
}

/* drivers/hv/hv_balloon.c:balloon_down, free_balloon_pages.  The host names the pages, so
 * that nobody asks an empty balloon. */
static int balloon_down(struct world *w, struct balloon_dev_info *b,
			unsigned int nr)
{
	int done = 0;

	while (nr-- && b->nr_pages) {
		struct page *page = balloon_page_list_dequeue(w, b);

		if (!page)
			break;
		sched_point(w, SP_BALLOON_DEQUEUED);
		balloon_page_release(w, page);
		balloon_seen(w, BALLOON_HYPERV_DEFLATE);
		done++;
	}
	return done;
}

/* --- hot-add --- */

static bool has_pfn_is_backed(const struct hv_hotadd_state *has,
			      unsigned long pfn)
{
	if (pfn < has->covered_start_pfn || pfn >= has->covered_end_pfn)
		return false;
	for (unsigned int i = 0; i < has->nr_gaps; i++)
		if (pfn >= has->gaps[i].start_pfn && pfn < has->gaps[i].end_pfn)
			return false;
	return true;
}

static struct hv_hotadd_state *find_region(struct world *w, unsigned long pfn)
{
	for (unsigned int i = 0; i < MO_HV_REGIONS; i++) {
		struct hv_hotadd_state *has = &w->hv_dynmem.regions[i];

		if (has->end_pfn && pfn >= has->start_pfn && pfn < has->end_pfn)
			return has;
	}
	return NULL;
}

/*
 * drivers/hv/hv_balloon.c:hv_page_online_one.  A page that is not backed stays
 * PageOffline, as it started.  Locks: ha_lock.
 */
static void hv_page_online_one(struct world *w,
			       const struct hv_hotadd_state *has,
			       unsigned long pfn)
{
	struct page *page = pfn_to_page(w, pfn);

	lockdep_assert_held(w, &w->hv_dynmem.ha_lock);
	if (!has_pfn_is_backed(has, pfn)) {
		balloon_seen(w, BALLOON_HYPERV_ONLINE_HOLE);
		return;
	}
	if (!PageOffline(page))
		return;
	balloon_seen(w, BALLOON_HYPERV_ONLINE_BACKED);
	/* Onlining forces the count: the reference of a pfn walker would be lost. */
	VM_BUG_ON_PAGE(w, w->page_offline->refcount && page_count(w, page) != 1,
		       "fake_offline_refcount", page,
		       "reference count %d when the page is backed",
		       page_count(w, page));
	generic_online_page(w, page, 0);
	w->hv_dynmem.num_pages_onlined++;
}

static void hv_bring_pgs_online(struct world *w,
				const struct hv_hotadd_state *has,
				unsigned long start_pfn, unsigned long size)
{
	for (unsigned long pfn = start_pfn; pfn < start_pfn + size; pfn++)
		if (!fake_offline_owns(w, pfn >> w->pageblock_order))
			hv_page_online_one(w, has, pfn);
}

/* Memory that is nobody's region, or the fake-offliner's, who is not there on a
 * machine that runs on Hyper-V. */
static void online_others(struct world *w, unsigned long pfn, unsigned int order)
{
	w->hv_dynmem.next(w, pfn_to_page(w, pfn), order);
}

/* drivers/hv/hv_balloon.c:hv_online_page */
static void hv_online_page(struct world *w, struct page *page,
			   unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page), end = pfn + (1ul << order);
	const struct hv_hotadd_state *has = find_region(w, pfn);

	if (!has) {
		online_others(w, pfn, order);
		return;
	}
	for (; pfn < end; pfn += pageblock_nr_pages(w)) {
		if (fake_offline_owns(w, pfn >> w->pageblock_order)) {
			online_others(w, pfn, w->pageblock_order);
			continue;
		}
		spin_lock(w, &w->hv_dynmem.ha_lock);
		hv_bring_pgs_online(w, has, pfn, pageblock_nr_pages(w));
		spin_unlock(w, &w->hv_dynmem.ha_lock);
	}
}

/* drivers/hv/hv_balloon.c:hv_page_offline_check: backed pages of the range. */
static unsigned long hv_page_offline_check(struct world *w,
					   const struct memory_notify *arg)
{
	unsigned long count = 0;

	for (unsigned long i = 0; i < arg->nr_pages; i++) {
		unsigned long pfn = arg->start_pfn + i;
		const struct hv_hotadd_state *has = find_region(w, pfn);

		count += has && has_pfn_is_backed(has, pfn);
	}
	return count;
}

/* drivers/hv/hv_balloon.c:hv_memory_notifier */
static int hv_memory_notifier(struct world *w, void *data,
			      enum memory_block_state action,
			      const struct memory_notify *arg)
{
	struct hv_dynmem *hv = &w->hv_dynmem;
	unsigned long count;

	(void)data;
	if (action != MEM_OFFLINE)
		return 0;
	spin_lock(w, &hv->ha_lock);
	count = hv_page_offline_check(w, arg);
	if (count)
		balloon_seen(w, BALLOON_HYPERV_OFFLINE);
	hv->num_pages_onlined -= mo_min(count, hv->num_pages_onlined);
	spin_unlock(w, &hv->ha_lock);
	return 0;
}

/* A region that begins with the memory block of pg_start; NULL: no room. */
static struct hv_hotadd_state *new_region(struct world *w,
					  unsigned long pg_start)
{
	unsigned long start = block_start_pfn(w, pfn_to_block(w, pg_start));

	for (unsigned int i = 0; i < MO_HV_REGIONS; i++) {
		struct hv_hotadd_state *has = &w->hv_dynmem.regions[i];

		if (has->end_pfn)
			continue;
		*has = (struct hv_hotadd_state){
			.start_pfn = start,
			.ha_end_pfn = start,
			.covered_start_pfn = pg_start,
			.covered_end_pfn = pg_start,
			.end_pfn = start + pages_per_block(w),
		};
		return has;
	}
	return NULL;
}

/* drivers/hv/hv_balloon.c:pfn_covered.  What the host left out becomes a gap. */
static bool cover_gap(struct world *w, struct hv_hotadd_state *has,
		      unsigned long pg_start)
{
	if (has->covered_end_pfn == pg_start)
		return true;
	if (has->covered_end_pfn > pg_start || has->nr_gaps == MO_HV_GAPS)
		return false;
	balloon_seen(w, BALLOON_HYPERV_GAP);
	has->gaps[has->nr_gaps].start_pfn = has->covered_end_pfn;
	has->gaps[has->nr_gaps].end_pfn = pg_start;
	has->nr_gaps++;
	has->covered_end_pfn = pg_start;
	return true;
}

/* drivers/hv/hv_balloon.c:hv_mem_hot_add, one block.  The region covers the pages
 * before the block is added, so that the callback finds them. */
static int hv_mem_hot_add(struct world *w, struct hv_hotadd_state *has,
			  unsigned long pg_count)
{
	int ret;

	spin_lock(w, &w->hv_dynmem.ha_lock);
	has->ha_end_pfn += pages_per_block(w);
	has->covered_end_pfn += pg_count;
	spin_unlock(w, &w->hv_dynmem.ha_lock);
	ret = add_memory(w, pfn_to_block(w, has->start_pfn));
	balloon_seen(w, ret ? BALLOON_HYPERV_HOT_ADD_FAILS :
			      BALLOON_HYPERV_HOT_ADD);
	if (!ret)
		return (int)pg_count;
	spin_lock(w, &w->hv_dynmem.ha_lock);
	has->ha_end_pfn -= pages_per_block(w);
	has->covered_end_pfn -= pg_count;
	/* The host pointed at memory that is there already.  The kernel stops all
	 * hot-add and keeps the region; here it never was. */
	if (ret == -EEXIST)
		has->end_pfn = 0;
	spin_unlock(w, &w->hv_dynmem.ha_lock);
	return ret;
}

/* drivers/hv/hv_balloon.c:handle_pg_range: pages of a block that was added before
 * come online now, if the block is. */
static int hv_back_more(struct world *w, struct hv_hotadd_state *has,
			unsigned long pg_start, unsigned long pg_count)
{
	spin_lock(w, &w->hv_dynmem.ha_lock);
	has->covered_end_pfn += pg_count;
	balloon_seen(w, pfn_online(w, pg_start) ? BALLOON_HYPERV_BACK_ONLINE :
						  BALLOON_HYPERV_BACK_OFFLINE);
	if (pfn_online(w, pg_start) || oldbug(w, HV_ONLINES_OFFLINE_TAIL))
		hv_bring_pgs_online(w, has, pg_start, pg_count);
	spin_unlock(w, &w->hv_dynmem.ha_lock);
	return (int)pg_count;
}

static int hv_load(struct world *w)
{
	struct hv_dynmem *hv = &w->hv_dynmem;

	if (hv->loaded)
		return 0;
	if (w->xen_balloon.hotplug || w->virtio_mem.config.region_size)
		return -EBUSY; /* a machine has one hypervisor */
	hv->loaded = true;
	lock_init_class(&hv->hot_add_work, LOCK_hv_hot_add_work);
	lock_init_class(&hv->ha_lock, LOCK_hv_ha_lock);
	hv->next = w->online_page_callback;
	w->online_page_callback = hv_online_page;
	MUST(!register_memory_notifier(w, hv_memory_notifier, NULL, 0));
	return 0;
}

static int process_hot_add(struct world *w, unsigned long pg_start,
			   unsigned long pg_count)
{
	struct hv_hotadd_state *has = find_region(w, pg_start);

	if (!has)
		has = new_region(w, pg_start);
	if (!has || pg_start + pg_count > has->end_pfn ||
	    !cover_gap(w, has, pg_start))
		return -EINVAL;
	if (has->ha_end_pfn == has->start_pfn)
		return hv_mem_hot_add(w, has, pg_count);
	return hv_back_more(w, has, pg_start, pg_count);
}

int hv_hot_add(struct world *w, unsigned long pg_start, unsigned long pg_count)
{
	int ret = hv_load(w);

	if (ret)
		return ret;
	mutex_lock(w, &w->hv_dynmem.hot_add_work);
	ret = process_hot_add(w, pg_start, pg_count);
	mutex_unlock(w, &w->hv_dynmem.hot_add_work);
	return ret;
}

static void probe(struct world *w, struct balloon_dev_info *b, bool compaction)
{
	(void)compaction;
	balloon_devinfo_init(w, b, NULL, false);
}

const struct balloon_driver hv_balloon_driver = {
	.probe = probe,
	.inflate = balloon_up,
	.deflate = balloon_down,
};
