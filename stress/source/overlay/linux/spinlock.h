/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinlocks of one CPU are a preempt count; operations change places outside of them
 * only.  spin_lock_irqsave() is a macro of the tree's and ends in local_irq_save().
 */
#if !defined(LANE_PAGEBLOCK_ORDER) || defined(LANE_SPINLOCK_H)
#include_next <linux/spinlock.h>
#else
#define LANE_SPINLOCK_H
#include_next <linux/spinlock.h>
#include <linux/lane_boundary.h>

#define spin_lock(lock)                                                        \
	do {                                                                   \
		lane_pass(LANE_BEFORE);                                        \
		(spin_lock)(lock);                                             \
	} while (0)

#define spin_lock_irq(lock)                                                    \
	do {                                                                   \
		lane_pass(LANE_BEFORE);                                        \
		(spin_lock_irq)(lock);                                         \
	} while (0)

#define spin_unlock(lock)                                                      \
	do {                                                                   \
		(spin_unlock)(lock);                                           \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)

#define spin_unlock_irq(lock)                                                  \
	do {                                                                   \
		(spin_unlock_irq)(lock);                                       \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)

#define spin_unlock_irqrestore(lock, flags)                                    \
	do {                                                                   \
		(spin_unlock_irqrestore)(lock, flags);                         \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)

/* What the guards of the tree call is not these macros. */
#ifdef guard
#undef guard
#define guard(name)                                                            \
	lane_guard(__UNIQUE_ID(lane_guard));                                   \
	CLASS(name, __UNIQUE_ID(guard))
#endif

#ifdef __scoped_guard
#undef scoped_guard
#define scoped_guard(name, args...)                                            \
	for (lane_guard(lane_scope), *lane_first = ""; lane_first; lane_first = NULL) \
		__scoped_guard(name, __UNIQUE_ID(label), args)
#endif

#endif
