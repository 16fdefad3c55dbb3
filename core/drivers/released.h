/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers released under an isolate notifier: in MEM_GOING_OFFLINE the pages of a
 * pageblock went to the buddy, the attempt failed, and nothing came back.  The device
 * still has them; they are the driver's no more, until it takes them anew, or hears that
 * the memory went offline.  A driver that goes leaves them as they are: whoever brings
 * that memory back exposes what the device has.  world->released, always whole pageblocks.
 *
 * Ranges: first page and number of pages, multiples of a pageblock, in one memory block.
 * Locks: that which protects what the driver knows of the range.
 */
#ifndef MO_DRIVERS_RELEASED_H
#define MO_DRIVERS_RELEASED_H

#include "../mm/world.h"

static inline bool is_released(const struct world *w, unsigned long pfn)
{
	return test_bit(pfn >> w->pageblock_order, w->released);
}

static inline void set_released(struct world *w, unsigned long pfn,
				unsigned long nr_pages, bool released)
{
	unsigned long pb = pfn >> w->pageblock_order;
	unsigned long end = (pfn + nr_pages) >> w->pageblock_order;

	block_touch(w, pfn_to_block(w, pfn));
	for (; pb < end; pb++)
		if (released)
			w->released[pb / 64] |= 1ul << (pb % 64);
		else
			w->released[pb / 64] &= ~(1ul << (pb % 64));
}

/* Where those end that are released, or are not, as that of pfn. */
static inline unsigned long end_of_released(const struct world *w, unsigned long pfn,
					    unsigned long end_pfn)
{
	bool released = is_released(w, pfn);

	do
		pfn += pageblock_nr_pages(w);
	while (pfn < end_pfn && is_released(w, pfn) == released);
	return pfn;
}

#endif
