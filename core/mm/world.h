/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: the world: all state of one modelled machine.
 *
 * Created once by world_create(), reset to its prepared image before every
 * input by world_reset().  No other state exists; two worlds never share any.
 * Everything behind `state_begin` is restored by a reset; what stands before it
 * belongs to the process.
 */
#ifndef MO_MM_WORLD_H
#define MO_MM_WORLD_H

#include "../lib/fail.h"
#include "../lib/oldbug.h"
#include "../lib/violation.h"
#include "../sched/sched.h"
#include "driver_state.h"
#include "mmzone.h"
#include "virtio_mem_state.h"

struct page_offline_ops;
struct movable_operations;
struct world;

/* The shape of a machine.  Orders are log2 of pages, counts as named. */
struct mo_geometry {
	const char *name;
	unsigned int nr_cpus;		/* 1..MO_MAX_CPUS */
	unsigned int nr_nodes;		/* 1..MAX_NUMNODES */
	unsigned int pageblock_order;
	unsigned int max_page_order;	/* pageblock_order + 0..2 */
	unsigned int section_order;	/* > max_page_order */
	unsigned int sections_per_block; /* 1..4, power of two */
	unsigned int nr_blocks;		/* 2..131072, split evenly over nodes */
	unsigned int boot_normal;	/* blocks per node online at boot */
	unsigned int boot_movable;
	unsigned int nr_cma;		/* pageblocks per node */
	unsigned int nr_vmemmap;	/* pageblocks of memmap per added block */
	unsigned int pcp_batch;		/* pages */
	unsigned int pcp_high;
	unsigned int lru_batch;		/* folios, 1..MO_LRU_BATCH */
	struct virtio_mem_config virtio_mem; /* there at boot; region_size 0: none */
	uint8_t era;			/* enum mo_era: whose kernel boots it */
};

enum mo_drain { MO_DRAIN_DISABLE, MO_DRAIN_ONCE, MO_DRAIN_REDRAIN, MO_DRAIN_NR };

/*
 * Whose kernel it is: the reference, or, newest first, a kernel as it was published,
 * its open bugs included.  What an era does otherwise is one condition, published()
 * or kernel_until(); stress/source/README.md has the table.
 */
enum mo_era { MO_ERA_6_17, MO_ERA_7_2, MO_ERA_6_12, MO_ERA_6_1, MO_ERA_NR };

/* What an input chooses for one run. */
struct mo_config {
	uint8_t policy;	/* enum mo_policy, policy/policies.def */
	uint8_t drain;	/* enum mo_drain */
	uint8_t era;	/* enum mo_era; must be 0 without MO_OLDBUGS */
	uint8_t oldbug;	/* enum oldbug_id; must be 0 without MO_OLDBUGS */
	uint8_t nr_cpus; /* 0: the geometry's */
};

#define MO_LRU_BATCH 31

/* mm/swap.c: per-CPU batch; each entry holds a reference, page not PageLRU. */
struct folio_batch {
	uint8_t nr;
	struct page *folios[MO_LRU_BATCH];
};

/* drivers/base/memory.c */
enum memory_block_state {
	MEM_ABSENT,	/* ours: no device, never added or removed */
	MEM_OFFLINE,
	MEM_GOING_OFFLINE,
	MEM_ONLINE,
	MEM_GOING_ONLINE,
	MEM_CANCEL_ONLINE,
	MEM_CANCEL_OFFLINE,
	NODE_ADDING_FIRST_MEMORY,
	NODE_ADDED_FIRST_MEMORY,
	NODE_CANCEL_ADDING_FIRST_MEMORY,
	NODE_REMOVING_LAST_MEMORY,
	NODE_REMOVED_LAST_MEMORY,
	NODE_CANCEL_REMOVING_LAST_MEMORY,
	MEM_ACTION_NR
};

enum mhp_online_type { MMOP_OFFLINE, MMOP_ONLINE, MMOP_ONLINE_KERNEL, MMOP_ONLINE_MOVABLE };

#define ZONE_IDX_NONE 0xff

struct memory_block {
	uint8_t state;		/* MEM_ABSENT, MEM_OFFLINE, MEM_ONLINE, MEM_GOING_* */
	uint8_t zone_idx;	/* ZONE_IDX_NONE while offline: mem->zone == NULL */
	uint8_t online_type;	/* enum mhp_online_type of the last onlining */
	bool altmap;		/* memmap_on_memory: head pageblocks hold the memmap */
	uint32_t nr_hwpoison;	/* poisoned pages */
	uint32_t nr_refs;	/* of find_memory_block(), besides the device's own */
};

struct memory_notify {
	unsigned long start_pfn;
	unsigned long nr_pages;
	int status_change_nid;	/* node that gets its first or loses its last memory */
	int status_change_nid_normal;
};

#define MO_MAX_NOTIFIERS 6

/* 0 or negative errno (the kernel's notifier_from_errno()). */
typedef int (*memory_notifier_fn)(struct world *w, void *data,
				  enum memory_block_state action,
				  const struct memory_notify *arg);

struct memory_notifier {
	memory_notifier_fn fn;
	void *data;
	int priority; /* higher is called first */
};

/* mm/memory.h:register_memory_isolate_notifier() */
struct memory_isolate_notifier {
	unsigned long (*fn)(struct world *w, void *data, unsigned long start_pfn,
			    unsigned long nr_pages);
	void *data;
};

typedef void (*online_page_callback_t)(struct world *w, struct page *page,
				       unsigned int order);

#define MO_MAX_MOVABLE_OPS 4
#define MO_MAX_HSTATE 2
#define MO_MAX_OWNERS 256

/* mm/hugetlb.c: one page size.  Counts are folios. */
struct hstate {
	uint8_t order;
	long nr_huge_pages;
	long free_huge_pages;
	long surplus_huge_pages;
	long temporary_huge_pages; /* ours: of migrations in flight */
	long max_huge_pages;
	long resv_huge_pages;	/* promised to mappings, of the free ones */
	long nr_overcommit_huge_pages; /* limit of surplus; LONG_MAX at boot */
	struct page_list free_list[MAX_NUMNODES];
};

/* Counters of what happened, for the trace and for coverage of behaviours. */
struct mo_stats {
	uint32_t notified[MEM_ACTION_NR];
	uint32_t migrated;
	uint32_t moved_mappings;
	uint32_t balloon_migrated;
	uint32_t balloon_inflated;	/* pages, of all balloons */
	uint32_t balloon_deflated;
	uint32_t oom_deflated;	/* pages that balloons gave back out of memory */
	uint32_t plug_requests;	/* of virtio-mem, that the hypervisor granted */
	uint32_t unplug_requests;
	uint32_t refused_requests;	/* those that it did not */
	uint32_t offlined_sections; /* at the point of no return */
	uint32_t garbage_memmaps; /* and at the end of the attempt */
	uint32_t offlined_blocks;
	uint32_t onlined_blocks;
	uint32_t refused;	/* notifications that somebody said no to */
	uint32_t oldbug_hits;	/* times that the chosen old bug was passed */
	uint32_t isolated_allocs; /* pages allocated from a block that goes offline */
	uint32_t offline_ref_reads; /* looks at the count of a PageOffline page */
	uint32_t released; /* PageOffline pages that drivers gave to the buddy in
			    * MEM_GOING_OFFLINE */
};

/* Called without spinlocks when an offlining attempt makes no progress; sets
 * world->signal_pending, or raises a violation.  Installed by the executor. */
typedef void (*stall_fn)(struct world *w, unsigned long start_pfn,
			 unsigned long end_pfn);

#define MO_TOUCHED_MAX 8192

struct world {
	/* --- of the process: never reset --- */
	struct mo_geometry geo;
	unsigned int pageblock_order;
	unsigned int max_page_order;
	unsigned int section_order;
	unsigned int block_order;	/* log2 of pages per memory block */
	unsigned int pcp_order_max;	/* see pcp_allowed_order() */
	unsigned long nr_pfns;		/* end of the physical address space */
	struct page *memmap;
	struct pageblock *pageblocks;
	struct mem_section *sections;
	struct memory_block *blocks;
	unsigned long *unplugged;	/* bitmap of pageblocks that a device has */
	unsigned long *fake_offline_set; /* those that drivers/fake_offline.c knows */
	unsigned long *released; /* of unplugged ones: gone to the buddy (drivers/released.h) */
	/* image and dirty tracking */
	struct page *memmap_image;
	struct pageblock *pageblocks_image;
	struct mem_section *sections_image;
	struct memory_block *blocks_image;
	uint32_t *dirty_pages;
	uint32_t *dirty_blocks;
	uint8_t *block_dirty;
	unsigned int nr_dirty_pages;
	unsigned int nr_dirty_blocks;
	void *state_image;		/* copy of [state_begin, end) */
	void *arena;
	size_t arena_bytes;
	stall_fn stall;
	void *executor;			/* for stall and violation.leave */
	/* pages changed by the current operation, for level-2 checks: only while
	 * somebody wants to know them */
	bool keeps_touched;
	uint32_t touched[MO_TOUCHED_MAX];
	uint32_t nr_touched;		/* > MO_TOUCHED_MAX: the rest was not kept */

	/* --- restored by world_reset() --- */
	char state_begin[0];
	struct mo_config config;
	const struct page_offline_ops *page_offline;
	unsigned int nr_cpus;
	uint16_t op_stamp;
	uint32_t gen_next;
	uint64_t page_seen[2];		/* rows of page_transitions.def */
	unsigned int nr_zones;
	struct zone zones[MO_MAX_ZONES];	/* node * MAX_NR_ZONES + type */
	struct pglist_data nodes[MAX_NUMNODES];
	uint8_t node_states[NR_NODE_STATES];	/* bit per node */
	/* mm/swap.c */
	struct folio_batch lru_add[MO_MAX_CPUS];
	int lru_disable_count;
	unsigned long nr_isolated;		/* NR_ISOLATED_ANON/FILE, pages */
	/* locks, outermost first */
	struct lock device_hotplug_lock;
	struct lock mem_hotplug_lock;
	struct lock pcp_batch_high_lock;
	struct lock hugetlb_lock;
	struct lock lru_lock;
	struct lock page_offline_rwsem;
	struct lock oom_lock;		/* mm/oom_kill.c */
	struct lock port_lock;		/* of the console: drivers/tty/serial */
	struct lock kn_active;		/* rwsem: a file of sysfs is in use (fs/kernfs) */
	/* drivers/base/memory.c */
	struct memory_notifier notifiers[MO_MAX_NOTIFIERS];
	unsigned int nr_notifiers;
	struct memory_isolate_notifier isolate_notifiers[MO_MAX_NOTIFIERS];
	unsigned int nr_isolate_notifiers;
	/* Up to 6.16: what a pageblock is when its isolation is undone. */
	uint8_t undo_migratetype;	/* enum migratetype */
	struct lock memory_chain;	/* rwsem of the notifier chain */
	online_page_callback_t online_page_callback;
	uint8_t mhp_default_online_type; /* enum mhp_online_type: auto_online_blocks */
	/* mm/migrate.c */
	const struct movable_operations *movable_ops[MO_MAX_MOVABLE_OPS];
	unsigned int nr_movable_ops;
	uint32_t rmap[MO_MAX_OWNERS];	/* owner id -> pfn + 1, 0: no page */
	/* mm/hugetlb.c */
	struct hstate hstates[MO_MAX_HSTATE];
	unsigned int nr_hstates;
	/* movable_ops client (drivers/zsmalloc.c) */
	struct page_list zs_pages;
	unsigned long nr_zs_pages;	/* on zs_pages */
	unsigned long nr_zs_isolated;
	/* mm/balloon_compaction.c, and its drivers */
	struct balloon_dev_info balloons[BALLOON_NR];
	uint8_t balloon_mops;		/* index of movable_ops */
	uint64_t balloon_seen;		/* rows of drivers/balloon_transitions.def */
	struct virtio_balloon virtio_balloon;
	struct vmballoon vmballoon;
	struct cmm cmm;
	struct xen_balloon xen_balloon;
	struct hv_dynmem hv_dynmem;
	struct memtrace memtrace;
	/* drivers/fake_offline.c: protects fake_offline_set and what is released
	 * of it; held from a MEM_GOING_* that was heard to its end */
	struct lock fake_offline_lock;
	bool fake_offline_going;
	bool fake_offline_removing;	/* being unloaded: attempts are refused */
	bool fake_offline_gone;		/* unloaded */
	struct virtio_mem virtio_mem;	/* drivers/virtio_mem*.c */
	/* mm/memory-failure.c */
	struct lock mf_mutex;
	unsigned long num_poisoned_pages;
	bool signal_pending;		/* of the current task */
	uint64_t mutations;		/* see mo_progress() */
	struct fail_state fail;
	struct sched sched;
	struct violation violation;
	struct mo_stats stats;
};

/*
 * Builds a world: maps the arena, boots (onlines the boot blocks through the
 * ordinary paths), takes the image.  NULL and *error set when the geometry is
 * impossible or memory cannot be mapped.  The caller frees with world_destroy().
 */
struct world *world_create(const struct mo_geometry *geo, const char **error);
void world_destroy(struct world *w);

/*
 * What runs at the end of boot, before the image is taken: registers the drivers.
 * Implemented above mm, in drivers/initcalls.c.
 */
void world_initcalls(struct world *w);

/*
 * Back to the image, under the given configuration.  Costs O(pages and blocks
 * touched since the last reset).  NULL: the default configuration.
 */
void world_reset(struct world *w, const struct mo_config *config);
/* The second half of it: only behind world_reset(w, NULL), before anything is done. */
void world_configure(struct world *w, const struct mo_config *config);

/* Of all that the future can depend on but the stacks of tasks; 0: it cannot be
 * told (world_hash.c). */
uint64_t world_state_hash(const struct world *w);

/* Named geometry by id or name; NULL if there is none. */
const struct mo_geometry *mo_geometry_by_id(unsigned int id);
const struct mo_geometry *mo_geometry_by_name(const char *name);
int mo_geometry_id(const char *name); /* -1: none */
/* NULL when usable, else what is wrong with it. */
const char *mo_geometry_check(const struct mo_geometry *geo);
/* NULL when a machine of this geometry, which is usable, can
 * have the device, else what is wrong with it. */
const char *virtio_mem_config_check(const struct mo_geometry *geo,
				    const struct virtio_mem_config *config);

/* No page counts as looked at before. */
static inline void world_new_stamp(struct world *w)
{
	if (!++w->op_stamp)
		w->op_stamp = 1; /* 0: untouched in this run */
}

/* The list of touched pages starts anew. */
static inline void world_forget_touched(struct world *w)
{
	world_new_stamp(w);
	/* What operations in flight changed is judged when all have ended; this one is
	 * in flight already. */
	if (likely(!w->sched.concurrent) || sched_nr_in_flight(&w->sched) <= 1)
		w->nr_touched = 0;
}

/* A new operation begins. */
static inline void world_begin_op(struct world *w, unsigned int cpu)
{
	if (w->keeps_touched)
		world_forget_touched(w);
	w->signal_pending = false;
	sched_begin_op(&w->sched, cpu);
}

/* The device goes with its memory: what it had unplugged is nobody's now. */
void world_forget_unplugged(struct world *w, unsigned long block);

/* --- geometry arithmetic --- */

#define pageblock_nr_pages(w) (1ul << (w)->pageblock_order)
#define MAX_ORDER_NR_PAGES(w) (1ul << (w)->max_page_order)
#define PAGES_PER_SECTION(w) (1ul << (w)->section_order)
#define pages_per_block(w) (1ul << (w)->block_order)
#define pageblocks_per_block(w) (1ul << ((w)->block_order - (w)->pageblock_order))

static inline bool pageblock_aligned(const struct world *w, unsigned long pfn)
{
	return IS_ALIGNED(pfn, pageblock_nr_pages(w));
}

static inline unsigned long pageblock_start_pfn(const struct world *w,
						unsigned long pfn)
{
	return ALIGN_DOWN(pfn, pageblock_nr_pages(w));
}

static inline unsigned long pageblock_end_pfn(const struct world *w,
					      unsigned long pfn)
{
	return pageblock_start_pfn(w, pfn) + pageblock_nr_pages(w);
}

static inline unsigned long pfn_to_block(const struct world *w,
					 unsigned long pfn)
{
	return pfn >> w->block_order;
}

static inline unsigned long block_start_pfn(const struct world *w,
					    unsigned long block)
{
	return block << w->block_order;
}

static inline unsigned int block_to_nid(const struct world *w,
					unsigned long block)
{
	return w->geo.nr_nodes > 1 && block >= w->geo.nr_blocks / 2;
}

static inline unsigned long pfn_to_section_nr(const struct world *w,
					      unsigned long pfn)
{
	return pfn >> w->section_order;
}

/* In the region of the virtio-mem device that is there. */
static inline bool pfn_of_virtio_mem(const struct world *w, unsigned long pfn)
{
	const struct virtio_mem_config *config = &w->virtio_mem.config;

	return pfn - config->addr < config->region_size;
}

/* Some of the block is: the region need not begin with a block. */
static inline bool block_of_virtio_mem(const struct world *w,
				       unsigned long block)
{
	const struct virtio_mem_config *config = &w->virtio_mem.config;

	return config->region_size &&
	       block >= pfn_to_block(w, config->addr) &&
	       block <= pfn_to_block(w, config->addr + config->region_size - 1);
}

/* --- access to the memmap --- */

/* The pages of some pageblocks get new content, or become garbage: whoever has
 * touched one of them before and kept a pointer to it must look again. */
static inline void world_renew_pages(struct world *w)
{
	if (!w->keeps_touched)
		world_new_stamp(w);
}

/* First access to a page of a new pageblock, or to garbage (violation). */
struct page *page_materialise(struct world *w, unsigned long pfn);

/* Whoever is in flight may point to a page that he has no reference to, as memory_failure()
 * does: what was looked at under the old gen gets its new content at once. */
void pageblock_refresh(struct world *w, unsigned long pfn, uint32_t old_gen);

static inline struct pageblock *pfn_to_pageblock(const struct world *w,
						 unsigned long pfn)
{
	return &w->pageblocks[pfn >> w->pageblock_order];
}

/* One test: behind the end of memory lies a page whose gen never matches. */
static inline struct page *pfn_to_page(struct world *w, unsigned long pfn)
{
	unsigned long i = mo_min(pfn, w->nr_pfns);
	struct page *page = &w->memmap[i];

	if (likely(page->gen == pfn_to_pageblock(w, i)->gen))
		return page;
	return page_materialise(w, pfn);
}

static inline unsigned long page_to_pfn(const struct world *w,
					const struct page *page)
{
	return (unsigned long)(page - w->memmap);
}

/* Behind the end of memory lies a section that is never there. */
static inline const struct mem_section *pfn_to_section(const struct world *w,
						       unsigned long pfn)
{
	return &w->sections[pfn_to_section_nr(w, mo_min(pfn, w->nr_pfns))];
}

static inline bool pfn_valid(const struct world *w, unsigned long pfn)
{
	return pfn_to_section(w, pfn)->present;
}

static inline bool pfn_online(const struct world *w, unsigned long pfn)
{
	return pfn_to_section(w, pfn)->online;
}

/* include/linux/memory_hotplug.h; NULL when the section is not online. */
static inline struct page *pfn_to_online_page(struct world *w, unsigned long pfn)
{
	return pfn_online(w, pfn) ? pfn_to_page(w, pfn) : NULL;
}

static inline struct zone *page_zone(struct world *w, const struct page *page)
{
	struct zone *zone =
		&w->zones[pfn_to_pageblock(w, page_to_pfn(w, page))->zone_idx];

	OPTIMIZER_HIDE_VAR(zone);
	return zone;
}

static inline unsigned int page_to_nid(struct world *w, const struct page *page)
{
	return page_zone(w, page)->node;
}

static inline unsigned int zone_to_nid(const struct zone *zone)
{
	return zone->node;
}

static inline bool is_zone_movable(const struct zone *zone)
{
	return zone->zone_type == ZONE_MOVABLE;
}

static inline struct zone *node_zone(struct world *w, unsigned int nid,
				     enum zone_type type)
{
	return &w->zones[nid * MAX_NR_ZONES + type];
}

/* --- writing a page: every change passes through page_touch() --- */

void page_touch_slow(struct world *w, struct page *page);
/* The page changes for the first time in this run. */
void page_touch_first(struct world *w, struct page *page);

static inline void page_touch(struct world *w, struct page *page)
{
	if (page->touch != w->op_stamp)
		page_touch_slow(w, page);
}

void block_touch_slow(struct world *w, unsigned long block);

/* A change to the block, its sections or its pageblocks. */
static inline void block_touch(struct world *w, unsigned long block)
{
	if (unlikely(!w->block_dirty[block]))
		block_touch_slow(w, block);
}

static inline void set_page_flag(struct world *w, struct page *page,
				 enum pageflags flag)
{
	page_touch(w, page);
	page->flags |= BIT(flag);
}

static inline void clear_page_flag(struct world *w, struct page *page,
				   enum pageflags flag)
{
	page_touch(w, page);
	page->flags &= ~BIT(flag);
}

/*
 * include/linux/page_ref.h.  A design without reference counts lets nobody look:
 * that is counted (invariant frozen_refcount_read).  To try for a reference and
 * to fail is no look: get_page_unless_zero().
 */
static inline int page_ref_count(struct world *w, const struct page *page)
{
	if (unlikely(page->page_type == PGTY_offline) && !PageMovableOps(page))
		w->stats.offline_ref_reads++;
	return page->_refcount;
}

/* page_count(): of the folio, as in the kernel. */
static inline int page_count(struct world *w, struct page *page)
{
	return page_ref_count(w, compound_head(page));
}

/* include/linux/pagemap.h:folio_trylock.  Nobody waits for a page lock here. */
static inline bool trylock_page(struct world *w, struct page *page)
{
	if (PageLocked(page))
		return false;
	set_page_flag(w, page, PG_locked);
	return true;
}

static inline void unlock_page(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_locked);
}

static inline void set_page_count(struct world *w, struct page *page, int v)
{
	page_touch(w, page);
	page->_refcount = v;
}

_Noreturn void page_type_refused(struct world *w, const struct page *page,
				 enum pagetype type, const char *what);

/* A11: a type is set only on a page without one. */
static inline void __page_set_type(struct world *w, struct page *page,
				   enum pagetype type)
{
	page_touch(w, page);
	if (unlikely(page->page_type != PGTY_none))
		page_type_refused(w, page, type, "set");
	page->page_type = (uint8_t)type;
}

/* A11: cleared only by the owner of that type. */
static inline void __page_clear_type(struct world *w, struct page *page,
				     enum pagetype type)
{
	page_touch(w, page);
	if (unlikely(page->page_type != type))
		page_type_refused(w, page, type, "cleared");
	page->page_type = PGTY_none;
}

/* --- page lists --- */

/* Only the links of a neighbour change.  A page on a list has valid content, but
 * the reset must know of it when this is its first touch in the run. */
static inline void page_own_neighbour(struct world *w, struct page *page)
{
	if (page && unlikely(!page->touch))
		page_touch_first(w, page);
}

/* The page was touched before, in this operation. */
static inline void __page_list_add(struct world *w, struct page_list *list,
				   struct page *page, bool to_tail)
{
	if (to_tail) {
		page_own_neighbour(w, TAILQ_LAST(list, page_list));
		TAILQ_INSERT_TAIL(list, page, lru);
	} else {
		page_own_neighbour(w, TAILQ_FIRST(list));
		TAILQ_INSERT_HEAD(list, page, lru);
	}
}

static inline void page_list_add(struct world *w, struct page_list *list,
				 struct page *page, bool to_tail)
{
	page_touch(w, page);
	__page_list_add(w, list, page, to_tail);
}

static inline void page_list_del(struct world *w, struct page_list *list,
				 struct page *page)
{
	page_touch(w, page);
	/* Most are the first, and to find that there is none before costs a cache line. */
	if (TAILQ_FIRST(list) != page)
		page_own_neighbour(w, TAILQ_PREV(page, page_list, lru));
	page_own_neighbour(w, TAILQ_NEXT(page, lru));
	TAILQ_REMOVE(list, page, lru);
}

/* Something moved, was freed or changed for good: no livelock yet. */
static inline void mo_progress(struct world *w)
{
	w->mutations++;
}

/* --- switches --- */

/* Is this the mistake that was chosen?  Counts that the run came by. */
#if defined(MO_OLDBUGS)
#define oldbug(w, NAME)                                                        \
	(unlikely((w)->config.oldbug == OLDBUG_##NAME) &&                      \
	 (++(w)->stats.oldbug_hits, true))
#elif defined(MO_OLDBUG_REMOVED)
#define oldbug(w, NAME) 0 /* for the test that the next line leaves nothing */
#else
#define oldbug(w, NAME) false
#endif

/* Does a kernel of this age do so?  Of this age or older; as it was published. */
#ifdef MO_OLDBUGS
#define kernel_until(w, ERA) unlikely((w)->config.era >= MO_ERA_##ERA)
/* Of this age: what came after the reference. */
#define kernel_of(w, ERA) unlikely((w)->config.era == MO_ERA_##ERA)
#else
#define kernel_until(w, ERA) false
#define kernel_of(w, ERA) false
#endif
/* An open bug of published kernels: chosen by its name, or with their age. */
#define published(w, NAME) (oldbug(w, NAME) || kernel_until(w, 7_2))

/* Suspends the operation; what belongs to it waits on its stack. */
void world_suspend(struct world *w);
/* The operation spins on something that somebody else must do.  False: nobody
 * else could run. */
bool world_relax(struct world *w);
void world_wait_for_lock(struct world *w, struct lock *l, bool to_read);

static inline void sched_point(struct world *w, enum sched_point_id point)
{
	if (sched_pass(&w->sched, point) && sched_look(&w->sched, point))
		world_suspend(w);
}

/* For the schedule only: no step, not in the trace hash. */
static inline void sched_window(struct world *w, enum sched_point_id point)
{
	if (unlikely(w->sched.armed) && sched_arrive(&w->sched, point))
		world_suspend(w);
}

/* world.c: mutexes, and rwsems for writing; for reading. */
void mo_lock(struct world *w, struct lock *l, const char *site);
void mo_unlock(struct world *w, struct lock *l, const char *site);
void mo_lock_read(struct world *w, struct lock *l, const char *site);
void mo_mutex_lock(struct world *w, struct lock *l, const char *site);
void mo_mutex_unlock(struct world *w, struct lock *l, const char *site);

/* Waits for a spinlock that somebody else holds, or raises lock_balance. */
void world_spin_contended(struct world *w, struct lock *l, const char *site);

static inline void mo_spin_lock(struct world *w, struct lock *l,
				const char *site)
{
	if (!likely(lock_spin_is_free(l)))
		world_spin_contended(w, l, site);
	lock_take_spin(&w->sched, l, site);
}

/* include/linux/rcupdate.h; spins in other tasks' sections while they last. */
void synchronize_rcu(struct world *w);

#define rcu_read_lock(w) sched_rcu_read_lock(&(w)->sched)
#define rcu_read_unlock(w) sched_rcu_read_unlock(&(w)->sched, __func__)
#define local_irq_save(w) sched_irq_save(&(w)->sched)
#define local_irq_restore(w) sched_irq_restore(&(w)->sched, __func__)
#define spin_lock(w, l) mo_spin_lock(w, l, __func__)
#define spin_unlock(w, l) lock_release(&(w)->sched, l, __func__)
#define mutex_lock(w, l) mo_mutex_lock(w, l, __func__)
#define mutex_unlock(w, l) mo_mutex_unlock(w, l, __func__)
/* mm/memory_hotplug.c:get_online_mems: what is online stays so until put_online_mems(). */
#define get_online_mems(w) mo_lock_read(w, &(w)->mem_hotplug_lock, __func__)
#define put_online_mems(w)                                                     \
	lock_release_read(&(w)->sched, &(w)->mem_hotplug_lock, __func__)
#define lockdep_assert_held(w, l) lock_assert_held(&(w)->sched, l, __func__)
#define might_sleep(w) sched_might_sleep(&(w)->sched, __func__)

/*
 * A check that the kernel makes too (VM_BUG_ON, VM_WARN_ON, bad_page).  id names
 * a line of check/invariants.def.
 */
#define VM_BUG_ON_PFN(w, cond, id, pfn, ...)                                   \
	do {                                                                   \
		if (unlikely(cond))                                            \
			violation_raise(&(w)->violation, id, pfn, __func__,    \
					__VA_ARGS__);                          \
	} while (0)
#define VM_BUG_ON_PAGE(w, cond, id, page, ...)                                 \
	VM_BUG_ON_PFN(w, cond, id, page_to_pfn(w, page), __VA_ARGS__)
#define VM_BUG_ON(w, cond, id, ...)                                            \
	VM_BUG_ON_PFN(w, cond, id, VIOLATION_NO_PFN, __VA_ARGS__)

#endif
