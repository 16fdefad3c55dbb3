/* SPDX-License-Identifier: GPL-2.0-only */
/* `expect` lines: do they hold? */
#include "../mm/memory.h"
#include "exec.h"
#include "handlers.h"
#include "text.h"

const char *const expect_page_words[WORD_NR] = {
	[WORD_BUDDY] = "buddy",		[WORD_PCP] = "pcp",
	[WORD_FREE] = "free",		[WORD_OFFLINE] = "offline",
	[WORD_LRU] = "lru",		[WORD_HWPOISON] = "hwpoison",
	[WORD_HUGETLB] = "hugetlb",	[WORD_ZSMALLOC] = "zsmalloc",
	[WORD_ALLOCATED] = "allocated", [WORD_ISOLATED] = "isolated",
	[WORD_POISONED] = "poisoned",	[WORD_REFCOUNT] = "refcount=",
};

const struct expect *expects_violation(const struct expects *expects)
{
	for (uint32_t i = 0; i < expects->nr; i++)
		if (expects->list[i].kind == EXPECT_VIOLATION)
			return &expects->list[i];
	return NULL;
}

static bool same(int64_t found, const struct expect *e, const char *what,
		 struct sbuf *why)
{
	if (found == e->value)
		return true;
	sbuf_printf(why, "%s is %lld", what, (long long)found);
	return false;
}

static bool holds_result(struct exec *x, const struct expect *e,
			 struct sbuf *why)
{
	if (x->results[e->index] == e->value)
		return true;
	sbuf_puts(why, "the result is ");
	text_print_result(x->results[e->index], why);
	return false;
}

static bool holds_block(struct exec *x, const struct expect *e, struct sbuf *why)
{
	unsigned int state = view_block_state(x->w, e->index);

	if (state == e->value)
		return true;
	sbuf_printf(why, "block %u is %s", e->index,
		    state == MEM_ABSENT ? "absent" : memory_action_name(state));
	return false;
}

static view_page_t head_of(const struct world *w, unsigned long pfn)
{
	view_page_t page = view_page(w, pfn);

	return view_flag(page, PG_tail) ?
		       view_page(w, pfn - view_head_offset(page)) : page;
}

/* Free memory is found by its head, so a page inside a buddy counts too. */
static bool in_buddy(const struct world *w, unsigned long pfn)
{
	for (unsigned int order = 0; order <= view_max_page_order(w); order++) {
		view_page_t page = view_page(w, ALIGN_DOWN(pfn, 1ul << order));

		if (page && view_is_buddy(page) && view_order(page) >= order)
			return true;
	}
	return false;
}

static uint32_t words_of_page(const struct world *w, unsigned long pfn)
{
	view_page_t page = view_page(w, pfn), head = head_of(w, pfn);
	bool is_lru = view_flags(head, BIT(PG_lru) | BIT(PG_lru_batch));

	return (in_buddy(w, pfn) ? BIT(WORD_BUDDY) | BIT(WORD_FREE) : 0) |
	       (view_flag(page, PG_pcp) ? BIT(WORD_PCP) | BIT(WORD_FREE) : 0) |
	       (view_is_offline(page) ? BIT(WORD_OFFLINE) : 0) |
	       (is_lru ? BIT(WORD_LRU) : 0) |
	       (view_flag(page, PG_hwpoison) ? BIT(WORD_HWPOISON) : 0) |
	       (view_type(head) == PGTY_hugetlb ? BIT(WORD_HUGETLB) : 0) |
	       (view_type(page) == PGTY_zsmalloc ? BIT(WORD_ZSMALLOC) : 0) |
	       (view_refcount(head) > 0 && !view_is_offline(page) ?
			BIT(WORD_ALLOCATED) : 0) |
	       (view_pb_isolated(w, pfn) ? BIT(WORD_ISOLATED) : 0);
}

static bool holds_page(struct exec *x, const struct expect *e, struct sbuf *why)
{
	uint32_t words = BIT(WORD_POISONED), wanted = e->words;
	int count = 0;

	if (subject_pfn_online(x->w, e->pfn)) {
		words = words_of_page(x->w, e->pfn);
		count = view_refcount(head_of(x->w, e->pfn));
		if (count == e->value)
			words |= BIT(WORD_REFCOUNT);
	}
	if ((words & wanted) == wanted)
		return true;
	sbuf_puts(why, "the page is");
	for (unsigned int i = 0; i < WORD_REFCOUNT; i++)
		if (words & BIT(i))
			sbuf_printf(why, " %s", expect_page_words[i]);
	sbuf_printf(why, " refcount=%d", count);
	return false;
}

static bool holds_object(struct exec *x, const struct expect *e,
			 struct sbuf *why)
{
	unsigned long pfn = e->ended ? NO_PFN : exec_object_pfn(x, e->index);

	if (e->kind == EXPECT_OBJECT_GONE) {
		if (pfn != NO_PFN)
			sbuf_printf(why, "it is in block %lu",
				    pfn_to_block(x->w, pfn));
		return pfn == NO_PFN;
	}
	if (pfn == NO_PFN) {
		sbuf_puts(why, "it is gone");
		return false;
	}
	if (e->kind == EXPECT_OBJECT_BLOCK)
		return same((int64_t)pfn_to_block(x->w, pfn), e, "its block",
			    why);
	return same(view_refcount(head_of(x->w, pfn)), e,
		    "its reference count", why);
}

static int64_t nr_isolate_pageblock(const struct world *w)
{
	int64_t sum = 0;

	for (unsigned int i = 0; i < view_nr_zones(w); i++)
		sum += view_zone_nr_isolate_pageblock(w, i);
	return sum;
}

bool expect_holds(struct exec *x, const struct expect *e, struct sbuf *why)
{
	struct world *w = x->w;

	switch ((enum expect_kind)e->kind) {
	case EXPECT_RESULT:
		return holds_result(x, e, why);
	case EXPECT_CLEAN: /* anything else leaves through the violation */
		if (x->options->level)
			check_end(x->check, w, 3);
		return true;
	case EXPECT_VIOLATION:
		return true;
	case EXPECT_BLOCK:
		return holds_block(x, e, why);
	case EXPECT_PAGE:
		return holds_page(x, e, why);
	case EXPECT_OBJECT_BLOCK:
	case EXPECT_OBJECT_REFCOUNT:
	case EXPECT_OBJECT_GONE:
		return holds_object(x, e, why);
	case EXPECT_NOTIFIED:
		return same(view_nr_notified(w, e->index), e, "the count", why);
	case EXPECT_NR_FREE:
		return same(view_zone_nr_free(w, e->index), e,
			    "the zone's nr_free_pages", why);
	case EXPECT_MANAGED:
		return same(view_zone_managed(w, e->index), e,
			    "the zone's managed_pages", why);
	case EXPECT_NR_ISOLATE:
		return same(nr_isolate_pageblock(w), e, "the number", why);
	case EXPECT_HIT:
		return same(w->sched.hits[e->index], e, "the count", why);
	case EXPECT_FIRED:
		return same(w->fail.fired[e->index], e, "the count", why);
	}
	return true;
}
