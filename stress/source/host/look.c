/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The look at the real structures: struct world is made to show what they hold.
 * Raw bytes are compared with what they were at the last look, so that only what
 * changed is looked at, and that is what the operation touched.
 */
#include <stdlib.h>
#include <string.h>

#include "../lane.h"
#include "lane_world.h"
#include "check/view.h"
#include "mm/memory.h"

#define CHUNK (1ul << LANE_SECTION_ORDER) /* pages compared at a time */
#define LISTS_MAX 160
#define FLAGS_BYTES_MAX 64

static const char *memmap;		/* the real one */
/* Bytes that no struct page consists of. */
#define UNLIKE_ANY_PAGE 0x5a

static unsigned long page_size;		/* of a struct page */
static char *seen;			/* what it held at the last look */
static struct lane_pageblock pageblocks[LANE_NR_PAGEBLOCKS];
static char pageblock_flags[LANE_NR_BLOCKS][FLAGS_BYTES_MAX];
static bool isolated[LANE_NR_PFNS];	/* by an operation, which has them */
static unsigned long nr_isolated;
static uint8_t larger[LANE_NR_PFNS];	/* order of the allocation there */

/* A list of the kernel, and the one of struct world that shows it. */
static struct shown_list {
	struct lane_list real;
	struct page_list *shown;
	const void *links[2];	/* of the head, at the last look */
	long nr;
	bool changed;
} lists[LISTS_MAX];
static unsigned int nr_lists;
static const void *pagesets[LANE_NR_ZONES];
static uint8_t list_of[LANE_NR_PFNS];	/* index + 1, 0: on none */

static long balloon_sizes[LANE_NR_BALLOONS]; /* what drivers count */
static unsigned int batch[MO_LRU_BATCH]; /* pages of the per-CPU LRU batch */
static int nr_batch;
bool lane_stale;

/* --- counters --- */

static void look_zone(struct world *w, unsigned int i)
{
	struct zone *zone = &w->zones[i];
	struct lane_zone z;

	lane_look_zone(i, &z);
	pagesets[i] = z.lists;
	zone->zone_start_pfn = z.start_pfn;
	zone->spanned_pages = z.spanned;
	zone->present_pages = z.present;
	zone->managed_pages = z.managed;
	zone->nr_reserved_highatomic = z.reserved_highatomic;
	zone->nr_isolate_pageblock = (unsigned long)z.nr_isolate_pageblock;
	zone->nr_free_pages = z.nr_free;
	zone->nr_free_cma = z.nr_free_cma;
	if (lane_facts.counts_free_highatomic) /* else see count_highatomic() */
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
	pgdat->nr_balloon_pages = n.nr_balloon;
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

void lane_look_counters(struct world *w)
{
	for (unsigned int i = 0; i < LANE_NR_ZONES; i++)
		look_zone(w, i);
	look_node(w);
	if (unlikely(w->virtio_mem.config.region_size))
		lane_look_driver(w);
}

/* --- blocks, pageblocks --- */

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
		.nr_hwpoison = lane_facts.blocks_count_poison ?
				       (uint32_t)b.nr_hwpoison :
				       mem->nr_hwpoison,
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

/* Bits of pageblocks from i on that lie in the region of a virtio-mem device: what is
 * unplugged there the device has written itself. */
static unsigned long of_device(const struct world *w, unsigned long i)
{
	unsigned long bits = 0;

	for (unsigned int b = 0; w->virtio_mem.config.region_size && b < 64; b++)
		if (pfn_of_virtio_mem(w, (i + b) << LANE_PAGEBLOCK_ORDER))
			bits |= 1ul << b;
	return bits;
}

static void look_unplugged(struct world *w)
{
	const unsigned long *fake = lane_unplugged();

	for (unsigned long i = 0; i < LANE_NR_PAGEBLOCKS; i += 64) {
		unsigned long device = of_device(w, i);
		unsigned long now = (w->unplugged[i / 64] & device) |
				    (fake[i / 64] & ~device);
		unsigned long changed = now ^ w->unplugged[i / 64];

		w->unplugged[i / 64] = now;
		w->fake_offline_set[i / 64] = fake[i / 64];
		for (; changed; changed &= changed - 1)
			block_touch(w, (i + (unsigned long)__builtin_ctzl(changed)) <<
					LANE_PAGEBLOCK_ORDER >> LANE_SECTION_ORDER);
	}
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

/* Sections are added and removed; zones are told by their first page as well, see
 * look_pages(). */
static void look_pageblocks(struct world *w, unsigned long block)
{
	const unsigned long nr = LANE_NR_PAGEBLOCKS / LANE_NR_BLOCKS;
	static const char none[FLAGS_BYTES_MAX];
	unsigned long bytes;
	const void *now = lane_pageblock_flags(block, &bytes);

	MUST(bytes <= FLAGS_BYTES_MAX);
	if (!memcmp(now ? now : none, pageblock_flags[block], bytes))
		return;
	memcpy(pageblock_flags[block], now ? now : none, bytes);
	for (unsigned long pb = block * nr; pb < (block + 1) * nr; pb++)
		look_pageblock(w, pb);
}

/* --- pages --- */

static uint32_t flags_of(const struct lane_page *p, unsigned long pfn)
{
	static const uint8_t map[][2] = {
		{ 0, PG_reserved }, { 1, PG_head }, { 2, PG_tail },
		{ 3, PG_lru }, { 4, PG_dirty }, { 5, PG_hwpoison },
		{ 6, PG_movable_ops }, { 7, PG_movable_ops_isolated },
		{ 8, PG_vmemmap_self_hosted }, { 9, PG_locked },
		{ 11, PG_ballooned }, { 12, PG_offline_managed },
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
	page->private = p.balloon;
	page->page_type = p.type == LANE_NONE &&
				  p.flags & (LANE_MOVABLE_OPS | LANE_MOVABLE_LEFT) ?
				  PGTY_zsmalloc : types[p.type];
	page->order = p.order;
}

/* A folio's order stands in its second page. */
static void look_head(struct world *w, unsigned long pfn)
{
	if (pfn && w->memmap[pfn - 1].flags & BIT(PG_head))
		look_page(w, pfn - 1);
}

static void look_pages(struct world *w, unsigned long first, unsigned long nr)
{
	for (unsigned long pfn = first; pfn < first + nr; pfn++) {
		const char *real = memmap + pfn * page_size;
		char *last = seen + pfn * page_size;

		if (!memcmp(real, last, page_size))
			continue;
		memcpy(last, real, page_size);
		if (IS_ALIGNED(pfn, 1ul << LANE_PAGEBLOCK_ORDER))
			look_pageblock(w, pfn >> LANE_PAGEBLOCK_ORDER);
		if (list_of[pfn])
			lists[list_of[pfn] - 1].changed = true;
		if (w->pageblocks[pfn >> LANE_PAGEBLOCK_ORDER].gen == 1) {
			look_head(w, pfn);
			look_page(w, pfn);
		} else if (isolated[pfn]) { /* it went offline under its isolator */
			lane_mark_isolated(pfn, false);
		}
	}
}

typedef uint64_t words __attribute__((vector_size(32), aligned(8)));

/* memcmp() is a call, and under ASan a check of all that it reads.  ARCH=um has a host
 * with AVX2 or one that does with less. */
__attribute__((target_clones("avx2", "default"))) static bool
differs(const char *a, const char *b, unsigned long bytes)
{
	words sum = { 0 };

	for (unsigned long i = 0; i < bytes; i += sizeof(words))
		sum |= *(const words *)(a + i) ^ *(const words *)(b + i);
	return sum[0] | sum[1] | sum[2] | sum[3];
}

/* The memmap of absent blocks changes only together with their state. */
static void look_memmap(struct world *w)
{
	for (unsigned long pfn = 0; pfn < LANE_NR_PFNS; pfn += CHUNK) {
		const char *real = memmap + pfn * page_size;

		if (w->blocks[pfn >> LANE_SECTION_ORDER].state == MEM_ABSENT &&
		    !w->block_dirty[pfn >> LANE_SECTION_ORDER])
			continue;
		if (differs(real, seen + pfn * page_size, CHUNK * page_size))
			look_pages(w, pfn, CHUNK);
	}
}

/* For kernels whose memory blocks do not: what goes offline keeps its number. */
static void count_poison(struct world *w)
{
	for (unsigned long block = 0; block < LANE_NR_BLOCKS; block++) {
		struct memory_block *mem = &w->blocks[block];
		unsigned long pfn = block_start_pfn(w, block);
		uint32_t nr = 0;

		if (mem->state == MEM_OFFLINE)
			continue;
		for (unsigned int i = 0; mem->state != MEM_ABSENT &&
					 i < pages_per_block(w); i++)
			nr += (w->memmap[pfn + i].flags & BIT(PG_hwpoison)) != 0;
		mem->nr_hwpoison = nr;
	}
}

/* --- lists: one that changed is taken apart and linked again --- */

static const uint8_t list_types[LANE_NR_MT] = {
	MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE,
	MIGRATE_HIGHATOMIC, MIGRATE_CMA, MIGRATE_ISOLATE,
};

static struct page_list *shown_list(struct world *w, const struct lane_list *l)
{
	struct zone *zone = &w->zones[l->zone];

	switch (l->kind) {
	case LANE_FREE_LIST:
		return &zone->free_area[l->order].free_list[list_types[l->index]];
	case LANE_PCP_LIST:
		MUST(l->index < NR_PCP_LISTS);
		return &zone->pageset[0].lists[l->index];
	case LANE_BALLOON_LIST:
		return &w->balloons[l->index].pages;
	}
	return &w->nodes[0].lruvec;
}

/* A zone has its own per-CPU lists while it has memory, and then others again. */
static void find_heads(void)
{
	static const void *known[LANE_NR_ZONES] = { &known };

	if (likely(!memcmp(known, pagesets, sizeof(known))))
		return;
	memcpy(known, pagesets, sizeof(known));
	for (unsigned int i = 0; i < nr_lists; i++)
		lane_list(i, &lists[i].real);
}

static bool head_changed(struct shown_list *l)
{
	const void *now[2] = { NULL, NULL };

	if (l->real.head)
		memcpy(now, l->real.head, sizeof(now));
	if (likely(now[0] == l->links[0] && now[1] == l->links[1]))
		return false;
	memcpy(l->links, now, sizeof(now));
	return true;
}

/* Several lists of the kernel are shown as one: the LRU. */
static bool find_changed_lists(void)
{
	bool changed = false, lru = false;

	find_heads();
	for (unsigned int i = 0; i < nr_lists; i++) {
		struct shown_list *l = &lists[i];

		l->changed |= head_changed(l);
		changed |= l->changed;
		lru |= l->changed && l->real.kind == LANE_LRU_LIST;
	}
	for (unsigned int i = nr_lists; lru && i-- &&
		     lists[i].real.kind == LANE_LRU_LIST;)
		lists[i].changed = true;
	return changed;
}

static void unlink_list(struct world *w, struct shown_list *l)
{
	struct page *page, *next;

	for (page = l->shown->tqh_first; page; page = next) {
		next = page->lru.tqe_next;
		page->flags &= ~BIT(PG_pcp);
		memset(&page->lru, 0, sizeof(page->lru));
		list_of[page_to_pfn(w, page)] = 0;
	}
	TAILQ_INIT(l->shown);
	l->nr = 0;
}

/* Broken links: VIEW_LOST to whoever looks. */
static void link_list(struct world *w, unsigned int i)
{
	struct shown_list *l = &lists[i];
	unsigned int pfns[LANE_NR_PFNS];

	l->changed = false;
	l->nr = l->real.head ? lane_walk_list(l->real.head, pfns, LANE_NR_PFNS) :
			       0;
	if (l->nr < 0)
		l->shown->tqh_last = NULL;
	for (long p = 0; p < l->nr; p++) {
		struct page *page = &w->memmap[pfns[p]];

		TAILQ_INSERT_TAIL(l->shown, page, lru);
		list_of[pfns[p]] = (uint8_t)(i + 1);
		if (l->real.kind != LANE_PCP_LIST)
			continue;
		page->flags |= BIT(PG_pcp);
		page->order = l->real.order;
	}
}

enum migratetype lane_free_page_list(const struct world *w, unsigned long pfn)
{
	unsigned int i = list_of[pfn];

	return i && lists[i - 1].real.kind == LANE_FREE_LIST ?
		       (enum migratetype)list_types[lists[i - 1].real.index] :
		       view_pb_list_type(w, pfn);
}

/* Kernels that do not count them are not judged. */
static void count_highatomic(struct world *w)
{
	long nr[LANE_NR_ZONES] = { 0 };

	for (unsigned int i = 0; i < nr_lists; i++)
		if (lists[i].real.kind == LANE_FREE_LIST && lists[i].nr > 0 &&
		    lists[i].real.index == LANE_MT_HIGHATOMIC)
			nr[lists[i].real.zone] += lists[i].nr
						  << lists[i].real.order;
	for (unsigned int zone = 0; zone < LANE_NR_ZONES; zone++)
		w->zones[zone].nr_free_highatomic = nr[zone];
}

static void look_lists(struct world *w)
{
	if (!find_changed_lists())
		return;
	for (unsigned int i = 0; i < nr_lists; i++)
		if (lists[i].changed)
			unlink_list(w, &lists[i]);
	for (unsigned int i = 0; i < nr_lists; i++)
		if (lists[i].changed)
			link_list(w, i);
	if (!lane_facts.counts_free_highatomic)
		count_highatomic(w);
}

/* A driver is loaded at its first use, and has its list then. */
static void look_balloons(struct world *w)
{
	for (unsigned int i = 0; i < nr_lists; i++) {
		struct lane_balloon_state now;
		struct balloon_dev_info *b;

		if (lists[i].real.kind != LANE_BALLOON_LIST)
			continue;
		b = &w->balloons[lists[i].real.index];
		lane_look_balloon(lists[i].real.index, &now);
		lists[i].real.head = now.head;
		b->isolated_pages = now.isolated;
		balloon_sizes[lists[i].real.index] = now.size;
		b->size = now.head ? &balloon_sizes[lists[i].real.index] : NULL;
		b->loaded = now.head != NULL;
	}
	w->xen_balloon.hotplug = lane_xen_is_hotplugged();
}

static void count_ballooned(struct world *w)
{
	for (unsigned int i = 0; i < nr_lists; i++)
		if (lists[i].real.kind == LANE_BALLOON_LIST)
			w->balloons[lists[i].real.index].nr_pages = lists[i].nr;
}

static void look_batch(struct world *w)
{
	for (int i = 0; i < nr_batch; i++)
		w->memmap[batch[i]].flags &= ~BIT(PG_lru_batch);
	nr_batch = lane_lru_batch(batch, MO_LRU_BATCH);
	w->lru_add[0].nr = (uint8_t)nr_batch;
	for (int i = 0; i < nr_batch; i++)
		w->memmap[batch[i]].flags |= BIT(PG_lru_batch);
}

/* --- all of it --- */

void lane_look(struct world *w)
{
	lane_stale = false;
	for (unsigned long block = 0; block < LANE_NR_BLOCKS; block++) {
		look_block(w, block);
		look_pageblocks(w, block);
	}
	look_unplugged(w);
	look_memmap(w);
	if (!lane_facts.blocks_count_poison)
		count_poison(w);
	look_balloons(w);
	look_lists(w);
	count_ballooned(w);
	look_batch(w);
	look_node(w); /* who is isolated was only seen now */
}

void lane_look_init(struct world *w)
{
	const void *start;

	page_size = lane_memmap(&start);
	memmap = start;
	seen = calloc(LANE_NR_PFNS, page_size);
	MUST(seen && CHUNK * page_size % sizeof(words) == 0);
	for (struct lane_list l; lane_list(nr_lists, &l); nr_lists++) {
		MUST(nr_lists < LISTS_MAX);
		lists[nr_lists].shown = shown_list(w, &l);
		TAILQ_INIT(lists[nr_lists].shown);
	}
}

/*
 * Before struct world is put back, heads of lists included: what is linked now is
 * taken apart.  Everything else is found by comparing.
 */
void lane_look_reset(struct world *w)
{
	for (unsigned int i = 0; i < nr_lists; i++) {
		unlink_list(w, &lists[i]);
		lists[i].changed = true;
		lists[i].shown = shown_list(w, &lists[i].real);
	}
	for (unsigned long pfn = 0; nr_isolated && pfn < LANE_NR_PFNS; pfn++)
		if (isolated[pfn])
			lane_mark_isolated(pfn, false);
	memset(larger, 0, sizeof(larger));
}

/* --- what the kernel does not know --- */

void lane_mark_isolated(unsigned long pfn, bool on)
{
	nr_isolated += (unsigned long)on - isolated[pfn];
	isolated[pfn] = on;
	memset(seen + pfn * page_size, UNLIKE_ANY_PAGE, page_size); /* look again */
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
