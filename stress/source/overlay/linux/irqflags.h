/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts off and on again: the per-CPU lists of one CPU have no other lock. */
#include_next <linux/irqflags.h>
#if defined(LANE_PAGEBLOCK_ORDER) && !defined(LANE_IRQFLAGS_H)
#define LANE_IRQFLAGS_H
#include <linux/lane_boundary.h>

#undef local_irq_save
#define local_irq_save(flags)                                                  \
	do {                                                                   \
		lane_pass(LANE_BEFORE);                                        \
		raw_local_irq_save(flags);                                     \
	} while (0)

#undef local_irq_restore
#define local_irq_restore(flags)                                               \
	do {                                                                   \
		raw_local_irq_restore(flags);                                  \
		lane_pass(LANE_BEHIND);                                        \
	} while (0)

#endif
