/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects whose memory went offline under them.  Offlining steps over poisoned
 * pages whoever has them, so that their owner is left with a pfn whose memmap is
 * garbage.  A kernel that gives such a page back later reads that garbage; here
 * the owner forgets it at once.  That nothing but poison is lost in this way is
 * for the shadow to judge.
 */
#include "handlers.h"

static bool lost(const struct exec *x, unsigned long pfn)
{
	return pfn != NO_PFN && !subject_pfn_online(x->w, pfn);
}

static void lose_page(struct exec *x, struct object *o, unsigned int slot)
{
	unsigned long pfn = exec_object_pfn(x, slot);

	/* NR_ISOLATED is the isolator's to give back. */
	if (o->isolated && lost(x, o->isolated_pfn)) {
		o->isolated = false;
		subject_forget_isolated(x->w, 1ul << o->order);
	}
	if (lost(x, pfn)) {
		if (o->kind == OBJ_PAGE || o->held_by_pins)
			shadow_disown(x, pfn, 1ul << o->order, slot);
		o->kind = OBJ_NONE;
		o->held_by_pins = false;
		subject_unmap_lost(x->w, slot);
	}
	if (o->pins && lost(x, o->pin_pfn))
		o->pins = 0;
}

static void give_up(struct exec *x, const struct object *o, unsigned long pfn)
{
	if (o->kind == OBJ_OFFLINE)
		subject_free_offline_page(x->w, pfn);
	else if (o->kind == OBJ_SLAB)
		subject_free_slab_page(x->w, pfn);
	else
		subject_free_contig_range(x->w, pfn, 1);
}

/* A range that lost a part gives up the rest. */
static void lose_range(struct exec *x, struct object *o, unsigned int slot)
{
	unsigned long end = o->pfn + o->nr_pages;
	bool whole = true;

	for (unsigned long pfn = o->pfn; pfn < end; pfn++)
		whole &= !lost(x, pfn);
	if (whole)
		return;
	shadow_disown(x, o->pfn, o->nr_pages, slot);
	for (unsigned long pfn = o->pfn; pfn < end; pfn++)
		if (!lost(x, pfn))
			give_up(x, o, pfn);
	o->kind = OBJ_NONE;
}

void exec_forget_lost(struct exec *x)
{
	subject_drivers_forget_lost(x->w);
	for (unsigned int slot = 0; slot < x->nr_slots; slot++) {
		struct object *o = &x->objects[slot];

		if (o->kind == OBJ_CONTIG || o->kind == OBJ_OFFLINE ||
		    o->kind == OBJ_SLAB)
			lose_range(x, o, slot);
		else if (o->kind != OBJ_ISO)
			lose_page(x, o, slot);
	}
}
