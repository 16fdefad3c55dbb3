/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: isolators, contiguous ranges, hotplug, poison by address. */
#include <errno.h>

#include "handlers.h"

bool range_usable(const struct world *w, unsigned long start, unsigned long end)
{
	unsigned int zone = view_pb_zone(w, start);

	for (unsigned long pfn = start; pfn < end; pfn = pageblock_end_pfn(w, pfn))
		if (!subject_pfn_online(w, pfn) || view_pb_zone(w, pfn) != zone)
			return false;
	return true;
}

static void own_range(struct exec *x, const struct op *op, enum op_object kind,
		      unsigned long start, unsigned long end)
{
	struct object *o = op_object(x, op);

	o->kind = (uint8_t)kind;
	o->pfn = start;
	o->nr_pages = end - start;
	if (kind == OBJ_CONTIG)
		shadow_own(x, start, end - start, op->slot);
}

/* --- isolation from outside --- */

int32_t exec_start_isolate_page_range(struct exec *x, const struct op *op)
{
	/* block pb nr mode */
	const uint8_t *v = op->value;
	struct world *w = x->w;
	unsigned long start = pageblock_pfn(w, v[0], v[1]);
	unsigned long end = start + v[2] * pageblock_nr_pages(w);
	int ret;

	new_object(x, op);
	if (!range_usable(w, start, end))
		return -EINVAL;
	attempt_begin(x, ATTEMPT_ISOLATE, start, end);
	ret = attempt_end(x, subject_start_isolate_page_range(w, start, end,
						      v[3]));
	if (!ret)
		own_range(x, op, OBJ_ISO, start, end);
	return ret;
}

int32_t exec_undo_isolate_page_range(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_ISO)
		return OP_NOOP;
	subject_undo_isolate_page_range(x->w, o->pfn, o->pfn + o->nr_pages);
	o->kind = OBJ_NONE;
	return 0;
}

int32_t exec_test_pages_isolated(struct exec *x, const struct op *op)
{
	const struct object *o = op_object(x, op);

	if (o->kind != OBJ_ISO)
		return OP_NOOP;
	if (unlikely(x->options->outcomes))
		outcome_look(x, o->pfn, o->pfn + o->nr_pages);
	return subject_test_pages_isolated(x->w, o->pfn, o->pfn + o->nr_pages,
					   op->value[0]);
}

/* --- contiguous ranges --- */

static int32_t contig_range(struct exec *x, const struct op *op,
			    unsigned long start, unsigned long end,
			    enum pb_isolate_mode mode)
{
	int ret;

	new_object(x, op);
	if (!range_usable(x->w, start, end))
		return -EINVAL;
	attempt_begin(x, ATTEMPT_CONTIG, start, end);
	ret = attempt_end(x, subject_alloc_contig_range(x->w, start, end, mode));
	if (!ret)
		own_range(x, op, OBJ_CONTIG, start, end);
	return ret;
}

int32_t exec_alloc_contig_range(struct exec *x, const struct op *op)
{
	/* block pb off nr */
	const uint8_t *v = op->value;
	unsigned long unit = mo_max(1, pageblock_nr_pages(x->w) / 4);
	unsigned long start = pageblock_pfn(x->w, v[0], v[1]) + v[2] * unit;

	return contig_range(x, op, start, start + v[3] * unit,
			    PB_ISOLATE_MODE_OTHER);
}

int32_t exec_free_contig_range(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	if (o->kind != OBJ_CONTIG)
		return OP_NOOP;
	shadow_disown(x, o->pfn, o->nr_pages, op->slot);
	/* Nobody's from here on: a block may go offline before all are freed. */
	o->kind = OBJ_NONE;
	subject_free_contig_range(x->w, o->pfn, o->nr_pages);
	return 0;
}

/* The kernel's callers ask for a power of two: the range is aligned to it. */
int32_t exec_alloc_contig_pages(struct exec *x, const struct op *op)
{
	/* nr node */
	const uint8_t *v = op->value;
	unsigned long pfn, nr = 1;
	int err = 0;

	while (nr < v[0])
		nr <<= 1;
	new_object(x, op);
	pfn = subject_alloc_contig_pages(x->w, nr, v[1], &err);
	if (err)
		return err;
	own_range(x, op, OBJ_CONTIG, pfn, pfn + nr);
	return 0;
}

/* The node's CMA area stands at the end of its boot ZONE_NORMAL. */
int32_t exec_cma_alloc(struct exec *x, const struct op *op)
{
	/* nr off node */
	const uint8_t *v = op->value;
	struct world *w = x->w;
	unsigned long first = v[2] * (w->geo.nr_blocks / w->geo.nr_nodes);
	unsigned long end = block_start_pfn(w, first + w->geo.boot_normal);
	unsigned long area = w->geo.nr_cma * pageblock_nr_pages(w);
	unsigned long start = end - area + v[1];

	new_object(x, op);
	if (!area || !subject_pfn_online(w, end - area) ||
	    view_pb_type(w, end - area) != MIGRATE_CMA)
		return OP_SKIPPED;
	if (start + v[0] > end)
		return -EINVAL;
	return contig_range(x, op, start, start + v[0],
			    PB_ISOLATE_MODE_CMA_ALLOC);
}

/* --- hotplug --- */

int32_t exec_fake_offline(struct exec *x, const struct op *op)
{
	/* block pb nr */
	const uint8_t *v = op->value;
	struct world *w = x->w;
	unsigned long start = pageblock_pfn(w, v[0], v[1]);
	unsigned long end = start + v[2] * pageblock_nr_pages(w);

	if (end > w->nr_pfns)
		return -EINVAL;
	attempt_begin(x, ATTEMPT_CONTIG, start, end);
	return attempt_end(x, subject_fake_offline(w, start >> w->pageblock_order,
						   v[2]));
}

int32_t exec_fake_online(struct exec *x, const struct op *op)
{
	/* block pb nr */
	const uint8_t *v = op->value;
	struct world *w = x->w;
	unsigned long start = pageblock_pfn(w, v[0], v[1]);

	if (start + v[2] * pageblock_nr_pages(w) > w->nr_pfns)
		return -EINVAL;
	return subject_fake_online(w, start >> w->pageblock_order, v[2]);
}

static void block_attempt(struct exec *x, enum check_attempt kind,
			  unsigned long block, unsigned long nr)
{
	attempt_begin(x, kind, block_start_pfn(x->w, block),
		      block_start_pfn(x->w, block + nr));
}

int32_t exec_offline_pages(struct exec *x, const struct op *op)
{
	unsigned int block = op->value[0];

	if (view_block_state(x->w, block) == MEM_ABSENT)
		return OP_NOOP;
	block_attempt(x, ATTEMPT_OFFLINE, block, 1);
	return attempt_end(x, subject_device_offline(x->w, block));
}

int32_t exec_online_pages(struct exec *x, const struct op *op)
{
	/* block type */
	const uint8_t *v = op->value;

	if (view_block_state(x->w, v[0]) == MEM_ABSENT)
		return OP_NOOP;
	block_attempt(x, ATTEMPT_ONLINE, v[0], 1);
	return attempt_end(x, subject_device_online(x->w, v[0],
						    MMOP_ONLINE + v[1]));
}

int32_t exec_add_memory(struct exec *x, const struct op *op)
{
	return subject_add_memory(x->w, op->value[0]);
}

bool exec_is_claimed(const struct block_claim *claims, unsigned long first,
		     unsigned long last)
{
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		if (claims[cpu].nr && claims[cpu].block <= last &&
		    first < claims[cpu].block + claims[cpu].nr)
			return true;
	return false;
}

/* Who removes memory is its owner to the end: there is no device, and none comes. */
static bool begin_removal(struct exec *x, const struct op *op, uint8_t block,
			  uint8_t nr)
{
	if (subject_of_virtio_mem(x->w, block, nr) ||
	    exec_is_claimed(x->coming, block, block + nr - 1ul))
		return false;
	x->removing[op->cpu] = (struct block_claim){ block, nr };
	return true;
}

static int32_t end_removal(struct exec *x, const struct op *op, int ret)
{
	x->removing[op->cpu].nr = 0;
	return ret;
}

int32_t exec_remove_memory(struct exec *x, const struct op *op)
{
	if (!begin_removal(x, op, op->value[0], 1))
		return -EBUSY;
	return end_removal(x, op, subject_remove_memory(x->w, op->value[0]));
}

/* A device lies in one node. */
int32_t exec_offline_and_remove_memory(struct exec *x, const struct op *op)
{
	/* block nr */
	const uint8_t *v = op->value;
	unsigned int last = v[0] + v[1] - 1u;

	if (last >= x->w->geo.nr_blocks ||
	    block_to_nid(x->w, v[0]) != block_to_nid(x->w, last))
		return -EINVAL;
	if (!begin_removal(x, op, v[0], v[1]))
		return -EBUSY;
	block_attempt(x, ATTEMPT_OFFLINE_AND_REMOVE, v[0], v[1]);
	return end_removal(x, op, attempt_end(x,
		subject_offline_and_remove_memory(x->w, v[0], v[1])));
}

/* --- poison by address, hugetlb --- */

static unsigned long poison_pfn(const struct world *w, const struct op *op)
{
	/* block pb off */
	const uint8_t *v = op->value;

	return pageblock_pfn(w, v[0], v[1]) + v[2] % pageblock_nr_pages(w);
}

int32_t exec_memory_failure_pfn(struct exec *x, const struct op *op)
{
	return subject_memory_failure(x->w, poison_pfn(x->w, op));
}

int32_t exec_unpoison_memory(struct exec *x, const struct op *op)
{
	return subject_unpoison_memory(x->w, poison_pfn(x->w, op));
}

int32_t exec_soft_offline_page_pfn(struct exec *x, const struct op *op)
{
	return subject_soft_offline_page(x->w, poison_pfn(x->w, op));
}

int32_t exec_set_max_huge_pages(struct exec *x, const struct op *op)
{
	/* hstate nr node */
	const uint8_t *v = op->value;

	if (v[0] >= view_nr_hstates(x->w))
		return OP_SKIPPED;
	return (int32_t)subject_set_max_huge_pages(x->w, v[0], v[1], v[2]);
}

int32_t exec_dissolve_free_hugetlb_folio(struct exec *x, const struct op *op)
{
	/* block pb */
	const uint8_t *v = op->value;
	unsigned long pfn = pageblock_pfn(x->w, v[0], v[1]);

	return subject_pfn_online(x->w, pfn) ?
		       subject_dissolve_free_hugetlb_folio(x->w, pfn) :
		       -EINVAL;
}

int32_t exec_hugetlb_acct_memory(struct exec *x, const struct op *op)
{
	/* hstate nr release node */
	const uint8_t *v = op->value;

	if (v[0] >= view_nr_hstates(x->w))
		return OP_SKIPPED;
	return subject_hugetlb_acct_memory(x->w, v[0], v[2] ? -(long)v[1] : v[1],
					   v[3]);
}

int32_t exec_nr_overcommit_huge_pages(struct exec *x, const struct op *op)
{
	/* hstate nr */
	const uint8_t *v = op->value;

	if (v[0] >= view_nr_hstates(x->w))
		return OP_SKIPPED;
	subject_set_overcommit(x->w, v[0], v[1]);
	return 0;
}

/* The larger size into the smaller one. */
int32_t exec_demote_pool_huge_page(struct exec *x, const struct op *op)
{
	if (view_nr_hstates(x->w) < 2)
		return OP_SKIPPED;
	return subject_demote_pool_huge_page(x->w, 1, op->value[0]);
}
