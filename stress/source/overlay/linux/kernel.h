/* SPDX-License-Identifier: GPL-2.0-only */
/* might_sleep() checks, and lets others go on. */
#if !defined(LANE_PAGEBLOCK_ORDER) || defined(LANE_KERNEL_H)
#include_next <linux/kernel.h>
#else
#define LANE_KERNEL_H
#include_next <linux/kernel.h>
#include <linux/lane_boundary.h>

#undef might_sleep
#define might_sleep() lane_might_sleep(__func__)

#endif
