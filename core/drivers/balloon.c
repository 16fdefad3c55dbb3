/* SPDX-License-Identifier: GPL-2.0-only */
/* The balloons of the world.  No kernel counterpart: a machine has one. */
#include <errno.h>

#include "../mm/page_alloc.h"
#include "balloon.h"
#include "balloon_transitions.h"

static const struct balloon_driver *const drivers[BALLOON_NR] = {
	[BALLOON_VIRTIO] = &virtio_balloon_driver,
	[BALLOON_VMWARE] = &vmballoon_driver,
	[BALLOON_CMM] = &cmm_driver,
	[BALLOON_XEN] = &xen_balloon_driver,
	[BALLOON_HYPERV] = &hv_balloon_driver,
};

/* Drivers are loaded by the first who wants them: their notifiers are not there
 * before. */
void balloons_init(struct world *w)
{
	balloon_compaction_init(w);
	for (unsigned int i = 0; i < BALLOON_NR; i++)
		TAILQ_INIT(&w->balloons[i].pages);
}

int balloon_probe(struct world *w, enum balloon_id id, bool compaction,
		  bool deflate_on_oom)
{
	struct balloon_dev_info *b = &w->balloons[id];

	/* Or the driver is at work: pages on their way in, or out, which it still
	 * counts. */
	if (b->nr_pages || b->isolated_pages || b->nr_in_transit ||
	    (b->size && *b->size))
		return -EBUSY;
	drivers[id]->probe(w, b, compaction);
	if (id == BALLOON_VIRTIO && deflate_on_oom)
		b->adjust_managed_page_count = false;
	return 0;
}

static struct balloon_dev_info *loaded(struct world *w, enum balloon_id id)
{
	if (!w->balloons[id].loaded)
		balloon_probe(w, id, true, false);
	return &w->balloons[id];
}

int balloon_inflate(struct world *w, enum balloon_id id, unsigned int nr,
		    unsigned int nid)
{
	int ret = drivers[id]->inflate(w, loaded(w, id), nr, nid);

	w->stats.balloon_inflated += ret > 0 ? (uint32_t)ret : 0;
	return ret;
}

int balloon_deflate(struct world *w, enum balloon_id id, unsigned int nr)
{
	int ret = drivers[id]->deflate(w, loaded(w, id), nr);

	w->stats.balloon_deflated += ret > 0 ? (uint32_t)ret : 0;
	return ret;
}

/* mm/oom_kill.c:out_of_memory, its notifier chain.  Locks: oom_lock. */
static int call_oom_notifiers(struct world *w)
{
	int freed = 0;

	for (unsigned int i = 0; i < BALLOON_NR; i++) {
		struct balloon_dev_info *b = &w->balloons[i];
		bool asked = i != BALLOON_VIRTIO || !b->adjust_managed_page_count;
		int ret;

		if (!b->loaded || !drivers[i]->oom_notify || !asked)
			continue;
		ret = drivers[i]->oom_notify(w, b);
		if (ret <= 0)
			continue;
		freed += ret;
		w->stats.oom_deflated += (uint32_t)ret;
		balloon_seen(w, i == BALLOON_VIRTIO ?
				     BALLOON_VIRTIO_DEFLATE_ON_OOM :
				     BALLOON_CMM_OOM);
	}
	return freed;
}

/*
 * mm/page_alloc.c:__alloc_pages_may_oom, 6.12: who does not get oom_lock leaves it to
 * the other one.  Migration never gets there: its allocations are
 * __GFP_RETRY_MAYFAIL.
 */
int balloon_oom_notify(struct world *w)
{
	int freed;

	if (!lock_try(&w->sched, &w->oom_lock))
		return 0;
	freed = call_oom_notifiers(w);
	mutex_unlock(w, &w->oom_lock);
	return freed;
}

void balloons_forget_lost(struct world *w)
{
	for (unsigned int i = 0; i < BALLOON_NR; i++)
		balloon_forget_lost(w, &w->balloons[i]);
}
