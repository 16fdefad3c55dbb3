/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>

#include "features.h"

_Static_assert(FEATURE_BYTES <= 1024, "one cache-friendly table");

/* What a page is, as far as offlining cares. */
enum page_state {
	PS_UNSEEN,
	PS_POISONED,	/* memmap of an offline section */
	PS_HWPOISON,
	PS_BUDDY,
	PS_BUDDY_ISOLATED,
	PS_PCP,
	PS_OFFLINE_REF,
	PS_OFFLINE_FROZEN,
	PS_HUGETLB_USED,
	PS_HUGETLB_FREE,
	PS_LRU,
	PS_ISOLATED,
	PS_MOVABLE_OPS,
	PS_RESERVED,
	PS_USED,	/* by the kernel */
	PS_ZERO,	/* tail of something, or in flight */
};

bool features_init(struct features *f, const struct world *w)
{
	f->page_states = calloc(w->nr_pfns, 1);
	return f->page_states;
}

void features_destroy(struct features *f)
{
	free(f->page_states);
}

void features_reset(struct features *f, const struct world *w)
{
	for (unsigned int i = 0; i < w->nr_dirty_pages; i++)
		f->page_states[w->dirty_pages[i]] = PS_UNSEEN;
}

static void bump(uint8_t *feature)
{
	*feature += *feature != UINT8_MAX;
}

static enum page_state untyped_state(const struct page *page)
{
	if (PageLRU(page) || PageLruBatch(page))
		return PS_LRU;
	if (PageIsolated(page))
		return PS_ISOLATED;
	if (PageMovableOps(page))
		return PS_MOVABLE_OPS;
	if (PageReserved(page))
		return PS_RESERVED;
	if (PagePcp(page))
		return PS_PCP;
	return page->_refcount ? PS_USED : PS_ZERO;
}

/* Reads without materialising: a look is no touch. */
static enum page_state page_state(const struct world *w, unsigned long pfn)
{
	const struct pageblock *pb = pfn_to_pageblock(w, pfn);
	const struct page *page = &w->memmap[pfn];

	if (page->gen != pb->gen)
		return pb->gen == PB_GEN_POISON ? PS_POISONED : PS_ZERO;
	if (PageHWPoison(page))
		return PS_HWPOISON;
	if (PageBuddy(page))
		return pb->isolated ? PS_BUDDY_ISOLATED : PS_BUDDY;
	if (PageOffline(page))
		return page->_refcount ? PS_OFFLINE_REF : PS_OFFLINE_FROZEN;
	if (page->page_type == PGTY_hugetlb)
		return page->_refcount ? PS_HUGETLB_USED : PS_HUGETLB_FREE;
	return untyped_state(page);
}

/* Opcodes are sparse; features count rows of the table. */
enum op_row {
#define OP(code, name, def, use, fields, text) ROW_##name,
#include "ops.def"
#undef OP
	ROW_NR
};

_Static_assert(ROW_NR <= FEATURE_OPS, "raise FEATURE_OPS");

static const uint8_t op_rows[256] = {
#define OP(code, name, def, use, fields, text) [code] = ROW_##name,
#include "ops.def"
#undef OP
};

static unsigned int result_class(int32_t ret)
{
	switch (ret) {
	case OP_NOOP:
	case OP_SKIPPED:
		return 0;
	case -EBUSY:
		return 2;
	case -EINVAL:
		return 3;
	case -ENOMEM:
		return 4;
	case -EINTR:
		return 5;
	case -EAGAIN:
		return 6;
	}
	return ret >= 0 ? 1 : 7;
}

static unsigned int up_to_three(unsigned long n)
{
	return n < 3 ? (unsigned int)n : 3;
}

/* Only blocks that changed in this run: the others are as at boot. */
static unsigned int block_tuple(const struct world *w)
{
	unsigned long normal = 0, movable = 0, offline = 0;

	for (unsigned int i = 0; i < w->nr_dirty_blocks; i++) {
		const struct memory_block *b = &w->blocks[w->dirty_blocks[i]];

		offline += b->state == MEM_OFFLINE;
		if (b->state != MEM_ONLINE || b->zone_idx == ZONE_IDX_NONE)
			continue;
		normal += w->zones[b->zone_idx].zone_type == ZONE_NORMAL;
		movable += w->zones[b->zone_idx].zone_type == ZONE_MOVABLE;
	}
	return up_to_three(normal) | up_to_three(movable) << 2 |
	       up_to_three(offline) << 4;
}

void features_op(struct features *f, const struct exec *x, const struct op *op,
		 int32_t ret)
{
	const struct world *w = x->w;
	uint8_t *pages = f->bytes + FEATURE_OPS * FEATURE_RESULTS;
	uint8_t *blocks = pages + FEATURE_PAGE_STATES * FEATURE_PAGE_STATES;
	unsigned int nr = (unsigned int)mo_min(w->nr_touched, MO_TOUCHED_MAX);

	bump(&f->bytes[op_rows[op->code] * FEATURE_RESULTS + result_class(ret)]);
	bump(&blocks[block_tuple(w)]);
	for (unsigned int i = 0; i < nr; i++) {
		unsigned long pfn = w->touched[i];
		enum page_state now = page_state(w, pfn);

		bump(&pages[f->page_states[pfn] * FEATURE_PAGE_STATES + now]);
		f->page_states[pfn] = (uint8_t)now;
	}
}
