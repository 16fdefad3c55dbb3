/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of virtio-mem only; vm is &w->virtio_mem. */
#ifndef MO_DRIVERS_VIRTIO_MEM_INTERNAL_H
#define MO_DRIVERS_VIRTIO_MEM_INTERNAL_H

#include "../mm/page_offline.h"
#include "released.h"
#include "virtio_mem.h"

/* The functions that change the state of a block. */
enum virtio_mem_by {
	VIRTIO_MEM_BY_plug_and_add_mb,
	VIRTIO_MEM_BY_plug_and_add_bb,
	VIRTIO_MEM_BY_add_failed,
	VIRTIO_MEM_BY_cleanup_pending_mb,
	VIRTIO_MEM_BY_plug_any_sb,
	VIRTIO_MEM_BY_notify_online,
	VIRTIO_MEM_BY_notify_offline,
	VIRTIO_MEM_BY_unplug_sb_online,
	VIRTIO_MEM_BY_unplug_any_sb_offline,
	VIRTIO_MEM_BY_try_remove_unplugged_mb,
	VIRTIO_MEM_BY_deinit_hotplug,
	VIRTIO_MEM_BY_safe_unplug,
	VIRTIO_MEM_BY_rollback,
	VIRTIO_MEM_BY_unplugged,
	VIRTIO_MEM_BY_unplug_refused,
};

/* Rows of virtio_mem_transitions.def, in its order. */
enum virtio_mem_row {
#define SBM(from, to, by, scenario) VIRTIO_MEM_SBM_##from##_##to##_##by,
#define BBM(from, to, by, scenario) VIRTIO_MEM_BBM_##from##_##to##_##by,
#define EVENT(name, what, scenario) VIRTIO_MEM_EVENT_##name,
#include "virtio_mem_transitions.def"
#undef EVENT
#undef BBM
#undef SBM
	VIRTIO_MEM_NR_ROWS
};

_Static_assert(VIRTIO_MEM_NR_ROWS <= 128, "struct virtio_mem has two words of them");

static inline void virtio_mem_seen(struct world *w, unsigned int row)
{
	w->virtio_mem.seen[row / 64] |= 1ull << (row % 64);
}

#define virtio_mem_event(w, NAME) virtio_mem_seen(w, VIRTIO_MEM_EVENT_##NAME)

/* Raises virtio_mem_transition unless the table has it. */
void virtio_mem_transition(struct world *w, bool sbm, unsigned int from,
			   unsigned int to, enum virtio_mem_by by);

/* --- virtio_mem_requests.c: 0, -EAGAIN, -ETXTBSY, -EINVAL, -ENOMEM --- */

int virtio_mem_send_plug_request(struct world *w, unsigned long pfn,
				 unsigned long nr_pages);
int virtio_mem_send_unplug_request(struct world *w, unsigned long pfn,
				   unsigned long nr_pages);
int virtio_mem_send_unplug_all_request(struct world *w);

/* --- virtio_mem.c --- */

void virtio_mem_retry(struct world *w);
bool virtio_mem_could_add_memory(const struct world *w, unsigned long nr_pages);
/* Locks: not hotplug_mutex.  No state of a block changes. */
int virtio_mem_add_memory(struct world *w, unsigned long pfn,
			  unsigned long nr_pages);
int virtio_mem_remove_memory(struct world *w, unsigned long pfn);
/* 0, -ENOMEM or -EBUSY. */
int virtio_mem_offline_and_remove_memory(struct world *w, unsigned long pfn,
					 unsigned long nr_pages);
/* Locks: hotplug_mutex.  0, -EAGAIN, -ENOMEM, -EBUSY. */
int virtio_mem_fake_offline(struct world *w, unsigned long pfn,
			    unsigned long nr_pages);
void virtio_mem_fake_online(struct world *w, unsigned long pfn,
			    unsigned long nr_pages);

/* --- virtio_mem_sbm.c --- */

void virtio_mem_sbm_set_mb_state(struct world *w, unsigned long mb_id,
				 enum virtio_mem_sbm_mb_state state,
				 enum virtio_mem_by by);
bool virtio_mem_sbm_test_sb_plugged(const struct world *w, unsigned long mb_id,
				    unsigned int sb_id, unsigned int count);
bool virtio_mem_sbm_test_sb_unplugged(const struct world *w,
				      unsigned long mb_id, unsigned int sb_id,
				      unsigned int count);
int virtio_mem_sbm_plug_request(struct world *w, unsigned long diff);
int virtio_mem_sbm_unplug_request(struct world *w, unsigned long diff);
int virtio_mem_sbm_cleanup_pending_mb(struct world *w);
void virtio_mem_sbm_deinit(struct world *w);

static inline enum virtio_mem_sbm_mb_state
virtio_mem_sbm_get_mb_state(const struct world *w, unsigned long mb_id)
{
	const struct virtio_mem_sbm *sbm = &w->virtio_mem.sbm;

	MUST(mb_id - sbm->first_mb_id < VIRTIO_MEM_MAX_MBS);
	return (enum virtio_mem_sbm_mb_state)
		sbm->mb_states[mb_id - sbm->first_mb_id];
}

/* First page of a subblock. */
static inline unsigned long virtio_mem_sb_pfn(const struct world *w,
					      unsigned long mb_id,
					      unsigned int sb_id)
{
	return block_start_pfn(w, mb_id) + sb_id * w->virtio_mem.sbm.sb_size;
}

/* Blocks may change their state in the body; the counts end the search early. */
#define virtio_mem_sbm_for_each_mb(w, id, state)                               \
	for (id = (w)->virtio_mem.sbm.first_mb_id;                             \
	     id < (w)->virtio_mem.sbm.next_mb_id &&                            \
	     (w)->virtio_mem.sbm.mb_count[state]; id++)                        \
		if (virtio_mem_sbm_get_mb_state(w, id) == (state))

#define virtio_mem_sbm_for_each_mb_rev(w, id, state)                           \
	for (id = (w)->virtio_mem.sbm.next_mb_id - 1;                          \
	     id + 1 > (w)->virtio_mem.sbm.first_mb_id &&                       \
	     (w)->virtio_mem.sbm.mb_count[state]; id--)                        \
		if (virtio_mem_sbm_get_mb_state(w, id) == (state))

/* --- virtio_mem_bbm.c --- */

int virtio_mem_bbm_plug_request(struct world *w, unsigned long diff);
int virtio_mem_bbm_unplug_request(struct world *w, unsigned long diff);
int virtio_mem_bbm_cleanup_pending_bb(struct world *w);

static inline enum virtio_mem_bbm_bb_state
virtio_mem_bbm_get_bb_state(const struct world *w, unsigned long bb_id)
{
	const struct virtio_mem_bbm *bbm = &w->virtio_mem.bbm;

	MUST(bb_id - bbm->first_bb_id < VIRTIO_MEM_MAX_MBS);
	return (enum virtio_mem_bbm_bb_state)
		bbm->bb_states[bb_id - bbm->first_bb_id];
}

#define virtio_mem_bbm_for_each_bb(w, id, state)                               \
	for (id = (w)->virtio_mem.bbm.first_bb_id;                             \
	     id < (w)->virtio_mem.bbm.next_bb_id &&                            \
	     (w)->virtio_mem.bbm.bb_count[state]; id++)                        \
		if (virtio_mem_bbm_get_bb_state(w, id) == (state))

#define virtio_mem_bbm_for_each_bb_rev(w, id, state)                           \
	for (id = (w)->virtio_mem.bbm.next_bb_id - 1;                          \
	     id + 1 > (w)->virtio_mem.bbm.first_bb_id &&                       \
	     (w)->virtio_mem.bbm.bb_count[state]; id--)                        \
		if (virtio_mem_bbm_get_bb_state(w, id) == (state))

/* --- virtio_mem_notifier.c --- */

int virtio_mem_memory_notifier_cb(struct world *w, void *data,
				  enum memory_block_state action,
				  const struct memory_notify *mhp);
/* Designs with an isolate notifier: unplugged pages of the range. */
unsigned long virtio_mem_count_pages(struct world *w, void *data,
				     unsigned long start_pfn,
				     unsigned long nr_pages);

#endif
