/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: walkers of pfns.  In a file of their own: the source lane has none. */
#include "handlers.h"

int32_t exec_kpageflags_read(struct exec *x, const struct op *op)
{
	unsigned long start = block_start_pfn(x->w, op->value[0]);

	return (int32_t)subject_kpageflags_read(
		x->w, start, start + pages_per_block(x->w));
}
