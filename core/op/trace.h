/* SPDX-License-Identifier: GPL-2.0-only */
/* One line an operation, for mo_options->trace. */
#ifndef MO_OP_TRACE_H
#define MO_OP_TRACE_H

#include "exec.h"

/* "op 3 cpu0 offline_pages block=1 = -EBUSY" */
void trace_op(struct exec *x, const struct op *op, int32_t ret);
/* The line of the operation that did not return. */
void trace_violation(struct exec *x);

#endif
