/* SPDX-License-Identifier: GPL-2.0-only */
/* cond_resched() knows whose it is. */
#if !defined(LANE_PAGEBLOCK_ORDER) || defined(LANE_SCHED_H)
#include_next <linux/sched.h>
#else
#define LANE_SCHED_H
#include_next <linux/sched.h>
#include <linux/lane_boundary.h>

#undef cond_resched
#define cond_resched() lane_cond_resched(__func__)

#endif
