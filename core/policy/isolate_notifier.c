/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * isolate_notifier, up to v5.5: PageOffline means nothing to offlining; what a
 * driver holds is unmovable like any other page of the kernel.  In memory that
 * it could give back the driver hides that by a count.
 * Contract: for each pageblock that is to be isolated the driver says how many
 * pages it can release (MEM_ISOLATE_COUNT, under zone->lock), and
 * has_unmovable_pages() forgives as many, whichever they are, whoever isolates.
 * In MEM_GOING_OFFLINE the driver releases its pages of the range to the buddy:
 * from then on they are free pages of isolated pageblocks, neither PageOffline
 * nor the driver's.  MEM_CANCEL_OFFLINE gives nothing back: the pageblocks are
 * un-isolated before it is sent and whoever wants the pages has them, although
 * the device still does.  Whoever does not count blocks offlining: at isolation,
 * or, in ZONE_MOVABLE, for ever, because the scan does not know PageOffline.  If
 * its pages are poisoned it loses them: offlining steps over poison unasked, and
 * the owner is left with the memmap of an offline section.
 * The last user was arch/powerpc/platforms/pseries/cmm.c; removed by 3f9903b9ca5e
 * (v5.6).  mm/page_isolation.c:set_migratetype_isolate, v5.5.
 */
#include "range.h"

/* By count only, see memory_isolate_notify(). */
static bool isolation_skips(struct world *w, const struct page *page,
			    bool mem_offline)
{
	(void)w;
	(void)page;
	(void)mem_offline;
	return false;
}

/* Unknown there before v5.8: stepped over, and only the test notices. */
static enum scan_verdict scan(struct world *w, const struct page *page)
{
	(void)w;
	(void)page;
	return SCAN_SKIP;
}

static bool never(struct world *w, const struct page *page)
{
	(void)w;
	(void)page;
	return false;
}

static void make_offline(struct world *w, struct page *page,
			 enum offline_kind kind)
{
	(void)kind;
	__page_set_type(w, page, PGTY_offline);
}

void page_offline_released(struct world *w, unsigned long pfn,
			   unsigned long nr_pages)
{
	w->stats.released += (uint32_t)nr_pages;
	for (unsigned long p = pageblock_start_pfn(w, pfn); p < pfn + nr_pages;
	     p += pageblock_nr_pages(w)) {
		block_touch(w, pfn_to_block(w, p));
		pfn_to_pageblock(w, p)->released = true;
	}
}

/* MEM_GOING_OFFLINE; cmm_mem_going_offline() of v5.5, for ranges. */
static void release(struct world *w, unsigned long pfn, unsigned long nr_pages)
{
	page_offline_released(w, pfn, nr_pages);
	dirty_fake_online(w, pfn, nr_pages);
}

const struct page_offline_ops page_offline_isolate_notifier = {
	.name = "isolate_notifier",
	.isolation_skips = isolation_skips,
	.scan = scan,
	.test_isolated = never,
	.may_offline = never,
	.refcount = 1,
	.movable_type = PGTY_offline,
	.isolate_notifier = true,
	.make_offline = make_offline,
	.free_offline = put_offline_page,
	.fake_offline = take_range,
	.fake_online = dirty_fake_online,
	.keep_offline = dirty_keep_offline,
	.going_offline = release,
};
