/* SPDX-License-Identifier: GPL-2.0-only */
/* mo_options->watch; a run has either that or mo_options->step. */
#ifndef MO_OP_WATCH_H
#define MO_OP_WATCH_H

#include "exec.h"

void watch_begin(struct exec *x);
void watch_op_begins(struct exec *x, const struct op *op);
/* While the fail points are still armed. */
void watch_could_fail(struct exec *x);
void watch_op_ended(struct exec *x, const struct op *op, int32_t ret);

#endif
