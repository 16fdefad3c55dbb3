/* SPDX-License-Identifier: GPL-2.0-only */
/* op/subject.h over the real kernel: calls of lane.h. */
#ifndef LANE_SUBJECT_SOURCE_H
#define LANE_SUBJECT_SOURCE_H

#include "../lane.h"
#include "lane_world.h"
#include "drivers/virtio_mem.h"
#include "memoffline.h"
#include "mm/memory.h"

/* CPUs are tasks on the kernel's one CPU: see kern/company.c. */
static inline bool subject_interleaves(void)
{
	return true;
}

/* Who was suspended has not said what he changed so far. */
static inline void subject_begin_in_company(struct world *w)
{
	lane_running(w);
	lane_begin_task(sched_cpu(&w->sched));
}

/* As whoever touches a page waits on its migration entry.  By then it is elsewhere,
 * perhaps on its way again. */
static inline void subject_settle(struct world *w, unsigned int slot)
{
	while (w->rmap[slot] && lane_wait_for_page(w->rmap[slot] - 1))
		lane_running(w);
}

static inline void subject_get_online_mems(struct world *w)
{
	lane_get_online_mems();
	lane_running(w); /* others may have run */
}

static inline void subject_put_online_mems(struct world *w)
{
	(void)w;
	lane_put_online_mems();
}

/* See host/skipped.c; and what handlers that others share cannot do here. */
bool subject_supports(unsigned int code, const uint8_t *value);
const char *subject_refuses(unsigned int geometry,
			    const struct mo_config *config);

static inline int lane_end(struct world *w, int ret)
{
	lane_changed(w);
	return ret;
}

static inline int lane_end_resize(struct world *w, int ret)
{
	lane_resized(w);
	return ret;
}

/* --- findings --- */

/*
 * A finding that would hide all others is stepped around: the caller does not do
 * what leads to it.  LANE_FINDINGS=1 in the environment lets him.  See README.md.
 */
bool lane_step_around_findings(void);

/* CONTIG_UNDOES_FOREIGN: alloc_contig_range() that fails gives back pageblocks of
 * its range that somebody else isolated. */
static inline bool lane_foreign_isolation(const struct world *w,
					  unsigned long pfn, unsigned long end)
{
	if (!lane_step_around_findings())
		return false;
	for (pfn = pageblock_start_pfn(w, pfn); pfn < end;
	     pfn += pageblock_nr_pages(w))
		if (view_pb_initialised(w, pfn) && view_pb_isolated(w, pfn))
			return true;
	return false;
}

/*
 * Two isolators at once come upon that, and upon STRADDLING_WARNS: the second one is
 * refused.  Those who go offline wait for each other anyway.
 */
enum lane_isolator { LANE_GOES_OFFLINE, LANE_TAKES_RANGE, LANE_NR_ISOLATORS };

extern unsigned int lane_isolators[LANE_NR_ISOLATORS];

static inline bool lane_isolator_begins(enum lane_isolator who)
{
	if (lane_step_around_findings() &&
	    (lane_isolators[LANE_TAKES_RANGE] ||
	     (who == LANE_TAKES_RANGE && lane_isolators[LANE_GOES_OFFLINE])))
		return false;
	lane_isolators[who]++;
	return true;
}

/*
 * POISONED_PART_FREED: a page of order 1 and more with a poisoned page in it is freed
 * as if nothing was.  POISONED_MOVABLE_OPS_STALLS: offlining finds it movable for ever.
 * POISONED_OFFLINE_DISCOUNTED_TWICE: see corpus/oldbugs/README.md, as for
 * UNPOISON_DROPS_FOREIGN_REFERENCE, see lane_poison_untaken().
 */
static inline bool lane_may_poison(const struct world *w, unsigned long pfn)
{
	view_page_t page;

	/* POISONED_IN_TRANSIT: who is about to hand it out leaks it, and its siblings.
	 * Nor do others go on meanwhile: see lane_undisturbed(). */
	if (view_nr_in_flight(w) > 1)
		return false;
	if (pfn >= view_nr_pfns(w) || !view_section_online(w, pfn))
		return true;
	page = view_page(w, pfn);
	/* Whoever has taken it off the LRU may be putting it back when offlining, which
	 * steps over it, is past the point of no return. */
	if (view_interleaved(w) && view_flag(page, PG_isolated))
		return false;
	return !lane_is_part_of_larger(pfn) && !view_is_offline(page) &&
	       view_type(page) != PGTY_zsmalloc;
}

/*
 * POISON_LOOKED_FOR_IN_GARBAGE, before 6.2: removing memory while any page is poisoned
 * searches a memmap that offlining has poisoned itself, all over.
 */
static inline bool lane_poison_in_the_way(void)
{
	return !lane_facts.blocks_count_poison && lane_num_poisoned_pages();
}

/* --- pages and their owners --- */


static inline unsigned int lane_gfp(gfp_t gfp)
{
	if (gfp_zone_movable(gfp))
		return LANE_GFP_HIGHUSER_MOVABLE |
		       (gfp & __GFP_COMP ? LANE_GFP_COMP : 0);
	return (gfp & __GFP_MOVABLE ? LANE_GFP_MOVABLE : 0) |
	       (gfp & __GFP_RECLAIMABLE ? LANE_GFP_RECLAIMABLE : 0) |
	       (gfp & __GFP_COMP ? LANE_GFP_COMP : 0) |
	       (gfp & __GFP_HIGH ? LANE_GFP_HIGH : 0);
}

static inline unsigned long subject_alloc_pages(struct world *w, gfp_t gfp,
						unsigned int order,
						unsigned int nid)
{
	unsigned long pfn = lane_alloc_pages(lane_gfp(gfp), order);

	(void)nid; /* there is one */
	if (pfn != NO_PFN)
		lane_note_larger(pfn, order);
	lane_changed(w);
	return pfn;
}

/* FROZEN_SLAB_LOOKS_MOVABLE: offlining would wait for it for ever. */
static inline unsigned long subject_alloc_slab_page(struct world *w,
						    unsigned int nid)
{
	unsigned long pfn = NO_PFN;

	(void)nid;
	if (!lane_facts.slabs_frozen || !lane_step_around_findings())
		pfn = lane_alloc_slab_page();
	lane_changed(w);
	return pfn;
}

static inline void subject_free_slab_page(struct world *w, unsigned long pfn)
{
	lane_free_slab_page(pfn);
	lane_changed(w);
}

static inline unsigned long subject_zs_malloc(struct world *w, unsigned int nid)
{
	unsigned long pfn = lane_zs_malloc();

	(void)nid;
	lane_changed(w);
	return pfn;
}

static inline bool subject_zs_free(struct world *w, unsigned long pfn)
{
	lane_zs_free(pfn);
	lane_changed(w);
	return true;
}

static inline unsigned long subject_alloc_hugetlb_folio(struct world *w,
							unsigned int i,
							unsigned int nid)
{
	(void)w;
	(void)i;
	(void)nid;
	return NO_PFN;
}

static inline void subject_map(struct world *w, unsigned long pfn,
			       unsigned int owner)
{
	lane_map(pfn, owner);
	w->rmap[owner] = (uint32_t)pfn + 1;
	lane_changed(w);
}

static inline void subject_unmap(struct world *w, unsigned long pfn,
				 unsigned int owner)
{
	lane_unmap(pfn);
	w->rmap[owner] = 0;
	lane_changed(w);
}

static inline void subject_unmap_lost(struct world *w, unsigned int owner)
{
	w->rmap[owner] = 0;
}

static inline void subject_free_pages(struct world *w, unsigned long pfn,
				      unsigned int order)
{
	lane_free_pages(pfn, order);
	lane_changed(w);
}

static inline void subject_get_page(struct world *w, unsigned long pfn)
{
	lane_get_page(pfn);
	lane_changed(w);
}

static inline void subject_put_page(struct world *w, unsigned long pfn)
{
	lane_put_page(pfn);
	lane_changed(w);
}

static inline void subject_set_reserved(struct world *w, unsigned long pfn,
					bool reserved)
{
	lane_set_reserved(pfn, reserved);
	lane_changed(w);
}

/* --- LRU, migration, per-CPU state --- */

static inline void subject_folio_add_lru(struct world *w, unsigned long pfn)
{
	lane_folio_add_lru(pfn);
	lane_changed(w);
}

static inline int subject_folio_isolate_lru(struct world *w, unsigned long pfn)
{
	int ret = lane_folio_isolate_lru(pfn);

	lane_mark_isolated(pfn, !ret);
	return lane_end(w, ret);
}

static inline void subject_folio_putback_lru(struct world *w, unsigned long pfn)
{
	lane_mark_isolated(pfn, false);
	lane_folio_putback_lru(pfn);
	lane_changed(w);
}

static inline void subject_forget_isolated(struct world *w,
					   unsigned long nr_pages)
{
	(void)nr_pages;	/* see lane_mark_isolated() */
	lane_changed(w);
}

static inline int subject_migrate_folio(struct world *w, unsigned long pfn,
					unsigned int nid)
{
	lane_begin_op();
	return nid ? -ENODEV : lane_end(w, lane_migrate_folio(pfn));
}

static inline void subject_drain_all_pages(struct world *w)
{
	lane_drain_all_pages();
	lane_changed(w);
}

static inline void subject_drain_local_pages(struct world *w)
{
	lane_drain_local_pages();
	lane_changed(w);
}

static inline void subject_lru_add_drain_all(struct world *w)
{
	lane_lru_add_drain_all();
	lane_changed(w);
}

static inline int subject_compact_zone(struct world *w, unsigned int zone)
{
	lane_begin_op();
	return lane_end(w, lane_compact_zone(zone));
}

/* --- isolation, ranges --- */

/* memmap_on_memory: one of the nr pageblocks from pfn on is the memmap of its block. */
static inline bool lane_has_memmap(const struct world *w, unsigned long pfn,
				   unsigned long nr)
{
	for (; nr--; pfn += pageblock_nr_pages(w)) {
		view_page_t page = pfn < view_nr_pfns(w) &&
				   view_pb_initialised(w, pfn) ?
					   view_page(w, pfn) : NULL;

		if (page && view_flag(page, PG_vmemmap_self_hosted))
			return true;
	}
	return false;
}

static inline int subject_start_isolate_page_range(struct world *w,
						   unsigned long start_pfn,
						   unsigned long end_pfn,
						   enum pb_isolate_mode mode)
{
	int ret;

	/* VMEMMAP_PREFIX_ISOLATED */
	if (w->geo.nr_vmemmap && lane_step_around_findings() &&
	    lane_has_memmap(w, start_pfn,
			    (end_pfn - start_pfn) >> w->pageblock_order))
		return -EBUSY;
	if (!lane_isolator_begins(LANE_TAKES_RANGE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_start_isolate_page_range(start_pfn, end_pfn, (int)mode);
	lane_isolators[LANE_TAKES_RANGE]--;
	return lane_end(w, ret);
}

/* What was CMA becomes CMA again, as its isolator would have it. */
static inline void subject_undo_isolate_page_range(struct world *w,
						   unsigned long start_pfn,
						   unsigned long end_pfn)
{
	bool cma = view_pb_type(w, start_pfn) == MIGRATE_CMA;

	lane_begin_op();
	lane_undo_isolate_page_range(start_pfn, end_pfn, cma);
	lane_changed(w);
}

static inline int subject_test_pages_isolated(struct world *w,
					      unsigned long start_pfn,
					      unsigned long end_pfn,
					      enum pb_isolate_mode mode)
{
	lane_begin_op();
	return lane_end(w, lane_test_pages_isolated(start_pfn, end_pfn,
						    (int)mode));
}

static inline int subject_alloc_contig_range(struct world *w,
					     unsigned long start_pfn,
					     unsigned long end_pfn,
					     enum pb_isolate_mode mode)
{
	int ret;

	if (lane_foreign_isolation(w, start_pfn, end_pfn))
		return -EBUSY;
	if (!lane_isolator_begins(LANE_TAKES_RANGE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_alloc_contig_range(start_pfn, end_pfn,
				mode == PB_ISOLATE_MODE_CMA_ALLOC);
	lane_isolators[LANE_TAKES_RANGE]--;
	return lane_end(w, ret);
}

static inline void subject_free_contig_range(struct world *w, unsigned long pfn,
					     unsigned long nr_pages)
{
	lane_free_contig_range(pfn, nr_pages);
	lane_changed(w);
}

static inline unsigned long subject_alloc_contig_pages(struct world *w,
						       unsigned long nr_pages,
						       unsigned int nid,
						       int *err)
{
	unsigned long pfn;

	(void)nid;
	*err = -ENOMEM;
	if (lane_foreign_isolation(w, 0, view_nr_pfns(w)))
		return NO_PFN;
	*err = -EBUSY;
	if (!lane_isolator_begins(LANE_TAKES_RANGE))
		return NO_PFN;
	lane_begin_op();
	pfn = lane_alloc_contig_pages(nr_pages);
	lane_isolators[LANE_TAKES_RANGE]--;
	*err = pfn == LANE_NO_PFN ? -ENOMEM : 0;
	lane_changed(w);
	return pfn;
}

/* --- hotplug --- */

static inline int subject_fake_offline(struct world *w, unsigned long pb,
				       unsigned long nr)
{
	unsigned long pfn = pb << w->pageblock_order;
	int ret;

	if (pfn_of_virtio_mem(w, pfn) || lane_has_memmap(w, pfn, nr))
		return -EINVAL; /* another driver's, or the block's memmap */
	if (lane_foreign_isolation(w, pfn, pfn + (nr << w->pageblock_order)))
		return -EBUSY;
	if (!lane_isolator_begins(LANE_TAKES_RANGE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_fake_offline(pb, nr);
	lane_isolators[LANE_TAKES_RANGE]--;
	return lane_end(w, ret);
}

static inline int subject_fake_online(struct world *w, unsigned long pb,
				      unsigned long nr)
{
	lane_begin_op();
	return lane_end(w, lane_fake_online(pb, nr));
}

static inline int subject_device_offline(struct world *w, unsigned long block)
{
	int ret;

	if (!lane_isolator_begins(LANE_GOES_OFFLINE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_device_offline(block);
	lane_isolators[LANE_GOES_OFFLINE]--;
	return lane_end_resize(w, ret);
}

static inline int subject_device_online(struct world *w, unsigned long block,
					enum mhp_online_type type)
{
	lane_begin_op();
	return lane_end_resize(w, lane_device_online(block, (int)type));
}

/* One that fails removes memory. */
static inline int subject_add_memory(struct world *w, unsigned long block)
{
	if (block_of_virtio_mem(w, block))
		return -EBUSY; /* the region is reserved */
	if (lane_step_around_findings() && lane_poison_in_the_way())
		return -EBUSY;
	lane_begin_op();
	return lane_end_resize(w, lane_add_memory(block));
}

static inline int subject_remove_memory(struct world *w, unsigned long block)
{
	if (lane_step_around_findings() && lane_poison_in_the_way())
		return -EBUSY;
	lane_begin_op();
	return lane_end_resize(w, lane_remove_memory(block));
}

static inline int subject_offline_and_remove_memory(struct world *w,
						    unsigned long block,
						    unsigned long nr_blocks)
{
	int ret;

	if (lane_step_around_findings() && lane_poison_in_the_way())
		return -EBUSY;
	if (!lane_isolator_begins(LANE_GOES_OFFLINE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_offline_and_remove_memory(block, nr_blocks);
	lane_isolators[LANE_GOES_OFFLINE]--;
	return lane_end_resize(w, ret);
}

/* --- PageOffline pages of somebody who never heard of offlining --- */

static inline unsigned long subject_alloc_offline_pages(struct world *w,
							gfp_t gfp,
							unsigned int order,
							unsigned int nid)
{
	unsigned long pfn = lane_alloc_offline_pages(lane_gfp(gfp), order);

	(void)nid;
	lane_changed(w);
	return pfn;
}

static inline int subject_alloc_offline_page_range(struct world *w,
						   unsigned long pfn,
						   unsigned long nr_pages)
{
	int ret;

	if (lane_foreign_isolation(w, pfn, pfn + nr_pages))
		return -EBUSY;
	if (!lane_isolator_begins(LANE_TAKES_RANGE))
		return -EBUSY;
	lane_begin_op();
	ret = lane_alloc_offline_page_range(pfn, nr_pages);
	lane_isolators[LANE_TAKES_RANGE]--;
	return lane_end(w, ret);
}

static inline void subject_free_offline_page(struct world *w, unsigned long pfn)
{
	lane_free_offline_page(pfn);
	lane_changed(w);
}

static inline void subject_free_offline_page_range(struct world *w,
						   unsigned long pfn,
						   unsigned long nr_pages)
{
	lane_free_offline_page_range(pfn, nr_pages);
	lane_changed(w);
}

/* free_contig_range() warns of references at the wrong moment; which walkers take them
 * of pages that are on no LRU is another question. */
static inline int subject_walk_page(struct world *w, unsigned long pfn)
{
	lane_undisturbed(lane_step_around_findings());
	return lane_end(w, lane_walk_page(pfn));
}

/* --- balloons: one node, and as the kernel was built their pages can move --- */

static inline int subject_balloon_probe(struct world *w, enum balloon_id id,
					bool compaction, bool deflate_on_oom)
{
	(void)compaction; /* see subject_supports() */
	return lane_end(w, lane_balloon_probe(id, deflate_on_oom));
}

static inline int subject_balloon_inflate(struct world *w, enum balloon_id id,
					  unsigned int nr, unsigned int nid)
{
	int ret = lane_balloon_inflate(id, nr);

	(void)nid;
	w->stats.balloon_inflated += ret > 0 ? (uint32_t)ret : 0;
	return lane_end(w, ret);
}

static inline int subject_balloon_deflate(struct world *w, enum balloon_id id,
					  unsigned int nr)
{
	int ret = lane_balloon_deflate(id, nr);

	w->stats.balloon_deflated += ret > 0 ? (uint32_t)ret : 0;
	return lane_end(w, ret);
}

static inline int subject_out_of_memory(struct world *w)
{
	int ret = lane_balloon_oom_notify();

	w->stats.oom_deflated += (uint32_t)ret;
	return lane_end(w, ret);
}

static inline int subject_vmballoon_reset(struct world *w)
{
	return lane_end(w, lane_vmballoon_reset());
}

/* Their pages are forgotten when their section goes: kern/memory_hotplug.c. */
static inline void subject_drivers_forget_lost(struct world *w)
{
	(void)w;
}

/* A machine has one hypervisor. */
static inline int subject_xen_online_page(struct world *w, bool on)
{
	if (lane_xen_is_hotplugged() == on)
		return 0;
	if (w->virtio_mem.config.region_size)
		return -EBUSY;
	return lane_end(w, lane_xen_hotplug(on));
}

/* Not supported: see host/skipped.c. */
static inline int subject_process_hot_add(struct world *w, unsigned long pfn,
					  unsigned long nr_pages)
{
	(void)w;
	(void)pfn;
	(void)nr_pages;
	return 0;
}

static inline int subject_memtrace_enable_set(struct world *w,
					      unsigned int nr_blocks)
{
	int ret;

	if (lane_foreign_isolation(w, 0, view_nr_pfns(w)) ||
	    !lane_isolator_begins(LANE_TAKES_RANGE))
		return 0;
	lane_begin_op();
	ret = lane_memtrace_enable_set((unsigned long)nr_blocks << w->block_order);
	lane_isolators[LANE_TAKES_RANGE]--;
	return lane_end(w, ret);
}

static inline int subject_fake_offline_unload(struct world *w)
{
	(void)w;
	return 0;
}

/* --- virtio-mem: host/virtio_mem.c --- */

int lane_virtio_mem_probe_op(struct world *w, const struct virtio_mem_config *config);
int lane_virtio_mem_remove_op(struct world *w);
int lane_virtio_mem_config_changed_op(struct world *w, unsigned long size);
int lane_virtio_mem_run_wq_op(struct world *w);
int lane_virtio_mem_timer_expired_op(struct world *w);
int lane_virtio_mem_device_del_op(struct world *w);

static inline bool subject_of_virtio_mem(const struct world *w,
					 unsigned long block,
					 unsigned long nr_blocks)
{
	for (unsigned long b = block; b < block + nr_blocks; b++)
		if (block_of_virtio_mem(w, b))
			return true;
	return false;
}

static inline int subject_virtio_mem_probe(struct world *w,
					   const struct virtio_mem_config *config)
{
	return lane_virtio_mem_probe_op(w, config);
}

static inline int subject_virtio_mem_remove(struct world *w)
{
	return lane_virtio_mem_remove_op(w);
}

static inline int subject_virtio_mem_config_changed(struct world *w,
						    unsigned long size)
{
	return lane_virtio_mem_config_changed_op(w, size);
}

static inline int subject_virtio_mem_run_wq(struct world *w)
{
	return lane_virtio_mem_run_wq_op(w);
}

static inline int subject_virtio_mem_timer_expired(struct world *w)
{
	return lane_virtio_mem_timer_expired_op(w);
}

static inline int subject_virtio_mem_device_del(struct world *w)
{
	return lane_virtio_mem_device_del_op(w);
}

static inline void subject_unplug_online(struct world *w, bool on)
{
	(void)w;
	lane_virtio_mem_unplug_online(on);
}

static inline void subject_set_default_online_type(struct world *w,
						   enum mhp_online_type type)
{
	(void)w;
	lane_set_default_online_type((int)type);
}

static inline int subject_fake_offline_load(struct world *w)
{
	(void)w;
	return 0;
}

/* --- poison, hugetlb --- */

static inline bool lane_may_unpoison(const struct world *w, unsigned long pfn)
{
	return view_nr_in_flight(w) <= 1 &&
	       (pfn >= view_nr_pfns(w) || !lane_poison_untaken(pfn));
}

/*
 * Compared, each side would go on in its own way with what is free and in use at once:
 * POISONED_PART_FREED, UNPOISON_DROPS_FOREIGN_REFERENCE.
 */
static inline bool lane_leads_astray(unsigned long pfn, int (*strike)(unsigned long pfn))
{
	return (strike == lane_memory_failure && lane_is_part_of_larger(pfn)) ||
	       (strike == lane_unpoison_memory && lane_poison_untaken(pfn));
}

/* Stepping around POISONED_AMID_OFFLINING: with others under way memory stays online, as
 * if the kernel asked for it. */
static inline int lane_poison(struct world *w, unsigned long pfn,
			      bool (*may)(const struct world *w, unsigned long pfn),
			      int (*strike)(unsigned long pfn))
{
	bool around = lane_step_around_findings(), keeps = around && view_interleaved(w);
	int ret = -EBUSY;

	if (lane_is_compared && lane_leads_astray(pfn, strike))
		return MO_RET_SKIPPED;
	if (keeps)
		subject_get_online_mems(w);
	if (!around || may(w, pfn)) {
		lane_begin_op();
		lane_undisturbed(around);
		ret = lane_end(w, strike(pfn));
	}
	if (keeps)
		subject_put_online_mems(w);
	return ret;
}

static inline int subject_memory_failure(struct world *w, unsigned long pfn)
{
	return lane_poison(w, pfn, lane_may_poison, lane_memory_failure);
}

static inline int subject_soft_offline_page(struct world *w, unsigned long pfn)
{
	return lane_poison(w, pfn, lane_may_poison, lane_soft_offline_page);
}

static inline int subject_unpoison_memory(struct world *w, unsigned long pfn)
{
	return lane_poison(w, pfn, lane_may_unpoison, lane_unpoison_memory);
}

static inline long subject_set_max_huge_pages(struct world *w, unsigned int i,
					      unsigned long nr, unsigned int nid)
{
	(void)w;
	(void)i;
	(void)nr;
	(void)nid;
	return 0;
}

/* What no operation reaches: subject_supports() says so. */
static inline unsigned long subject_hugetlb_fault(struct world *w, unsigned int i,
						  unsigned int nid)
{
	(void)w;
	(void)i;
	(void)nid;
	return NO_PFN;
}

static inline int subject_hugetlb_acct_memory(struct world *w, unsigned int i,
					      long delta, unsigned int nid)
{
	(void)w;
	(void)i;
	(void)delta;
	(void)nid;
	return 0;
}

static inline void subject_set_overcommit(struct world *w, unsigned int i, long nr)
{
	(void)w;
	(void)i;
	(void)nr;
}

static inline int subject_demote_pool_huge_page(struct world *w, unsigned int i,
						unsigned int nid)
{
	(void)w;
	(void)i;
	(void)nid;
	return 0;
}

static inline unsigned long subject_pin_user_pages(struct world *w,
						   unsigned int owner,
						   bool longterm, int *err)
{
	(void)w;
	(void)owner;
	(void)longterm;
	*err = 0;
	return NO_PFN;
}

/* put_page() comes here too: without pin_user_pages() they are the same. */
static inline void subject_unpin_user_page(struct world *w, unsigned long pfn,
					   bool last)
{
	(void)last;
	lane_put_page(pfn);
	lane_changed(w);
}

static inline int subject_dissolve_free_hugetlb_folio(struct world *w,
						      unsigned long pfn)
{
	(void)w;
	(void)pfn;
	return 0;
}

#endif
