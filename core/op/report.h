/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel developer reads after a violation. */
#ifndef MO_OP_REPORT_H
#define MO_OP_REPORT_H

#include "exec.h"
#include "sbuf.h"

/* Of the violation in x->w, which must not have been reset since. */
void report_violation(const struct exec *x, struct sbuf *out);

#endif
