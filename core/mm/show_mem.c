/* SPDX-License-Identifier: GPL-2.0-only */
/* dump_page() and show_mem() into a buffer.  mm/debug.c, mm/show_mem.c, 6.17. */
#include <stdarg.h>
#include <stdio.h>

#include "page_offline.h"
#include "show_mem.h"

struct out {
	char *buf;
	size_t size;
	size_t len;
};

static void __printf(2, 3) put(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (o->len + 1 >= o->size)
		return;
	va_start(ap, fmt);
	n = vsnprintf(o->buf + o->len, o->size - o->len, fmt, ap);
	va_end(ap);
	o->len = mo_min(o->len + (size_t)n, o->size - 1);
}

static const char *const flag_names[PG_nr] = {
	[PG_locked] = "locked",
	[PG_reserved] = "reserved",
	[PG_head] = "head",
	[PG_tail] = "tail",
	[PG_lru] = "lru",
	[PG_dirty] = "dirty",
	[PG_hwpoison] = "hwpoison",
	[PG_hwpoison_taken] = "hwpoison_taken",
	[PG_hwpoison_off] = "hwpoison_off",
	[PG_movable_ops] = "movable_ops",
	[PG_movable_ops_isolated] = "movable_ops_isolated",
	[PG_offline_skippable] = "offline_skippable",
	[PG_offline_never_onlined] = "offline_never_onlined",
	[PG_hugetlb_migratable] = "hugetlb_migratable",
	[PG_hugetlb_temporary] = "hugetlb_temporary",
	[PG_hugetlb_freed] = "hugetlb_freed",
	[PG_vmemmap_self_hosted] = "vmemmap_self_hosted",
	[PG_isolated] = "isolated",
	[PG_pcp] = "pcp",
	[PG_lru_batch] = "lru_batch",
	[PG_ballooned] = "ballooned",
	[PG_looks_movable] = "looks_movable",
	[PG_in_transit] = "in_transit",
	[PG_hugetlb_restore_reserve] = "hugetlb_restore_reserve",
	[PG_longterm_pinned] = "longterm_pinned",
	[PG_has_hwpoisoned] = "has_hwpoisoned",
	[PG_raw_hwp] = "raw_hwp",
	[PG_offline_managed] = "offline_managed",
};

static void put_flags(struct out *o, uint32_t flags)
{
	const char *sep = "";

	put(o, "flags: %#x(", flags);
	for (unsigned int i = 0; i < PG_nr; i++) {
		if (!(flags & BIT(i)))
			continue;
		put(o, "%s%s", sep, flag_names[i]);
		sep = "|";
	}
}

/* Content without the bookkeeping of pfn_to_page(). */
static struct page peek(const struct world *w, unsigned long pfn)
{
	const struct pageblock *pb = pfn_to_pageblock(w, pfn);
	const struct page *page = &w->memmap[pfn];
	struct page lazy = { .gen = pb->gen };

	if (page->gen == pb->gen || pb->lazy == PB_LAZY_IMAGE)
		return *page;
	if (pb->lazy == PB_LAZY_INIT) {
		lazy._refcount = w->page_offline->refcount;
		lazy.page_type = PGTY_offline;
	}
	return lazy;
}

static const char *zone_name(const struct zone *zone)
{
	return zone->zone_type == ZONE_MOVABLE ? "Movable" : "Normal";
}

size_t dump_page(const struct world *w, unsigned long pfn, const char *reason,
		 char *buf, size_t size)
{
	struct out o = { buf, size, 0 };
	const struct pageblock *pb;
	const struct zone *zone;
	struct page page;

	if (size)
		buf[0] = '\0';
	if (pfn >= w->nr_pfns) {
		put(&o, "page: pfn:%#lx is behind the end of memory\n", pfn);
		return o.len;
	}
	pb = pfn_to_pageblock(w, pfn);
	if (pb->gen == PB_GEN_POISON) {
		put(&o, "page: pfn:%#lx is uninitialized and poisoned "
		    "(block %lu)\n", pfn, pfn_to_block(w, pfn));
		return o.len;
	}
	page = peek(w, pfn);
	zone = &w->zones[pb->zone_idx];
	put(&o, "page: refcount:%d mapping:%u pfn:%#lx block:%lu pageblock:%s%s\n",
	    page._refcount, page.mapping, pfn, pfn_to_block(w, pfn),
	    migratetype_name((enum migratetype)pb->migratetype),
	    pb->isolated ? "|Isolate" : "");
	if (page.flags & BIT(PG_head))
		put(&o, "head: order:%u\n", page.order);
	put_flags(&o, page.flags);
	put(&o, "|node=%u|zone=%s)\n", zone->node, zone_name(zone));
	put(&o, "page_type: %s", pagetype_name((enum pagetype)page.page_type));
	if (page.page_type == PGTY_buddy)
		put(&o, " order:%u", page.order);
	put(&o, "\npage dumped because: %s\n", reason);
	return o.len;
}

/* mm/show_mem.c:show_migration_types: one letter a type. */
static void put_order(struct out *o, const struct zone *zone, unsigned int order)
{
	static const char letters[MIGRATE_TYPES] = "UMEHCI";
	const struct free_area *area = &zone->free_area[order];

	put(o, "%lu*%ukB ", area->nr_free, 4u << order);
	if (!area->nr_free)
		return;
	put(o, "(");
	for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++)
		if (!TAILQ_EMPTY(&area->free_list[mt]))
			put(o, "%c", letters[mt]);
	put(o, ") ");
}

static void put_zone(struct out *o, const struct world *w,
		     const struct zone *zone)
{
	unsigned long free = 0;
	int pcp = 0;

	for (unsigned int cpu = 0; cpu < w->nr_cpus; cpu++)
		pcp += zone->pageset[cpu].count;
	put(o, "Node %u %s free:%ld min:%lu low:%lu high:%lu present:%lu "
	    "managed:%lu spanned:%lu isolated_pageblocks:%lu pcp:%d "
	    "free_cma:%ld free_highatomic:%ld\n",
	    zone->node, zone_name(zone), zone->nr_free_pages,
	    zone->_watermark[WMARK_MIN], zone->_watermark[WMARK_LOW],
	    zone->_watermark[WMARK_HIGH], zone->present_pages,
	    zone->managed_pages, zone->spanned_pages, zone->nr_isolate_pageblock,
	    pcp, zone->nr_free_cma, zone->nr_free_highatomic);
	put(o, "Node %u %s: ", zone->node, zone_name(zone));
	for (unsigned int order = 0; order <= w->max_page_order; order++) {
		free += zone->free_area[order].nr_free << order;
		put_order(o, zone, order);
	}
	put(o, "= %lukB\n", free * 4);
}

size_t show_mem(const struct world *w, char *buf, size_t size)
{
	struct out o = { buf, size, 0 };

	if (size)
		buf[0] = '\0';
	for (unsigned int i = 0; i < w->nr_zones; i++)
		if (populated_zone(&w->zones[i]))
			put_zone(&o, w, &w->zones[i]);
	return o.len;
}
