/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world_create(), world_reset() and world_destroy() of core/mm/world.h over the
 * real kernel.  Of struct world only what is shown to checkers and reports is kept up
 * to date, see look.c: no function of core/mm runs here.
 */
#include <stdlib.h>
#include <string.h>

#include "../lane.h"
#include "image.h"
#include "lane_world.h"
#include "oops.h"
#include "mm/page_offline.h"
#include "mm/memory.h"
#include "op/subject.h"

#define OP_STEP_BUDGET 4000000
/* Operations of one run are fewer than half of what a stamp can tell apart. */
#define STAMP_MAX (UINT16_MAX / 2)

void lane_running(struct world *w)
{
	lane_stale = true;
	lane_look_counters(w);
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

/* A driver that came or went adjusts the managed pages, too. */
void lane_resized(struct world *w)
{
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
	w->pageblocks = zalloc_create(LANE_NR_PAGEBLOCKS, sizeof(*w->pageblocks));
	/* and one behind the end: pfn_to_section() */
	w->sections = zalloc_create(LANE_NR_BLOCKS + 1, sizeof(*w->sections));
	w->blocks = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->blocks));
	w->unplugged = zalloc_create(LANE_NR_PAGEBLOCKS / 64 + 1,
				     sizeof(*w->unplugged));
	w->fake_offline_set = zalloc_create(LANE_NR_PAGEBLOCKS / 64 + 1,
					    sizeof(*w->fake_offline_set));
	w->dirty_blocks = zalloc_create(LANE_NR_BLOCKS, sizeof(*w->dirty_blocks));
	w->block_dirty = zalloc_create(LANE_NR_BLOCKS, 1);
	w->state_image = zalloc_create(1, sizeof(*w));
}

/* --- the image --- */

static void seal(struct world *w)
{
	image_seal();
	memset(&w->stats, 0, sizeof(w->stats));
	sched_init(&w->sched, &w->violation, OP_STEP_BUDGET);
	memcpy(w->state_image, w->state_begin,
	       sizeof(*w) - offsetof(struct world, state_begin));
}

bool lane_has_geometry(const struct mo_geometry *geo)
{
	const struct mo_geometry *own = mo_geometry_by_name(LANE_GEOMETRY);

	return geo->pageblock_order == own->pageblock_order &&
	       geo->max_page_order == own->max_page_order &&
	       geo->section_order == own->section_order &&
	       geo->nr_blocks == own->nr_blocks &&
	       geo->nr_nodes == own->nr_nodes &&
	       geo->sections_per_block == own->sections_per_block &&
	       geo->boot_normal == own->boot_normal &&
	       geo->boot_movable == own->boot_movable &&
	       geo->nr_cma == own->nr_cma && geo->nr_vmemmap == own->nr_vmemmap &&
	       geo->pcp_batch == own->pcp_batch && geo->pcp_high == own->pcp_high &&
	       geo->lru_batch == own->lru_batch;
}

/* Heads of lists point to themselves, as does what the scheduler knows. */
static void own_what_points_here(struct world *w)
{
	for (unsigned int zone = 0; zone < MAX_NR_ZONES; zone++) {
		struct zone *z = &w->zones[zone];

		for (unsigned int order = 0; order <= LANE_MAX_ORDER; order++)
			for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++)
				TAILQ_INIT(&z->free_area[order].free_list[mt]);
		for (unsigned int list = 0; list < NR_PCP_LISTS; list++)
			TAILQ_INIT(&z->pageset[0].lists[list]);
	}
	TAILQ_INIT(&w->nodes[0].lruvec);
	TAILQ_INIT(&w->zs_pages);
	for (unsigned int i = 0; i < ARRAY_SIZE(w->balloons); i++)
		TAILQ_INIT(&w->balloons[i].pages);
	sched_init(&w->sched, &w->violation, OP_STEP_BUDGET);
}

/*
 * A process has one machine.  Who wants another one with the same memory and another
 * device takes turns: each run begins with a reset, which shows the machine in the
 * world that is asked for.
 */
static struct world *world_beside(const struct mo_geometry *geo)
{
	struct world *w = zalloc_create(1, sizeof(*w));
	void *image = zalloc_create(1, sizeof(*w));

	*w = *lane_world;
	memcpy(w->state_begin, w->state_image,
	       sizeof(*w) - offsetof(struct world, state_begin));
	w->geo = *geo;
	own_what_points_here(w);
	memcpy(image, w->state_begin,
	       sizeof(*w) - offsetof(struct world, state_begin));
	w->state_image = image;
	world_reset(w, NULL);
	return w;
}

/* The device of the geometry, as at the end of boot. */
static void boot_device(struct world *w)
{
	if (!w->geo.virtio_mem.region_size)
		return;
	MUST(!lane_virtio_mem_probe_op(w, &w->geo.virtio_mem));
	lane_look(w);
}

struct world *world_create(const struct mo_geometry *geo, const char **error)
{
	struct world *w;

	*error = lane_has_geometry(geo) ?
			 NULL :
			 "this source lane was built for geometry " LANE_GEOMETRY;
	if (*error)
		return NULL;
	if (lane_world)
		return world_beside(geo);
	w = zalloc_create(1, sizeof(*w));
	w->geo = *geo;
	w->pageblock_order = geo->pageblock_order;
	w->max_page_order = LANE_MAX_ORDER; /* the geometry's, or less: see ninja.sh */
	w->section_order = w->block_order = geo->section_order;
	w->nr_pfns = LANE_NR_PFNS;
	oops_init();
	lane_boot();
	arrays_create(w);
	state_init(w);
	lane_look_init(w);
	lane_world = w;
	lane_set_pcp_and_watermarks((int)geo->pcp_high, (int)geo->pcp_batch,
				    wmark_min);
	boot_blocks(w);
	if (geo->nr_vmemmap && lane_force_memmap_on_memory()) {
		*error = "this kernel cannot be forced to memmap_on_memory";
		return NULL;
	}
	lane_look(w);
	seal(w);
	world_reset(w, NULL);
	return w;
}

void world_destroy(struct world *w)
{
	(void)w; /* the kernel stays where it is, until the process ends */
}

/* Pages keep the stamp of who touched them last: stamps go on. */
static void restore_state(struct world *w)
{
	uint16_t stamp = w->op_stamp;

	memcpy(w->state_begin, w->state_image,
	       sizeof(*w) - offsetof(struct world, state_begin));
	w->op_stamp = stamp;
	if (stamp < STAMP_MAX)
		return;
	w->op_stamp = 1;
	for (unsigned long i = 0; i < LANE_NR_PFNS; i++)
		w->memmap[i].touch = 0;
}

void world_reset(struct world *w, const struct mo_config *config)
{
	void (*leave)(struct violation *, void *) = w->violation.leave;
	void *arg = w->violation.arg;

	lane_unpoison();
	image_restore();
	lane_repoison();
	lane_look_reset(w);
	lane_world = w;
	restore_state(w);
	memset(lane_isolators, 0, sizeof(lane_isolators));
	w->violation.leave = leave;
	w->violation.arg = arg;
	if (config)
		world_configure(w, config);
	lane_look_counters(w);
	lane_look(w);
	boot_device(w);
	w->nr_dirty_blocks = w->nr_touched = 0;
	memset(w->block_dirty, 0, LANE_NR_BLOCKS);
}

/* One CPU and one design, whatever the input says: see subject_refuses().  Since w was
 * reset another world can have had the machine. */
void world_configure(struct world *w, const struct mo_config *config)
{
	if (lane_world != w)
		world_reset(w, NULL);
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
