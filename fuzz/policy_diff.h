/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One input under all policies, compared operation by operation.  Differences are
 * explained by a line of policy_diff.def or they are bugs.
 */
#ifndef FUZZ_POLICY_DIFF_H
#define FUZZ_POLICY_DIFF_H

#include "memoffline.h"

/* Operations beyond are run and not compared. */
#define POLICY_DIFF_OPS_MAX 2048

struct policy_diff;

/* NULL: out of memory.  mo stays the caller's. */
struct policy_diff *policy_diff_create(struct mo *mo);
void policy_diff_destroy(struct policy_diff *d);

/* Id of line i of the list, NULL behind the last. */
const char *policy_diff_line(unsigned int i);
/* As if line `id` were not there; NULL: all are. */
void policy_diff_ignore(struct policy_diff *d, const char *id);
/* How often line i explained a difference, since the creation. */
unsigned long policy_diff_hits(const struct policy_diff *d, unsigned int i);

/*
 * NULL: no difference, or each is on the list.  Else what differs, with the
 * scenario; valid until the next call.
 */
const char *policy_diff(struct policy_diff *d, const uint8_t *data, size_t size);

#endif
