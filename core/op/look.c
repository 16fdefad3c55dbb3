/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "look.h"
#include "sbuf.h"
#include "subject.h"

static const struct {
	char letter;
	const char *name;
	const char *text;
} states[PAGE_STATE_NR] = {
#define PAGE_STATE(letter, name, text) [PAGE_##name] = { letter, #name, text },
#include "page_states.def"
#undef PAGE_STATE
};

char page_state_letter(unsigned int state)
{
	return state < PAGE_STATE_NR ? states[state].letter : ' ';
}

const char *page_state_name(unsigned int state)
{
	return state < PAGE_STATE_NR ? states[state].name : NULL;
}

const char *page_state_text(unsigned int state)
{
	return state < PAGE_STATE_NR ? states[state].text : NULL;
}

/* --- one page --- */

static enum page_state free_state(const struct world *w, unsigned long pfn)
{
	static const uint8_t of_type[MIGRATE_TYPES] = {
		[MIGRATE_UNMOVABLE] = PAGE_FREE_UNMOVABLE,
		[MIGRATE_MOVABLE] = PAGE_FREE_MOVABLE,
		[MIGRATE_RECLAIMABLE] = PAGE_FREE_RECLAIMABLE,
		[MIGRATE_HIGHATOMIC] = PAGE_FREE_HIGHATOMIC,
		[MIGRATE_CMA] = PAGE_FREE_CMA,
		[MIGRATE_ISOLATE] = PAGE_FREE_ISOLATED,
	};

	return (enum page_state)of_type[view_pb_list_type(w, pfn)];
}

static enum page_state offline_state(view_page_t page)
{
	if (view_flag(page, PG_offline_never_onlined) || view_flag(page, PG_dirty))
		return PAGE_OFFLINE_NEVER;
	if (view_flag(page, PG_offline_skippable))
		return PAGE_OFFLINE_SKIPPABLE;
	return view_refcount(page) ? PAGE_OFFLINE : PAGE_OFFLINE_FROZEN;
}

/* head: the page itself, or the head of the compound page that it is in. */
static enum page_state used_state(view_page_t head)
{
	if (view_type(head) == PGTY_hugetlb)
		return view_flag(head, PG_hugetlb_freed) ? PAGE_HUGETLB_FREE :
							   PAGE_HUGETLB;
	if (view_flag(head, PG_isolated) || view_flag(head, PG_movable_ops_isolated))
		return PAGE_TAKEN;
	if (view_flag(head, PG_movable_ops))
		return PAGE_MOVABLE_OPS;
	if (view_flag(head, PG_lru) || view_flag(head, PG_lru_batch))
		return PAGE_LRU;
	if (view_flag(head, PG_reserved))
		return PAGE_RESERVED;
	return view_flag(head, PG_pcp) ? PAGE_PCP : PAGE_ALLOCATED;
}

/* The free page that pfn is inside of, not at the start; VIEW_HEAD: none. */
static unsigned long free_page_around(const struct world *w, unsigned long pfn)
{
	for (unsigned int order = 1; order <= view_max_page_order(w); order++) {
		unsigned long start = ALIGN_DOWN(pfn, 1ul << order);
		view_page_t page = view_page(w, start);

		if (page && view_is_buddy(page) && view_order(page) >= order)
			return start;
	}
	return VIEW_HEAD;
}

/* Its state; *nr: so many pages from here on are in it too. */
static enum page_state page_state(const struct world *w, unsigned long pfn,
				  unsigned long *nr)
{
	unsigned long around;
	view_page_t page;

	*nr = 1;
	if (!view_section_present(w, pfn))
		return PAGE_ABSENT;
	page = view_page(w, pfn);
	if (!page)
		return PAGE_OFFLINE_MEMMAP;
	if (view_flag(page, PG_hwpoison))
		return PAGE_HWPOISON;
	if (view_flag(page, PG_vmemmap_self_hosted))
		return PAGE_VMEMMAP;
	if (view_flag(page, PG_ballooned))
		return PAGE_BALLOON;
	if (view_is_offline(page))
		return offline_state(page);
	if (view_is_buddy(page)) {
		*nr = mo_min(1ul << view_order(page), pageblock_nr_pages(w));
		return free_state(w, pfn);
	}
	if (view_flag(page, PG_tail) && view_head_offset(page) <= pfn)
		page = view_page(w, pfn - view_head_offset(page));
	if (!page)
		return PAGE_OFFLINE_MEMMAP;
	if (view_refcount(page) || view_flags(page, ~0u) || view_type(page))
		return used_state(page);
	around = free_page_around(w, pfn);
	return around == VIEW_HEAD ? PAGE_ALLOCATED : free_state(w, pfn);
}

unsigned long look_in_the_way(const struct world *w, unsigned long start_pfn,
			      unsigned long end_pfn)
{
	unsigned long nr;

	for (unsigned long pfn = start_pfn; pfn < end_pfn; pfn += nr) {
		enum page_state state = page_state(w, pfn, &nr);

		if (state != PAGE_FREE_ISOLATED && state != PAGE_HWPOISON &&
		    state != PAGE_OFFLINE_NEVER && state != PAGE_OFFLINE_SKIPPABLE &&
		    state != PAGE_OFFLINE_FROZEN)
			return pfn;
	}
	return start_pfn;
}

/* --- the map --- */

static enum page_state cell_state(const struct world *w, unsigned long pfn,
				  unsigned long end)
{
	enum page_state most = PAGE_ABSENT;
	unsigned long nr;

	for (; pfn < end; pfn += nr) {
		enum page_state state = page_state(w, pfn, &nr);

		if (state > most)
			most = state;
		if (state == PAGE_ABSENT || state == PAGE_OFFLINE_MEMMAP)
			nr = ALIGN_UP(pfn + 1, pageblock_nr_pages(w)) - pfn;
	}
	return most;
}

/* Pins are known to who holds them, not to the page. */
static void mark_pins(const struct exec *x, unsigned long start_pfn,
		      size_t nr_cells, unsigned long pages_per_cell, char *cells)
{
	for (unsigned int slot = 0; slot < x->nr_slots; slot++) {
		const struct object *o = &x->objects[slot];
		unsigned long cell;

		if (!o->pins || o->pin_pfn == NO_PFN || o->pin_pfn < start_pfn)
			continue;
		cell = (o->pin_pfn - start_pfn) / pages_per_cell;
		if (cell < nr_cells && cells[cell] != states[PAGE_HWPOISON].letter)
			cells[cell] = states[PAGE_PINNED].letter;
	}
}

void look_map(const struct exec *x, unsigned long start_pfn, size_t nr_cells,
	      unsigned long pages_per_cell, char *cells)
{
	const struct world *w = x->w;

	for (size_t i = 0; i < nr_cells; i++) {
		unsigned long pfn = start_pfn + i * pages_per_cell;

		cells[i] = pfn + pages_per_cell > view_nr_pfns(w) ? ' ' :
			   states[cell_state(w, pfn, pfn + pages_per_cell)].letter;
	}
	mark_pins(x, start_pfn, nr_cells, pages_per_cell, cells);
}

void look_pageblocks(const struct exec *x, unsigned long first, size_t nr,
		     char *letters)
{
	static const char own[MIGRATE_TYPES] = "UMEHCI", isolated[MIGRATE_TYPES] = "umehci";
	const struct world *w = x->w;

	for (size_t i = 0; i < nr; i++) {
		unsigned long pfn = (first + i) << view_pageblock_order(w);

		if (pfn >= view_nr_pfns(w))
			letters[i] = ' ';
		else if (!view_section_present(w, pfn))
			letters[i] = '_';
		else if (!view_pb_initialised(w, pfn))
			letters[i] = '-';
		else
			letters[i] = (view_pb_isolated(w, pfn) ? isolated : own)
				[view_pb_type(w, pfn)];
	}
}

/* --- the machine, its blocks --- */

void look_machine(const struct exec *x, struct mo_machine_info *info)
{
	const struct world *w = x->w;

	*info = (struct mo_machine_info){
		.geometry = w->geo.name,
		.nr_cpus = view_nr_cpus(w),
		.nr_nodes = view_nr_nodes(w),
		.nr_blocks = (unsigned int)view_nr_blocks(w),
		.nr_pages = view_nr_pfns(w),
		.pages_per_block = pages_per_block(w),
		.pages_per_pageblock = pageblock_nr_pages(w),
		.guilty_page = w->violation.id ? w->violation.pfn : ~0ul,
	};
}

bool look_block(const struct exec *x, unsigned int index,
		struct mo_block_info *info)
{
	const struct world *w = x->w;
	unsigned int zone;

	if (index >= view_nr_blocks(w))
		return false;
	zone = view_block_zone(w, index);
	*info = (struct mo_block_info){
		.state = view_block_state(w, index) == MEM_ABSENT ? "ABSENT" :
			 memory_action_name(view_block_state(w, index)),
		.zone = zone == ZONE_IDX_NONE ? NULL :
			view_zone_type(w, zone) == ZONE_MOVABLE ? "Movable" : "Normal",
		.node = block_to_nid(w, index),
		.nr_hwpoison = view_block_nr_hwpoison(w, index),
	};
	return true;
}

/* --- CPUs and their locks --- */

static void lock_name(const struct world *w, const struct lock *l,
		      struct sbuf *out)
{
	for (unsigned int i = 0; i < view_nr_zones(w); i++) {
		if (l == &w->zones[i].lock)
			sbuf_printf(out, "zone %u ", i);
		for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
			if (l == &w->zones[i].pageset[cpu].lock)
				sbuf_printf(out, "zone %u cpu%u ", i, cpu);
	}
	sbuf_puts(out, l->class ? lock_class_name(l->class) : "a lock");
}

/* Of those that a task holds; taken before all others, as far as that is known. */
static unsigned int outermost(const struct sched *s, uint32_t classes)
{
	for (unsigned int i = 0; i < LOCK_CLASS_NR; i++)
		if (classes & BIT(i) &&
		    (!i || !(s->lock_under[i] & classes & ~BIT(LOCK_UNCLASSED))))
			return i;
	return (unsigned int)__builtin_ctz(classes);
}

/* Zones and their per-CPU lists have a lock each; the others are alone. */
static void held_name(const struct world *w, unsigned int class,
		      unsigned int owner, struct sbuf *out)
{
	for (unsigned int i = 0; i < view_nr_zones(w); i++) {
		if (class == LOCK_zone_lock && w->zones[i].lock.owner == owner)
			lock_name(w, &w->zones[i].lock, out);
		for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
			if (class == LOCK_pcp_lock &&
			    w->zones[i].pageset[cpu].lock.owner == owner)
				lock_name(w, &w->zones[i].pageset[cpu].lock, out);
	}
	if (class != LOCK_zone_lock && class != LOCK_pcp_lock)
		sbuf_puts(out, class ? lock_class_name(class) : "a lock");
}

static void look_locks(const struct world *w, const struct task *t,
		       struct sbuf *out)
{
	uint32_t left = t->classes;

	while (left) {
		unsigned int class = outermost(&w->sched, left);

		held_name(w, class, t->id, out);
		left &= ~BIT(class);
		if (left || t->nr_read)
			sbuf_puts(out, ", ");
	}
	if (t->nr_read)
		sbuf_puts(out, "mem_hotplug_lock (read)");
}

bool look_cpu(const struct exec *x, unsigned int index, struct mo_cpu_info *info)
{
	const struct world *w = x->w;
	const struct task *t = &w->sched.tasks[index];
	struct sbuf holds = SBUF(info->holds), waits = SBUF(info->waits_for);

	if (index >= view_nr_cpus(w))
		return false;
	*info = (struct mo_cpu_info){ 0 };
	info->op = w->sched.concurrent ? x->running[index] : x->op;
	info->in_flight = w->sched.concurrent ? t->in_flight :
			  x->op < x->program->nr_ops &&
			  x->program->ops[x->op].cpu == index &&
			  x->nr_done <= x->op;
	look_locks(w, t, &holds);
	if (t->waits_for)
		lock_name(w, t->waits_for, &waits);
	return true;
}

/* --- counters --- */

static int64_t zone_counter(const struct world *w, unsigned int zone,
			    unsigned int which)
{
	int64_t pcp = 0;

	switch (which) {
	case 0:
		return view_zone_nr_free(w, zone);
	case 1:
		return view_zone_managed(w, zone);
	case 2:
		return view_zone_present(w, zone);
	case 3:
		return view_zone_nr_isolate_pageblock(w, zone);
	}
	for (unsigned int cpu = 0; cpu < view_nr_cpus(w); cpu++)
		pcp += view_pcp_count(w, zone, cpu);
	return pcp;
}

static bool named_counter(struct mo_counter_info *info, const char *name,
			  int64_t value)
{
	struct sbuf out = SBUF(info->name);

	sbuf_puts(&out, name);
	info->value = value;
	return true;
}

/* How often each fail point struck. */
static bool fail_counter(const struct world *w, unsigned int index,
			 struct mo_counter_info *info)
{
	struct sbuf out = SBUF(info->name);

	for (unsigned int i = FAIL_NONE + 1; i < FAIL_POINT_MAX; i++) {
		if (!fail_point_name(i) || index--)
			continue;
		sbuf_printf(&out, "fail %s", fail_point_name(i));
		info->value = w->fail.fired[i];
		return true;
	}
	return false;
}

#define ZONE_COUNTERS 5

bool look_counter(const struct exec *x, unsigned int index,
		  struct mo_counter_info *info)
{
	static const char *const of_zone[ZONE_COUNTERS] = {
		"free", "managed", "present", "isolated pageblocks", "per-CPU lists"
	};
	const struct world *w = x->w;
	struct sbuf out = SBUF(info->name);
	unsigned int zone = index / ZONE_COUNTERS;

	if (zone < view_nr_zones(w)) {
		sbuf_printf(&out, "node %u %s %s", view_zone_node(w, zone),
			    view_zone_type(w, zone) == ZONE_MOVABLE ? "Movable" :
								      "Normal",
			    of_zone[index % ZONE_COUNTERS]);
		info->value = zone_counter(w, zone, index % ZONE_COUNTERS);
		return true;
	}
	index -= view_nr_zones(w) * ZONE_COUNTERS;
	if (!index--)
		return named_counter(info, "taken for migration",
				     (int64_t)view_nr_isolated(w));
	if (!index--)
		return named_counter(info, "migrated folios", view_nr_migrated(w));
	if (!index--)
		return named_counter(info, "poisoned pages",
				     (int64_t)view_nr_poisoned(w));
	if (index < MEM_ACTION_NR - MEM_GOING_OFFLINE) {
		index += MEM_GOING_OFFLINE;
		sbuf_printf(&out, "notified %s",
			    memory_action_name((enum memory_block_state)index));
		info->value = view_nr_notified(w, (enum memory_block_state)index);
		return true;
	}
	return fail_counter(w, index - (MEM_ACTION_NR - MEM_GOING_OFFLINE), info);
}
