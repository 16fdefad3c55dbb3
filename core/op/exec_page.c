/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: pages and their owners, per-CPU state, compaction. */
#include <errno.h>

#include "handlers.h"

/* --- allocation --- */

/* Nobody but its cache knows it: no pins, no map, no index. */
int32_t exec_alloc_slab_page(struct exec *x, const struct op *op)
{
	/* node */
	unsigned long pfn = subject_alloc_slab_page(x->w, op->value[0]);
	struct object *o = new_object(x, op);

	if (pfn == NO_PFN)
		return -ENOMEM;
	o->kind = OBJ_SLAB;
	o->pfn = pfn;
	o->nr_pages = 1;
	shadow_own(x, pfn, 1, op->slot);
	return 0;
}

int32_t exec___free_slab(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_SLAB)
		return OP_NOOP;
	shadow_disown(x, o->pfn, 1, op->slot);
	o->kind = OBJ_NONE;
	subject_free_slab_page(x->w, o->pfn);
	return 0;
}

/* The owner of a page that can move is found by page->mapping, and the page by
 * w->rmap: migration keeps the two in step, so the executor need not. */
static int32_t own_page(struct exec *x, const struct op *op, unsigned long pfn,
			enum object_flavour flavour, unsigned int order)
{
	struct object *o = new_object(x, op);

	if (pfn == NO_PFN)
		return -ENOMEM;
	o->kind = OBJ_PAGE;
	o->flavour = (uint8_t)flavour;
	o->order = (uint8_t)order;
	o->pfn = pfn;
	if (flavour != FLAVOUR_KERNEL)
		subject_map(x->w, pfn, op->slot);
	shadow_own(x, pfn, 1ul << order, op->slot);
	return 0;
}

/* __GFP_MOVABLE and __GFP_RECLAIMABLE exclude each other. */
static gfp_t op_gfp(const uint8_t *v)
{
	gfp_t gfp = GFP_KERNEL;

	if (v[1] == ZONE_MOVABLE || v[2] == MIGRATE_MOVABLE)
		gfp |= GFP_HIGHUSER_MOVABLE;
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

	return own_page(x, op, subject_alloc_pages(x->w, op_gfp(v), v[0], v[3]),
			FLAVOUR_KERNEL, v[0]);
}

int32_t exec_folio_alloc(struct exec *x, const struct op *op)
{
	/* order node thisnode */
	const uint8_t *v = op->value;
	gfp_t gfp = GFP_HIGHUSER_MOVABLE | (v[0] ? __GFP_COMP : 0) |
		    (v[2] ? __GFP_THISNODE : 0);
	unsigned long pfn = subject_alloc_pages(x->w, gfp, v[0], v[1]);
	int32_t ret = own_page(x, op, pfn, FLAVOUR_LRU, v[0]);

	if (!ret)
		subject_folio_add_lru(x->w, pfn);
	return ret;
}

int32_t exec_zs_malloc(struct exec *x, const struct op *op)
{
	return own_page(x, op, subject_zs_malloc(x->w, op->value[0]),
			FLAVOUR_ZS, 0);
}

int32_t exec_alloc_hugetlb_folio(struct exec *x, const struct op *op)
{
	/* hstate node */
	const uint8_t *v = op->value;

	if (v[0] >= view_nr_hstates(x->w)) {
		new_object(x, op);
		return OP_SKIPPED;
	}
	return own_page(x, op, subject_alloc_hugetlb_folio(x->w, v[0], v[1]),
			FLAVOUR_HUGETLB, view_hstate_order(x->w, v[0]));
}

int32_t exec_hugetlb_fault(struct exec *x, const struct op *op)
{
	/* hstate node */
	const uint8_t *v = op->value;
	unsigned long pfn;

	if (v[0] >= view_nr_hstates(x->w)) {
		new_object(x, op);
		return OP_SKIPPED;
	}
	pfn = subject_hugetlb_fault(x->w, v[0], v[1]);
	return own_page(x, op, pfn, FLAVOUR_HUGETLB, view_hstate_order(x->w, v[0]));
}

/* --- release --- */

static void putback(struct exec *x, struct object *o)
{
	if (!o->isolated)
		return;
	o->isolated = false;
	subject_folio_putback_lru(x->w, o->isolated_pfn);
}

/*
 * Do the pins keep the whole object when its owner lets go?  Not where only the
 * first page is pinned (__free_pages() frees the other pages of an allocation
 * without __GFP_COMP), and not for a poisoned page, which the owner leaves for
 * good.
 */
static bool pins_hold(const struct object *o, view_page_t page,
		      unsigned long pfn)
{
	return o->pins && o->pin_pfn == pfn && !view_flag(page, PG_hwpoison) &&
	       (!o->order || view_flag(page, PG_head));
}

/* The owner forgets the page. */
static void disown(struct exec *x, unsigned int slot, unsigned long pfn)
{
	struct object *o = &x->objects[slot];

	if (o->reserved)
		subject_set_reserved(x->w, pfn, false);
	o->held_by_pins = pins_hold(o, view_page(x->w, pfn), pfn);
	if (!o->held_by_pins)
		shadow_disown(x, pfn, 1ul << o->order, slot);
	else if (x->options->level)
		check_pinned(x->check, x->w);
	if (o->flavour != FLAVOUR_KERNEL)
		subject_unmap(x->w, pfn, slot);
}

/*
 * A folio that somebody isolated is put back first: in the kernel the isolator
 * holds a reference of its own and would do so later, here its name is gone.
 */
int32_t exec___free_pages(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (o->kind != OBJ_PAGE)
		return OP_NOOP;
	putback(x, o);
	/* A migration in flight has it: the driver would free it later. */
	if (pfn != NO_PFN && o->flavour == FLAVOUR_ZS &&
	    view_flag(view_page(x->w, pfn), PG_movable_ops_isolated))
		return OP_NOOP;
	o->kind = OBJ_NONE;
	if (pfn == NO_PFN) { /* memory_failure() took it: let the shadow notice */
		shadow_disown(x, o->pfn, 1ul << o->order, op->slot);
		return OP_NOOP;
	}
	disown(x, op->slot, pfn);
	if (o->flavour == FLAVOUR_KERNEL)
		subject_free_pages(x->w, pfn, o->order);
	else if (o->flavour == FLAVOUR_ZS)
		MUST(subject_zs_free(x->w, pfn));
	else
		subject_put_page(x->w, pfn);
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
	subject_get_page(x->w, pfn);
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
	subject_unpin_user_page(x->w, o->pin_pfn, !o->pins);
	return 0;
}

/* User memory only.  All pins are on one page, whatever their kind. */
int32_t exec_pin_user_pages(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);
	int err = 0;

	if (pfn == NO_PFN || o->kind != OBJ_PAGE ||
	    (o->flavour != FLAVOUR_LRU && o->flavour != FLAVOUR_HUGETLB) ||
	    (o->pins && o->pin_pfn != pfn))
		return OP_NOOP;
	pfn = subject_pin_user_pages(x->w, op->slot, op->value[0], &err);
	if (pfn == NO_PFN)
		return err;
	o->pin_pfn = pfn;
	o->pins++;
	return 0;
}

int32_t exec_unpin_user_page(struct exec *x, const struct op *op)
{
	return exec_put_page(x, op);
}

/* --- LRU, reservation --- */

int32_t exec_folio_isolate_lru(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);
	int ret;

	if (o->kind != OBJ_PAGE || o->flavour != FLAVOUR_LRU || pfn == NO_PFN ||
	    o->isolated)
		return OP_NOOP;
	ret = subject_folio_isolate_lru(x->w, pfn);
	o->isolated = !ret;
	o->isolated_pfn = pfn;
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

/* The flag is not for compound pages (PF_NO_COMPOUND). */
static int32_t set_reserved(struct exec *x, const struct op *op, bool reserved)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_PAGE || o->flavour != FLAVOUR_KERNEL ||
	    o->reserved == reserved ||
	    view_flag(view_page(x->w, o->pfn), PG_head))
		return OP_NOOP;
	subject_set_reserved(x->w, o->pfn, reserved);
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

int32_t exec_migrate_pages(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (o->kind != OBJ_PAGE || o->flavour == FLAVOUR_KERNEL || pfn == NO_PFN)
		return OP_NOOP;
	return subject_migrate_folio(x->w, pfn, op->value[0]);
}

int32_t exec_drain_all_pages(struct exec *x, const struct op *op)
{
	(void)op;
	subject_drain_all_pages(x->w);
	return 0;
}

int32_t exec_drain_local_pages(struct exec *x, const struct op *op)
{
	(void)op;
	subject_drain_local_pages(x->w);
	return 0;
}

int32_t exec_lru_add_drain_all(struct exec *x, const struct op *op)
{
	(void)op;
	subject_lru_add_drain_all(x->w);
	return 0;
}

int32_t exec_compact_zone(struct exec *x, const struct op *op)
{
	unsigned int zone = op->value[1] * MAX_NR_ZONES + op->value[0];

	return view_zone_present(x->w, zone) ? subject_compact_zone(x->w, zone) :
					       OP_NOOP;
}

/* --- poison of an object --- */

int32_t exec_memory_failure(struct exec *x, const struct op *op)
{
	const struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (pfn == NO_PFN)
		return OP_NOOP;
	return subject_memory_failure(x->w,
				      pfn + op->value[0] % (1ul << o->order));
}

int32_t exec_soft_offline_page(struct exec *x, const struct op *op)
{
	const struct object *o = op_object(x, op);
	unsigned long pfn = exec_object_pfn(x, op->slot);

	if (pfn == NO_PFN)
		return OP_NOOP;
	return subject_soft_offline_page(x->w,
					 pfn + op->value[0] % (1ul << o->order));
}
