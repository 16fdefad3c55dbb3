/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the real structures in terms that do not depend on the kernel's
 * version.  Nothing here writes.
 */
#include "env.h"

const struct lane_facts lane_facts = {
#ifdef HAVE_BLOCK_NR_HWPOISON
	.blocks_count_poison = 1,
#endif
#if defined(HAVE_MOVE_FREEPAGES_ISOLATE) || defined(HAVE_ISOLATE_AND_MOVE)
	.free_lists_exact = 1,
#endif
#ifdef HAVE_FREE_HIGHATOMIC
	.counts_free_highatomic = 1,
#endif
#ifdef HAVE_ISOLATE_AND_MOVE
	.isolation_keeps_type = 1,
#endif
#ifdef HAVE_BALLOON_PAGES
	.counts_balloon_pages = 1,
#endif
#ifdef HAVE_ALLOC_FROZEN
	.slabs_frozen = 1,
#endif
};

unsigned long lane_memmap(const void **start)
{
	*start = lane_vmemmap;
	return sizeof(struct page);
}

/* --- pages --- */

static unsigned int flags_of(struct page *page)
{
	unsigned int flags = 0;

	if (PageReserved(page))
		flags |= LANE_RESERVED;
	if (PageLocked(page))
		flags |= LANE_LOCKED;
	if (lane_page_flags(page) & BIT(PG_lru))
		flags |= LANE_LRU;
	if (lane_page_flags(page) & BIT(PG_dirty))
		flags |= LANE_DIRTY;
	if (PageHWPoison(page))
		flags |= LANE_HWPOISON;
	if (PageVmemmapSelfHosted(page))
		flags |= LANE_VMEMMAP;
	if (lane_has_driver(page)) {
		flags |= LANE_MOVABLE_OPS;
		if (lane_is_movable_ops_isolated(page))
			flags |= LANE_MOVABLE_OPS_ISOLATED;
	} else if (lane_is_movable_ops(page)) {
		/* Its driver has left it to those who pin it. */
		flags |= LANE_MOVABLE_LEFT;
	}
	return flags;
}

static enum lane_type type_of(struct page *page)
{
	if (PageBuddy(page))
		return LANE_BUDDY;
	if (PageOffline(page))
		return LANE_OFFLINE;
	/* zsmalloc has a type since 6.12 */
	return page_has_type(page) && !lane_is_movable_ops(page) ?
		       LANE_OTHER_TYPE : LANE_NONE;
}

static unsigned short owner_of(struct page *page)
{
	struct folio *folio = (struct folio *)page;

	if (lane_has_driver(page))
		return folio->index + 1;
	/* Its driver has let it go. */
	if (lane_is_movable_ops(page))
		return 0;
	return folio_test_anon(folio) && folio_mapped(folio) ? folio->index + 1 : 0;
}

static void look_tail(struct page *page, struct lane_page *p)
{
	p->flags = LANE_TAIL;
	if (PageHWPoison(page))
		p->flags |= LANE_HWPOISON;
	p->head_offset = page - compound_head(page);
}

static void look_ballooned(struct page *page, struct lane_page *p)
{
	int id = lane_balloon_of(page);

	/* Or its balloon has let it go, and its type stays. */
	if (lane_is_traced(page) ||
	    (lane_is_movable_ops(page) && !lane_has_driver(page)))
		p->flags |= LANE_OFFLINE_MANAGED;
	if (id < 0)
		return;
	p->balloon = id;
	p->flags |= LANE_BALLOONED;
	if (lane_balloon_stays_managed(id))
		p->flags |= LANE_OFFLINE_MANAGED;
}

void lane_look_page(unsigned long pfn, struct lane_page *p)
{
	struct page *page = pfn_to_page(pfn);

	/* Somebody who is interrupted initialises this pageblock, and has not come
	 * so far. */
	if (lane_page_flags(page) == ~0ul) {
		*p = (struct lane_page){ 0 };
		return;
	}
	*p = (struct lane_page){ .refcount = page_ref_count(page) };
	if (PageTail(page)) {
		look_tail(page, p);
		return;
	}
	p->flags = flags_of(page);
	p->type = type_of(page);
	if (PageHead(page)) {
		p->flags |= LANE_HEAD;
		p->order = compound_order(page);
	} else if (p->type == LANE_BUDDY) {
		p->order = buddy_order(page);
	}
	if (p->type == LANE_NONE)
		p->owner = owner_of(page);
	if (p->type == LANE_OFFLINE)
		look_ballooned(page, p);
}

/* --- pageblocks --- */

static const unsigned char types[MIGRATE_TYPES] = {
	[MIGRATE_UNMOVABLE] = LANE_MT_UNMOVABLE,
	[MIGRATE_MOVABLE] = LANE_MT_MOVABLE,
	[MIGRATE_RECLAIMABLE] = LANE_MT_RECLAIMABLE,
	[MIGRATE_HIGHATOMIC] = LANE_MT_HIGHATOMIC,
	[MIGRATE_CMA] = LANE_MT_CMA,
	[MIGRATE_ISOLATE] = LANE_MT_ISOLATE,
};

void lane_look_pageblock(unsigned long pfn, struct lane_pageblock *pb)
{
	struct page *page = pfn_to_page(pfn);

	*pb = (struct lane_pageblock){ 0 };
	if (!pfn_valid(pfn) || lane_page_flags(page) == ~0ul)
		return;
	pb->initialised = 1;
	pb->zone = lane_zone_index(page_zone(page));
	pb->isolated = get_pageblock_migratetype(page) == MIGRATE_ISOLATE;
	pb->mt = types[lane_pageblock_type(page)];
}

/* Of a section: the bits of all its pageblocks; NULL: it is not present. */
const void *lane_pageblock_flags(unsigned long section, unsigned long *bytes)
{
	struct mem_section *ms = __nr_to_section(section);

	*bytes = BITS_TO_LONGS(SECTION_BLOCKFLAGS_BITS) * sizeof(long);
	return ms && ms->usage ? ms->usage->pageblock_flags : NULL;
}

/* --- the node --- */

void lane_look_node(struct lane_node *node)
{
	pg_data_t *pgdat = NODE_DATA(0);

	*node = (struct lane_node){
		.start_pfn = pgdat->node_start_pfn,
		.spanned = pgdat->node_spanned_pages,
		.present = pgdat->node_present_pages,
		.nr_isolated = node_page_state(pgdat, NR_ISOLATED_ANON) +
			       node_page_state(pgdat, NR_ISOLATED_FILE),
	};
	for (int i = 0; i < NR_LRU_LISTS; i++)
		node->nr_lru += node_page_state(pgdat, NR_LRU_BASE + i);
#ifdef HAVE_BALLOON_PAGES
	node->nr_balloon = node_page_state(pgdat, NR_BALLOON_PAGES);
#endif
}
