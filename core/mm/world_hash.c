/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hash of everything in a world that the future of a run can depend on.  No
 * kernel counterpart; sched/oracle_dfs.c tells what it is for.
 *
 * Left out: the counts of steps and points, the trace hash, the stamps by which
 * touched pages are found (only whether a page was touched is judged), and the
 * order in which pages and blocks became dirty.  The budget of steps of an
 * operation in flight is not part of the state either: a search that cuts at
 * states seen before does not see that one runs out.
 */
#include "../lib/hash.h"
#include "world.h"

static uint64_t hash_page(const struct world *w, unsigned long pfn)
{
	struct page page;

	memcpy(&page, &w->memmap[pfn], sizeof(page));
	page.touch = page.touch != 0;
	return hash_finish(hash_bytes(pfn + 1, &page, sizeof(page)));
}

static uint64_t hash_block(const struct world *w, unsigned long block)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long pb = pfn >> w->pageblock_order;
	uint64_t h = hash_bytes(block + 1, &w->blocks[block],
				sizeof(*w->blocks));

	h = hash_bytes(h, &w->sections[pfn_to_section_nr(w, pfn)],
		       w->geo.sections_per_block * sizeof(*w->sections));
	h = hash_bytes(h, &w->pageblocks[pb],
		       pageblocks_per_block(w) * sizeof(*w->pageblocks));
	for (unsigned long i = pb; i < pb + pageblocks_per_block(w); i++)
		h = hash_u64(h, test_bit(i, w->unplugged) |
				test_bit(i, w->fake_offline_set) << 1 |
				test_bit(i, w->released) << 2);
	return hash_finish(h);
}

static uint64_t hash_task(uint64_t h, const struct task *t)
{
	h = hash_u64(h, (uint64_t)t->in_flight | (uint64_t)t->relaxed << 1 |
				(uint64_t)t->waits_to_read << 2 |
				(uint64_t)t->others_ran << 3 |
				(uint64_t)t->nr_read << 16 |
				(uint64_t)t->atomic_depth << 24 |
				(uint64_t)t->rcu_depth << 32 |
				(uint64_t)t->irq_depth << 40);
	h = hash_u64(h, t->classes | (uint64_t)t->read_classes << 32);
	return hash_u64(h, (uintptr_t)t->waits_for);
}

/* Zero: the world cannot tell, it lost count of the touched pages. */
uint64_t world_state_hash(const struct world *w)
{
	const char *nodes = (const char *)&w->nodes;
	uint64_t h = hash_bytes(w->gen_next, &w->config, sizeof(w->config));
	uint64_t sum = 0;

	if (w->nr_touched > MO_TOUCHED_MAX)
		return 0;
	h = hash_bytes(h, w->zones, w->nr_zones * sizeof(w->zones[0]));
	/* Everything from the nodes to the tasks, which are told apart below. */
	h = hash_bytes(h, nodes, (size_t)((const char *)&w->sched - nodes));
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		h = hash_task(h, &w->sched.tasks[cpu]);
	h = hash_bytes(h, w->sched.place, sizeof(w->sched.place));
	h = hash_bytes(h, w->sched.lock_under, sizeof(w->sched.lock_under));
	/* Likewise what stands behind them. */
	h = hash_bytes(h, &w->stats,
		       (size_t)((const char *)(w + 1) - (const char *)&w->stats));
	for (unsigned int i = 0; i < w->nr_dirty_pages; i++)
		sum += hash_page(w, w->dirty_pages[i]);
	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++)
		sum += hash_block(w, w->dirty_blocks[i]);
	return hash_u64(h, sum) | 1;
}
