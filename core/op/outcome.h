/* SPDX-License-Identifier: GPL-2.0-only */
/* Outcomes of operations in terms that all designs share (mo_options.outcomes). */
#ifndef MO_OP_OUTCOME_H
#define MO_OP_OUTCOME_H

#include "exec.h"

/* Before the operation: it is going to work on the pageblocks of this range. */
void outcome_look(struct exec *x, unsigned long start_pfn,
		  unsigned long end_pfn);
/* After it. */
void outcome_record(struct exec *x, const struct op *op, int32_t ret);
/* At the end of the run; 0 when the world is large. */
uint64_t outcome_pages(const struct world *w);

#endif
