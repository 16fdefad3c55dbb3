/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L3: drivers that give pages back to their hypervisor, one by one.  Ordinary
 * clients of mm/: they allocate, mark, migrate and free.
 *
 *   virtio   migratable                  drivers/virtio/virtio_balloon.c
 *   vmware   migratable, talks per page  drivers/misc/vmw_balloon.c
 *   cmm      migratable, with a notifier arch/powerpc/platforms/pseries/cmm.c
 *   xen      unmigratable, may hot-add   drivers/xen/balloon.c
 *   hyperv   unmigratable, hot-adds      drivers/hv/hv_balloon.c
 *
 * Without compaction none of them is migratable.
 */
#ifndef MO_DRIVERS_BALLOON_H
#define MO_DRIVERS_BALLOON_H

#include "../mm/world.h"

/* What an OOM notifier of a balloon frees at most, in pages: 256 in virtio-balloon
 * and 1 MiB in CMM. */
#define BALLOON_OOM_NR_PAGES 256

struct balloon_driver {
	/* Loads the driver. */
	void (*probe)(struct world *w, struct balloon_dev_info *b, bool compaction);
	/* Up to nr pages; how many, or the errno when it was none. */
	int (*inflate)(struct world *w, struct balloon_dev_info *b,
		       unsigned int nr, unsigned int nid);
	int (*deflate)(struct world *w, struct balloon_dev_info *b,
		       unsigned int nr);
	/* Gives back up to BALLOON_OOM_NR_PAGES; NULL: has none.  virtio-balloon
	 * registers its own on request. */
	int (*oom_notify)(struct world *w, struct balloon_dev_info *b);
};

extern const struct balloon_driver virtio_balloon_driver;
extern const struct balloon_driver vmballoon_driver;
extern const struct balloon_driver cmm_driver;
extern const struct balloon_driver xen_balloon_driver;
extern const struct balloon_driver hv_balloon_driver;

void balloons_init(struct world *w);
/*
 * Loads or reloads a driver.  deflate_on_oom: its pages stay managed, and
 * balloon_oom_notify() takes them back (VIRTIO_BALLOON_F_DEFLATE_ON_OOM; ignored by
 * others).  -EBUSY: it is not empty.
 */
int balloon_probe(struct world *w, enum balloon_id id, bool compaction,
		  bool deflate_on_oom);
/* Loads the driver with compaction if it is not.  Pages, or negative errno. */
int balloon_inflate(struct world *w, enum balloon_id id, unsigned int nr,
		    unsigned int nid);
int balloon_deflate(struct world *w, enum balloon_id id, unsigned int nr);
/* The OOM notifiers: pages that balloons gave up; 0, too, while others are at it. */
int balloon_oom_notify(struct world *w);

/* Ours: sections went offline; pages that lay there are forgotten.  Offlining steps
 * over poisoned pages whoever has them. */
void balloons_forget_lost(struct world *w);

/* --- what belongs to one driver --- */

/* vmballoon_reset(): everything out, migration must wait; pages freed. */
int vmballoon_reset(struct world *w);
/* From now on, or no longer, xen_online_page() is the online_page_callback.  -EBUSY:
 * Hyper-V's is. */
int xen_balloon_hotplug(struct world *w, bool on);
/*
 * process_hot_add(): the host backs [pg_start, pg_start + pg_count), which lies in
 * one memory block; the block is hot-added if need be.  Pages that are covered now,
 * or -EBUSY (runs on Xen), -EINVAL (behind what is covered, no room for a gap), or the errno of
 * add_memory().
 */
int hv_hot_add(struct world *w, unsigned long pg_start, unsigned long pg_count);

#endif
