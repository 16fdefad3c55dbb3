/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver whose pages migrate without being on the LRU.  mm/zsmalloc.c, 6.17.
 * Each page is on zs_pages, or isolated; never both (I23 for balloons).
 */
#include "../mm/migrate.h"
#include "zsmalloc.h"

static void zs_list_add(struct world *w, struct page *page)
{
	page_list_add(w, &w->zs_pages, page, true);
	w->nr_zs_pages++;
}

static void zs_list_del(struct world *w, struct page *page)
{
	page_list_del(w, &w->zs_pages, page);
	w->nr_zs_pages--;
}

/* Of the drivers here the only one that can refuse: balloon_page_isolate() never does. */
static bool zs_page_isolate(struct world *w, struct page *page)
{
	if (should_fail(&w->fail, FAIL_ISOLATE_MOVABLE_OPS))
		return false;
	zs_list_del(w, page);
	w->nr_zs_isolated++;
	return true;
}

static void zs_page_putback(struct world *w, struct page *page)
{
	w->nr_zs_isolated--;
	zs_list_add(w, page);
}

/* The driver holds one reference: on dst from now on. */
static int zs_page_migrate(struct world *w, struct page *dst, struct page *src)
{
	get_page(w, dst);
	set_page_movable_ops(w, dst, src->mops, PGTY_zsmalloc);
	w->nr_zs_isolated--;
	zs_list_add(w, dst);
	clear_page_movable_ops(w, src);
	put_page(w, src);
	return 0;
}

static const struct movable_operations zsmalloc_mops = {
	.name = "zsmalloc",
	.isolate_page = zs_page_isolate,
	.migrate_page = zs_page_migrate,
	.putback_page = zs_page_putback,
};

void zs_init(struct world *w)
{
	TAILQ_INIT(&w->zs_pages);
	MUST(register_movable_ops(w, &zsmalloc_mops) == 0);
}

struct page *zs_malloc(struct world *w, unsigned int nid)
{
	struct page *page = alloc_pages(w, GFP_HIGHUSER_MOVABLE, 0, nid);

	if (!page)
		return NULL;
	set_page_movable_ops(w, page, 0, PGTY_zsmalloc);
	zs_list_add(w, page);
	return page;
}

bool zs_free(struct world *w, struct page *page)
{
	if (PageMovableOpsIsolated(page))
		return false;
	zs_list_del(w, page);
	clear_page_movable_ops(w, page);
	if (page->mapping)
		w->rmap[page->mapping - 1] = 0;
	page->mapping = 0;
	put_page(w, page);
	return true;
}
