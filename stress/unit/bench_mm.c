/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of the benchmark that look inside the model: allocator, reset, a whole
 * block, a large world.  Linked into bench (stress/bench.c).
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../bench.h"
#include "mm/memory.h"
#include "mm/memory_hotplug.h"
#include "mm/page_isolation.h"

/* Figures of llfree-c 970bb3d on the machine of the project's reference notes:
 * nanoseconds of one allocation and one free. */
#define LLFREE_ORDER_0 59.4
#define LLFREE_RANDOM 67.5
#define LLFREE_ORDER_9 46.4

#define NR_TOUCHED 256
#define NR_SLOTS 256

struct bench_world {
	struct world *w;
	unsigned long block; /* free and movable */
	unsigned int order;
	unsigned int nr_dirty_pages;
	unsigned int nr_dirty_blocks;
	uint64_t rng;
	size_t bytes;
	char *to;
	const char *from;
	struct page *slots[NR_SLOTS];
	uint8_t orders[NR_SLOTS];
};

static struct world *create(const struct mo_geometry *geo)
{
	const char *error = NULL;
	struct world *w = world_create(geo, &error);

	if (!w)
		errx(2, "world_create: %s", error);
	world_reset(w, &(struct mo_config){ 0 });
	w->keeps_touched = false; /* as at levels 0 and 1 */
	return w;
}

static void must(const char *what, int ret)
{
	if (ret)
		errx(2, "%s: %s", what, strerror(-ret));
}

/* --- allocator --- */

static void pairs(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	while (nr--) {
		struct page *page;

		world_begin_op(b->w, 0);
		page = alloc_pages(b->w, GFP_HIGHUSER_MOVABLE, b->order, 0);
		bench_use(page);
		world_begin_op(b->w, 0);
		__free_pages(b->w, page, b->order);
	}
}

static uint32_t next_random(struct bench_world *b)
{
	b->rng = b->rng * UINT64_C(6364136223846793005) +
		 UINT64_C(1442695040888963407);
	return (uint32_t)(b->rng >> 33);
}

/* One step fills or empties a random slot; two steps are a pair. */
static void mixed_pairs(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	for (nr *= 2; nr; nr--) {
		uint32_t r = next_random(b);
		uint32_t i = r % NR_SLOTS;

		world_begin_op(b->w, 0);
		if (b->slots[i]) {
			__free_pages(b->w, b->slots[i], b->orders[i]);
			b->slots[i] = NULL;
			continue;
		}
		b->orders[i] = (uint8_t)((r >> 16) % 6);
		b->slots[i] = alloc_pages(b->w, GFP_HIGHUSER_MOVABLE,
					  b->orders[i], 0);
	}
}

static void bench_allocator(struct bench_world *b)
{
	struct bench_world ninth = *b;
	struct bench_item items[] = {
		{ .fn = pairs, .arg = b },
		{ .fn = mixed_pairs, .arg = b },
		{ .fn = pairs, .arg = &ninth },
	};

	b->order = 0;
	ninth.order = 9;
	bench_together(items, 3);
	bench_row(&(struct bench_row){
		"order 0: allocate and free, per-CPU list", items[0].ns, "ns",
		"llfree-c, published", LLFREE_ORDER_0, "20 ns" });
	bench_row(&(struct bench_row){
		"orders 0-5 at random: allocate and free", items[1].ns, "ns",
		"llfree-c, published", LLFREE_RANDOM, "100 ns" });
	bench_row(&(struct bench_row){ "order 9: allocate and free",
				       items[2].ns, "ns", "llfree-c, published",
				       LLFREE_ORDER_9, "46 ns" });
}

/* --- a whole block --- */

static void cycle_block(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	while (nr--) {
		world_begin_op(b->w, 0);
		must("device_offline", device_offline(b->w, b->block));
		world_begin_op(b->w, 0);
		must("device_online",
		     device_online(b->w, b->block, MMOP_ONLINE_MOVABLE));
	}
}

/* What a model without whole-pageblock state does at least: one pass that tests
 * every page, one that takes it away, one that gives it back. */
static void cycle_pages(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;
	struct page *first = &b->w->memmap[block_start_pfn(b->w, b->block)];
	unsigned long nr_pages = pages_per_block(b->w), i, nr_free;

	while (nr--) {
		for (nr_free = i = 0; i < nr_pages; i++)
			nr_free += !first[i]._refcount;
		bench_use(&nr_free);
		for (i = 0; i < nr_pages; i++)
			first[i].flags |= BIT(PG_reserved);
		bench_use(first);
		for (i = 0; i < nr_pages; i++)
			first[i].flags &= ~BIT(PG_reserved);
		bench_use(first);
	}
}

static void bench_block(struct bench_world *b)
{
	struct bench_item items[] = {
		{ .fn = cycle_block, .arg = b },
		{ .fn = cycle_pages, .arg = b },
	};

	bench_together(items, 2);
	bench_row(&(struct bench_row){
		"offline and online a free 32768-page block",
		items[0].ns / 1000, "us", "the same page by page",
		items[1].ns / 1000, "<= 0.05x" });
}

/* --- reset --- */

/* Touches up to NR_TOUCHED pages, spread over the block. */
static void touch_block(struct bench_world *b)
{
	unsigned long pfn = block_start_pfn(b->w, b->block), i;
	unsigned long nr_pages = pages_per_block(b->w);
	unsigned long apart = nr_pages > NR_TOUCHED ? nr_pages / NR_TOUCHED : 1;

	world_reset(b->w, NULL);
	world_begin_op(b->w, 0);
	block_touch(b->w, b->block);
	for (i = 0; i < NR_TOUCHED && i * apart < nr_pages; i++)
		page_touch(b->w, pfn_to_page(b->w, pfn + i * apart));
	b->nr_dirty_pages = b->w->nr_dirty_pages;
	b->nr_dirty_blocks = b->w->nr_dirty_blocks;
}

/* The dirty lists outlive a reset that empties them: the same pages again. */
static void reset(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	while (nr--) {
		b->w->nr_dirty_pages = b->nr_dirty_pages;
		b->w->nr_dirty_blocks = b->nr_dirty_blocks;
		world_reset(b->w, NULL);
	}
}

static void copy_all(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	while (nr--) {
		memcpy(b->to, b->from, b->bytes);
		bench_use(b->to);
	}
}

static void set_all(void *arg, uint64_t nr)
{
	struct bench_world *b = arg;

	while (nr--) {
		memset(b->to, (int)nr, b->bytes);
		bench_use(b->to);
	}
}

/* What a reset without dirty tracking would have to copy. */
static size_t world_bytes(const struct world *w)
{
	return sizeof(*w) - offsetof(struct world, state_begin) +
	       w->nr_pfns * sizeof(struct page) +
	       (w->nr_pfns >> w->pageblock_order) * sizeof(struct pageblock) +
	       (w->nr_pfns >> w->section_order) * sizeof(struct mem_section) +
	       w->geo.nr_blocks * sizeof(struct memory_block);
}

static void bench_reset(struct bench_world *b, const char *what, bench_fn floor,
			const char *beside, size_t bytes, const char *goal)
{
	struct bench_item items[] = {
		{ .fn = reset, .arg = b },
		{ .fn = floor, .arg = b },
	};

	b->bytes = bytes;
	b->to = malloc(bytes);
	b->from = calloc(1, bytes);
	if (!b->to || !b->from)
		err(2, "malloc");
	touch_block(b);
	bench_together(items, 2);
	bench_row(&(struct bench_row){ what, items[0].ns, "ns", beside,
				       items[1].ns, goal });
	free(b->to);
	free((void *)b->from);
}

/* --- a large world --- */

static double resident_mib(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long size, resident = 0;

	if (!f || fscanf(f, "%lu %lu", &size, &resident) != 2)
		warnx("/proc/self/statm cannot be read");
	if (f)
		fclose(f);
	return (double)resident / 256;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void bench_large(void)
{
	struct mo_geometry geo = *mo_geometry_by_name("x86_64");
	double mib = resident_mib(), ms = cpu_ms();
	struct world *w;

	geo.nr_blocks = 8192;
	w = create(&geo);
	bench_row(&(struct bench_row){ "a 1 TiB world (8192 blocks): start",
				       cpu_ms() - ms, "ms", "", 0,
				       "<= 1000 ms" });
	bench_row(&(struct bench_row){ "a 1 TiB world (8192 blocks): memory",
				       resident_mib() - mib, "MiB", "", 0,
				       "<= 1024 MiB" });
	world_destroy(w);
}

void bench_mm(void)
{
	struct bench_world tiny = { .w = create(mo_geometry_by_name("tiny")),
				    .block = 6 };
	struct bench_world x86 = { .w = create(mo_geometry_by_name("x86_64")),
				   .block = 3 };

	bench_reset(&tiny, "reset of a tiny world, a whole block touched",
		    copy_all, "memcpy of all its state", world_bytes(tiny.w),
		    "<= 1.5x and <= 1000 ns");
	bench_reset(&x86, "reset after 256 pages of a 32768-page block",
		    set_all, "memset of the block's memmap",
		    pages_per_block(x86.w) * sizeof(struct page), "<= 0.1x");
	bench_block(&x86);
	bench_allocator(&x86);
	world_destroy(tiny.w);
	world_destroy(x86.w);
	bench_large();
}
