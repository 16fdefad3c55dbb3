/* SPDX-License-Identifier: GPL-2.0-only */
/* `expect` lines: do they hold? */
#include "../mm/memory.h"
#include "../mm/page_alloc.h"
#include "exec.h"
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
	unsigned int state = x->w->blocks[e->index].state;

	if (state == e->value)
		return true;
	sbuf_printf(why, "block %u is %s", e->index,
		    state == MEM_ABSENT ? "absent" : memory_action_name(state));
	return false;
}

/* Free memory is found by its head, so a page inside a buddy counts too. */
static uint32_t words_of_page(struct world *w, unsigned long pfn)
{
	struct page *page = pfn_to_page(w, pfn);
	struct page *head = compound_head(page);
	unsigned long buddy = find_large_buddy(w, pfn);
	bool is_buddy = PageBuddy(pfn_to_page(w, buddy));
	bool is_lru = PageLRU(head) || PageLruBatch(head);

	return (is_buddy ? BIT(WORD_BUDDY) | BIT(WORD_FREE) : 0) |
	       (PagePcp(page) ? BIT(WORD_PCP) | BIT(WORD_FREE) : 0) |
	       (PageOffline(page) ? BIT(WORD_OFFLINE) : 0) |
	       (is_lru ? BIT(WORD_LRU) : 0) |
	       (PageHWPoison(page) ? BIT(WORD_HWPOISON) : 0) |
	       (PageHuge(page) ? BIT(WORD_HUGETLB) : 0) |
	       (page->page_type == PGTY_zsmalloc ? BIT(WORD_ZSMALLOC) : 0) |
	       (head->_refcount > 0 && !PageOffline(page) ?
			BIT(WORD_ALLOCATED) : 0) |
	       (is_migrate_isolate_page(w, page) ? BIT(WORD_ISOLATED) : 0);
}

/* A look of the reader's, not of the kernel's. */
static int folio_count(struct world *w, unsigned long pfn)
{
	return compound_head(pfn_to_page(w, pfn))->_refcount;
}

static bool holds_page(struct exec *x, const struct expect *e, struct sbuf *why)
{
	uint32_t words = BIT(WORD_POISONED), wanted = e->words;
	int count = 0;

	if (pfn_online(x->w, e->pfn)) {
		words = words_of_page(x->w, e->pfn);
		count = folio_count(x->w, e->pfn);
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
	return same(folio_count(x->w, pfn), e, "its reference count", why);
}

static int64_t nr_isolate_pageblock(const struct world *w)
{
	int64_t sum = 0;

	for (unsigned int i = 0; i < w->nr_zones; i++)
		sum += (int64_t)w->zones[i].nr_isolate_pageblock;
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
		return same(w->stats.notified[e->index], e, "the count", why);
	case EXPECT_NR_FREE:
		return same(w->zones[e->index].nr_free_pages, e,
			    "the zone's nr_free_pages", why);
	case EXPECT_MANAGED:
		return same((int64_t)w->zones[e->index].managed_pages, e,
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
