/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the model and the source lane must have in common after each operation, seen
 * through check/view.h: counters, blocks, pageblocks, lists in their order, pages.
 * One walk, which makes a hash or a text: what differs in one differs in the other.
 *
 * Not here, because kernels do not have it: the type of a pageblock while it is
 * isolated (before 6.17), the start of an empty zone or node.
 */
#include <stdarg.h>

#include "check/view.h"
#include "lib/hash.h"
#include "op/sbuf.h"
#include "state.h"

struct sink {
	uint64_t hash;
	struct sbuf *out;	/* NULL: only the hash */
};

static void value(struct sink *s, uint64_t v)
{
	s->hash = hash_u64(s->hash, v);
	if (s->out)
		sbuf_printf(s->out, " %lld", (long long)v);
}

/* A line begins. */
__attribute__((format(printf, 2, 3)))
static void line(struct sink *s, const char *fmt, ...)
{
	char text[64];
	va_list ap;

	if (!s->out)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sbuf_printf(s->out, "\n%s", text);
}

/* --- lists --- */

static void list(struct sink *s, const struct world *w, view_list_t l)
{
	unsigned long pfn = view_list_first(w, l);

	while (pfn < view_nr_pfns(w)) {
		value(s, pfn);
		pfn = view_list_next(w, l, pfn);
	}
	s->hash = hash_u64(s->hash, pfn);
	if (pfn == VIEW_LOST)
		line(s, "... the links are broken");
}

static bool is_empty(const struct world *w, view_list_t l)
{
	return view_list_first(w, l) == VIEW_HEAD;
}

static void free_lists(struct sink *s, const struct world *w, unsigned int zone)
{
	static const char *const types[MIGRATE_TYPES] = {
		"unmovable", "movable", "reclaimable", "highatomic", "cma", "isolated"
	};

	for (unsigned int order = 0; order <= view_max_page_order(w); order++) {
		s->hash = hash_u64(s->hash, (uint64_t)view_free_area_count(w, zone, order));
		for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++) {
			view_list_t l = view_free_list(w, zone, order, mt);

			if (!is_empty(w, l))
				line(s, "zone %u free order %u %s:", zone, order,
				     types[mt]);
			list(s, w, l);
		}
	}
}

static void pcp_lists(struct sink *s, const struct world *w, unsigned int zone)
{
	for (unsigned int i = 0; i < NR_LOWORDER_PCP_LISTS; i++) {
		view_list_t l = view_pcp_list(w, zone, 0, i);

		if (!is_empty(w, l))
			line(s, "zone %u pcp list %u (order %u):", zone, i,
			     i / MIGRATE_PCPTYPES);
		list(s, w, l);
	}
}

/* --- counters --- */

static void zone_state(struct sink *s, const struct world *w, unsigned int zone)
{
	unsigned long spanned = view_zone_spanned(w, zone);

	line(s, "zone %u start, spanned:", zone);
	value(s, spanned ? view_zone_start_pfn(w, zone) : 0);
	value(s, spanned);
	line(s, "zone %u present, managed:", zone);
	value(s, (uint64_t)view_zone_present(w, zone));
	value(s, (uint64_t)view_zone_managed(w, zone));
	line(s, "zone %u isolated pageblocks:", zone);
	value(s, (uint64_t)view_zone_nr_isolate_pageblock(w, zone));
	line(s, "zone %u free, of them cma, highatomic:", zone);
	value(s, (uint64_t)view_zone_nr_free(w, zone));
	value(s, (uint64_t)view_zone_nr_free_cma(w, zone));
	value(s, (uint64_t)view_zone_nr_free_highatomic(w, zone));
	line(s, "zone %u watermark:", zone);
	value(s, (uint64_t)view_zone_watermark_min(w, zone));
	line(s, "zone %u pcp count:", zone);
	value(s, (uint64_t)view_pcp_count(w, zone, 0));
	free_lists(s, w, zone);
	if (view_zone_present(w, zone))
		pcp_lists(s, w, zone);
}

/* The count of a driver that keeps none is that of its pages. */
static void balloon_state(struct sink *s, const struct world *w, unsigned int i)
{
	line(s, "balloon %u size, isolated:", i);
	value(s, (uint64_t)view_balloon_size(w, i));
	value(s, (uint64_t)view_balloon_isolated(w, i));
	line(s, "balloon %u pages:", i);
	list(s, w, view_balloon_list(w, i));
}

/* What the driver of the device knows, and what the device has. */
static void virtio_mem_state(struct sink *s, const struct world *w)
{
	unsigned long id = view_virtio_mem_first_id(w);

	line(s, "virtio-mem plugged, by the device, offline, active:");
	value(s, view_virtio_mem_plugged_size(w));
	value(s, view_virtio_mem_device_plugged_size(w));
	value(s, view_virtio_mem_offline_size(w));
	value(s, view_virtio_mem_hotplug_active(w));
	for (; id < view_virtio_mem_next_id(w); id++) {
		line(s, "virtio-mem block %lu state, subblocks:", id);
		value(s, view_virtio_mem_state(w, id));
		if (view_virtio_mem_in_sbm(w))
			value(s, view_virtio_mem_sbs(w, id));
	}
}

static void node_state(struct sink *s, const struct world *w, unsigned int nid)
{
	unsigned long spanned = view_node_spanned(w, nid);

	line(s, "node %u start, spanned, present:", nid);
	value(s, spanned ? view_node_start_pfn(w, nid) : 0);
	value(s, spanned);
	value(s, (uint64_t)view_node_present(w, nid));
	line(s, "node %u lru, pages:", nid);
	value(s, (uint64_t)view_node_nr_lru(w, nid));
	if (view_counts_balloon_pages(w)) {
		line(s, "node %u balloons, pages:", nid);
		value(s, (uint64_t)view_node_nr_balloon(w, nid));
	}
	line(s, "node %u lru:", nid);
	list(s, w, view_lru_list(w, nid));
	line(s, "folios in the lru batch, lru_disable_count, poisoned:");
	value(s, view_nr_lru_batch(w, 0));
	value(s, (uint64_t)view_lru_disable_count(w));
	value(s, view_nr_poisoned(w));
}

/* --- memory --- */

static void block_state(struct sink *s, const struct world *w, unsigned long block)
{
	unsigned long pfn = block_start_pfn(w, block);
	unsigned int zone = view_block_zone(w, block);

	line(s, "block %lu state, zone, poisoned, section present, online:", block);
	value(s, view_block_state(w, block));
	value(s, zone == ZONE_IDX_NONE ? ~0ull : zone);
	value(s, view_block_nr_hwpoison(w, block));
	value(s, view_section_present(w, pfn));
	value(s, view_section_online(w, pfn));
}

static void pageblock_state(struct sink *s, const struct world *w,
			    unsigned long pfn)
{
	bool isolated = view_pb_isolated(w, pfn);

	line(s, "pageblock of page %lu: zone, isolated, type:", pfn);
	value(s, view_pb_zone(w, pfn));
	value(s, isolated);
	value(s, isolated ? ~0ull : view_pb_type(w, pfn));
	if (view_pb_unplugged(w, pfn))
		value(s, 1);
}

/* A page that its driver has left to those who pin it cannot move, however the kernel
 * marks that. */
static bool has_driver(view_page_t page)
{
	return view_type(page) == PGTY_zsmalloc ? view_mapping(page) :
						  view_flag(page, PG_ballooned);
}

/* What both know of a page, in bits of their own. */
static unsigned int page_flags(view_page_t page)
{
	static const uint8_t flags[] = {
		PG_locked, PG_reserved, PG_head, PG_tail, PG_lru, PG_hwpoison,
		PG_movable_ops, PG_movable_ops_isolated, PG_isolated, PG_pcp,
		PG_lru_batch, PG_ballooned, PG_offline_managed,
	};
	unsigned int bits = 0;

	if (likely(!view_flags(page, ~0u)))
		return 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i] != PG_movable_ops || has_driver(page))
			bits |= (unsigned int)view_flag(page, flags[i]) << i;
	return bits;
}

static void flag_names(struct sbuf *out, unsigned int bits)
{
	static const char *const names[] = {
		"locked", "reserved", "head", "tail", "lru", "hwpoison",
		"movable_ops", "movable_ops_isolated", "isolated", "pcp", "lru_batch",
		"ballooned", "offline_managed",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (bits >> i & 1)
			sbuf_printf(out, " %s", names[i]);
}

static void page_state(struct sink *s, const struct world *w, unsigned long pfn)
{
	static const char *const types[PGTY_nr] = {
		[PGTY_none] = "in use", [PGTY_buddy] = "free", [PGTY_offline] = "offline",
	};
	view_page_t page = view_page(w, pfn);
	unsigned int type = view_type(page), flags = page_flags(page), order = 0;

	/* Behind the head of a free page, or of an allocation without __GFP_COMP. */
	if (likely(!type && !flags && !view_refcount(page)))
		return;
	type = type > PGTY_offline ? PGTY_none : type;
	if (type == PGTY_buddy || view_flag(page, PG_head))
		order = view_order(page);
	s->hash = hash_u64(s->hash, pfn << 32 | flags);
	s->hash = hash_u64(s->hash, (uint64_t)view_refcount(page) << 32 |
			   type << 24 | order << 16 | view_mapping(page));
	if (!s->out)
		return;
	line(s, "page %lu: %s, references %d, order %u", pfn, types[type],
	     view_refcount(page), order);
	if (view_mapping(page))
		sbuf_printf(s->out, ", mapped by %u", view_mapping(page) - 1);
	flag_names(s->out, flags);
}

static void memory(struct sink *s, const struct world *w)
{
	for (unsigned long block = 0; block < view_nr_blocks(w); block++)
		block_state(s, w, block);
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w);
	     pfn += pageblock_nr_pages(w)) {
		if (!view_pb_initialised(w, pfn))
			continue;
		pageblock_state(s, w, pfn);
		for (unsigned long p = pfn; p < pageblock_end_pfn(w, pfn); p++)
			page_state(s, w, p);
	}
}

static void machine(struct sink *s, const struct world *w)
{
	view_sync(w);
	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		zone_state(s, w, zone);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		node_state(s, w, nid);
	for (unsigned int i = 0; i < view_nr_balloons(w); i++)
		balloon_state(s, w, i);
	if (view_virtio_mem_bound(w))
		virtio_mem_state(s, w);
	memory(s, w);
}

uint64_t state_hash(const struct world *w)
{
	struct sink s = { 0 };

	machine(&s, w);
	return hash_finish(s.hash);
}

size_t state_text(const struct world *w, char *text, size_t size)
{
	struct sbuf out = { text, size, 0 };
	struct sink s = { .out = &out };

	machine(&s, w);
	return out.len;
}
