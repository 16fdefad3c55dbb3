/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world_create(), world_reset() and world_destroy() of core/mm/world.h over the
 * real kernel, and the look at its state.  Of struct world only what is shown to
 * checkers and reports is kept up to date: no function of core/mm runs here.
 */
#include <stdlib.h>
#include <string.h>

#include "../lane.h"
#include "lane_world.h"
#include "mm/page_offline.h"
#include "mm/memory.h"

#define NR_REGIONS 4
#define LISTED_MAX 4096
#define CHUNK 64 /* pages compared at a time */
#define OP_STEP_BUDGET 4000000

static struct {
	void *start, *image;
	unsigned long bytes;
} regions[NR_REGIONS];

static const char *memmap;		/* the real one */
static unsigned long page_size;		/* of a struct page */
static char *seen, *seen_image;		/* what it held at the last look */
static struct lane_pageblock pageblocks[LANE_NR_PAGEBLOCKS];
static struct lane_pageblock pageblocks_image[LANE_NR_PAGEBLOCKS];
static bool isolated[LANE_NR_PFNS];	/* by an operation, which has them */
static unsigned long nr_isolated;
static uint8_t larger[LANE_NR_PFNS];	/* order of the allocation there */
/* Pages that stood on some list at the last look. */
static uint32_t listed[LISTED_MAX];
static unsigned int nr_listed;
bool lane_stale;

/*
 * memcpy() that no sanitizer sees: between the kernel's variables stand redzones,
 * freed objects are poisoned, and the image has all of it.
 */
static void copy(void *to, const void *from, unsigned long bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)
			 : : "memory");
}

/* --- one look --- */

static void look_zone(struct world *w, unsigned int i)
{
	struct zone *zone = &w->zones[i];
	struct lane_zone z;

	lane_look_zone(i, &z);
	zone->zone_start_pfn = z.start_pfn;
	zone->spanned_pages = z.spanned;
	zone->present_pages = z.present;
	zone->managed_pages = z.managed;
	zone->nr_reserved_highatomic = z.reserved_highatomic;
	zone->nr_isolate_pageblock = (unsigned long)z.nr_isolate_pageblock;
	zone->nr_free_pages = z.nr_free;
	zone->nr_free_cma = z.nr_free_cma;
	if (z.nr_free_highatomic >= 0) /* else see count_highatomic() */
		zone->nr_free_highatomic = z.nr_free_highatomic;
	for (unsigned int wm = 0; wm < NR_WMARK; wm++)
		zone->_watermark[wm] = z.watermark[wm];
	for (unsigned int order = 0; order <= LANE_MAX_ORDER; order++)
		zone->free_area[order].nr_free =
			(unsigned long)z.nr_free_area[order];
	zone->pageset[0].count = z.pcp_count;
	zone->pageset[0].high = z.pcp_high;
	zone->pageset[0].batch = z.pcp_batch;
}

static void look_node(struct world *w)
{
	struct pglist_data *pgdat = &w->nodes[0];
	struct lane_node n;
	bool normal = w->zones[ZONE_NORMAL].present_pages;

	lane_look_node(&n);
	pgdat->node_start_pfn = n.start_pfn;
	pgdat->node_spanned_pages = n.spanned;
	pgdat->node_present_pages = n.present;
	pgdat->nr_lru = (unsigned long)n.nr_lru;
	w->nr_isolated = (unsigned long)n.nr_isolated + nr_isolated;
	w->lru_disable_count = lane_lru_disable_count();
	w->num_poisoned_pages = (unsigned long)lane_num_poisoned_pages();
	/* One node is in every state, whatever it has: MAX_NUMNODES is 1. */
	w->node_states[N_MEMORY] = n.present != 0;
	w->node_states[N_NORMAL_MEMORY] = normal;
	pgdat->nr_zonelist = 0;
	for (int type = MAX_NR_ZONES - 1; type >= 0; type--)
		if (w->zones[type].present_pages)
			pgdat->zonelist[pgdat->nr_zonelist++] = (uint8_t)type;
}

static void look_counters(struct world *w)
{
	for (unsigned int i = 0; i < LANE_NR_ZONES; i++)
		look_zone(w, i);
	look_node(w);
}

static void look_block(struct world *w, unsigned long block)
{
	static const uint8_t states[] = {
		[LANE_BLOCK_ABSENT] = MEM_ABSENT,
		[LANE_BLOCK_OFFLINE] = MEM_OFFLINE,
		[LANE_BLOCK_ONLINE] = MEM_ONLINE,
		[LANE_BLOCK_BETWEEN] = MEM_GOING_OFFLINE,
	};
	struct memory_block *mem = &w->blocks[block];
	struct lane_block b;
	struct memory_block now;

	lane_look_block(block, &b);
	now = (struct memory_block){
		.state = states[b.state],
		.zone_idx = b.zone == 0xff ? ZONE_IDX_NONE : b.zone,
		.nr_hwpoison = (uint32_t)b.nr_hwpoison,
	};
	if (!memcmp(mem, &now, sizeof(now)) &&
	    w->sections[block].present == b.section_present &&
	    w->sections[block].online == b.section_online)
		return;
	block_touch(w, block);
	*mem = now;
	w->sections[block].present = b.section_present;
	w->sections[block].online = b.section_online;
}

static void look_pageblock(struct world *w, unsigned long pb)
{
	static const uint8_t types[] = {
		[LANE_MT_UNMOVABLE] = MIGRATE_UNMOVABLE,
		[LANE_MT_MOVABLE] = MIGRATE_MOVABLE,
		[LANE_MT_RECLAIMABLE] = MIGRATE_RECLAIMABLE,
		[LANE_MT_HIGHATOMIC] = MIGRATE_HIGHATOMIC,
		[LANE_MT_CMA] = MIGRATE_CMA,
	};
	unsigned long pfn = pb << LANE_PAGEBLOCK_ORDER;
	struct pageblock *to = &w->pageblocks[pb];
	struct lane_pageblock now;
	bool unplugged = lane_unplugged(pb);

	if (unplugged != (w->unplugged[pb / 64] >> (pb % 64) & 1)) {
		w->unplugged[pb / 64] ^= 1ul << (pb % 64);
		block_touch(w, pfn_to_block(w, pfn));
	}
	lane_look_pageblock(pfn, &now);
	if (!memcmp(&now, &pageblocks[pb], sizeof(now)))
		return;
	pageblocks[pb] = now;
	block_touch(w, pfn_to_block(w, pfn));
	to->gen = now.initialised ? 1 : PB_GEN_POISON;
	to->zone_idx = now.zone;
	to->isolated = now.isolated;
	/* Before 6.17 isolation overwrites the type: what comes back is MOVABLE,
	 * or CMA, which nobody else isolates. */
	if (now.mt != LANE_MT_ISOLATE)
		to->migratetype = types[now.mt];
	else if (to->migratetype != MIGRATE_CMA)
		to->migratetype = MIGRATE_MOVABLE;
}

static uint32_t flags_of(const struct lane_page *p, unsigned long pfn)
{
	static const uint8_t map[][2] = {
		{ 0, PG_reserved }, { 1, PG_head }, { 2, PG_tail },
		{ 3, PG_lru }, { 4, PG_dirty }, { 5, PG_hwpoison },
		{ 6, PG_movable_ops }, { 7, PG_movable_ops_isolated },
		{ 8, PG_vmemmap_self_hosted }, { 9, PG_locked },
	};
	uint32_t flags = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(map); i++)
		if (p->flags & 1u << map[i][0])
			flags |= BIT(map[i][1]);
	if (isolated[pfn]) {
		if (p->refcount > 0 && p->type == LANE_NONE)
			flags |= BIT(PG_isolated);
		else
			lane_mark_isolated(pfn, false);
	}
	return flags;
}

static void look_page(struct world *w, unsigned long pfn)
{
	static const uint8_t types[] = {
		[LANE_NONE] = PGTY_none, [LANE_BUDDY] = PGTY_buddy,
		[LANE_OFFLINE] = PGTY_offline, [LANE_OTHER_TYPE] = PGTY_slab,
	};
	struct page *page = &w->memmap[pfn];
	struct lane_page p;

	lane_look_page(pfn, &p);
	page_touch(w, page);
	page->flags = flags_of(&p, pfn);
	page->_refcount = p.refcount;
	page->head_offset = p.head_offset;
	page->mapping = p.owner;
	page->page_type = p.flags & LANE_MOVABLE_OPS ? PGTY_zsmalloc :
						       types[p.type];
	page->order = p.order;
}

static void look_pages(struct world *w, unsigned long first, unsigned long nr)
{
	for (unsigned long pfn = first; pfn < first + nr; pfn++) {
		const char *real = memmap + pfn * page_size;
		char *last = seen + pfn * page_size;

		if (!memcmp(real, last, page_size))
			continue;
		memcpy(last, real, page_size);
		if (w->pageblocks[pfn >> LANE_PAGEBLOCK_ORDER].gen == 1)
			look_page(w, pfn);
	}
}

static void look_memmap(struct world *w)
{
	for (unsigned long pfn = 0; pfn < LANE_NR_PFNS; pfn += CHUNK)
		if (memcmp(memmap + pfn * page_size, seen + pfn * page_size,
			   CHUNK * page_size))
			look_pages(w, pfn, CHUNK);
}

/* --- lists: taken apart and linked again as the real ones are --- */

static void unlist_all(struct world *w)
{
	for (unsigned int i = 0; i < nr_listed; i++) {
		struct page *page = &w->memmap[listed[i]];

		page->flags &= ~(BIT(PG_pcp) | BIT(PG_lru_batch));
		memset(&page->lru, 0, sizeof(page->lru));
	}
	nr_listed = 0;
}

/* nr -1: the real links are broken; VIEW_LOST to whoever looks. */
static void link_list(struct world *w, struct page_list *list,
		      const unsigned int *pfns, int nr)
{
	TAILQ_INIT(list);
	if (nr < 0)
		list->tqh_last = NULL;
	for (int i = 0; i < nr; i++) {
		TAILQ_INSERT_TAIL(list, &w->memmap[pfns[i]], lru);
		MUST(nr_listed < LISTED_MAX);
		listed[nr_listed++] = pfns[i];
	}
}

/* Kernels that do not count them are not judged. */
static void count_highatomic(struct zone *zone, unsigned int order, int nr)
{
	struct lane_zone z;

	lane_look_zone(zone->zone_idx, &z);
	if (z.nr_free_highatomic < 0 && nr > 0)
		zone->nr_free_highatomic += (long)nr << order;
}

static void look_free_lists(struct world *w, unsigned int zone)
{
	static const uint8_t types[LANE_NR_MT] = {
		MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE,
		MIGRATE_HIGHATOMIC, MIGRATE_CMA, MIGRATE_ISOLATE,
	};
	unsigned int pfns[LANE_NR_PFNS];

	w->zones[zone].nr_free_highatomic = 0;
	for (unsigned int order = 0; order <= LANE_MAX_ORDER; order++)
		for (unsigned int mt = 0; mt < LANE_NR_MT; mt++) {
			struct free_area *area =
				&w->zones[zone].free_area[order];
			int nr = lane_free_list(zone, order, mt, pfns,
						LANE_NR_PFNS);

			link_list(w, &area->free_list[types[mt]], pfns, nr);
			if (mt == LANE_MT_HIGHATOMIC)
				count_highatomic(&w->zones[zone], order, nr);
		}
}

static void look_pcp_lists(struct world *w, unsigned int zone)
{
	struct per_cpu_pages *pcp = &w->zones[zone].pageset[0];
	unsigned int pfns[LANE_NR_PFNS], order;

	for (unsigned int i = 0; i < (unsigned int)lane_nr_pcp_lists(); i++) {
		int nr = lane_pcp_list(zone, i, &order, pfns, LANE_NR_PFNS);

		MUST(i < NR_PCP_LISTS);
		link_list(w, &pcp->lists[i], pfns, nr);
		for (int p = 0; p < nr; p++) {
			w->memmap[pfns[p]].flags |= BIT(PG_pcp);
			w->memmap[pfns[p]].order = (uint8_t)order;
		}
	}
}

static void look_lru(struct world *w)
{
	unsigned int pfns[LANE_NR_PFNS];
	int nr = lane_lru_list(pfns, LANE_NR_PFNS);

	link_list(w, &w->nodes[0].lruvec, pfns, nr);
	nr = lane_lru_batch(pfns, MO_LRU_BATCH);
	w->lru_add[0].nr = (uint8_t)nr;
	for (int i = 0; i < nr; i++) {
		w->memmap[pfns[i]].flags |= BIT(PG_lru_batch);
		listed[nr_listed++] = pfns[i];
	}
}

void lane_look(struct world *w)
{
	lane_stale = false;
	for (unsigned long block = 0; block < LANE_NR_BLOCKS; block++)
		look_block(w, block);
	for (unsigned long pb = 0; pb < LANE_NR_PAGEBLOCKS; pb++)
		look_pageblock(w, pb);
	unlist_all(w);
	look_memmap(w);
	for (unsigned int zone = 0; zone < LANE_NR_ZONES; zone++) {
		look_free_lists(w, zone);
		if (w->zones[zone].present_pages)
			look_pcp_lists(w, zone);
	}
	look_lru(w);
	look_counters(w); /* who is isolated was only seen now */
}

void lane_mark_isolated(unsigned long pfn, bool on)
{
	nr_isolated += (unsigned long)on - isolated[pfn];
	isolated[pfn] = on;
	seen[pfn * page_size] ^= 1; /* look again */
}

void lane_note_larger(unsigned long pfn, unsigned int order)
{
	memset(&larger[pfn], (int)order, 1ul << order);
}

/* Or was, since it was handed out last: what is free by now is no matter. */
bool lane_is_part_of_larger(unsigned long pfn)
{
	return larger[pfn];
}

void lane_running(struct world *w)
{
	lane_stale = true;
	look_counters(w);
}

void lane_changed(struct world *w)
{
	const char *why = lane_unbalanced();

	lane_running(w);
	if (unlikely(why))
		violation_raise(&w->violation, "lock_balance", VIOLATION_NO_PFN,
				__func__, "%s", why);
}

/* As the model has it: see core/mm/page_alloc.c:init_per_zone_wmark_min. */
static unsigned long wmark_min(unsigned long managed)
{
	return managed / 64;
}

void lane_resized(struct world *w)
{
	lane_set_pcp_and_watermarks((int)w->geo.pcp_high, (int)w->geo.pcp_batch,
				    wmark_min);
	lane_changed(w);
}

/* --- boot --- */

static void boot_blocks(struct world *w)
{
	unsigned long nr = w->geo.boot_normal + w->geo.boot_movable;

	for (unsigned long block = 0; block < nr; block++) {
		MUST(!lane_add_memory(block));
		MUST(!lane_device_online(block, block < w->geo.boot_normal ?
						LANE_ONLINE_KERNEL :
						LANE_ONLINE_MOVABLE));
		lane_resized(w);
		if (block + 1 != w->geo.boot_normal)
			continue;
		for (unsigned long i = 1; i <= w->geo.nr_cma; i++)
			lane_init_cma_pageblock(block_start_pfn(w, block + 1) -
						i * pageblock_nr_pages(w));
	}
}

static void state_init(struct world *w)
{
	sched_init(&w->sched, &w->violation, OP_STEP_BUDGET);
	w->op_stamp = 1;
	w->nr_cpus = 1;
	w->nr_zones = MAX_NR_ZONES;
	w->page_offline = page_offline_by_id(0);
	for (unsigned int i = 0; i < MAX_NR_ZONES; i++) {
		w->zones[i].zone_idx = (uint8_t)i;
		w->zones[i].zone_type = (uint8_t)i;
		/* Of an empty zone, and of orders that this kernel has not. */
		for (unsigned int list = 0; list < NR_PCP_LISTS; list++)
			TAILQ_INIT(&w->zones[i].pageset[0].lists[list]);
	}
	TAILQ_INIT(&w->zs_pages);
	for (unsigned int i = 0; i < ARRAY_SIZE(w->balloons); i++)
		TAILQ_INIT(&w->balloons[i].pages);
	for (unsigned long i = 0; i < LANE_NR_PAGEBLOCKS; i++)
		w->pageblocks[i].gen = PB_GEN_POISON;
	for (unsigned long i = 0; i < LANE_NR_BLOCKS; i++)
		w->blocks[i].zone_idx = ZONE_IDX_NONE;
	for (unsigned long i = 0; i < LANE_NR_PFNS; i++)
		w->memmap[i].gen = 1;
}

static void *zalloc_create(size_t nr, size_t size)
{
	void *p = calloc(nr, size);

	MUST(p);
	return p;
}

static void arrays_create(struct world *w)
{
	w->memmap = zalloc_create(LANE_NR_PFNS, sizeof(*w->memmap));
	w->memmap_image = zalloc_create(LANE_NR_PFNS, sizeof(*w->memmap));
	w->pageblocks = zalloc_create(LANE_NR_PAGEBLOCKS, sizeof(*w->pageblocks));
	w->pageblocks_image = zalloc_create(LANE_NR_PAGEBLOCKS,
					    sizeof(*w->pageblocks));
	w->sections = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->sections));
	w->sections_image = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->sections));
	w->blocks = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->blocks));
	w->blocks_image = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->blocks));
	w->unplugged = zalloc_create(LANE_NR_PAGEBLOCKS / 64 + 1,
				     sizeof(*w->unplugged));
	w->dirty_pages = zalloc_create(LANE_NR_PFNS, sizeof(*w->dirty_pages));
	w->dirty_blocks = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->dirty_blocks));
	w->block_dirty = zalloc_create(LANE_NR_BLOCKS, 1);
	w->state_image = zalloc_create(1, sizeof(*w));
	seen = zalloc_create(LANE_NR_PFNS, page_size);
	seen_image = zalloc_create(LANE_NR_PFNS, page_size);
}

/* --- the image --- */

static void seal(struct world *w)
{
	for (unsigned int i = 0; i < NR_REGIONS; i++) {
		regions[i].bytes = lane_region(i, &regions[i].start);
		regions[i].image = zalloc_create(1, regions[i].bytes);
		copy(regions[i].image, regions[i].start, regions[i].bytes);
	}
	for (unsigned long i = 0; i < LANE_NR_PFNS; i++)
		w->memmap[i].touch = 0;
	memcpy(w->memmap_image, w->memmap, LANE_NR_PFNS * sizeof(*w->memmap));
	memcpy(w->pageblocks_image, w->pageblocks,
	       LANE_NR_PAGEBLOCKS * sizeof(*w->pageblocks));
	memcpy(w->sections_image, w->sections,
	       LANE_NR_BLOCKS * sizeof(*w->sections));
	memcpy(w->blocks_image, w->blocks, LANE_NR_BLOCKS * sizeof(*w->blocks));
	memcpy(seen_image, seen, LANE_NR_PFNS * page_size);
	memcpy(pageblocks_image, pageblocks, sizeof(pageblocks));
	memset(&w->stats, 0, sizeof(w->stats));
	sched_init(&w->sched, &w->violation, OP_STEP_BUDGET);
	memcpy(w->state_image, w->state_begin,
	       sizeof(*w) - offsetof(struct world, state_begin));
}

struct world *world_create(const struct mo_geometry *geo, const char **error)
{
	const void *start;
	struct world *w;

	*error = lane_world ? "a process has one machine" :
		 strcmp(geo->name, LANE_GEOMETRY) ?
			 "this source lane was built for geometry " LANE_GEOMETRY :
			 NULL;
	if (*error)
		return NULL;
	w = zalloc_create(1, sizeof(*w));
	w->geo = *geo;
	w->pageblock_order = geo->pageblock_order;
	w->max_page_order = geo->max_page_order;
	w->section_order = w->block_order = geo->section_order;
	w->nr_pfns = LANE_NR_PFNS;
	lane_boot();
	page_size = lane_memmap(&start);
	memmap = start;
	arrays_create(w);
	state_init(w);
	lane_world = w;
	boot_blocks(w);
	lane_look(w);
	seal(w);
	world_reset(w, NULL);
	return w;
}

void world_destroy(struct world *w)
{
	(void)w; /* the kernel stays where it is, until the process ends */
}

static void restore_arrays(struct world *w)
{
	memcpy(w->memmap, w->memmap_image, LANE_NR_PFNS * sizeof(*w->memmap));
	memcpy(w->pageblocks, w->pageblocks_image,
	       LANE_NR_PAGEBLOCKS * sizeof(*w->pageblocks));
	memcpy(w->sections, w->sections_image,
	       LANE_NR_BLOCKS * sizeof(*w->sections));
	memcpy(w->blocks, w->blocks_image, LANE_NR_BLOCKS * sizeof(*w->blocks));
	memset(w->unplugged, 0, LANE_NR_PAGEBLOCKS / 8 + 1);
	memset(w->block_dirty, 0, LANE_NR_BLOCKS);
	memcpy(seen, seen_image, LANE_NR_PFNS * page_size);
	memcpy(pageblocks, pageblocks_image, sizeof(pageblocks));
	memset(isolated, 0, sizeof(isolated));
	nr_isolated = 0;
	memset(larger, 0, sizeof(larger));
}

void world_reset(struct world *w, const struct mo_config *config)
{
	void (*leave)(struct violation *, void *) = w->violation.leave;
	void *arg = w->violation.arg;

	for (unsigned int i = 0; i < NR_REGIONS; i++)
		copy(regions[i].start, regions[i].image, regions[i].bytes);
	lane_repoison();
	restore_arrays(w);
	memcpy(w->state_begin, w->state_image,
	       sizeof(*w) - offsetof(struct world, state_begin));
	w->nr_dirty_blocks = w->nr_dirty_pages = w->nr_touched = 0;
	w->violation.leave = leave;
	w->violation.arg = arg;
	if (config)
		world_configure(w, config);
	lane_stale = true;
	lane_look(w); /* the lists */
	w->nr_dirty_blocks = w->nr_dirty_pages = w->nr_touched = 0;
	memset(w->block_dirty, 0, LANE_NR_BLOCKS);
}

/* One CPU and one design, whatever the input says: see subject_refuses(). */
void world_configure(struct world *w, const struct mo_config *config)
{
	w->config = *config;
}

/* 0: unknown.  Nothing is explored here. */
uint64_t world_state_hash(const struct world *w)
{
	(void)w;
	return 0;
}

/* --- what world.h declares and the inlines of core/ refer to --- */

void block_touch_slow(struct world *w, unsigned long block)
{
	w->block_dirty[block] = 1;
	w->dirty_blocks[w->nr_dirty_blocks++] = (uint32_t)block;
}

void page_touch_slow(struct world *w, struct page *page)
{
	unsigned long pfn = page_to_pfn(w, page);

	block_touch(w, pfn_to_block(w, pfn));
	page->touch = w->op_stamp;
	if (w->nr_touched < MO_TOUCHED_MAX)
		w->touched[w->nr_touched] = (uint32_t)pfn;
	w->nr_touched++;
}

struct page *page_materialise(struct world *w, unsigned long pfn)
{
	(void)w;
	(void)pfn;
	MUST(!"a function of the model touches a page of the source lane");
	return NULL;
}

void world_suspend(struct world *w)
{
	(void)w;
}

bool world_relax(struct world *w)
{
	(void)w;
	return false;
}

/* Operations hold mem_hotplug_lock for reading in company only. */
void mo_lock_read(struct world *w, struct lock *l, const char *site)
{
	(void)w;
	(void)l;
	(void)site;
	MUST(!"nothing interleaves in the source lane");
}

void world_wait_for_lock(struct world *w, struct lock *l, bool to_read)
{
	(void)w;
	(void)l;
	(void)to_read;
}

/* There is one design, that of the kernel: two pages at rest have a reference. */
static const struct page_offline_ops designs[] = {
#define POLICY(id, name_, text, falls) [id] = { .name = #name_, .refcount = 1 },
#include "policy/policies.def"
#undef POLICY
};

const struct page_offline_ops *page_offline_by_id(unsigned int id)
{
	return id < ARRAY_SIZE(designs) && designs[id].name ? &designs[id] : NULL;
}
