/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L3: the plain owner of fake-offlined pageblocks: what virtio-mem does, without
 * its device.  It knows its set without the memmap (world->fake_offline_set), keeps
 * the set offline when a block is onlined again, and answers the notifier.
 */
#ifndef MO_DRIVERS_FAKE_OFFLINE_H
#define MO_DRIVERS_FAKE_OFFLINE_H

#include "../mm/world.h"

/* Registers the online_page_callback and the notifier. */
void fake_offline_init(struct world *w);
/*
 * Pageblocks [pb, pb + nr).  0; -EINVAL (range not one online block, or already
 * fake offline); the errno of alloc_contig_range().
 */
int fake_offline(struct world *w, unsigned long pb, unsigned long nr);
/* -EINVAL: not all of it is online and fake offline. */
int fake_online(struct world *w, unsigned long pb, unsigned long nr);
/*
 * The driver goes although memory is unplugged (a forced unload): offline blocks
 * with unplugged pageblocks are removed, what is unplugged in online ones stays
 * out of use for good.  -ENODEV: it is gone or going.
 */
int fake_offline_unload(struct world *w);
/* It comes back and knows of nothing.  -EBUSY: it is there. */
int fake_offline_load(struct world *w);
bool fake_offline_owns(const struct world *w, unsigned long pb);

#endif
