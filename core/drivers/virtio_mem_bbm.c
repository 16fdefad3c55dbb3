/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem, Big Block Mode: 1..4 memory blocks are plugged, added, removed and
 * unplugged together; user space brings each of them online and offline.
 * drivers/virtio/virtio_mem.c, 6.12.
 */
#include <errno.h>

#include "virtio_mem_internal.h"

static unsigned long bb_pfn(const struct world *w, unsigned long bb_id)
{
	return bb_id * w->virtio_mem.bbm.bb_size;
}

/* virtio_mem_bbm_set_bb_state.  The notifier only reads it: see callers. */
static void set_bb_state(struct world *w, unsigned long bb_id,
			 enum virtio_mem_bbm_bb_state state,
			 enum virtio_mem_by by)
{
	struct virtio_mem_bbm *bbm = &w->virtio_mem.bbm;
	enum virtio_mem_bbm_bb_state old = virtio_mem_bbm_get_bb_state(w, bb_id);

	virtio_mem_transition(w, false, old, state, by);
	bbm->bb_states[bb_id - bbm->first_bb_id] = (uint8_t)state;
	VM_BUG_ON_PFN(w, !bbm->bb_count[old], "virtio_mem_states",
		      bb_pfn(w, bb_id),
		      "the last big block of state %u leaves it, but none was counted",
		      old);
	bbm->bb_count[old]--;
	bbm->bb_count[state]++;
}

static int plug_bb(struct world *w, unsigned long bb_id)
{
	return virtio_mem_send_plug_request(w, bb_pfn(w, bb_id),
					    w->virtio_mem.bbm.bb_size);
}

static int unplug_bb(struct world *w, unsigned long bb_id)
{
	return virtio_mem_send_unplug_request(w, bb_pfn(w, bb_id),
					      w->virtio_mem.bbm.bb_size);
}

/* --- plug --- */

/* virtio_mem_bbm_plug_and_add_bb */
static int plug_and_add_bb(struct world *w, unsigned long bb_id)
{
	int rc = plug_bb(w, bb_id);

	if (rc)
		return rc;
	set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_ADDED,
		     VIRTIO_MEM_BY_plug_and_add_bb);
	rc = virtio_mem_add_memory(w, bb_pfn(w, bb_id),
				   w->virtio_mem.bbm.bb_size);
	if (rc)
		set_bb_state(w, bb_id, unplug_bb(w, bb_id) ?
					       VIRTIO_MEM_BBM_BB_PLUGGED :
					       VIRTIO_MEM_BBM_BB_UNUSED,
			     VIRTIO_MEM_BY_add_failed);
	return rc;
}

/* virtio_mem_bbm_prepare_next_bb */
static int prepare_next_bb(struct world *w, unsigned long *bb_id)
{
	struct virtio_mem_bbm *bbm = &w->virtio_mem.bbm;

	if (bbm->next_bb_id > bbm->last_usable_bb_id)
		return -ENOSPC;
	if (should_fail(&w->fail, FAIL_VIRTIO_MEM_STATES))
		return -ENOMEM;
	bbm->bb_count[VIRTIO_MEM_BBM_BB_UNUSED]++;
	*bb_id = bbm->next_bb_id++;
	return 0;
}

/* virtio_mem_bbm_plug_request */
int virtio_mem_bbm_plug_request(struct world *w, unsigned long diff)
{
	unsigned long bb_size = w->virtio_mem.bbm.bb_size;
	unsigned long nb_bb = diff / bb_size, bb_id;
	int rc;

	if (!nb_bb)
		return 0;
	virtio_mem_bbm_for_each_bb(w, bb_id, VIRTIO_MEM_BBM_BB_UNUSED) {
		if (!virtio_mem_could_add_memory(w, bb_size))
			return -ENOSPC;
		rc = plug_and_add_bb(w, bb_id);
		if (rc || !--nb_bb)
			return rc;
	}
	for (; nb_bb; nb_bb--) {
		if (!virtio_mem_could_add_memory(w, bb_size))
			return -ENOSPC;
		rc = prepare_next_bb(w, &bb_id);
		if (rc)
			return rc;
		rc = plug_and_add_bb(w, bb_id);
		if (rc)
			return rc;
	}
	return 0;
}

/* --- safe unplug --- */

/* The parts of [start_pfn, end_pfn) that are online go back to the buddy, whether
 * we took them or they came online while the big block was FAKE_OFFLINE. */
static void rollback_safe_unplug(struct world *w, unsigned long bb_id,
				 unsigned long end_pfn)
{
	for (unsigned long pfn = bb_pfn(w, bb_id); pfn < end_pfn;
	     pfn += PAGES_PER_SECTION(w))
		if (pfn_to_online_page(w, pfn))
			virtio_mem_fake_online(w, pfn, PAGES_PER_SECTION(w));
	set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_ADDED, VIRTIO_MEM_BY_rollback);
}

/* All online sections.  *end_pfn: where it failed.  Locks: hotplug_mutex. */
static int fake_offline_bb(struct world *w, unsigned long bb_id,
			   unsigned long *end_pfn)
{
	int rc;

	for (unsigned long pfn = bb_pfn(w, bb_id); pfn < *end_pfn;
	     pfn += PAGES_PER_SECTION(w)) {
		if (!pfn_to_online_page(w, pfn)) {
			virtio_mem_event(w, BBM_SECTION_OFFLINE);
			continue;
		}
		rc = virtio_mem_fake_offline(w, pfn, PAGES_PER_SECTION(w));
		if (rc) {
			*end_pfn = pfn;
			return rc;
		}
	}
	return 0;
}

/*
 * virtio_mem_bbm_offline_remove_and_unplug_bb.  FAKE_OFFLINE is set first and stays
 * during offline_and_remove_memory(): what comes online meanwhile is kept
 * fake-offline, and the notifier lets our pages go offline.
 * Locks: none held; hotplug_mutex for each of the two halves.
 */
static int offline_remove_and_unplug_bb(struct world *w, unsigned long bb_id)
{
	struct virtio_mem *vm = &w->virtio_mem;
	unsigned long end_pfn = bb_pfn(w, bb_id + 1);
	int rc;

	mutex_lock(w, &vm->hotplug_mutex);
	set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_FAKE_OFFLINE,
		     VIRTIO_MEM_BY_safe_unplug);
	if (oldbug(w, BBM_UNSAFE_UNPLUG))
		end_pfn = bb_pfn(w, bb_id); /* takes no page, gives none back */
	vm->taking = true;
	rc = fake_offline_bb(w, bb_id, &end_pfn);
	vm->taking = false;
	if (rc) {
		virtio_mem_event(w, BBM_ROLLBACK_EARLY);
		goto rollback;
	}
	mutex_unlock(w, &vm->hotplug_mutex);
	rc = virtio_mem_offline_and_remove_memory(w, bb_pfn(w, bb_id),
						  vm->bbm.bb_size);
	if (rc) {
		virtio_mem_event(w, BBM_ROLLBACK_LATE);
		mutex_lock(w, &vm->hotplug_mutex);
		goto rollback;
	}
	rc = unplug_bb(w, bb_id);
	if (rc)
		set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_PLUGGED,
			     VIRTIO_MEM_BY_unplug_refused);
	else
		set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_UNUSED,
			     VIRTIO_MEM_BY_unplugged);
	return rc;
rollback:
	rollback_safe_unplug(w, bb_id, end_pfn);
	mutex_unlock(w, &vm->hotplug_mutex);
	return rc;
}

/* Racy, and nobody minds: virtio_mem_bbm_bb_is_offline and _is_movable. */
static bool bb_is_offline(struct world *w, unsigned long bb_id)
{
	for (unsigned long pfn = bb_pfn(w, bb_id); pfn < bb_pfn(w, bb_id + 1);
	     pfn += PAGES_PER_SECTION(w))
		if (pfn_to_online_page(w, pfn))
			return false;
	return true;
}

static bool bb_is_movable(struct world *w, unsigned long bb_id)
{
	for (unsigned long pfn = bb_pfn(w, bb_id); pfn < bb_pfn(w, bb_id + 1);
	     pfn += PAGES_PER_SECTION(w)) {
		struct page *page = pfn_to_online_page(w, pfn);

		if (page && !is_zone_movable(page_zone(w, page)))
			return false;
	}
	return true;
}

enum unplug_pass { PASS_OFFLINE, PASS_MOVABLE, PASS_ANY, NR_PASSES };

/* Big blocks that this pass is for.  *done: enough, or an error. */
static int unplug_bbs(struct world *w, enum unplug_pass pass,
		      unsigned long *nb_bb, bool *done)
{
	unsigned long bb_id;
	int rc;

	virtio_mem_bbm_for_each_bb_rev(w, bb_id, VIRTIO_MEM_BBM_BB_ADDED) {
		if ((pass == PASS_OFFLINE && !bb_is_offline(w, bb_id)) ||
		    (pass == PASS_MOVABLE && !bb_is_movable(w, bb_id)))
			continue;
		rc = offline_remove_and_unplug_bb(w, bb_id);
		if (rc == -EBUSY)
			continue;
		if (!rc)
			--*nb_bb;
		*done = rc || !*nb_bb;
		if (*done)
			return rc;
	}
	return 0;
}

/* virtio_mem_bbm_unplug_request */
int virtio_mem_bbm_unplug_request(struct world *w, unsigned long diff)
{
	unsigned long nb_bb = diff / w->virtio_mem.bbm.bb_size;
	bool done = false;
	int rc = 0;

	if (!nb_bb)
		return 0;
	for (unsigned int pass = 0; pass < NR_PASSES && !done; pass++) {
		rc = unplug_bbs(w, pass, &nb_bb, &done);
		if (!done && pass == PASS_OFFLINE &&
		    !w->virtio_mem.unplug_online) {
			virtio_mem_event(w, UNPLUG_ONLINE_OFF);
			return 0;
		}
	}
	return done ? rc : -EBUSY;
}

/* virtio_mem_cleanup_pending_mb, its BBM part */
int virtio_mem_bbm_cleanup_pending_bb(struct world *w)
{
	unsigned long bb_id;
	int rc;

	virtio_mem_bbm_for_each_bb(w, bb_id, VIRTIO_MEM_BBM_BB_PLUGGED) {
		rc = unplug_bb(w, bb_id);
		if (rc)
			return rc;
		set_bb_state(w, bb_id, VIRTIO_MEM_BBM_BB_UNUSED,
			     VIRTIO_MEM_BY_cleanup_pending_mb);
	}
	return 0;
}
