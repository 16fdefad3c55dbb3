/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: balloons, and other drivers that own PageOffline pages. */
#include <errno.h>

#include "handlers.h"

/* Which balloon it is, for outcomes. */
static enum balloon_id balloon(struct exec *x, const struct op *op)
{
	if (op->value[0] == BALLOON_CMM)
		x->saw |= MO_SAW_CMM;
	return (enum balloon_id)op->value[0];
}

int32_t exec_balloon_devinfo_init(struct exec *x, const struct op *op)
{
	/* dev compaction deflate_on_oom */
	const uint8_t *v = op->value;

	return subject_balloon_probe(x->w, balloon(x, op), v[1], v[2]);
}

int32_t exec_balloon_page_enqueue(struct exec *x, const struct op *op)
{
	/* dev nr node */
	const uint8_t *v = op->value;

	return subject_balloon_inflate(x->w, balloon(x, op), v[1], v[2]);
}

int32_t exec_balloon_page_dequeue(struct exec *x, const struct op *op)
{
	/* dev nr */
	const uint8_t *v = op->value;

	return subject_balloon_deflate(x->w, balloon(x, op), v[1]);
}

int32_t exec_out_of_memory(struct exec *x, const struct op *op)
{
	(void)op;
	return subject_out_of_memory(x->w);
}

int32_t exec_vmballoon_reset(struct exec *x, const struct op *op)
{
	(void)op;
	return subject_vmballoon_reset(x->w);
}

int32_t exec_xen_online_page(struct exec *x, const struct op *op)
{
	return subject_xen_online_page(x->w, op->value[0]);
}

/* The host backs what lies in one memory block. */
int32_t exec_process_hot_add(struct exec *x, const struct op *op)
{
	/* block pb off nr */
	const uint8_t *v = op->value;
	struct world *w = x->w;
	unsigned long unit = mo_max(1, pageblock_nr_pages(w) / 4);
	unsigned long start = block_start_pfn(w, v[0]);
	unsigned long end = start + pages_per_block(w);

	start += v[1] * pageblock_nr_pages(w) + v[2] * unit;
	if (start >= end)
		return -EINVAL;
	return subject_process_hot_add(w, start, mo_min(v[3] * unit, end - start));
}

/* A range that is aligned to its size has a power of two of blocks. */
int32_t exec_memtrace_enable_set(struct exec *x, const struct op *op)
{
	unsigned int blocks = op->value[0];

	return subject_memtrace_enable_set(x->w, blocks == 3 ? 4 : blocks);
}
