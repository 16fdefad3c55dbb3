/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: how checkers see a subject.  The model implements it with these inlines;
 * the source lane implements the same names over the real struct page
 * (stress/source/host/view_source.h).
 * Nothing here writes, and nothing here counts as an access by the kernel.
 *
 * A page is seen through a view_page_t, everything else through its number; "pb"
 * functions take any pfn of the pageblock.  Counts are in pages.  Checkers use
 * nothing of a subject but these names, the enums of the kernel, and the
 * arithmetic on pfns of mm/world.h (pageblock_nr_pages() .. pfn_to_block()).
 */
#ifndef MO_CHECK_VIEW_H
#define MO_CHECK_VIEW_H

#include "../mm/page_alloc.h"
#include "../mm/page_offline.h"

/* Neighbours on a list, where they are not a pfn. */
#define VIEW_HEAD (~0ul)	/* the list begins or ends here */
#define VIEW_LOST (~0ul - 1)	/* the links do not lead back: broken list */

#ifdef MO_SUBJECT_SOURCE
#include "view_source.h"
#else
/* The model is of 6.17, or of its era. */
#define MO_ISOLATION_KEEPS_TYPE (!kernel_until(w, 6_12))
#define MO_FREE_LISTS_EXACT (!kernel_until(w, 6_1))
#define MO_POISON_TOTAL_KEPT true
#define MO_COUNTS_FREE_HIGHATOMIC true
#define MO_COUNTS_BALLOON_PAGES (!kernel_until(w, 6_12))
#define MO_SLABS_FROZEN (!kernel_until(w, 6_12))
#define MO_LEFT_LOOKS_MOVABLE kernel_until(w, 6_12)
#define MO_FREE_PAGE_LIST(w, pfn)                                              \
	(kernel_until(w, 6_1) ?                                                \
		 (enum migratetype)view_page(w, pfn)->pcp_migratetype :        \
		 view_pb_list_type(w, pfn))

/* A subject that keeps its state elsewhere shows it in w by now. */
static inline void view_sync(const struct world *w)
{
	(void)w;
}
#endif

/* --- pages --- */

typedef const struct page *view_page_t;

/* What an untouched page of a pageblock holds, by world->page_offline->refcount. */
static const struct page view_lazy_init[2] = {
	{ ._refcount = 0, .page_type = PGTY_offline },
	{ ._refcount = 1, .page_type = PGTY_offline },
};
static const struct page view_lazy_free;

static inline unsigned long view_nr_pfns(const struct world *w)
{
	return w->nr_pfns;
}

static inline unsigned int view_max_page_order(const struct world *w)
{
	return w->max_page_order;
}

static inline unsigned int view_pageblock_order(const struct world *w)
{
	return w->pageblock_order;
}

/* The design gives this PageOffline page no reference count, ever. */
static inline bool view_offline_frozen(const struct world *w, view_page_t page)
{
	return !w->page_offline->refcount && page->page_type == PGTY_offline;
}

/* Looks at the reference counts of such pages since the reset. */
static inline uint32_t view_nr_frozen_ref_reads(const struct world *w)
{
	return w->page_offline->refcount ? 0 : w->stats.offline_ref_reads;
}

/* Offlining can neither step over the page nor give up because of it: in kernels
 * that do not know PageOffline, when its driver did not release it. */
static inline bool view_offline_unknown(const struct world *w)
{
	return w->page_offline->isolate_notifier;
}

/* The slow half of view_page(): the page was not touched in this run. */
static inline view_page_t view_page_lazy(const struct world *w,
					 const struct pageblock *pb,
					 unsigned long pfn)
{
	if (pb->gen == PB_GEN_POISON)
		return NULL;
	if (pb->lazy == PB_LAZY_INIT)
		return &view_lazy_init[w->page_offline->refcount != 0];
	if (pb->lazy == PB_LAZY_FREE)
		return &view_lazy_free;
	return &w->memmap[pfn];
}

/* pfn < view_nr_pfns(w).  NULL: the memmap there is garbage. */
static inline view_page_t view_page(const struct world *w, unsigned long pfn)
{
	const struct pageblock *pb = &w->pageblocks[pfn >> w->pageblock_order];
	view_page_t page = &w->memmap[pfn];

	view_sync(w);
	if (likely(page->gen == pb->gen))
		return page;
	return view_page_lazy(w, pb, pfn);
}

static inline int view_refcount(view_page_t page)
{
	return page->_refcount;
}

static inline bool view_flag(view_page_t page, enum pageflags flag)
{
	return page->flags & BIT(flag);
}

/* Flags of the set that are on, as BIT(enum pageflags). */
static inline unsigned int view_flags(view_page_t page, unsigned int set)
{
	return page->flags & set;
}

static inline enum pagetype view_type(view_page_t page)
{
	return (enum pagetype)page->page_type;
}

static inline bool view_is_offline(view_page_t page)
{
	return PageOffline(page);
}

static inline bool view_is_buddy(view_page_t page)
{
	return page->page_type == PGTY_buddy;
}

/* Of a buddy or of the head of a compound page. */
static inline unsigned int view_order(view_page_t page)
{
	return page->order;
}

/* Of a tail page: distance to the head in pages. */
static inline unsigned long view_head_offset(view_page_t page)
{
	return page->head_offset;
}

/* Its owner + 1 if one maps it, else 0. */
static inline unsigned int view_mapping(view_page_t page)
{
	return page->mapping;
}

/* An owner maps it: the folio can be found and moved. */
static inline bool view_is_mapped(view_page_t page)
{
	return page->mapping;
}

/* --- pageblocks --- */

static inline const struct pageblock *view_pb(const struct world *w,
					      unsigned long pfn)
{
	view_sync(w);
	return &w->pageblocks[pfn >> w->pageblock_order];
}

/* False: the pageblock's memmap is poisoned. */
static inline bool view_pb_initialised(const struct world *w, unsigned long pfn)
{
	return view_pb(w, pfn)->gen != PB_GEN_POISON;
}

static inline bool view_pb_isolated(const struct world *w, unsigned long pfn)
{
	return view_pb(w, pfn)->isolated;
}

/* Its own type, isolated or not. */
static inline enum migratetype view_pb_type(const struct world *w,
					    unsigned long pfn)
{
	return (enum migratetype)view_pb(w, pfn)->migratetype;
}

/* Does a pageblock keep its type while it is isolated?  Since 6.17. */
static inline bool view_isolation_keeps_type(const struct world *w)
{
	(void)w;
	return MO_ISOLATION_KEEPS_TYPE;
}

/* The type of list on which its free pages belong. */
static inline enum migratetype view_pb_list_type(const struct world *w,
						 unsigned long pfn)
{
	return view_pb_isolated(w, pfn) ? MIGRATE_ISOLATE : view_pb_type(w, pfn);
}

/*
 * Is each free page on the list of its pageblock's type?  Since 6.10.  Before that a
 * type could change under its free pages, and only isolation and CMA are exact.
 */
static inline bool view_free_lists_exact(const struct world *w)
{
	(void)w;
	return MO_FREE_LISTS_EXACT;
}

/* The type of list that a free page is linked on. */
static inline enum migratetype view_free_page_list(const struct world *w,
						   unsigned long pfn)
{
	return MO_FREE_PAGE_LIST(w, pfn);
}

/* Does nr_free_highatomic exist?  Since 6.13, and in stable kernels. */
static inline bool view_counts_free_highatomic(const struct world *w)
{
	(void)w;
	return MO_COUNTS_FREE_HIGHATOMIC;
}

/* Does NR_BALLOON_PAGES exist?  Since 7.0; the model's reference has it, too. */
static inline bool view_counts_balloon_pages(const struct world *w)
{
	(void)w;
	return MO_COUNTS_BALLOON_PAGES;
}

/* Does num_poisoned_pages follow memory that goes?  Since 6.2, when memory blocks
 * began to count their poisoned pages. */
static inline bool view_poison_total_kept(const struct world *w)
{
	(void)w;
	return MO_POISON_TOTAL_KEPT;
}

/* A page of a slab, and of a kernel where they have no reference. */
static inline bool view_frozen_slab(const struct world *w, view_page_t page)
{
	(void)w;
	return view_type(page) == PGTY_slab && MO_SLABS_FROZEN;
}

/* Until 6.12 a movable_ops page that its driver has left goes on looking movable for as
 * long as somebody has it pinned. */
static inline bool view_left_looks_movable(const struct world *w,
					   view_page_t page)
{
	(void)w;
	return MO_LEFT_LOOKS_MOVABLE && view_type(page) == PGTY_zsmalloc &&
	       !view_flag(page, PG_movable_ops);
}

static inline unsigned int view_pb_zone(const struct world *w, unsigned long pfn)
{
	return view_pb(w, pfn)->zone_idx;
}

/* A driver has given this memory to its device: nobody else may use it. */
static inline bool view_pb_unplugged(const struct world *w, unsigned long pfn)
{
	unsigned long pb = pfn >> w->pageblock_order;

	return test_bit(pb, w->unplugged);
}

/* Drivers released PageOffline pages of it in MEM_GOING_OFFLINE, since it came
 * online. */
static inline bool view_pb_released(const struct world *w, unsigned long pfn)
{
	return view_pb(w, pfn)->released;
}

/* Pages that drivers released so, since the reset. */
static inline uint32_t view_nr_released(const struct world *w)
{
	return w->stats.released;
}

/* It is unplugged, and its driver is there to keep it so. */
static inline bool view_pb_answered(const struct world *w, unsigned long pfn)
{
	unsigned long pb = pfn >> w->pageblock_order;

	if (pfn_of_virtio_mem(w, pfn))
		return w->virtio_mem.bound && view_pb_unplugged(w, pfn);
	return test_bit(pb, w->fake_offline_set);
}

/* --- zones: 0 .. view_nr_zones() --- */

static inline unsigned int view_nr_zones(const struct world *w)
{
	return w->nr_zones;
}

#define VIEW_ZONE(name, type, member)                                          \
	static inline type view_zone_##name(const struct world *w,             \
					    unsigned int zone)                 \
	{                                                                      \
		return (type)w->zones[zone].member;                            \
	}

VIEW_ZONE(start_pfn, unsigned long, zone_start_pfn)
VIEW_ZONE(spanned, unsigned long, spanned_pages)
VIEW_ZONE(present, long, present_pages)
VIEW_ZONE(managed, long, managed_pages)
VIEW_ZONE(nr_isolate_pageblock, long, nr_isolate_pageblock)
VIEW_ZONE(nr_free, long, nr_free_pages)
VIEW_ZONE(nr_free_cma, long, nr_free_cma)
VIEW_ZONE(nr_free_highatomic, long, nr_free_highatomic)
VIEW_ZONE(watermark_min, long, _watermark[WMARK_MIN])
VIEW_ZONE(node, unsigned int, node)
VIEW_ZONE(type, unsigned int, zone_type)

static inline bool view_zone_spans(const struct world *w, unsigned int zone,
				   unsigned long pfn)
{
	return zone_spans_pfn(&w->zones[zone], pfn);
}

/* free_area[order].nr_free */
static inline long view_free_area_count(const struct world *w,
					unsigned int zone, unsigned int order)
{
	return (long)w->zones[zone].free_area[order].nr_free;
}

/* --- per-CPU lists of a zone --- */

static inline unsigned int view_nr_cpus(const struct world *w)
{
	return w->nr_cpus;
}

static inline int view_pcp_count(const struct world *w, unsigned int zone,
				 unsigned int cpu)
{
	return w->zones[zone].pageset[cpu].count;
}

/* 0: the lists are disabled */
static inline int view_pcp_high(const struct world *w, unsigned int zone,
				unsigned int cpu)
{
	return w->zones[zone].pageset[cpu].high;
}

/* high and batch are what a populated zone has at rest. */
static inline bool view_pcp_at_rest(const struct world *w, unsigned int zone,
				    unsigned int cpu)
{
	const struct per_cpu_pages *pcp = &w->zones[zone].pageset[cpu];

	return pcp->high == (int)w->geo.pcp_high &&
	       pcp->batch == (int)w->geo.pcp_batch;
}

/* --- lists --- */

typedef const struct page_list *view_list_t;

static inline view_list_t view_free_list(const struct world *w,
					 unsigned int zone, unsigned int order,
					 enum migratetype mt)
{
	view_sync(w);
	return &w->zones[zone].free_area[order].free_list[mt];
}

/* i below NR_PCP_LISTS */
static inline view_list_t view_pcp_list(const struct world *w,
					unsigned int zone, unsigned int cpu,
					unsigned int i)
{
	view_sync(w);
	return &w->zones[zone].pageset[cpu].lists[i];
}

static inline unsigned long view_pfn(const struct world *w,
				     const struct page *page)
{
	return page >= w->memmap && page < w->memmap + w->nr_pfns ?
		       (unsigned long)(page - w->memmap) :
		       VIEW_LOST;
}

/* First page, VIEW_HEAD when the list is empty. */
static inline unsigned long view_list_first(const struct world *w,
					    view_list_t list)
{
	const struct page *first = list->tqh_first;

	if (!first)
		return list->tqh_last == &list->tqh_first ? VIEW_HEAD : VIEW_LOST;
	if (view_pfn(w, first) == VIEW_LOST ||
	    first->lru.tqe_prev != &list->tqh_first)
		return VIEW_LOST;
	return view_pfn(w, first);
}

/* The page behind pfn on list; VIEW_HEAD, VIEW_LOST. */
static inline unsigned long view_list_next(const struct world *w,
					   view_list_t list, unsigned long pfn)
{
	const struct page *page = &w->memmap[pfn];
	const struct page *next = page->lru.tqe_next;

	if (!next)
		return list->tqh_last == &page->lru.tqe_next ? VIEW_HEAD :
							       VIEW_LOST;
	if (view_pfn(w, next) == VIEW_LOST ||
	    next->lru.tqe_prev != &page->lru.tqe_next)
		return VIEW_LOST;
	return view_pfn(w, next);
}

/* The page before pfn on list; VIEW_HEAD, VIEW_LOST. */
static inline unsigned long view_list_prev(const struct world *w,
					   view_list_t list, unsigned long pfn)
{
	const struct page *page = &w->memmap[pfn];
	struct page *const *link = page->lru.tqe_prev;
	const struct page *prev;

	if (link == &list->tqh_first)
		return *link == page ? VIEW_HEAD : VIEW_LOST;
	/* TAILQ links point at the tqe_next of the element before. */
	prev = (const struct page *)((const char *)link -
				     offsetof(struct page, lru.tqe_next));
	if (view_pfn(w, prev) == VIEW_LOST || prev->lru.tqe_next != page)
		return VIEW_LOST;
	return view_pfn(w, prev);
}

/* --- memory blocks, sections, nodes --- */

static inline unsigned long view_nr_blocks(const struct world *w)
{
	return w->geo.nr_blocks;
}

static inline enum memory_block_state view_block_state(const struct world *w,
						       unsigned long block)
{
	view_sync(w);
	return (enum memory_block_state)w->blocks[block].state;
}

static inline bool view_block_online(const struct world *w, unsigned long block)
{
	view_sync(w);
	return w->blocks[block].state == MEM_ONLINE;
}

/* ZONE_IDX_NONE while offline */
static inline unsigned int view_block_zone(const struct world *w,
					   unsigned long block)
{
	view_sync(w);
	return w->blocks[block].zone_idx;
}

static inline unsigned long view_block_nr_hwpoison(const struct world *w,
						   unsigned long block)
{
	view_sync(w);
	return w->blocks[block].nr_hwpoison;
}

static inline unsigned long view_block_nr_refs(const struct world *w,
					       unsigned long block)
{
	return w->blocks[block].nr_refs;
}

static inline bool view_section_present(const struct world *w,
					unsigned long pfn)
{
	view_sync(w);
	return w->sections[pfn >> w->section_order].present;
}

static inline bool view_section_online(const struct world *w, unsigned long pfn)
{
	view_sync(w);
	return w->sections[pfn >> w->section_order].online;
}

static inline unsigned int view_nr_nodes(const struct world *w)
{
	return w->geo.nr_nodes;
}

#define VIEW_NODE(name, type, member)                                          \
	static inline type view_node_##name(const struct world *w,             \
					    unsigned int nid)                  \
	{                                                                      \
		return (type)w->nodes[nid].member;                             \
	}

VIEW_NODE(start_pfn, unsigned long, node_start_pfn)
VIEW_NODE(spanned, unsigned long, node_spanned_pages)
VIEW_NODE(present, long, node_present_pages)
VIEW_NODE(nr_lru, long, nr_lru)
VIEW_NODE(nr_balloon, long, nr_balloon_pages)
VIEW_NODE(nr_zonelist, unsigned int, nr_zonelist)

/* The zone at place i of the node's zonelist. */
static inline unsigned int view_zonelist(const struct world *w,
					 unsigned int nid, unsigned int i)
{
	return w->nodes[nid].zonelist[i];
}

static inline bool view_node_state(const struct world *w, unsigned int nid,
				   enum node_states state)
{
	return w->node_states[state] & BIT(nid);
}

/* --- locks, notifiers, LRU, hugetlb --- */

static inline unsigned int view_nr_locks_held(const struct world *w,
					      unsigned int cpu)
{
	return w->sched.tasks[cpu].classes;
}

/* Chains called with this action since the reset. */
static inline uint32_t view_nr_notified(const struct world *w,
					enum memory_block_state action)
{
	return w->stats.notified[action];
}

static inline int view_lru_disable_count(const struct world *w)
{
	return w->lru_disable_count;
}

/* NR_ISOLATED_ANON + NR_ISOLATED_FILE */
static inline unsigned long view_nr_isolated(const struct world *w)
{
	return w->nr_isolated;
}

/* Folios in the per-CPU batch. */
static inline unsigned int view_nr_lru_batch(const struct world *w,
					     unsigned int cpu)
{
	view_sync(w);
	return w->lru_add[cpu].nr;
}

static inline view_list_t view_lru_list(const struct world *w, unsigned int nid)
{
	view_sync(w);
	return &w->nodes[nid].lruvec;
}

static inline unsigned int view_nr_hstates(const struct world *w)
{
	return w->nr_hstates;
}

#define VIEW_HSTATE(name, type, member)                                        \
	static inline type view_hstate_##name(const struct world *w,           \
					      unsigned int i)                  \
	{                                                                      \
		return (type)w->hstates[i].member;                             \
	}

VIEW_HSTATE(order, unsigned int, order)
VIEW_HSTATE(nr, long, nr_huge_pages)
VIEW_HSTATE(nr_free, long, free_huge_pages)
VIEW_HSTATE(nr_surplus, long, surplus_huge_pages)
VIEW_HSTATE(nr_resv, long, resv_huge_pages)

/* The pool's free folios of a node. */
static inline view_list_t view_hugetlb_free_list(const struct world *w,
						 unsigned int i,
						 unsigned int nid)
{
	return &w->hstates[i].free_list[nid];
}

/* A fail point is armed to fire at each of its evaluations. */
static inline bool view_fails_every_time(const struct world *w)
{
	for (unsigned int i = 0; i < w->fail.nr_armed; i++)
		if (!w->fail.armed[i].nth)
			return true;
	return false;
}

/* Notifications that a notifier said no to since the world's reset. */
static inline uint32_t view_nr_refused(const struct world *w)
{
	return w->stats.refused;
}

/* Fail points that struck since the world's reset. */
static inline uint32_t view_nr_failures(const struct world *w)
{
	uint32_t nr = 0;

	for (unsigned int i = 0; i < FAIL_POINT_MAX; i++)
		nr += w->fail.fired[i];
	return nr;
}

/* The task that runs the operation; below MO_MAX_CPUS. */
static inline unsigned int view_current_task(const struct world *w)
{
	return w->sched.current_task->id;
}

/* Memory blocks taken offline since the reset. */
static inline uint32_t view_nr_offlined_blocks(const struct world *w)
{
	return w->stats.offlined_blocks;
}

/*
 * How often an operation was suspended so that others could go on, since the
 * reset; and how many operations have begun and not ended.
 */
static inline uint32_t view_nr_suspends(const struct world *w)
{
	return w->sched.nr_suspends;
}

static inline unsigned int view_nr_in_flight(const struct world *w)
{
	return w->sched.concurrent ? sched_nr_in_flight(&w->sched) : 1;
}

/* --- balloons: 0 .. view_nr_balloons() --- */

static inline unsigned int view_nr_balloons(const struct world *w)
{
	(void)w;
	return BALLOON_NR;
}

static inline view_list_t view_balloon_list(const struct world *w,
					    unsigned int i)
{
	return &w->balloons[i].pages;
}

/* Pages on the list, and those that migration has taken off it. */
static inline long view_balloon_nr(const struct world *w, unsigned int i)
{
	return w->balloons[i].nr_pages;
}

static inline long view_balloon_isolated(const struct world *w, unsigned int i)
{
	return w->balloons[i].isolated_pages;
}

/* The balloon that the page says it is in. */
static inline unsigned int view_page_balloon(view_page_t page)
{
	return page->private;
}

/* What the driver believes its balloon to hold; a driver without a count of its
 * own believes the list. */
static inline long view_balloon_size(const struct world *w, unsigned int i)
{
	return w->balloons[i].size ? *w->balloons[i].size :
				     view_balloon_nr(w, i) +
					     view_balloon_isolated(w, i);
}

/* Whatever comes online goes to a balloon: xen_online_page(). */
static inline bool view_onlined_is_ballooned(const struct world *w)
{
	return w->xen_balloon.hotplug;
}

/* Ballooned pages that another page took the place of, since the reset. */
static inline uint32_t view_nr_balloon_migrated(const struct world *w)
{
	return w->stats.balloon_migrated;
}

/* --- owners, migration, poison --- */

/* Where the folio is that owner maps; VIEW_HEAD: it maps none. */
static inline unsigned long view_owner_pfn(const struct world *w,
					   unsigned int owner)
{
	return w->rmap[owner] ? w->rmap[owner] - 1ul : VIEW_HEAD;
}

/* Do operations of this run begin while others are in flight? */
static inline bool view_interleaved(const struct world *w)
{
	return w->sched.concurrent;
}

/* Did another CPU run since the current operation began? */
static inline bool view_others_ran(const struct world *w)
{
	return w->sched.nr_suspends != w->sched.current_task->began_at;
}

/*
 * A movable_ops driver has moved away and left the page to those who pin it: no
 * reference count holds it up.  A pin taken between two migrations is told to
 * nobody but the page.
 */
static inline bool view_left_behind(const struct world *w, view_page_t page)
{
	return view_interleaved(w) && view_type(page) == PGTY_zsmalloc &&
	       !view_flag(page, PG_movable_ops) && view_refcount(page) > 0;
}

/* Folios whose owner was led to another place since the reset. */
static inline uint32_t view_nr_migrated(const struct world *w)
{
	return w->stats.moved_mappings;
}

static inline unsigned long view_nr_poisoned(const struct world *w)
{
	return w->num_poisoned_pages;
}

/* --- virtio-mem: 0 or 1 device; ids are numbers of blocks, sizes in pages --- */

/* A driver is bound to it and keeps track of it. */
static inline bool view_virtio_mem_bound(const struct world *w)
{
	return w->virtio_mem.bound;
}

#define VIEW_VIRTIO_MEM(name, type, member)                                    \
	static inline type view_virtio_mem_##name(const struct world *w)       \
	{                                                                      \
		return w->virtio_mem.member;                                   \
	}

VIEW_VIRTIO_MEM(in_sbm, bool, in_sbm)
/* The worker offlines memory: no signal ends that. */
VIEW_VIRTIO_MEM(offlining, bool, offlining)
VIEW_VIRTIO_MEM(hotplug_active, bool, hotplug_active)
VIEW_VIRTIO_MEM(device_plugged_size, unsigned long, device_plugged_size)
VIEW_VIRTIO_MEM(plugged_size, unsigned long, plugged_size)
VIEW_VIRTIO_MEM(offline_size, unsigned long, offline_size)
VIEW_VIRTIO_MEM(sb_size, unsigned long, sbm.sb_size)

/* Pages of what has one state: a memory block or a big block. */
static inline unsigned long view_virtio_mem_unit(const struct world *w)
{
	return w->virtio_mem.in_sbm ? pages_per_block(w) :
				      w->virtio_mem.bbm.bb_size;
}

static inline unsigned long view_virtio_mem_first_id(const struct world *w)
{
	return w->virtio_mem.in_sbm ? w->virtio_mem.sbm.first_mb_id :
				      w->virtio_mem.bbm.first_bb_id;
}

/* Blocks before this one are kept track of. */
static inline unsigned long view_virtio_mem_next_id(const struct world *w)
{
	return w->virtio_mem.in_sbm ? w->virtio_mem.sbm.next_mb_id :
				      w->virtio_mem.bbm.next_bb_id;
}

/* enum virtio_mem_sbm_mb_state or enum virtio_mem_bbm_bb_state */
static inline unsigned int view_virtio_mem_state(const struct world *w,
						 unsigned long id)
{
	return w->virtio_mem.in_sbm ?
		       w->virtio_mem.sbm.mb_states[id - w->virtio_mem.sbm.first_mb_id] :
		       w->virtio_mem.bbm.bb_states[id - w->virtio_mem.bbm.first_bb_id];
}

static inline unsigned long view_virtio_mem_count(const struct world *w,
						  unsigned int state)
{
	return w->virtio_mem.in_sbm ? w->virtio_mem.sbm.mb_count[state] :
				      w->virtio_mem.bbm.bb_count[state];
}

/* PageOffline in plugged memory of a virtio-mem device, which then has none of it,
 * and not by one of the drivers that mark their pages. */
static inline bool view_offline_by_nobody(const struct world *w,
					  unsigned long pfn, view_page_t page)
{
	return pfn_of_virtio_mem(w, pfn) && !view_pb_unplugged(w, pfn) &&
	       view_is_offline(page) &&
	       !view_flags(page, BIT(PG_ballooned) | BIT(PG_offline_managed));
}

/* SBM: bit set, the subblock is plugged. */
static inline uint64_t view_virtio_mem_sbs(const struct world *w,
					   unsigned long mb_id)
{
	return w->virtio_mem.sbm.sb_states[mb_id - w->virtio_mem.sbm.first_mb_id];
}

static inline unsigned int view_virtio_mem_sbs_per_mb(const struct world *w)
{
	return w->virtio_mem.sbm.sbs_per_mb;
}

/* --- what changed --- */

/* Pages that the current operation changed; limited to MO_TOUCHED_MAX. */
static inline unsigned int view_nr_touched(const struct world *w)
{
	view_sync(w);
	return w->nr_touched < MO_TOUCHED_MAX ? w->nr_touched : MO_TOUCHED_MAX;
}

static inline unsigned long view_touched(const struct world *w, unsigned int i)
{
	return w->touched[i];
}

/* Memory blocks changed since the reset. */
static inline unsigned int view_nr_dirty_blocks(const struct world *w)
{
	view_sync(w);
	return w->nr_dirty_blocks;
}

static inline unsigned long view_dirty_block(const struct world *w,
					     unsigned int i)
{
	return w->dirty_blocks[i];
}

#endif
