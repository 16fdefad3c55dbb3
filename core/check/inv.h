/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: shared between the files of check/ only.
 *
 * Every invariant has a function inv_<id>() that calls violation() itself, so
 * that the id is on the stack of a crash.  Where the test is hot it stands
 * inline at the caller and inv_<id>() only reports; elsewhere inv_<id>() tests.
 */
#ifndef MO_CHECK_INV_H
#define MO_CHECK_INV_H

#include "check.h"
#include "shadow.h"
#include "view.h"

/*
 * What one memory block adds to the counters of its zone.  In pages, but
 * SUM_ISOLATED_PB is in pageblocks, SUM_HUGE* in folios, SUM_NR_FREE + order in
 * buddies of that order.
 */
enum sum {
	SUM_FREE,		/* on lists other than MIGRATE_ISOLATE */
	SUM_FREE_CMA,
	SUM_FREE_HIGHATOMIC,
	SUM_MANAGED,
	SUM_PRESENT,
	SUM_ISOLATED_PB,
	SUM_PCP,
	SUM_LRU,
	SUM_LRU_ISOLATED,
	SUM_LRU_BATCH,		/* folios */
	SUM_HWPOISON,
	SUM_BALLOONED,
	SUM_HUGE,		/* + index of the hstate */
	SUM_HUGE_FREE = SUM_HUGE + MO_MAX_HSTATE,
	SUM_NR_FREE = SUM_HUGE_FREE + MO_MAX_HSTATE,
	SUM_NR = SUM_NR_FREE + NR_PAGE_ORDERS
};

typedef uint32_t block_sums[SUM_NR];

struct saved_pageblock {
	uint8_t migratetype;
	bool isolated;
	bool initialised;
	uint8_t unused;		/* no padding: the whole is hashed */
	/* PageOffline pages: their number and a digest of pfn, reference count and
	 * flags */
	uint32_t nr_offline;
	uint64_t offline_digest;
};

struct saved_block {
	uint8_t state;
	uint8_t zone;
};

/* What an attempt must find again when it fails. */
struct attempt {
	bool active;
	uint8_t kind;		/* enum check_attempt */
	unsigned long start_pfn;
	unsigned long end_pfn;
	uint32_t offlined_blocks; /* stats: blocks that went and came back */
	uint32_t nr_suspends;	/* others ran in between when it grew */
	uint32_t balloon_migrated; /* stats */
	uint32_t refused_online; /* notifications: a notifier said no */
	uint32_t going_offline;	/* notifications sent */
	uint32_t refused;	/* notifications that somebody said no to */
	uint32_t failures;	/* fail points that struck */
	bool can_isolate;	/* nothing in the range stands in the way */
	long present[MO_MAX_ZONES];
	long managed[MO_MAX_ZONES];
	unsigned long zone_start_pfn[MO_MAX_ZONES];
	unsigned long spanned[MO_MAX_ZONES];
	long nr_isolate_pageblock[MO_MAX_ZONES];
	long node_present[MAX_NUMNODES];
	unsigned long nr_isolated;
	unsigned long nr_offline; /* PageOffline pages of the range */
	uint32_t released;	/* stats: PageOffline pages that drivers gave away */
	bool only_released;	/* what is not restored are these, and no other */
	struct saved_pageblock *pageblocks;	/* [pageblocks of the world] */
	struct saved_block *blocks;		/* [blocks of the world] */
};

struct check {
	/* of the image */
	block_sums *base;		/* [blocks]; absent ones stay 0 */
	long zone_base[MO_MAX_ZONES][SUM_NR];
	uint8_t *block_zone;		/* [blocks] */
	struct shadow shadow;
	struct attempt attempts[MO_MAX_CPUS];
};

/* --- inv_page.c: level 2 --- */

void check_touched_pages(struct check *c, const struct world *w);
/* One page, whatever it is. */
void check_page(const struct world *w, unsigned long pfn, view_page_t page);
/* Head of the free page, on a free or per-CPU list, that covers pfn; VIEW_HEAD:
 * none does. */
unsigned long covering_free_page(const struct world *w, unsigned long pfn);

/* --- check.c --- */

/* Raises what is wrong with the counters of the zones, if the lists can tell. */
void recount(const struct check *c, const struct world *w);

/* --- inv_zone.c: level 1 and the totals of level 3 --- */

void check_counters(const struct check *c, const struct world *w);
void inv_pcp_count(const struct world *w, unsigned int zone, long have,
		   long expected);
/* now: what the lists and pages of each zone add up to. */
void check_totals(const struct world *w, long now[][SUM_NR]);

/* --- inv_list.c: level 3 --- */

void check_free_list_heads(const struct world *w);
void check_pcp_lists(const struct world *w);

/* --- inv_block.c: level 3 --- */

/* Checks a memory block and adds it up.  c NULL: without the shadow. */
void check_block(const struct check *c, const struct world *w,
		 unsigned long block, block_sums sums);

/* --- inv_span.c: level 3 --- */

void check_spans(const struct check *c, const struct world *w);
void check_zonelists(const struct world *w);

/* --- inv_balloon.c: level 3 --- */

/* nr_ballooned: pages that say they are in a balloon. */
void check_balloons(const struct world *w, long nr_ballooned);

/* --- inv_virtio_mem.c --- */

void check_virtio_mem(const struct world *w);	/* level 1 */
void check_virtio_mem_pageblocks(const struct world *w); /* level 3 */

/* --- attempt.c --- */

bool attempts_init(struct check *c, const struct world *w);
void attempts_free(struct check *c);

/* Reports shared by several files. */
_Noreturn void inv_frozen_refcount(const struct world *w, unsigned long pfn,
				   view_page_t page);
_Noreturn void inv_balloon_pages(const struct world *w, unsigned long pfn,
				 const char *what);
_Noreturn void inv_offline_not_buddy(const struct world *w, unsigned long pfn,
				     const char *what);
_Noreturn void inv_free_page_single_home(const struct world *w,
					 unsigned long pfn, const char *what);
/* owner, known: -1 for nobody */
_Noreturn void inv_shadow_owner(const struct world *w, unsigned long pfn,
				const char *what, int owner, int known);
_Noreturn void inv_poisoned_never_allocated(const struct world *w,
					    unsigned long pfn, const char *what);
_Noreturn void inv_unplugged_never_free(const struct world *w,
					unsigned long pfn, const char *what);

#endif
