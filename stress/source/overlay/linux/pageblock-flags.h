/* SPDX-License-Identifier: GPL-2.0-only */
/* pageblock_order is the geometry's.  Kbuild itself runs without one. */
#include_next <linux/pageblock-flags.h>
#if defined(LANE_PAGEBLOCK_ORDER) && !defined(LANE_PAGEBLOCK_FLAGS_H)
#define LANE_PAGEBLOCK_FLAGS_H
#undef pageblock_order
#define pageblock_order LANE_PAGEBLOCK_ORDER
#endif
