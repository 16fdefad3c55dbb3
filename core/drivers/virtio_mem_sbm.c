/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem, Sub Block Mode: a memory block has 2..64 subblocks, each of them
 * plugged or not.  drivers/virtio/virtio_mem.c, 6.12.
 */
#include <errno.h>

#include "virtio_mem_internal.h"

/* Code relies on it: a partial state minus one is the full one. */
_Static_assert(VIRTIO_MEM_SBM_MB_OFFLINE + 1 == VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL &&
	       VIRTIO_MEM_SBM_MB_KERNEL + 1 == VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL &&
	       VIRTIO_MEM_SBM_MB_MOVABLE + 1 == VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL,
	       "virtio_mem_sbm_plug_any_sb");

/* --- states of memory blocks --- */

/*
 * virtio_mem_sbm_set_mb_state.  Locks: hotplug_mutex, but for blocks that are not
 * added: the worker has those to itself.  It has not the counts: published kernels
 * change them without the mutex (old bug, kind open); here they are atomic.
 */
void virtio_mem_sbm_set_mb_state(struct world *w, unsigned long mb_id,
				 enum virtio_mem_sbm_mb_state state,
				 enum virtio_mem_by by)
{
	struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	enum virtio_mem_sbm_mb_state old = virtio_mem_sbm_get_mb_state(w, mb_id);
	unsigned long count = sbm->mb_count[old];

	virtio_mem_transition(w, true, old, state, by);
	sbm->mb_states[mb_id - sbm->first_mb_id] = (uint8_t)state;
	VM_BUG_ON_PFN(w, !count, "virtio_mem_states", block_start_pfn(w, mb_id),
		      "the last memory block of state %u leaves it, but none was counted",
		      old);
	if (oldbug(w, VIRTIO_MEM_UNLOCKED_COUNTS))
		sched_point(w, SP_VIRTIO_MEM_STATE_COUNT);
	sbm->mb_count[old] = count - 1;
	count = sbm->mb_count[state];
	if (oldbug(w, VIRTIO_MEM_UNLOCKED_COUNTS))
		sched_point(w, SP_VIRTIO_MEM_STATE_COUNT);
	sbm->mb_count[state] = count + 1;
}

/* --- subblocks --- */

static uint64_t *sb_states(struct world *w, unsigned long mb_id)
{
	return &w->virtio_mem.sbm.sb_states[mb_id -
					    w->virtio_mem.sbm.first_mb_id];
}

static uint64_t sb_mask(unsigned int sb_id, unsigned int count)
{
	return (count < 64 ? (1ull << count) - 1 : ~0ull) << sb_id;
}

bool virtio_mem_sbm_test_sb_plugged(const struct world *w, unsigned long mb_id,
				    unsigned int sb_id, unsigned int count)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	uint64_t mask = sb_mask(sb_id, count);

	return (sbm->sb_states[mb_id - sbm->first_mb_id] & mask) == mask;
}

bool virtio_mem_sbm_test_sb_unplugged(const struct world *w,
				      unsigned long mb_id, unsigned int sb_id,
				      unsigned int count)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;

	return !(sbm->sb_states[mb_id - sbm->first_mb_id] &
		 sb_mask(sb_id, count));
}

/* All of them.  Not the state of the memory block. */
static bool all_plugged(const struct world *w, unsigned long mb_id)
{
	return virtio_mem_sbm_test_sb_plugged(w, mb_id, 0,
					      w->virtio_mem.sbm.sbs_per_mb);
}

static bool all_unplugged(const struct world *w, unsigned long mb_id)
{
	return virtio_mem_sbm_test_sb_unplugged(w, mb_id, 0,
						w->virtio_mem.sbm.sbs_per_mb);
}

/* virtio_mem_sbm_first_unplugged_sb: sbs_per_mb when there is none. */
static unsigned int first_unplugged_sb(const struct world *w,
				       unsigned long mb_id)
{
	unsigned int sb_id = 0;

	while (sb_id < w->virtio_mem.sbm.sbs_per_mb &&
	       virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id, 1))
		sb_id++;
	return sb_id;
}

/* virtio_mem_sbm_plug_sb, virtio_mem_sbm_unplug_sb: not the state of the block. */
static int plug_sb(struct world *w, unsigned long mb_id, unsigned int sb_id,
		   unsigned int count)
{
	int rc = virtio_mem_send_plug_request(w, virtio_mem_sb_pfn(w, mb_id, sb_id),
				count * w->virtio_mem.sbm.sb_size);

	if (!rc)
		*sb_states(w, mb_id) |= sb_mask(sb_id, count);
	return rc;
}

static int unplug_sb(struct world *w, unsigned long mb_id, unsigned int sb_id,
		     unsigned int count)
{
	int rc = virtio_mem_send_unplug_request(w, virtio_mem_sb_pfn(w, mb_id, sb_id),
				count * w->virtio_mem.sbm.sb_size);

	if (!rc)
		*sb_states(w, mb_id) &= ~sb_mask(sb_id, count);
	return rc;
}

/*
 * virtio_mem_sbm_unplug_any_sb_raw: nb_sb subblocks of a block that is offline or
 * not added, from the end, as many as possible in one request.  Stops at the first
 * refusal, possibly after some were unplugged.
 */
static int unplug_any_sb_raw(struct world *w, unsigned long mb_id,
			     unsigned long *nb_sb)
{
	int sb_id = (int)w->virtio_mem.sbm.sbs_per_mb - 1;
	int rc;

	while (*nb_sb) {
		unsigned int count = 1;

		while (sb_id >= 0 &&
		       virtio_mem_sbm_test_sb_unplugged(w, mb_id,
							(unsigned int)sb_id, 1))
			sb_id--;
		if (sb_id < 0)
			break;
		while (count < *nb_sb && sb_id > 0 &&
		       virtio_mem_sbm_test_sb_plugged(w, mb_id,
						      (unsigned int)sb_id - 1, 1)) {
			count++;
			sb_id--;
		}
		rc = unplug_sb(w, mb_id, (unsigned int)sb_id, count);
		if (rc)
			return rc;
		*nb_sb -= count;
		sb_id--;
	}
	return 0;
}

/* --- plug --- */

/* virtio_mem_sbm_prepare_next_mb; the arrays are there, growing them may fail. */
static int prepare_next_mb(struct world *w, unsigned long *mb_id)
{
	struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;

	if (sbm->next_mb_id > sbm->last_usable_mb_id)
		return -ENOSPC;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_STATES))
		return -ENOMEM;
	sbm->mb_count[VIRTIO_MEM_SBM_MB_UNUSED]++;
	*mb_id = sbm->next_mb_id++;
	return 0;
}

/*
 * virtio_mem_sbm_plug_and_add_mb.  The state is that of an offline block before it
 * is added: it may come online at once, and the notifier looks at it.
 * Locks: not hotplug_mutex.
 */
static int plug_and_add_mb(struct world *w, unsigned long mb_id,
			   unsigned long *nb_sb)
{
	unsigned int sbs_per_mb = w->virtio_mem.sbm.sbs_per_mb;
	unsigned int count = (unsigned int)mo_min(*nb_sb, sbs_per_mb);
	int rc;

	rc = plug_sb(w, mb_id, 0, count);
	if (rc)
		return rc;
	virtio_mem_sbm_set_mb_state(w, mb_id, count == sbs_per_mb ?
					VIRTIO_MEM_SBM_MB_OFFLINE :
					VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL,
				    VIRTIO_MEM_BY_plug_and_add_mb);
	rc = virtio_mem_add_memory(w, block_start_pfn(w, mb_id),
				   pages_per_block(w));
	if (rc) {
		enum virtio_mem_sbm_mb_state state =
			unplug_sb(w, mb_id, 0, count) ?
				VIRTIO_MEM_SBM_MB_PLUGGED :
				VIRTIO_MEM_SBM_MB_UNUSED;

		virtio_mem_sbm_set_mb_state(w, mb_id, state,
					    VIRTIO_MEM_BY_add_failed);
		return rc;
	}
	*nb_sb -= count;
	return 0;
}

/*
 * virtio_mem_sbm_plug_any_sb: of a partial block, which if online gets the pages.
 * May fail after some were plugged.  Locks: hotplug_mutex.
 */
static int plug_any_sb(struct world *w, unsigned long mb_id,
		       unsigned long *nb_sb)
{
	enum virtio_mem_sbm_mb_state old = virtio_mem_sbm_get_mb_state(w, mb_id);
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	int rc;

	while (*nb_sb) {
		unsigned int sb_id = first_unplugged_sb(w, mb_id), count = 1;

		if (sb_id >= sbm->sbs_per_mb)
			break;
		while (count < *nb_sb && sb_id + count < sbm->sbs_per_mb &&
		       !virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id + count, 1))
			count++;
		rc = plug_sb(w, mb_id, sb_id, count);
		if (rc)
			return rc;
		*nb_sb -= count;
		if (old != VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL)
			virtio_mem_fake_online(w, virtio_mem_sb_pfn(w, mb_id, sb_id),
					       count * sbm->sb_size);
	}
	if (all_plugged(w, mb_id))
		virtio_mem_sbm_set_mb_state(w, mb_id, old - 1,
					    VIRTIO_MEM_BY_plug_any_sb);
	return 0;
}

/* Fills up what is partial.  *nb_sb: what is left to plug. */
static int plug_partial_mbs(struct world *w, unsigned long *nb_sb)
{
	static const uint8_t mb_states[] = {
		VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL,
		VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL,
		VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL,
	};
	unsigned long mb_id;
	int rc = 0;

	mutex_lock(w, &w->virtio_mem.hotplug_mutex);
	for (unsigned int i = 0; i < ARRAY_SIZE(mb_states); i++)
		virtio_mem_sbm_for_each_mb(w, mb_id, mb_states[i]) {
			rc = plug_any_sb(w, mb_id, nb_sb);
			if (rc || !*nb_sb)
				goto out_unlock;
		}
out_unlock:
	mutex_unlock(w, &w->virtio_mem.hotplug_mutex);
	return rc;
}

/* virtio_mem_sbm_plug_request: partial blocks, unused blocks, new blocks. */
int virtio_mem_sbm_plug_request(struct world *w, unsigned long diff)
{
	unsigned long nb_sb = diff / w->virtio_mem.sbm.sb_size, mb_id;
	int rc;

	if (!nb_sb)
		return 0;
	rc = plug_partial_mbs(w, &nb_sb);
	if (rc || !nb_sb)
		return rc;
	/* No work on added blocks from here on: the mutex is not needed. */
	virtio_mem_sbm_for_each_mb(w, mb_id, VIRTIO_MEM_SBM_MB_UNUSED) {
		if (!virtio_mem_could_add_memory(w, pages_per_block(w)))
			return -ENOSPC;
		rc = plug_and_add_mb(w, mb_id, &nb_sb);
		if (rc || !nb_sb)
			return rc;
	}
	while (nb_sb) {
		if (!virtio_mem_could_add_memory(w, pages_per_block(w)))
			return -ENOSPC;
		rc = prepare_next_mb(w, &mb_id);
		if (rc)
			return rc;
		rc = plug_and_add_mb(w, mb_id, &nb_sb);
		if (rc)
			return rc;
	}
	return 0;
}

/* --- unplug --- */

/*
 * virtio_mem_sbm_try_remove_unplugged_mb: a block of which nothing is plugged,
 * online or offline.  Locks: hotplug_mutex, dropped while it is removed.
 */
static int try_remove_unplugged_mb(struct world *w, unsigned long mb_id)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc;

	if (!all_unplugged(w, mb_id))
		return 0;
	mutex_unlock(w, &vm->hotplug_mutex);
	rc = virtio_mem_offline_and_remove_memory(w, block_start_pfn(w, mb_id),
						  pages_per_block(w));
	mutex_lock(w, &vm->hotplug_mutex);
	if (!rc)
		virtio_mem_sbm_set_mb_state(w, mb_id, VIRTIO_MEM_SBM_MB_UNUSED,
					    VIRTIO_MEM_BY_try_remove_unplugged_mb);
	return rc;
}

/*
 * virtio_mem_sbm_unplug_any_sb_offline.  UNUSED comes before the removal: whoever
 * wants to online the block meanwhile is turned away.
 * Locks: hotplug_mutex, dropped while the block is removed.
 */
static int unplug_any_sb_offline(struct world *w, unsigned long mb_id,
				 unsigned long *nb_sb)
{
	struct virtio_mem *vm = &w->virtio_mem;
	int rc = unplug_any_sb_raw(w, mb_id, nb_sb);

	/* Some may have gone before it failed. */
	if (!all_plugged(w, mb_id))
		virtio_mem_sbm_set_mb_state(w, mb_id,
					    VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL,
					    VIRTIO_MEM_BY_unplug_any_sb_offline);
	if (rc)
		return rc;
	if (!all_unplugged(w, mb_id))
		return 0;
	virtio_mem_sbm_set_mb_state(w, mb_id, VIRTIO_MEM_SBM_MB_UNUSED,
				    VIRTIO_MEM_BY_unplug_any_sb_offline);
	mutex_unlock(w, &vm->hotplug_mutex);
	rc = virtio_mem_remove_memory(w, block_start_pfn(w, mb_id));
	VM_BUG_ON_PFN(w, rc, "virtio_mem_assert", block_start_pfn(w, mb_id),
		      "an offline memory block cannot be removed: errno %d", rc);
	mutex_lock(w, &vm->hotplug_mutex);
	return 0;
}

/* virtio_mem_sbm_unplug_sb_online.  Locks: hotplug_mutex. */
static int unplug_sb_online(struct world *w, unsigned long mb_id,
			    unsigned int sb_id, unsigned int count)
{
	enum virtio_mem_sbm_mb_state old = virtio_mem_sbm_get_mb_state(w, mb_id);
	unsigned long nr_pages = count * w->virtio_mem.sbm.sb_size;
	unsigned long start_pfn = virtio_mem_sb_pfn(w, mb_id, sb_id);
	int rc;

	rc = virtio_mem_fake_offline(w, start_pfn, nr_pages);
	if (rc)
		return rc;
	rc = unplug_sb(w, mb_id, sb_id, count);
	if (rc) {
		virtio_mem_event(w, UNPLUG_REFUSED);
		virtio_mem_fake_online(w, start_pfn, nr_pages);
		return rc;
	}
	if (old == VIRTIO_MEM_SBM_MB_KERNEL || old == VIRTIO_MEM_SBM_MB_MOVABLE)
		virtio_mem_sbm_set_mb_state(w, mb_id, old + 1,
					    VIRTIO_MEM_BY_unplug_sb_online);
	return 0;
}

/* Subblock by subblock, from the end; busy ones stay. */
static int unplug_sbs_online(struct world *w, unsigned long mb_id,
			     unsigned long *nb_sb)
{
	for (int sb_id = (int)w->virtio_mem.sbm.sbs_per_mb - 1;
	     sb_id >= 0 && *nb_sb; sb_id--) {
		unsigned int sb = (unsigned int)sb_id;
		int rc;

		if (!virtio_mem_sbm_test_sb_plugged(w, mb_id, sb, 1))
			continue;
		rc = unplug_sb_online(w, mb_id, sb, 1);
		if (rc == -EBUSY)
			continue;
		if (rc)
			return rc;
		--*nb_sb;
	}
	return 0;
}

/*
 * virtio_mem_sbm_unplug_any_sb_online.  That the empty block cannot be removed is
 * no error: it is tried again.  Locks: hotplug_mutex, may be dropped for a while.
 */
static int unplug_any_sb_online(struct world *w, unsigned long mb_id,
				unsigned long *nb_sb)
{
	struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;
	int rc = -EBUSY;

	/* If possible, the whole block in one go. */
	if (*nb_sb >= sbm->sbs_per_mb && all_plugged(w, mb_id)) {
		rc = unplug_sb_online(w, mb_id, 0, sbm->sbs_per_mb);
		if (!rc) {
			virtio_mem_event(w, WHOLE_MB);
			*nb_sb -= sbm->sbs_per_mb;
		}
	}
	if (rc == -EBUSY)
		rc = unplug_sbs_online(w, mb_id, nb_sb);
	if (rc)
		return rc;
	if (try_remove_unplugged_mb(w, mb_id)) {
		virtio_mem_event(w, REMOVE_FAILED);
		/* In 6.1 nobody tries again. */
		sbm->have_unplugged_mb = !kernel_until(w, 6_1);
	}
	return 0;
}

/* virtio_mem_sbm_unplug_any_sb */
static int unplug_any_sb(struct world *w, unsigned long mb_id,
			 unsigned long *nb_sb)
{
	switch (virtio_mem_sbm_get_mb_state(w, mb_id)) {
	case VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL:
	case VIRTIO_MEM_SBM_MB_KERNEL:
	case VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL:
	case VIRTIO_MEM_SBM_MB_MOVABLE:
		return unplug_any_sb_online(w, mb_id, nb_sb);
	case VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL:
	case VIRTIO_MEM_SBM_MB_OFFLINE:
		return unplug_any_sb_offline(w, mb_id, nb_sb);
	default:
		return -EINVAL;
	}
}

/*
 * All blocks of one state, the last ones first.  Between two of them the mutex is
 * dropped: what changes its state meanwhile may be missed, and is met in a later
 * run.  *done: nothing is left to unplug, or an error.
 */
static int unplug_mbs_of_state(struct world *w, unsigned int state,
			       unsigned long *nb_sb, bool *done)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long mb_id;
	int rc;

	virtio_mem_sbm_for_each_mb_rev(w, mb_id, state) {
		rc = unplug_any_sb(w, mb_id, nb_sb);
		*done = rc || !*nb_sb;
		if (*done)
			return rc;
		mutex_unlock(w, &vm->hotplug_mutex);
		sched_point(w, SP_VIRTIO_MEM_NEXT_MB);
		mutex_lock(w, &vm->hotplug_mutex);
	}
	return 0;
}

/* virtio_mem_sbm_unplug_request: partial blocks first, to get rid of whole ones,
 * and ZONE_MOVABLE before kernel memory. */
int virtio_mem_sbm_unplug_request(struct world *w, unsigned long diff)
{
	static const uint8_t mb_states[] = {
		VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL,
		VIRTIO_MEM_SBM_MB_OFFLINE,
		VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL,
		VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL,
		VIRTIO_MEM_SBM_MB_MOVABLE,
		VIRTIO_MEM_SBM_MB_KERNEL,
	};
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long nb_sb = diff / vm->sbm.sb_size;
	bool done = false;
	int rc = 0;

	if (!nb_sb)
		return 0;
	mutex_lock(w, &vm->hotplug_mutex);
	for (unsigned int i = 0; i < ARRAY_SIZE(mb_states) && !done; i++) {
		rc = unplug_mbs_of_state(w, mb_states[i], &nb_sb, &done);
		if (!done && !vm->unplug_online && i == 1) {
			virtio_mem_event(w, UNPLUG_ONLINE_OFF);
			mutex_unlock(w, &vm->hotplug_mutex);
			return 0;
		}
	}
	mutex_unlock(w, &vm->hotplug_mutex);
	return done || !nb_sb ? rc : -EBUSY;
}

/* --- leftovers --- */

static int remove_unplugged_mbs(struct world *w, unsigned int state)
{
	unsigned long mb_id;
	int rc = 0;

	virtio_mem_sbm_for_each_mb(w, mb_id, state)
		rc |= try_remove_unplugged_mb(w, mb_id);
	return rc;
}

/* virtio_mem_cleanup_pending_mb: what a busy hypervisor left plugged, and blocks
 * that could not be removed. */
int virtio_mem_sbm_cleanup_pending_mb(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long mb_id;
	int rc;

	virtio_mem_sbm_for_each_mb(w, mb_id, VIRTIO_MEM_SBM_MB_PLUGGED) {
		unsigned long nb_sb = vm->sbm.sbs_per_mb;

		rc = unplug_any_sb_raw(w, mb_id, &nb_sb);
		if (rc)
			return rc;
		virtio_mem_sbm_set_mb_state(w, mb_id, VIRTIO_MEM_SBM_MB_UNUSED,
					    VIRTIO_MEM_BY_cleanup_pending_mb);
	}
	if (!vm->sbm.have_unplugged_mb)
		return 0;
	vm->sbm.have_unplugged_mb = false;
	mutex_lock(w, &vm->hotplug_mutex);
	rc = remove_unplugged_mbs(w, VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL);
	rc |= remove_unplugged_mbs(w, VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL);
	rc |= remove_unplugged_mbs(w, VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL);
	mutex_unlock(w, &vm->hotplug_mutex);
	if (rc)
		vm->sbm.have_unplugged_mb = true;
	else
		virtio_mem_event(w, REMOVE_RETRIED);
	return 0;
}

/* Unplugged subblocks of online blocks that stay behind: only designs that step
 * over them without asking need to be told. */
static void abandon_mb(struct world *w, unsigned long mb_id)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;

	for (unsigned int sb_id = 0; sb_id < sbm->sbs_per_mb; sb_id++) {
		if (virtio_mem_sbm_test_sb_plugged(w, mb_id, sb_id, 1))
			continue;
		virtio_mem_event(w, ABANDONED);
		w->page_offline->abandon(w, virtio_mem_sb_pfn(w, mb_id, sb_id),
					 sbm->sb_size);
	}
}

/*
 * virtio_mem_deinit_hotplug, its SBM part.  Without us user space could online
 * partial blocks as if they were whole: those that are offline are removed, those
 * that are online must not go offline.  Callbacks refuse everything by now.
 */
void virtio_mem_sbm_deinit(struct world *w)
{
	unsigned long mb_id;
	int rc;

	virtio_mem_sbm_for_each_mb(w, mb_id, VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL) {
		rc = virtio_mem_remove_memory(w, block_start_pfn(w, mb_id));
		VM_BUG_ON_PFN(w, rc, "virtio_mem_assert",
			      block_start_pfn(w, mb_id),
			      "an offline memory block cannot be removed: errno %d",
			      rc);
		virtio_mem_sbm_set_mb_state(w, mb_id, VIRTIO_MEM_SBM_MB_UNUSED,
					    VIRTIO_MEM_BY_deinit_hotplug);
	}
	if (!w->page_offline->abandon || oldbug(w, UNLOAD_LEAVES_SKIPPABLE))
		return;
	virtio_mem_sbm_for_each_mb(w, mb_id, VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL)
		abandon_mb(w, mb_id);
	virtio_mem_sbm_for_each_mb(w, mb_id, VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL)
		abandon_mb(w, mb_id);
}
