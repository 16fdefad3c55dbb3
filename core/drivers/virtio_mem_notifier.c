/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: memory of the device comes online and goes offline, by the hand of
 * user space or our own.  drivers/virtio/virtio_mem.c, 6.12.
 *
 * hotplug_mutex is taken in MEM_GOING_* and kept to the end of the attempt.  A
 * CANCEL may come without a GOING: somebody refused before us, or we did.
 * hotplug_active says that the attempt is one that we heard of.
 */
#include <errno.h>

#include "../mm/memory_hotplug.h"
#include "../mm/walkers.h"
#include "virtio_mem_internal.h"

typedef void (*range_fn)(struct world *w, unsigned long pfn,
			 unsigned long nr_pages);

/* --- SBM --- */

/* virtio_mem_sbm_notify_going_online; NOTIFY_BAD is -EPERM for the caller. */
static int sbm_notify_going_online(struct world *w, unsigned long mb_id)
{
	switch (virtio_mem_sbm_get_mb_state(w, mb_id)) {
	case VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL:
	case VIRTIO_MEM_SBM_MB_OFFLINE:
		return 0;
	default:
		virtio_mem_event(w, ONLINE_DENIED);
		return -EPERM;
	}
}

/* virtio_mem_sbm_notify_online, virtio_mem_sbm_notify_offline: any other change is
 * a BUG there, and not in the table here. */
static void sbm_notify_online(struct world *w, unsigned long mb_id,
			      unsigned long start_pfn)
{
	bool partial = virtio_mem_sbm_get_mb_state(w, mb_id) ==
		       VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL;
	bool is_movable =
		is_zone_movable(page_zone(w, pfn_to_page(w, start_pfn)));

	virtio_mem_sbm_set_mb_state(w, mb_id,
		(is_movable ? VIRTIO_MEM_SBM_MB_MOVABLE :
			      VIRTIO_MEM_SBM_MB_KERNEL) + partial,
		VIRTIO_MEM_BY_notify_online);
}

static void sbm_notify_offline(struct world *w, unsigned long mb_id)
{
	enum virtio_mem_sbm_mb_state state = virtio_mem_sbm_get_mb_state(w, mb_id);
	bool partial = state == VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL ||
		       state == VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL;

	virtio_mem_sbm_set_mb_state(w, mb_id,
				    VIRTIO_MEM_SBM_MB_OFFLINE + partial,
				    VIRTIO_MEM_BY_notify_offline);
}

/* Unplugged subblocks; true: there is one.  fn NULL: the design has no hook. */
static bool sbm_for_each_unplugged(struct world *w, unsigned long mb_id,
				   range_fn fn)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	bool any = false;

	for (unsigned int sb_id = 0; sb_id < sbm->sbs_per_mb; sb_id++) {
		if (virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id, 1))
			continue;
		any = true;
		if (fn)
			fn(w, virtio_mem_sb_pfn(w, mb_id, sb_id), sbm->sb_size);
	}
	return any;
}

/* --- both --- */

static bool bb_is_fake_offline(const struct world *w, unsigned long pfn)
{
	return virtio_mem_bbm_get_bb_state(w, pfn / w->virtio_mem.bbm.bb_size) ==
	       VIRTIO_MEM_BBM_BB_FAKE_OFFLINE;
}

/* Pages of ours are made ready to go; under an isolate notifier they are gone. */
static void let_go(struct world *w, unsigned long pfn, unsigned long nr_pages)
{
	if (is_released(w, pfn))
		return;
	if (w->page_offline->going_offline)
		w->page_offline->going_offline(w, pfn, nr_pages);
	if (w->page_offline->isolate_notifier)
		set_released(w, pfn, nr_pages, true);
}

static void notify_going_offline(struct world *w, const struct memory_notify *mhp)
{
	if (w->virtio_mem.in_sbm) {
		if (sbm_for_each_unplugged(w, pfn_to_block(w, mhp->start_pfn), let_go))
			virtio_mem_event(w, SBM_GOING_OFFLINE);
		return;
	}
	/* Else we have none of its memory. */
	if (!bb_is_fake_offline(w, mhp->start_pfn) ||
	    oldbug(w, BBM_UNSAFE_UNPLUG)) {
		virtio_mem_event(w, BBM_USER_OFFLINE);
		return;
	}
	virtio_mem_event(w, BBM_GOING_OFFLINE);
	let_go(w, mhp->start_pfn, mhp->nr_pages);
}

static void notify_cancel_offline(struct world *w,
				  const struct memory_notify *mhp)
{
	range_fn fn = w->page_offline->cancel_offline;

	if (w->virtio_mem.in_sbm) {
		if (sbm_for_each_unplugged(w, pfn_to_block(w, mhp->start_pfn), fn))
			virtio_mem_event(w, SBM_CANCEL_OFFLINE);
		return;
	}
	if (!bb_is_fake_offline(w, mhp->start_pfn) ||
	    oldbug(w, BBM_UNSAFE_UNPLUG))
		return;
	virtio_mem_event(w, BBM_CANCEL_OFFLINE);
	if (fn)
		fn(w, mhp->start_pfn, mhp->nr_pages);
}

static void attempt_ends(struct world *w)
{
	w->virtio_mem.hotplug_active = false;
	mutex_unlock(w, &w->virtio_mem.hotplug_mutex);
}

/* 0: ours, the mutex is held from now on.  -EBUSY: the driver goes. */
static int attempt_begins(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	mutex_lock(w, &vm->hotplug_mutex);
	if (vm->removing) {
		mutex_unlock(w, &vm->hotplug_mutex);
		return -EBUSY;
	}
	vm->hotplug_active = true;
	return 0;
}

static int going_offline(struct world *w, const struct memory_notify *mhp)
{
	int rc = attempt_begins(w);

	if (rc)
		virtio_mem_event(w, REMOVING_OFFLINE);
	else
		notify_going_offline(w, mhp);
	return rc;
}

static int going_online(struct world *w, const struct memory_notify *mhp)
{
	int rc = attempt_begins(w);

	if (rc) {
		virtio_mem_event(w, REMOVING_ONLINE);
		return rc;
	}
	if (w->virtio_mem.in_sbm)
		return sbm_notify_going_online(w, pfn_to_block(w, mhp->start_pfn));
	virtio_mem_event(w, BBM_USER_ONLINE);
	return 0;
}

static void offline_done(struct world *w, const struct memory_notify *mhp)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (vm->in_sbm)
		sbm_notify_offline(w, pfn_to_block(w, mhp->start_pfn));
	if (w->page_offline->isolate_notifier)
		set_released(w, mhp->start_pfn, mhp->nr_pages, false);
	vm->offline_size += mhp->nr_pages;
	/* Offline memory may be what pending requests wait for. */
	if (!vm->unplug_online) {
		virtio_mem_event(w, OFFLINE_KICKS);
		virtio_mem_retry(w);
	}
	attempt_ends(w);
}

static void online_done(struct world *w, const struct memory_notify *mhp)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (vm->in_sbm)
		sbm_notify_online(w, pfn_to_block(w, mhp->start_pfn),
				  mhp->start_pfn);
	vm->offline_size -= mhp->nr_pages;
	/* Go on adding when half of the threshold is online, unless it was us. */
	if (!vm->wq_active &&
	    virtio_mem_could_add_memory(w, vm->offline_threshold / 2)) {
		virtio_mem_event(w, ONLINE_KICKS);
		virtio_mem_retry(w);
	}
	attempt_ends(w);
}

static void cancel_offline(struct world *w, const struct memory_notify *mhp)
{
	if (!w->virtio_mem.hotplug_active) {
		virtio_mem_event(w, CANCEL_NOT_OURS);
		return;
	}
	notify_cancel_offline(w, mhp);
	attempt_ends(w);
}

static void cancel_online(struct world *w)
{
	if (!w->virtio_mem.hotplug_active) {
		virtio_mem_event(w, CANCEL_NOT_OURS);
		return;
	}
	virtio_mem_event(w, CANCEL_ONLINE);
	attempt_ends(w);
}

/* The kernel warns and refuses: whole memory blocks, in one big block. */
static void check_range(struct world *w, const struct memory_notify *mhp)
{
	const struct virtio_mem *vm = &w->virtio_mem;
	unsigned long unit = vm->in_sbm ? pages_per_block(w) : vm->bbm.bb_size;
	unsigned long last = mhp->start_pfn + mhp->nr_pages - 1;

	VM_BUG_ON_PFN(w, mhp->start_pfn / unit != last / unit ||
		      (vm->in_sbm && mhp->nr_pages != unit),
		      "virtio_mem_assert", mhp->start_pfn,
		      "told of %lu pages, not of a memory block", mhp->nr_pages);
}

/* virtio_mem_memory_notifier_cb */
int virtio_mem_memory_notifier_cb(struct world *w, void *data,
				  enum memory_block_state action,
				  const struct memory_notify *mhp)
{
	(void)data;
	if (!pfn_of_virtio_mem(w, mhp->start_pfn))
		return 0;
	check_range(w, mhp);
	switch (action) {
	case MEM_GOING_OFFLINE:
		return going_offline(w, mhp);
	case MEM_GOING_ONLINE:
		return going_online(w, mhp);
	case MEM_OFFLINE:
		offline_done(w, mhp);
		break;
	case MEM_ONLINE:
		online_done(w, mhp);
		break;
	case MEM_CANCEL_OFFLINE:
		cancel_offline(w, mhp);
		break;
	case MEM_CANCEL_ONLINE:
		cancel_online(w);
		break;
	default:
		break;
	}
	return 0;
}

/* Unplugged, or of a big block that is FAKE_OFFLINE: what GOING_OFFLINE releases. */
static bool is_releasable(const struct world *w, unsigned long pfn)
{
	const struct virtio_mem *vm = &w->virtio_mem;
	unsigned long mb_id = pfn_to_block(w, pfn);

	if (!vm->in_sbm)
		return !vm->taking && bb_is_fake_offline(w, pfn);
	return !virtio_mem_sbm_test_sb_plugged(w, mb_id,
		(unsigned int)((pfn - block_start_pfn(w, mb_id)) /
			       vm->sbm.sb_size), 1);
}

/* No counterpart: virtio-mem is younger than the isolate notifier.  As
 * arch/powerpc/platforms/pseries/cmm.c:cmm_count_pages, v5.5: only what the driver
 * holds.  A big block is FAKE_OFFLINE before its pages are, and as long as they are
 * not, a PageOffline page in it may be somebody else's. */
unsigned long virtio_mem_count_pages(struct world *w, void *data,
				     unsigned long start_pfn,
				     unsigned long nr_pages)
{
	(void)data;
	/* Of one pageblock, and what is ours is whole pageblocks. */
	return w->virtio_mem.bound && pfn_of_virtio_mem(w, start_pfn) &&
			       !is_released(w, start_pfn) &&
			       is_releasable(w, start_pfn) ?
		       nr_pages : 0;
}

/* --- online_page_callback --- */

/* Adapts *order to a subblock when the chunk is a mixture, which happens once. */
static bool sbm_do_online(struct world *w, unsigned long pfn,
			  unsigned int *order)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	unsigned long mb_id = pfn_to_block(w, pfn);
	unsigned long off = pfn - block_start_pfn(w, mb_id);
	unsigned int sb_id = (unsigned int)(off / sbm->sb_size);
	unsigned int last = (unsigned int)((off + (1ul << *order) - 1) /
					   sbm->sb_size);

	if (virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id, last - sb_id + 1)) {
		virtio_mem_event(w, ONLINE_PLUGGED);
		return true;
	}
	if (virtio_mem_sbm_test_sb_unplugged(w, mb_id, sb_id, last - sb_id + 1)) {
		virtio_mem_event(w, ONLINE_UNPLUGGED);
		return false;
	}
	virtio_mem_event(w, ONLINE_MIXED);
	*order = (unsigned int)__builtin_ctzl(sbm->sb_size);
	return virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id, 1);
}

static bool bbm_do_online(struct world *w, unsigned long pfn)
{
	if (!bb_is_fake_offline(w, pfn))
		return true;
	virtio_mem_event(w, ONLINE_FAKE_OFFLINE);
	return false;
}

/* virtio_mem_online_page_cb, virtio_mem_online_page */
bool virtio_mem_online_page_cb(struct world *w, struct page *page,
			       unsigned int order)
{
	unsigned long pfn = page_to_pfn(w, page);
	unsigned long end = pfn + (1ul << order);

	if (!w->virtio_mem.bound || !pfn_of_virtio_mem(w, pfn))
		return false;
	while (pfn < end) {
		bool do_online = w->virtio_mem.in_sbm ?
					 sbm_do_online(w, pfn, &order) :
					 bbm_do_online(w, pfn);

		if (do_online)
			generic_online_page(w, pfn_to_page(w, pfn), order);
		else
			page_offline_keep(w, pfn, 1ul << order);
		pfn += 1ul << order;
	}
	return true;
}
