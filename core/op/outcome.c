/* SPDX-License-Identifier: GPL-2.0-only */
#include "outcome.h"
#include "subject.h"

_Static_assert(MO_RET_NOOP == OP_NOOP && MO_RET_SKIPPED == OP_SKIPPED,
	       "public copy");

#define PAGES_MAX 4096

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static uint8_t look_at_page(const struct world *w, unsigned long pfn,
			    view_page_t page)
{
	if (!view_is_offline(page) || view_flag(page, PG_movable_ops))
		return 0;
	return (view_pb_answered(w, pfn) ? MO_SAW_DRIVERS : MO_SAW_NOBODYS) |
	       (view_flag(page, PG_hwpoison) ? MO_SAW_POISONED : 0);
}

void outcome_look(struct exec *x, unsigned long start_pfn, unsigned long end_pfn)
{
	const struct world *w = x->w;
	unsigned long pfn = pageblock_start_pfn(w, start_pfn);

	end_pfn = ALIGN_UP(end_pfn, pageblock_nr_pages(w));
	while (pfn < end_pfn) {
		view_page_t page = view_page(w, pfn);

		if (!page) { /* offline: a whole pageblock of garbage */
			pfn = pageblock_end_pfn(w, pfn);
			continue;
		}
		if (view_zone_type(w, view_pb_zone(w, pfn)) != ZONE_MOVABLE)
			x->saw |= MO_SAW_KERNEL_ZONE;
		x->saw |= look_at_page(w, pfn, page);
		pfn += view_is_buddy(page) ? 1ul << view_order(page) : 1;
	}
}

static uint64_t digest_of_zone(const struct world *w, unsigned int zone,
			       uint64_t hash)
{
	hash = mix(hash, (uint64_t)view_zone_nr_free(w, zone));
	hash = mix(hash, (uint64_t)view_zone_nr_free_cma(w, zone));
	hash = mix(hash, (uint64_t)view_zone_managed(w, zone));
	hash = mix(hash, (uint64_t)view_zone_present(w, zone));
	hash = mix(hash, view_zone_spanned(w, zone));
	return mix(hash, (uint64_t)view_zone_nr_isolate_pageblock(w, zone));
}

static uint64_t digest_of_counters(const struct world *w)
{
	uint64_t hash = view_nr_isolated(w);

	for (unsigned int zone = 0; zone < view_nr_zones(w); zone++)
		hash = digest_of_zone(w, zone, hash);
	for (unsigned int nid = 0; nid < view_nr_nodes(w); nid++)
		hash = mix(hash, (uint64_t)view_node_nr_lru(w, nid));
	for (unsigned int i = 0; i < view_nr_hstates(w); i++) {
		hash = mix(hash, (uint64_t)view_hstate_nr(w, i));
		hash = mix(hash, (uint64_t)view_hstate_nr_free(w, i));
	}
	hash = mix(hash, view_nr_offlined_blocks(w));
	return mix(hash, view_nr_poisoned(w));
}

void outcome_record(struct exec *x, const struct op *op, int32_t ret)
{
	if (x->nr_done <= x->options->max_outcomes)
		x->options->outcomes[x->nr_done - 1] = (struct mo_outcome){
			.code = op->code,
			.saw = x->saw,
			.ret = ret,
			.state = digest_of_counters(x->w),
		};
	x->saw = 0;
}

/* How a PageOffline page is kept is its design's affair. */
static uint64_t digest_of_page(const struct world *w, unsigned long pfn)
{
	view_page_t page = view_page(w, pfn);

	if (!page)
		return 1;
	if (view_is_offline(page))
		return 2;
	if (view_is_buddy(page))
		return mix(3, (uint64_t)view_order(page) << 8 |
				      view_pb_list_type(w, pfn));
	return mix((uint64_t)view_refcount(page) << 8 | view_type(page),
		   view_flags(page, ~0u));
}

uint64_t outcome_pages(const struct world *w)
{
	uint64_t hash = 0;

	if (view_nr_pfns(w) > PAGES_MAX)
		return 0;
	for (unsigned long pfn = 0; pfn < view_nr_pfns(w); pfn++)
		hash = mix(hash, digest_of_page(w, pfn));
	return hash | 1;
}
