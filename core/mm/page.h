/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: struct page.  Names as in include/linux/page-flags.h, mm_types.h and
 * page_ref.h (6.17 where versions differ).
 *
 * Content of a struct page is trusted only while page->gen equals the gen of
 * its pageblock.  That one comparison, in pfn_to_page(), gives two things:
 *   - a pageblock that was onlined or freed as a whole gets its pages' default
 *     content on first access, so that whole-block operations cost O(pageblocks);
 *   - the memmap of an offline section never matches: any access is a violation
 *     (offline_memmap_access), as page_init_poison() makes it in the kernel.
 * Pages of the image have gen 0, as has the memory that nobody wrote to.
 *
 * page->touch is 0 until the first change since the world's reset: that is when
 * the page is logged for the next one.  Reading logs nothing.
 */
#ifndef MO_MM_PAGE_H
#define MO_MM_PAGE_H

#include <sys/queue.h>

#include "../lib/base.h"

struct world;

enum pageflags {
	PG_locked,
	PG_reserved,
	PG_head,		/* head of a compound page */
	PG_tail,		/* compound_head() is pfn - page->head_offset */
	PG_lru,
	PG_dirty,		/* legacy virtio-mem: "never onlined" */
	PG_hwpoison,
	PG_hwpoison_taken,	/* ours: poisoned, and in nobody's hands any more */
	PG_hwpoison_off,	/* SetPageHWPoisonTakenOff: it was free */
	PG_movable_ops,		/* non-LRU migration, since 6.17 a flag */
	PG_movable_ops_isolated,
	PG_offline_skippable,	/* proposed 2025: reuses PG_owner_2 */
	PG_offline_never_onlined, /* proposed 2025, frozen design */
	PG_hugetlb_migratable,
	PG_hugetlb_temporary,
	PG_hugetlb_freed,	/* on hstate free list */
	PG_vmemmap_self_hosted,
	PG_isolated,		/* ours: taken off the LRU by an isolator */
	PG_pcp,			/* ours: lies on a per-CPU list */
	PG_lru_batch,		/* ours: lies in a per-CPU LRU batch */
	PG_ballooned,		/* ours: in a balloon, on its list or isolated */
	PG_hugetlb_restore_reserve, /* freeing it gives a reservation back */
	PG_longterm_pinned,	/* ours: somebody pins it with FOLL_LONGTERM */
	PG_has_hwpoisoned,	/* head of a THP that could not be split */
	PG_raw_hwp,		/* ours: on the raw_hwp list of its hugetlb folio */
	PG_offline_managed,	/* ours: PageOffline, but its owner left it among the
				 * managed pages */
	PG_looks_movable,	/* up to 6.16, until it is freed: its driver has let it go */
	PG_in_transit,		/* ours: its driver is about to make it its own */
	PG_nr
};

/* PAGE_FLAGS_CHECK_AT_PREP: a page that is handed out or taken back has none
 * of these, which also say that it is linked on somebody's list (where a kernel has
 * CONFIG_DEBUG_LIST).  PG_hwpoison is checked apart. */
#define PAGE_FLAGS_CHECK_AT_PREP                                               \
	(BIT(PG_locked) | BIT(PG_reserved) | BIT(PG_lru) | BIT(PG_isolated) |  \
	 BIT(PG_movable_ops_isolated) | BIT(PG_pcp) | BIT(PG_lru_batch) |      \
	 BIT(PG_hugetlb_freed) | BIT(PG_ballooned) | BIT(PG_in_transit))

/* include/linux/page-flags.h:enum pagetype; a page has at most one. */
enum pagetype {
	PGTY_none,
	PGTY_buddy,
	PGTY_offline,
	PGTY_table,
	PGTY_slab,
	PGTY_hugetlb,
	PGTY_zsmalloc,
	PGTY_movable_offline, /* proposed 2025, frozen design */
	PGTY_nr
};

TAILQ_HEAD(page_list, page);

struct page {
	TAILQ_ENTRY(page) lru;	/* free list, per-CPU list, LRU, driver list */
	uint32_t gen;		/* see above */
	uint32_t flags;		/* BIT(enum pageflags) */
	int32_t _refcount;
	uint32_t head_offset;	/* tail: distance to the head, in pages */
	uint16_t touch;		/* stamp of the operation that changed it last, 0: none */
	uint16_t mapping;	/* owner id + 1 (key of world->rmap), 0: none */
	uint8_t page_type;	/* enum pagetype */
	uint8_t order;		/* buddy head: buddy order; compound head: order */
	uint8_t mops;		/* PG_movable_ops: index of world->movable_ops */
	union {
		uint8_t pcp_migratetype; /* cached at free, valid on a per-CPU list */
		uint8_t private; /* in a balloon: index of world->balloons */
	};
};

_Static_assert(sizeof(struct page) == 40, "the memmap is sized for this");

/* --- tests: read only, usable by checkers on const pages --- */

#define PAGE_TEST(Name, FLAG)                                                  \
	static inline bool Page##Name(const struct page *page)                 \
	{                                                                      \
		return page->flags & BIT(FLAG);                                \
	}

PAGE_TEST(Locked, PG_locked)
PAGE_TEST(Reserved, PG_reserved)
PAGE_TEST(Head, PG_head)
PAGE_TEST(Tail, PG_tail)
PAGE_TEST(LRU, PG_lru)
PAGE_TEST(Dirty, PG_dirty)
PAGE_TEST(HWPoison, PG_hwpoison)
PAGE_TEST(MovableOps, PG_movable_ops)
PAGE_TEST(MovableOpsIsolated, PG_movable_ops_isolated)
PAGE_TEST(OfflineSkippable, PG_offline_skippable)
PAGE_TEST(OfflineNeverOnlined, PG_offline_never_onlined)
PAGE_TEST(VmemmapSelfHosted, PG_vmemmap_self_hosted)
PAGE_TEST(Isolated, PG_isolated)
PAGE_TEST(Pcp, PG_pcp)
PAGE_TEST(LruBatch, PG_lru_batch)
PAGE_TEST(OfflineManaged, PG_offline_managed)
PAGE_TEST(HasHWPoisoned, PG_has_hwpoisoned)
PAGE_TEST(RawHwp, PG_raw_hwp)
PAGE_TEST(LongtermPinned, PG_longterm_pinned)

static inline bool PageCompound(const struct page *page)
{
	return page->flags & (BIT(PG_head) | BIT(PG_tail));
}

static inline bool PageBuddy(const struct page *page)
{
	return page->page_type == PGTY_buddy;
}

/* A movable offline page of the frozen design is PageOffline to everybody. */
static inline bool PageOffline(const struct page *page)
{
	return page->page_type == PGTY_offline ||
	       page->page_type == PGTY_movable_offline;
}

static inline bool PageSlab(const struct page *page)
{
	return page->page_type == PGTY_slab;
}

static inline unsigned int buddy_order(const struct page *page)
{
	return page->order;
}

static inline struct page *compound_head(struct page *page)
{
	return PageTail(page) ? page - page->head_offset : page;
}

static inline unsigned int compound_order(const struct page *head)
{
	return PageHead(head) ? head->order : 0;
}

static inline unsigned long compound_nr(const struct page *head)
{
	return 1ul << compound_order(head);
}

/* __PageMovable() */
static inline bool looks_movable(const struct page *page)
{
	return page->flags & (BIT(PG_movable_ops) | BIT(PG_looks_movable));
}

/* PageHuge(): head or tail of a hugetlb folio. */
static inline bool PageHuge(struct page *page)
{
	return compound_head(page)->page_type == PGTY_hugetlb;
}

#endif
