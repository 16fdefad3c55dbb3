/* SPDX-License-Identifier: GPL-2.0-only */
/* Per-CPU data of one CPU: preemption off.  The irqsave forms end in
 * local_irq_save(). */
#if !defined(LANE_PAGEBLOCK_ORDER) || defined(LANE_LOCAL_LOCK_H)
#include_next <linux/local_lock.h>
#else
#define LANE_LOCAL_LOCK_H
#include_next <linux/local_lock.h>
#include <linux/lane_boundary.h>

#undef local_lock
#define local_lock(lock)                                                       \
	do {                                                                   \
		lane_pass(LANE_BEFORE);                                        \
		__local_lock(lock);                                            \
	} while (0)

#undef local_unlock
#define local_unlock(lock)                                                     \
	do {                                                                   \
		__local_unlock(lock);                                          \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)

#endif
