/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L5: how an operation is done to a subject; check/view.h is how it is looked at.
 * The model implements it with these inlines; the source lane implements the same
 * names over the real kernel (stress/source/host/subject_source.h).
 *
 * Pages are told by pfn, NO_PFN is none; of a compound page it is the head's.
 * Results are those of the kernel function of the same name.  Handlers use nothing
 * of a subject but these names, view.h, and the arithmetic on pfns of mm/world.h.
 */
#ifndef MO_OP_SUBJECT_H
#define MO_OP_SUBJECT_H

#include <errno.h>

#include "../check/view.h"

#define NO_PFN (~0ul)

#ifdef MO_SUBJECT_SOURCE
#include "subject_source.h"
#else

#include "../drivers/balloon.h"
#include "../drivers/fake_offline.h"
#include "../drivers/memtrace.h"
#include "../drivers/virtio_mem.h"
#include "../drivers/slab.h"
#include "../drivers/zsmalloc.h"
#include "../mm/compaction.h"
#include "../mm/gup.h"
#include "../mm/hugetlb.h"
#include "../mm/memory.h"
#include "../mm/memory_failure.h"
#include "../mm/memory_hotplug.h"
#include "../mm/migrate.h"
#include "../mm/page_isolation.h"
#include "../mm/page_offline.h"
#include "../mm/swap.h"
#include "../mm/walkers.h"

/* False: this subject cannot express the operation with these values of its fields,
 * it is skipped and counted. */
static inline bool subject_supports(unsigned int code, const uint8_t *value)
{
	(void)code;
	(void)value;
	return true;
}

/* Can an operation be suspended so that others go on? */
static inline bool subject_interleaves(void)
{
	return true;
}

/* Its operation begins, others may be in flight. */
static inline void subject_begin_in_company(struct world *w)
{
	(void)w;
}

/* Whoever uses what the slot stands for waits until it has arrived where it is being
 * moved to.  Nothing of the model can be suspended on that way. */
static inline void subject_settle(struct world *w, unsigned int slot)
{
	(void)w;
	(void)slot;
}

static inline void subject_get_online_mems(struct world *w)
{
	get_online_mems(w);
}

static inline void subject_put_online_mems(struct world *w)
{
	put_online_mems(w);
}

/* NULL, or why this subject cannot run under that configuration. */
static inline const char *subject_refuses(unsigned int geometry,
					  const struct mo_config *config)
{
	(void)geometry;
	(void)config;
	return NULL;
}

static inline unsigned long subject_pfn(const struct world *w,
					const struct page *page)
{
	return page ? page_to_pfn(w, page) : NO_PFN;
}

/* --- pages and their owners --- */

static inline unsigned long subject_alloc_pages(struct world *w, gfp_t gfp,
						unsigned int order,
						unsigned int nid)
{
	return subject_pfn(w, alloc_pages(w, gfp, order, nid));
}

static inline unsigned long subject_alloc_slab_page(struct world *w,
						    unsigned int nid)
{
	return subject_pfn(w, alloc_slab_page(w, nid));
}

static inline void subject_free_slab_page(struct world *w, unsigned long pfn)
{
	free_slab_page(w, pfn_to_page(w, pfn));
}

static inline unsigned long subject_zs_malloc(struct world *w, unsigned int nid)
{
	return subject_pfn(w, zs_malloc(w, nid));
}

static inline bool subject_zs_free(struct world *w, unsigned long pfn)
{
	return zs_free(w, pfn_to_page(w, pfn));
}

static inline int subject_soft_offline_page(struct world *w, unsigned long pfn)
{
	return soft_offline_page(w, pfn);
}

/* i below view_nr_hstates() */
static inline unsigned long subject_alloc_hugetlb_folio(struct world *w,
							unsigned int i,
							unsigned int nid)
{
	return subject_pfn(w, alloc_hugetlb_folio(w, &w->hstates[i], nid));
}

/* From here on rmap leads from the owner to the page, wherever it migrates. */
static inline void subject_map(struct world *w, unsigned long pfn,
			       unsigned int owner)
{
	struct page *page = pfn_to_page(w, pfn);

	page_touch(w, page);
	page->mapping = (uint16_t)(owner + 1);
	w->rmap[owner] = (uint32_t)pfn + 1;
}

static inline void subject_unmap(struct world *w, unsigned long pfn,
				 unsigned int owner)
{
	struct page *page = pfn_to_page(w, pfn);

	page_touch(w, page);
	page->mapping = 0;
	w->rmap[owner] = 0;
}

/* Its page went offline under it. */
static inline void subject_unmap_lost(struct world *w, unsigned int owner)
{
	w->rmap[owner] = 0;
}

static inline void subject_free_pages(struct world *w, unsigned long pfn,
				      unsigned int order)
{
	__free_pages(w, pfn_to_page(w, pfn), order);
}

static inline void subject_get_page(struct world *w, unsigned long pfn)
{
	get_page(w, pfn_to_page(w, pfn));
}

static inline void subject_put_page(struct world *w, unsigned long pfn)
{
	put_page(w, pfn_to_page(w, pfn));
}

static inline void subject_set_reserved(struct world *w, unsigned long pfn,
					bool reserved)
{
	if (reserved)
		set_page_flag(w, pfn_to_page(w, pfn), PG_reserved);
	else
		clear_page_flag(w, pfn_to_page(w, pfn), PG_reserved);
}

/* --- LRU, migration, per-CPU state --- */

static inline void subject_folio_add_lru(struct world *w, unsigned long pfn)
{
	folio_add_lru(w, pfn_to_page(w, pfn));
}

static inline int subject_folio_isolate_lru(struct world *w, unsigned long pfn)
{
	return folio_isolate_lru(w, pfn_to_page(w, pfn));
}

static inline void subject_folio_putback_lru(struct world *w, unsigned long pfn)
{
	folio_putback_lru(w, pfn_to_page(w, pfn));
}

/* The folio went offline while it was isolated: NR_ISOLATED is to be corrected. */
static inline void subject_forget_isolated(struct world *w,
					   unsigned long nr_pages)
{
	w->nr_isolated -= nr_pages;
}

/* mm/migrate.c:do_move_pages_to_node for one folio to node nid: folios left
 * behind, -EBUSY when it could not be isolated, -ENODEV. */
static inline int subject_migrate_folio(struct world *w, unsigned long pfn,
					unsigned int nid)
{
	const struct migration_target_control mtc = {
		.nid = nid,
		.nmask = w->node_states[N_MEMORY],
		.highmem = true,
	};
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	int ret;

	if (!(mtc.nmask & BIT(nid)))
		return -ENODEV;
	if (!isolate_folio_to_list(w, pfn_to_page(w, pfn), &list))
		return -EBUSY;
	ret = migrate_pages(w, &list, &mtc);
	if (!TAILQ_EMPTY(&list))
		putback_movable_pages(w, &list);
	return ret;
}

static inline void subject_drain_all_pages(struct world *w)
{
	drain_all_pages(w, NULL);
}

static inline void subject_drain_local_pages(struct world *w)
{
	drain_local_pages(w, NULL);
}

static inline void subject_lru_add_drain_all(struct world *w)
{
	lru_add_drain_all(w);
}

/* zone is populated */
static inline unsigned long subject_kpageflags_read(struct world *w,
						    unsigned long start_pfn,
						    unsigned long end_pfn)
{
	return kpageflags_read(w, start_pfn, end_pfn);
}

static inline int subject_compact_zone(struct world *w, unsigned int zone)
{
	return compact_zone(w, &w->zones[zone]);
}

/* --- isolation, ranges --- */

/* Until 6.16 the caller says MIGRATE_CMA of CMA pageblocks only, or a range of both
 * would be CMA afterwards. */
static inline enum pb_isolate_mode isolate_mode(struct world *w,
						unsigned long start_pfn,
						unsigned long end_pfn,
						enum pb_isolate_mode mode)
{
	return mode == PB_ISOLATE_MODE_CMA_ALLOC && kernel_until(w, 6_12) &&
			       isolate_migratetype(w, start_pfn, end_pfn, mode) !=
				       MIGRATE_CMA ?
		       PB_ISOLATE_MODE_OTHER : mode;
}

static inline int subject_start_isolate_page_range(struct world *w,
						   unsigned long start_pfn,
						   unsigned long end_pfn,
						   enum pb_isolate_mode mode)
{
	mode = isolate_mode(w, start_pfn, end_pfn, mode);
	return start_isolate_page_range(w, start_pfn, end_pfn, mode);
}

static inline void subject_undo_isolate_page_range(struct world *w,
						   unsigned long start_pfn,
						   unsigned long end_pfn)
{
	bool cma = view_pb_type(w, start_pfn) == MIGRATE_CMA;

	undo_isolate_page_range(w, start_pfn, end_pfn,
				cma ? MIGRATE_CMA : MIGRATE_MOVABLE);
}

static inline int subject_test_pages_isolated(struct world *w,
					      unsigned long start_pfn,
					      unsigned long end_pfn,
					      enum pb_isolate_mode mode)
{
	return test_pages_isolated(w, start_pfn, end_pfn, mode);
}

static inline int subject_alloc_contig_range(struct world *w,
					     unsigned long start_pfn,
					     unsigned long end_pfn,
					     enum pb_isolate_mode mode)
{
	mode = isolate_mode(w, start_pfn, end_pfn, mode);
	return alloc_contig_range(w, start_pfn, end_pfn, mode);
}

static inline void subject_free_contig_range(struct world *w, unsigned long pfn,
					     unsigned long nr_pages)
{
	free_contig_range(w, pfn, nr_pages);
}

/* First pfn; *err: 0 or negative errno. */
static inline unsigned long subject_alloc_contig_pages(struct world *w,
						       unsigned long nr_pages,
						       unsigned int nid,
						       int *err)
{
	return alloc_contig_pages(w, nr_pages, GFP_HIGHUSER_MOVABLE, nid, err);
}

/* --- hotplug --- */

/* pb, nr: pageblocks of the world */
static inline int subject_fake_offline(struct world *w, unsigned long pb,
				       unsigned long nr)
{
	return fake_offline(w, pb, nr);
}

static inline int subject_fake_online(struct world *w, unsigned long pb,
				      unsigned long nr)
{
	return fake_online(w, pb, nr);
}

static inline int subject_device_offline(struct world *w, unsigned long block)
{
	return device_offline(w, block);
}

static inline int subject_device_online(struct world *w, unsigned long block,
					enum mhp_online_type type)
{
	return device_online(w, block, type);
}

static inline int subject_add_memory(struct world *w, unsigned long block)
{
	return add_memory(w, block);
}

static inline int subject_remove_memory(struct world *w, unsigned long block)
{
	return remove_memory(w, block);
}

static inline int subject_offline_and_remove_memory(struct world *w,
						    unsigned long block,
						    unsigned long nr_blocks)
{
	return offline_and_remove_memory(w, block, nr_blocks);
}

/* Added memory comes online by itself, or not: MMOP_OFFLINE. */
static inline void subject_set_default_online_type(struct world *w,
						   enum mhp_online_type type)
{
	w->mhp_default_online_type = (uint8_t)type;
}

/* Some of the blocks lie in the region of a virtio-mem device: the driver's only. */
static inline bool subject_of_virtio_mem(const struct world *w,
					 unsigned long block,
					 unsigned long nr_blocks)
{
	for (unsigned long b = block; b < block + nr_blocks; b++)
		if (block_of_virtio_mem(w, b))
			return true;
	return false;
}

/* --- virtio-mem; VIRTIO_MEM_IDLE: nothing to do --- */

static inline int subject_virtio_mem_probe(struct world *w,
					   const struct virtio_mem_config *config)
{
	return virtio_mem_probe(w, config);
}

static inline int subject_virtio_mem_remove(struct world *w)
{
	return virtio_mem_remove(w);
}

/* size: device blocks */
static inline int subject_virtio_mem_config_changed(struct world *w,
						    unsigned long size)
{
	return virtio_mem_config_changed(w,
					 size * w->virtio_mem.config.block_size);
}

static inline int subject_virtio_mem_run_wq(struct world *w)
{
	return virtio_mem_run_wq(w);
}

static inline int subject_virtio_mem_timer_expired(struct world *w)
{
	return virtio_mem_timer_expired(w);
}

static inline int subject_virtio_mem_device_del(struct world *w)
{
	return virtio_mem_device_del(w);
}

static inline void subject_unplug_online(struct world *w, bool on)
{
	w->virtio_mem.unplug_online = on;
}

/* --- pages of somebody who never heard of offlining --- */

/* 2^order pages, each PageOffline */
static inline unsigned long subject_alloc_offline_pages(struct world *w,
							gfp_t gfp,
							unsigned int order,
							unsigned int nid)
{
	return subject_pfn(w, alloc_offline_pages(w, gfp, order, nid,
						  OFFLINE_UNMOVABLE));
}

static inline int subject_alloc_offline_page_range(struct world *w,
						   unsigned long pfn,
						   unsigned long nr_pages)
{
	return alloc_offline_page_range(w, pfn, nr_pages, OFFLINE_UNMOVABLE);
}

static inline void subject_free_offline_page(struct world *w, unsigned long pfn)
{
	free_offline_page(w, pfn_to_page(w, pfn));
}

static inline void subject_free_offline_page_range(struct world *w,
						   unsigned long pfn,
						   unsigned long nr_pages)
{
	free_offline_page_range(w, pfn, nr_pages);
}

/*
 * A pfn walker tries for a reference, looks and drops it: 1, or 0 when it got none.
 * As page_idle and kpageflags it holds no lock, so that memory can go offline under
 * its reference: offlining steps over poisoned pages whoever has them, and nothing
 * is left to put then.  pfn is online.
 */
static inline int subject_walk_page(struct world *w, unsigned long pfn)
{
	struct page *page = compound_head(pfn_to_page(w, pfn));
	uint32_t gen = page->gen;

	if (!get_page_unless_zero(w, page))
		return 0;
	sched_point(w, SP_PFN_WALKER);
	if (page->gen == gen &&
	    pfn_to_pageblock(w, page_to_pfn(w, page))->gen == gen)
		put_page(w, page);
	return 1;
}

static inline int subject_page_ext_look(struct world *w, unsigned long pfn)
{
	return page_ext_look(w, pfn);
}

static inline int subject_pfn_valid_look(struct world *w, unsigned long pfn)
{
	return pfn_valid_look(w, pfn);
}

static inline int subject_tty_receive(struct world *w)
{
	return tty_receive(w);
}

static inline int subject_kcore_read(struct world *w, unsigned long pfn)
{
	return kcore_read(w, pfn);
}

static inline int subject_fake_offline_unload(struct world *w)
{
	return fake_offline_unload(w);
}

static inline int subject_fake_offline_load(struct world *w)
{
	return fake_offline_load(w);
}

/* --- poison, hugetlb --- */

static inline int subject_memory_failure(struct world *w, unsigned long pfn)
{
	return memory_failure(w, pfn);
}

static inline int subject_unpoison_memory(struct world *w, unsigned long pfn)
{
	return unpoison_memory(w, pfn);
}

/* i below view_nr_hstates() */
static inline long subject_set_max_huge_pages(struct world *w, unsigned int i,
					      unsigned long nr, unsigned int nid)
{
	return set_max_huge_pages(w, &w->hstates[i], nr, nid);
}

static inline unsigned long subject_hugetlb_fault(struct world *w, unsigned int i,
						  unsigned int nid)
{
	return subject_pfn(w, hugetlb_fault(w, &w->hstates[i], nid));
}

static inline int subject_hugetlb_acct_memory(struct world *w, unsigned int i,
					      long delta, unsigned int nid)
{
	return hugetlb_acct_memory(w, &w->hstates[i], delta, nid);
}

static inline void subject_set_overcommit(struct world *w, unsigned int i, long nr)
{
	w->hstates[i].nr_overcommit_huge_pages = nr;
}

static inline int subject_demote_pool_huge_page(struct world *w, unsigned int i,
						unsigned int nid)
{
	return demote_pool_huge_page(w, &w->hstates[i], nid);
}

/* --- pins --- */

/* Head of the folio that owner maps, which may have moved; *err: why NO_PFN. */
static inline unsigned long subject_pin_user_pages(struct world *w,
						   unsigned int owner,
						   bool longterm, int *err)
{
	return subject_pfn(w, pin_user_pages(w, owner, longterm, err));
}

static inline void subject_unpin_user_page(struct world *w, unsigned long pfn,
					   bool last)
{
	unpin_user_page(w, pfn_to_page(w, pfn), last);
}

/* pfn is online */
static inline int subject_dissolve_free_hugetlb_folio(struct world *w,
						      unsigned long pfn)
{
	return dissolve_free_hugetlb_folio(w, pfn_to_page(w, pfn));
}

/* --- balloons, other owners of PageOffline pages --- */

static inline int subject_balloon_probe(struct world *w, enum balloon_id id,
					bool compaction, bool deflate_on_oom)
{
	return balloon_probe(w, id, compaction, deflate_on_oom);
}

static inline int subject_balloon_inflate(struct world *w, enum balloon_id id,
					  unsigned int nr, unsigned int nid)
{
	return balloon_inflate(w, id, nr, nid);
}

static inline int subject_balloon_deflate(struct world *w, enum balloon_id id,
					  unsigned int nr)
{
	return balloon_deflate(w, id, nr);
}

static inline int subject_out_of_memory(struct world *w)
{
	return balloon_oom_notify(w);
}

static inline void subject_drivers_forget_lost(struct world *w)
{
	balloons_forget_lost(w);
	memtrace_forget_lost(w);
}

static inline int subject_vmballoon_reset(struct world *w)
{
	return vmballoon_reset(w);
}

static inline int subject_xen_online_page(struct world *w, bool on)
{
	return xen_balloon_hotplug(w, on);
}

static inline int subject_process_hot_add(struct world *w, unsigned long pfn,
					  unsigned long nr_pages)
{
	return hv_hot_add(w, pfn, nr_pages);
}

static inline int subject_memtrace_enable_set(struct world *w,
					      unsigned int nr_blocks)
{
	return memtrace_enable_set(w, nr_blocks);
}

#endif /* MO_SUBJECT_SOURCE */

#endif
