/* SPDX-License-Identifier: GPL-2.0-only */
/* Creation, image and reset of a world.  No kernel counterpart. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hugetlb.h"
#include "memory.h"
#include "memory_hotplug.h"
#include "page_offline.h"
#include "world.h"

/* Steps after which an operation counts as stuck.  The longest legal ones resize a
 * pool of gigantic pages on x86_64: 200,000 steps for each page that is freed. */
#define OP_STEP_BUDGET 4000000

/* --- the arena: one mapping, untouched memory costs nothing --- */

struct carve {
	char *base;
	size_t used;
};

static void *carve(struct carve *c, size_t bytes)
{
	size_t at = c->used;

	c->used = ALIGN_UP(at + bytes, (size_t)64);
	return c->base ? c->base + at : NULL;
}

/* Lays out the arena; with base NULL it only measures. */
static void layout(struct world *w, struct carve *c)
{
	size_t nr_pfns = w->nr_pfns;
	size_t nr_pb = nr_pfns >> w->pageblock_order;
	size_t nr_sec = nr_pfns >> w->section_order;
	size_t nr_blocks = w->geo.nr_blocks;

	w->blocks = carve(c, nr_blocks * sizeof(*w->blocks));
	/* One more of these, and of pages: where a pfn behind the end leads, see
	 * pfn_to_page(). */
	w->sections = carve(c, (nr_sec + 1) * sizeof(*w->sections));
	w->pageblocks = carve(c, (nr_pb + 1) * sizeof(*w->pageblocks));
	w->unplugged = carve(c, ALIGN_UP(nr_pb, 64ul) / 8);
	w->fake_offline_set = carve(c, ALIGN_UP(nr_pb, 64ul) / 8);
	w->released = carve(c, ALIGN_UP(nr_pb, 64ul) / 8);
	w->block_dirty = carve(c, nr_blocks);
	w->dirty_blocks = carve(c, nr_blocks * sizeof(uint32_t));
	w->state_image = carve(c, sizeof(*w));
	w->blocks_image = carve(c, nr_blocks * sizeof(*w->blocks));
	w->sections_image = carve(c, nr_sec * sizeof(*w->sections));
	w->pageblocks_image = carve(c, nr_pb * sizeof(*w->pageblocks));
	w->dirty_pages = carve(c, nr_pfns * sizeof(uint32_t));
	w->memmap_image = carve(c, nr_pfns * sizeof(struct page));
	w->memmap = carve(c, (nr_pfns + 1) * sizeof(struct page));
}

static bool map_arena(struct world *w)
{
	struct carve c = { 0 };

	layout(w, &c);
	w->arena_bytes = c.used;
	w->arena = mmap(NULL, c.used, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (w->arena == MAP_FAILED)
		return false;
	c = (struct carve){ .base = w->arena };
	layout(w, &c);
	return true;
}

/* --- boot --- */

static void zone_init(struct world *w, unsigned int idx)
{
	struct zone *zone = &w->zones[idx];

	zone->zone_idx = (uint8_t)idx;
	zone->zone_type = idx % MAX_NR_ZONES;
	zone->node = (uint8_t)(idx / MAX_NR_ZONES);
	lock_init_class(&zone->lock, LOCK_zone_lock);
	for (unsigned int order = 0; order < NR_PAGE_ORDERS; order++)
		for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++)
			TAILQ_INIT(&zone->free_area[order].free_list[mt]);
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++) {
		struct per_cpu_pages *pcp = &zone->pageset[cpu];

		lock_init_class(&pcp->lock, LOCK_pcp_lock);
		for (unsigned int i = 0; i < NR_PCP_LISTS; i++)
			TAILQ_INIT(&pcp->lists[i]);
	}
	zone_pcp_reset(w, zone);
}

static void state_init(struct world *w)
{
	sched_init(&w->sched, &w->violation, OP_STEP_BUDGET);
	w->op_stamp = 1;
	w->gen_next = 1;
	w->nr_cpus = w->geo.nr_cpus;
	w->nr_zones = w->geo.nr_nodes * MAX_NR_ZONES;
	w->config.era = w->geo.era;
	w->page_offline = page_offline_by_id(w->config.policy);
	for (unsigned int i = 0; i < w->nr_zones; i++)
		zone_init(w, i);
	for (unsigned int nid = 0; nid < w->geo.nr_nodes; nid++) {
		w->nodes[nid].node_id = (uint8_t)nid;
		TAILQ_INIT(&w->nodes[nid].lruvec);
	}
	lock_init_class(&w->device_hotplug_lock, LOCK_device_hotplug_lock);
	lock_init_class(&w->mem_hotplug_lock, LOCK_mem_hotplug_lock);
	lock_init_class(&w->pcp_batch_high_lock, LOCK_pcp_batch_high_lock);
	lock_init_class(&w->hugetlb_lock, LOCK_hugetlb_lock);
	lock_init_class(&w->lru_lock, LOCK_lru_lock);
	lock_init_class(&w->page_offline_rwsem, LOCK_page_offline_rwsem);
	lock_init_class(&w->oom_lock, LOCK_oom_lock);
	lock_init_class(&w->port_lock, LOCK_port_lock);
	lock_init_class(&w->kn_active, LOCK_kn_active);
	/* No class: drivers take a mutex in one call of the chain and release it in
	 * another (lockdep_off() in virtio_mem_memory_notifier_cb). */
	lock_init(&w->memory_chain, LOCK_RWSEM);
	lock_init_class(&w->virtio_mem.hotplug_mutex, LOCK_virtio_mem_hotplug_mutex);
	lock_init_class(&w->virtio_mem.removal_lock, LOCK_virtio_mem_removal_lock);
	lock_init_class(&w->virtio_mem.device_lock, LOCK_virtio_mem_device_lock);
	lock_init_class(&w->virtio_mem.wq_lock, LOCK_virtio_mem_wq_lock);
	lock_init_class(&w->fake_offline_lock, LOCK_fake_offline_lock);
	lock_init_class(&w->mf_mutex, LOCK_mf_mutex);
	w->online_page_callback = generic_online_page;
	for (size_t i = 0; i <= w->nr_pfns >> w->pageblock_order; i++)
		w->pageblocks[i].gen = PB_GEN_POISON;
	for (unsigned int i = 0; i < w->geo.nr_blocks; i++)
		w->blocks[i].zone_idx = ZONE_IDX_NONE;
	hugetlb_init(w);
}

/* Boot memory is added without altmap and onlined through the ordinary path. */
static void boot_block(struct world *w, unsigned long block,
		       enum mhp_online_type type)
{
	unsigned long sec = pfn_to_section_nr(w, block_start_pfn(w, block));

	block_touch(w, block);
	w->nodes[block_to_nid(w, block)].online = true;
	w->blocks[block].state = MEM_OFFLINE;
	for (unsigned int i = 0; i < w->geo.sections_per_block; i++)
		w->sections[sec + i].present = true;
	MUST(device_online(w, block, type) == 0);
}

/* A geometry without movable blocks at boot leaves its second node empty: that
 * node gets its first memory, and loses its last, at run time. */
static bool boots_without_memory(const struct world *w, unsigned int nid)
{
	return nid && !w->geo.boot_movable;
}

static void boot(struct world *w)
{
	unsigned int per_node = w->geo.nr_blocks / w->geo.nr_nodes;

	for (unsigned int nid = 0; nid < w->geo.nr_nodes; nid++) {
		unsigned long block = nid * per_node;
		unsigned int i;

		if (boots_without_memory(w, nid))
			continue;
		for (i = 0; i < w->geo.boot_normal; i++)
			boot_block(w, block++, MMOP_ONLINE_KERNEL);
		for (i = 1; i <= w->geo.nr_cma; i++)
			init_cma_reserved_pageblock(w,
				block_start_pfn(w, block) -
					i * pageblock_nr_pages(w));
		for (i = 0; i < w->geo.boot_movable; i++)
			boot_block(w, block++, MMOP_ONLINE_MOVABLE);
	}
	world_initcalls(w);
}

/* --- the image --- */

/*
 * Gen 0 is the image's.  Pages that were never touched at boot lie inside free
 * chunks: all zero, which is exactly PB_LAZY_FREE; boot leaves no PB_LAZY_INIT
 * page behind.
 */
static void seal_pages(struct world *w)
{
	for (unsigned int i = 0; i < w->nr_dirty_pages; i++) {
		struct page *page = &w->memmap[w->dirty_pages[i]];

		page->gen = 0;
		page->touch = 0;
		w->memmap_image[w->dirty_pages[i]] = *page;
	}
	for (size_t i = 0; i < w->nr_pfns >> w->pageblock_order; i++) {
		struct pageblock *pb = &w->pageblocks[i];

		if (pb->gen == PB_GEN_POISON)
			continue;
		MUST(pb->lazy != PB_LAZY_INIT);
		pb->gen = 0;
		pb->lazy = PB_LAZY_IMAGE;
	}
}

/* But for the order of locks, which boot has learnt. */
static void seal_sched(struct world *w)
{
	struct sched *s = &w->sched;
	uint32_t lock_under[LOCK_CLASS_NR];

	memcpy(lock_under, s->lock_under, sizeof(lock_under));
	sched_init(s, &w->violation, OP_STEP_BUDGET);
	memcpy(s->lock_under, lock_under, sizeof(lock_under));
}

static void seal(struct world *w)
{
	size_t nr_pb = w->nr_pfns >> w->pageblock_order;
	size_t nr_sec = w->nr_pfns >> w->section_order;

	seal_pages(w);
	memcpy(w->blocks_image, w->blocks, w->geo.nr_blocks * sizeof(*w->blocks));
	memcpy(w->sections_image, w->sections, nr_sec * sizeof(*w->sections));
	memcpy(w->pageblocks_image, w->pageblocks, nr_pb * sizeof(*w->pageblocks));
	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++)
		w->block_dirty[w->dirty_blocks[i]] = 0;
	w->nr_dirty_pages = 0;
	w->nr_dirty_blocks = 0;
	w->gen_next = 1;
	w->op_stamp = 1; /* not 0: no page of the image was touched by it */
	memset(&w->stats, 0, sizeof(w->stats));
	seal_sched(w);
	memcpy(w->state_image, w->state_begin,
	       sizeof(*w) - offsetof(struct world, state_begin));
}

struct world *world_create(const struct mo_geometry *geo, const char **error)
{
	struct world *w;

	*error = mo_geometry_check(geo);
	if (*error)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (!w) {
		*error = "out of memory";
		return NULL;
	}
	w->geo = *geo;
	w->pageblock_order = geo->pageblock_order;
	/* Where isolation does not see to free pages that span pageblocks there are
	 * none: as in these kernels without hugetlb. */
	w->max_page_order = geo->era >= MO_ERA_6_1 ? geo->pageblock_order :
						     geo->max_page_order;
	w->section_order = geo->section_order;
	w->block_order = geo->section_order +
			 (unsigned int)__builtin_ctz(geo->sections_per_block);
	w->keeps_touched = true;
	w->pcp_order_max = (unsigned int)mo_min(PAGE_ALLOC_COSTLY_ORDER,
						w->pageblock_order - 1);
	w->nr_pfns = (unsigned long)geo->nr_blocks << w->block_order;
	if (!map_arena(w)) {
		free(w);
		*error = "the memory map does not fit into the address space";
		return NULL;
	}
	state_init(w);
	boot(w);
	seal(w);
	world_reset(w, NULL);
	return w;
}

void world_destroy(struct world *w)
{
	if (!w)
		return;
	munmap(w->arena, w->arena_bytes);
	free(w);
}

void world_forget_unplugged(struct world *w, unsigned long block)
{
	unsigned long pb = block_start_pfn(w, block) >> w->pageblock_order;

	for (unsigned long i = pb; i < pb + pageblocks_per_block(w); i++) {
		/* What a virtio-mem device backs, the hypervisor says. */
		if (!pfn_of_virtio_mem(w, i << w->pageblock_order))
			w->unplugged[i / 64] &= ~(1ul << (i % 64));
		w->fake_offline_set[i / 64] &= ~(1ul << (i % 64));
		w->released[i / 64] &= ~(1ul << (i % 64));
	}
}

/* include/linux/bitmap.h; nr is a power of two and start a multiple of it, so that
 * these are bits of one word, or whole words. */
static void bitmap_clear(unsigned long *map, unsigned long start, unsigned long nr)
{
	if (nr < 64)
		map[start / 64] &= ~(((1ul << nr) - 1) << start % 64);
	else
		memset(&map[start / 64], 0, nr / 8);
}

/* At boot a device may be there; nothing of its region is plugged. */
static void restore_unplugged(struct world *w, unsigned long block)
{
	const struct virtio_mem_config *device = &w->geo.virtio_mem;
	unsigned long pb = block_start_pfn(w, block) >> w->pageblock_order;
	unsigned long end = pb + pageblocks_per_block(w);

	bitmap_clear(w->unplugged, pb, end - pb);
	bitmap_clear(w->fake_offline_set, pb, end - pb);
	bitmap_clear(w->released, pb, end - pb);
	if (likely(!device->region_size))
		return;
	for (; pb < end; pb++)
		if ((pb << w->pageblock_order) - device->addr < device->region_size)
			w->unplugged[pb / 64] |= 1ul << (pb % 64);
}

static void restore_block(struct world *w, unsigned long block)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long pb = pfn >> w->pageblock_order;
	unsigned long sec = pfn_to_section_nr(w, pfn);

	w->blocks[block] = w->blocks_image[block];
	memcpy(&w->sections[sec], &w->sections_image[sec],
	       w->geo.sections_per_block * sizeof(*w->sections));
	memcpy(&w->pageblocks[pb], &w->pageblocks_image[pb],
	       pageblocks_per_block(w) * sizeof(*w->pageblocks));
	restore_unplugged(w, block);
	w->block_dirty[block] = 0;
}

/* The zones of nodes that the machine does not have never change. */
static void restore_state(struct world *w)
{
	const char *image = w->state_image;
	char *rest = (char *)w->nodes;

	memcpy(w->state_begin, image,
	       (size_t)((char *)&w->zones[w->nr_zones] - w->state_begin));
	memcpy(rest, image + (rest - w->state_begin),
	       (size_t)((char *)(w + 1) - rest));
}

void world_reset(struct world *w, const struct mo_config *config)
{
	void (*leave)(struct violation *, void *) = w->violation.leave;
	void *arg = w->violation.arg;

	for (unsigned int i = 0; i < w->nr_dirty_pages; i++)
		w->memmap[w->dirty_pages[i]] = w->memmap_image[w->dirty_pages[i]];
	w->nr_dirty_pages = 0;
	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++)
		restore_block(w, w->dirty_blocks[i]);
	w->nr_dirty_blocks = 0;
	w->nr_touched = 0;
	restore_state(w);
	w->violation.leave = leave;
	w->violation.arg = arg;
	if (config)
		world_configure(w, config);
}

void world_configure(struct world *w, const struct mo_config *config)
{
	w->config = *config;
	w->page_offline = page_offline_by_id(config->policy);
	MUST(w->page_offline);
	if (config->nr_cpus && config->nr_cpus < w->nr_cpus)
		w->nr_cpus = config->nr_cpus;
}

/* --- touching --- */

void block_touch_slow(struct world *w, unsigned long block)
{
	w->block_dirty[block] = 1;
	w->dirty_blocks[w->nr_dirty_blocks++] = (uint32_t)block;
}

static void page_default(struct world *w, struct page *page,
			 enum pageblock_lazy lazy)
{
	memset(page, 0, sizeof(*page));
	if (lazy == PB_LAZY_INIT) {
		page->_refcount = w->page_offline->refcount;
		page->page_type = PGTY_offline;
	}
}

/* For the next reset.  The stamp says that it was logged, and is not that of an
 * operation under way. */
static void page_log(struct world *w, struct page *page, unsigned long pfn)
{
	w->dirty_pages[w->nr_dirty_pages++] = (uint32_t)pfn;
	block_touch(w, pfn_to_block(w, pfn));
	page->touch = w->op_stamp == 1 ? UINT16_MAX :
					 (uint16_t)(w->op_stamp - 1);
}

noinline struct page *page_materialise(struct world *w, unsigned long pfn)
{
	struct pageblock *pb;
	struct page *page;
	uint16_t touch;

	VM_BUG_ON_PFN(w, pfn >= w->nr_pfns, "offline_memmap_access", pfn,
		      "pfn %#lx is behind the end of memory", pfn);
	pb = pfn_to_pageblock(w, pfn);
	VM_BUG_ON_PFN(w, pb->gen == PB_GEN_POISON, "offline_memmap_access", pfn,
		      "the memmap of pfn %#lx is not initialised", pfn);
	page = &w->memmap[pfn];
	if (!page->touch)
		page_log(w, page, pfn);
	touch = page->touch;
	if (pb->lazy != PB_LAZY_IMAGE)
		page_default(w, page, (enum pageblock_lazy)pb->lazy);
	page->touch = touch;
	page->gen = pb->gen;
	return page;
}

void pageblock_refresh(struct world *w, unsigned long pfn, uint32_t old_gen)
{
	unsigned long end = pfn + pageblock_nr_pages(w);

	for (; pfn < end; pfn++)
		if (w->memmap[pfn].gen == old_gen)
			page_materialise(w, pfn);
}

static bool page_is_current(const struct world *w, const struct page *page,
			    unsigned long pfn)
{
	return page->gen == pfn_to_pageblock(w, pfn)->gen;
}

noinline void page_touch_first(struct world *w, struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	if (page_is_current(w, page, pfn))
		page_log(w, page, pfn);
	else
		page_materialise(w, pfn);
}

static inline void page_note(struct world *w, struct page *page,
			     unsigned long pfn)
{
	uint32_t nr = w->nr_touched;

	w->nr_touched = nr + 1;
	page->touch = w->op_stamp;
	if (likely(nr < MO_TOUCHED_MAX))
		w->touched[nr] = (uint32_t)pfn;
}

static noinline void page_touch_slower(struct world *w, struct page *page,
				       unsigned long pfn)
{
	if (page_is_current(w, page, pfn))
		page_log(w, page, pfn);
	else
		page_materialise(w, pfn);
	page_note(w, page, pfn);
}

/* The page may have been reached by way of a list: its gen is not known. */
noinline void page_touch_slow(struct world *w, struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	/* Calls stand at the end, so that the usual way saves no registers. */
	if (unlikely(!page->touch || !page_is_current(w, page, pfn)))
		page_touch_slower(w, page, pfn);
	else
		page_note(w, page, pfn);
}

_Noreturn cold noinline void page_type_refused(struct world *w,
					       const struct page *page,
					       enum pagetype type,
					       const char *what)
{
	violation_raise(&w->violation, "page_type_single", page_to_pfn(w, page),
			__func__, "type %d %s on a page of type %d", type, what,
			page->page_type);
}

/* --- several operations in flight --- */

cold noinline void world_spin_contended(struct world *w, struct lock *l,
					const char *site)
{
	MUST(l->kind == LOCK_SPIN);
	if (w->sched.concurrent)
		world_wait_for_lock(w, l, false);
	if (!lock_is_free(l))
		lock_refused(&w->sched, l, site);
}

/* kernel/rcu/tree.c: until every section that began before has ended; here also
 * those that begin meanwhile.  Readers never sleep, so that they can go on. */
void synchronize_rcu(struct world *w)
{
	might_sleep(w);
	while (sched_rcu_readers(&w->sched) && world_relax(w))
		;
}

void mo_lock(struct world *w, struct lock *l, const char *site)
{
	if (unlikely(!lock_is_free(l) && w->sched.concurrent))
		world_wait_for_lock(w, l, false);
	lock_acquire(&w->sched, l, site);
}

void mo_lock_read(struct world *w, struct lock *l, const char *site)
{
	sched_window(w, SP_MUTEX_LOCK);
	if (unlikely(!lock_is_readable(l) && w->sched.concurrent))
		world_wait_for_lock(w, l, true);
	lock_acquire_read(&w->sched, l, site);
}

void mo_unlock(struct world *w, struct lock *l, const char *site)
{
	lock_release(&w->sched, l, site);
}

void mo_mutex_lock(struct world *w, struct lock *l, const char *site)
{
	sched_window(w, SP_MUTEX_LOCK);
	mo_lock(w, l, site);
}

void mo_mutex_unlock(struct world *w, struct lock *l, const char *site)
{
	mo_unlock(w, l, site);
	sched_window(w, SP_MUTEX_UNLOCK);
}
