/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Feedback beyond edge coverage: abstract state that a run reached, one
 * saturating byte a feature.
 */
#ifndef MO_OP_FEATURES_H
#define MO_OP_FEATURES_H

#include "exec.h"

/* (operation, class of its result) */
#define FEATURE_OPS 88
#define FEATURE_RESULTS 8
/* (state before, state after) of each page that an operation touched */
#define FEATURE_PAGE_STATES 16
/* blocks online in ZONE_NORMAL, in ZONE_MOVABLE, offline: each 0, 1, 2, more */
#define FEATURE_BLOCKS 64

#define FEATURE_BYTES                                                          \
	(FEATURE_OPS * FEATURE_RESULTS +                                       \
	 FEATURE_PAGE_STATES * FEATURE_PAGE_STATES + FEATURE_BLOCKS)

/* Of one world. */
struct features {
	uint8_t *bytes;		/* [FEATURE_BYTES], the caller's */
	uint8_t *page_states;	/* [nr_pfns], 0: not seen in this run */
};

/* False: out of memory. */
bool features_init(struct features *f, const struct world *w);
void features_destroy(struct features *f);
/* Before world_reset(): forgets the pages of the run that ended. */
void features_reset(struct features *f, const struct world *w);
void features_op(struct features *f, const struct exec *x, const struct op *op,
		 int32_t ret);

#endif
