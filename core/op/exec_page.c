/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: pages and their owners, per-CPU state, compaction. */
#include <errno.h>

#include "../drivers/zsmalloc.h"
#include "../mm/compaction.h"
#include "../mm/hugetlb.h"
#include "../mm/memory_failure.h"
#include "../mm/migrate.h"
#include "../mm/swap.h"
#include "handlers.h"

/* --- allocation --- */

/* The owner of a page that can move is found by page->mapping, and the page by
 * w->rmap: migration keeps the two in step, so the executor need not. */
static int32_t own_page(struct exec *x, const struct op *op, struct page *page,
			enum object_flavour flavour, unsigned int order)
{
	struct object *o = new_object(x, op);
	struct world *w = x->w;

	if (!page)
		return -ENOMEM;
	o->kind = OBJ_PAGE;
	o->flavour = (uint8_t)flavour;
	o->order = (uint8_t)order;
	o->pfn = page_to_pfn(w, page);
	if (flavour != FLAVOUR_KERNEL) {
		page_touch(w, page);
		page->mapping = op->slot + 1;
		w->rmap[op->slot] = (uint32_t)o->pfn + 1;
	}
	shadow_own(x, o->pfn, 1ul << order, op->slot);
	return 0;
}

/* __GFP_MOVABLE and __GFP_RECLAIMABLE exclude each other. */
static gfp_t op_gfp(const uint8_t *v)
{
	gfp_t gfp = GFP_KERNEL;

	if (v[1] == ZONE_MOVABLE || v[2] == MIGRATE_MOVABLE)
		gfp |= __GFP_MOVABLE;
	else if (v[2] == MIGRATE_RECLAIMABLE)
		gfp |= __GFP_RECLAIMABLE;
	if (v[4])
		gfp |= __GFP_THISNODE;
	if (v[5] && v[0])
		gfp |= __GFP_COMP;
	if (v[6])
		gfp |= __GFP_HIGH;
	return gfp;
}

int32_t exec_alloc_pages(struct exec *x, const struct op *op)
{
	/* order zone mt node thisnode comp high */
	const uint8_t *v = op->value;

	return own_page(x, op, alloc_pages(x->w, op_gfp(v), v[0], v[3]),
			FLAVOUR_KERNEL, v[0]);
}

int32_t exec_folio_alloc(struct exec *x, const struct op *op)
{
	/* order node thisnode */
	const uint8_t *v = op->value;
	gfp_t gfp = GFP_HIGHUSER_MOVABLE | (v[0] ? __GFP_COMP : 0) |
		    (v[2] ? __GFP_THISNODE : 0);
	struct page *page = alloc_pages(x->w, gfp, v[0], v[1]);
	int32_t ret = own_page(x, op, page, FLAVOUR_LRU, v[0]);

	if (!ret)
		folio_add_lru(x->w, page);
	return ret;
}

int32_t exec_zs_malloc(struct exec *x, const struct op *op)
{
	return own_page(x, op, zs_malloc(x->w, op->value[0]), FLAVOUR_ZS, 0);
}

int32_t exec_alloc_hugetlb_folio(struct exec *x, const struct op *op)
{
	/* hstate node */
	const uint8_t *v = op->value;
	struct hstate *h = &x->w->hstates[v[0]];

	if (v[0] >= x->w->nr_hstates) {
		new_object(x, op);
		return OP_SKIPPED;
	}
	return own_page(x, op, alloc_hugetlb_folio(x->w, h, v[1]),
			FLAVOUR_HUGETLB, h->order);
}

/* --- release --- */

static void putback(struct exec *x, struct object *o)
{
	if (!o->isolated)
		return;
	o->isolated = false;
	folio_putback_lru(x->w, pfn_to_page(x->w, o->isolated_pfn));
}

/*
 * Do the pins keep the whole object when its owner lets go?  Not where only the
 * first page is pinned (__free_pages() frees the other pages of an allocation
 * without __GFP_COMP), and not for a poisoned page, which the owner leaves for
 * good.
 */
static bool pins_hold(const struct object *o, const struct page *page,
		      unsigned long pfn)
{
	return o->pins && o->pin_pfn == pfn && !PageHWPoison(page) &&
	       (!o->order || PageHead(page));
}

/* The owner forgets the page. */
static void disown(struct exec *x, unsigned int slot, struct page *page)
{
	struct object *o = &x->objects[slot];
	unsigned long pfn = page_to_pfn(x->w, page);

	if (o->reserved)
		clear_page_flag(x->w, page, PG_reserved);
	o->held_by_pins = pins_hold(o, page, pfn);
	if (!o->held_by_pins)
		shadow_disown(x, pfn, 1ul << o->order, slot);
	else if (x->options->level)
		check_pinned(x->check, x->w);
	if (o->flavour == FLAVOUR_KERNEL)
		return;
	page_touch(x->w, page);
	page->mapping = 0;
	x->w->rmap[slot] = 0;
}

/*
 * A folio that somebody isolated is put back first: in the kernel the isolator
 * holds a reference of its own and would do so later, here its name is gone.
 */
int32_t exec___free_pages(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	struct page *page = op_page(x, op);

	if (o->kind != OBJ_PAGE)
		return OP_NOOP;
	putback(x, o);
	/* A migration in flight has it: the driver would free it later. */
	if (page && o->flavour == FLAVOUR_ZS && PageMovableOpsIsolated(page))
		return OP_NOOP;
	o->kind = OBJ_NONE;
	if (!page) { /* memory_failure() took it: let the shadow notice */
		shadow_disown(x, o->pfn, 1ul << o->order, op->slot);
		return OP_NOOP;
	}
	disown(x, op->slot, page);
	if (o->flavour == FLAVOUR_KERNEL)
		__free_pages(x->w, page, o->order);
	else if (o->flavour == FLAVOUR_ZS)
		MUST(zs_free(x->w, page));
	else
		put_page(x->w, page);
	return 0;
}

/* --- pins --- */

/* All pins of an object are on one page.  Only a movable_ops page can have moved
 * from under its pins: nothing looks at its reference count. */
int32_t exec_get_page(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (pfn == NO_PFN || (o->pins && o->pin_pfn != pfn))
		return OP_NOOP;
	get_page(x->w, pfn_to_page(x->w, pfn));
	o->pin_pfn = pfn;
	o->pins++;
	return 0;
}

int32_t exec_put_page(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (!o->pins)
		return OP_NOOP;
	if (!--o->pins && o->held_by_pins) {
		o->held_by_pins = false;
		shadow_disown(x, o->pin_pfn, 1ul << o->order, op->slot);
	}
	put_page(x->w, pfn_to_page(x->w, o->pin_pfn));
	return 0;
}

/* --- LRU, reservation --- */

int32_t exec_folio_isolate_lru(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	struct page *page = op_page(x, op);
	int ret;

	if (o->kind != OBJ_PAGE || o->flavour != FLAVOUR_LRU || !page ||
	    o->isolated)
		return OP_NOOP;
	ret = folio_isolate_lru(x->w, page);
	o->isolated = !ret;
	o->isolated_pfn = page_to_pfn(x->w, page);
	return ret;
}

int32_t exec_folio_putback_lru(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_PAGE || !o->isolated)
		return OP_NOOP;
	putback(x, o);
	return 0;
}

static int32_t set_reserved(struct exec *x, const struct op *op, bool reserved)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_PAGE || o->flavour != FLAVOUR_KERNEL ||
	    o->reserved == reserved)
		return OP_NOOP;
	if (reserved)
		set_page_flag(x->w, op_page(x, op), PG_reserved);
	else
		clear_page_flag(x->w, op_page(x, op), PG_reserved);
	o->reserved = reserved;
	return 0;
}

int32_t exec_SetPageReserved(struct exec *x, const struct op *op)
{
	return set_reserved(x, op, true);
}

int32_t exec_ClearPageReserved(struct exec *x, const struct op *op)
{
	return set_reserved(x, op, false);
}

/* --- movement --- */

/* mm/migrate.c:do_move_pages_to_node for one folio; folios left behind. */
int32_t exec_migrate_pages(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	struct page *page = op_page(x, op);
	const struct migration_target_control mtc = {
		.nid = op->value[0],
		.nmask = x->w->node_states[N_MEMORY],
	};
	struct page_list list = TAILQ_HEAD_INITIALIZER(list);
	int ret;

	if (o->kind != OBJ_PAGE || o->flavour == FLAVOUR_KERNEL || !page)
		return OP_NOOP;
	if (!(mtc.nmask & BIT(mtc.nid)))
		return -ENODEV;
	if (!isolate_folio_to_list(x->w, page, &list))
		return -EBUSY;
	ret = migrate_pages(x->w, &list, &mtc);
	if (!TAILQ_EMPTY(&list))
		putback_movable_pages(x->w, &list);
	return ret;
}

int32_t exec_drain_all_pages(struct exec *x, const struct op *op)
{
	(void)op;
	drain_all_pages(x->w, NULL);
	return 0;
}

int32_t exec_drain_local_pages(struct exec *x, const struct op *op)
{
	(void)op;
	drain_local_pages(x->w, NULL);
	return 0;
}

int32_t exec_lru_add_drain_all(struct exec *x, const struct op *op)
{
	(void)op;
	lru_add_drain_all(x->w);
	return 0;
}

int32_t exec_compact_zone(struct exec *x, const struct op *op)
{
	struct zone *zone = node_zone(x->w, op->value[1],
				      (enum zone_type)op->value[0]);

	return populated_zone(zone) ? compact_zone(x->w, zone) : OP_NOOP;
}

/* --- poison of an object --- */

int32_t exec_memory_failure(struct exec *x, const struct op *op)
{
	const struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (pfn == NO_PFN)
		return OP_NOOP;
	return memory_failure(x->w, pfn + op->value[0] % (1ul << o->order));
}
