/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: logically offline pages of somebody who never heard of offlining, a
 * pfn walker, and the life of the driver behind fake_offline. */
#include <errno.h>

#include "handlers.h"

static int32_t own_offline(struct exec *x, const struct op *op,
			   unsigned long pfn, unsigned long nr_pages)
{
	struct object *o = op_object(x, op);

	o->kind = OBJ_OFFLINE;
	o->pfn = pfn;
	o->nr_pages = nr_pages;
	shadow_own(x, pfn, nr_pages, op->slot);
	return 0;
}

int32_t exec_alloc_offline_pages(struct exec *x, const struct op *op)
{
	/* order zone node */
	const uint8_t *v = op->value;
	gfp_t gfp = v[1] == ZONE_MOVABLE ? GFP_HIGHUSER_MOVABLE : GFP_KERNEL;
	unsigned long pfn;

	new_object(x, op);
	pfn = subject_alloc_offline_pages(x->w, gfp, v[0], v[2]);
	if (pfn == NO_PFN)
		return -ENOMEM;
	return own_offline(x, op, pfn, 1ul << v[0]);
}

int32_t exec_alloc_offline_page_range(struct exec *x, const struct op *op)
{
	/* block pb off nr */
	const uint8_t *v = op->value;
	unsigned long unit = mo_max(1, pageblock_nr_pages(x->w) / 4);
	unsigned long start = pageblock_pfn(x->w, v[0], v[1]) + v[2] * unit;
	unsigned long end = start + v[3] * unit;
	int ret;

	new_object(x, op);
	if (!range_usable(x->w, start, end))
		return -EINVAL;
	attempt_begin(x, ATTEMPT_CONTIG, start, end);
	ret = attempt_end(x, subject_alloc_offline_page_range(x->w, start,
							      end - start));
	return ret ? ret : own_offline(x, op, start, end - start);
}

static struct object *disown_offline(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_OFFLINE)
		return NULL;
	shadow_disown(x, o->pfn, o->nr_pages, op->slot);
	o->kind = OBJ_NONE;
	return o;
}

int32_t exec_free_offline_page(struct exec *x, const struct op *op)
{
	const struct object *o = disown_offline(x, op);

	if (!o)
		return OP_NOOP;
	for (unsigned long i = 0; i < o->nr_pages; i++)
		subject_free_offline_page(x->w, o->pfn + i);
	return 0;
}

int32_t exec_free_offline_page_range(struct exec *x, const struct op *op)
{
	const struct object *o = disown_offline(x, op);

	if (!o)
		return OP_NOOP;
	subject_free_offline_page_range(x->w, o->pfn, o->nr_pages);
	return 0;
}

/* 1: it got a reference, 0: the page has none to give. */
int32_t exec_get_page_unless_zero(struct exec *x, const struct op *op)
{
	/* block pb off */
	const uint8_t *v = op->value;
	unsigned long pfn = pageblock_pfn(x->w, v[0], v[1]) +
			    v[2] % pageblock_nr_pages(x->w);

	if (!subject_pfn_online(x->w, pfn))
		return -ENXIO;
	if (unlikely(x->options->outcomes))
		outcome_look(x, pfn, pfn + 1);
	return subject_walk_page(x->w, pfn);
}

int32_t exec_fake_offline_module(struct exec *x, const struct op *op)
{
	return op->value[0] ? subject_fake_offline_load(x->w) :
			      subject_fake_offline_unload(x->w);
}
