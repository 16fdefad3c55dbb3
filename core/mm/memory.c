/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory block devices and notifiers.  drivers/base/memory.c, 6.17. */
#include <errno.h>

#include "memory.h"
#include "memory_hotplug.h"
#include "page_offline.h"
#include "page_transitions.h"

/* --- notifiers --- */

int register_memory_notifier(struct world *w, memory_notifier_fn fn, void *data,
			     int priority)
{
	unsigned int at;
	bool full;

	mo_lock(w, &w->memory_chain, __func__);
	at = w->nr_notifiers;
	full = at == MO_MAX_NOTIFIERS;
	if (!full) {
		for (; at && w->notifiers[at - 1].priority < priority; at--)
			w->notifiers[at] = w->notifiers[at - 1];
		w->notifiers[at] =
			(struct memory_notifier){ fn, data, priority };
		w->nr_notifiers++;
	}
	mo_unlock(w, &w->memory_chain, __func__);
	return full ? -ENOSPC : 0;
}

int register_memory_isolate_notifier(struct world *w, memory_isolate_fn fn,
				     void *data)
{
	if (w->nr_isolate_notifiers == MO_MAX_NOTIFIERS)
		return -ENOSPC;
	w->isolate_notifiers[w->nr_isolate_notifiers++] =
		(struct memory_isolate_notifier){ fn, data };
	return 0;
}

/* drivers/base/memory.c:memory_isolate_notify, v5.5; removed by 3f9903b9ca5e. */
unsigned long memory_isolate_notify(struct world *w, unsigned long start_pfn,
				    unsigned long nr_pages)
{
	unsigned long pages_found = 0;

	for (unsigned int i = 0; w->page_offline->isolate_notifier &&
				 i < w->nr_isolate_notifiers; i++)
		pages_found += w->isolate_notifiers[i].fn(
			w, w->isolate_notifiers[i].data, start_pfn, nr_pages);
	return pages_found;
}

void unregister_memory_notifier(struct world *w, memory_notifier_fn fn,
				void *data)
{
	unsigned int at = 0;

	mo_lock(w, &w->memory_chain, __func__);
	while (at < w->nr_notifiers && (w->notifiers[at].fn != fn ||
					w->notifiers[at].data != data))
		at++;
	MUST(at < w->nr_notifiers);
	for (w->nr_notifiers--; at < w->nr_notifiers; at++)
		w->notifiers[at] = w->notifiers[at + 1];
	mo_unlock(w, &w->memory_chain, __func__);
}

static const struct {
	uint8_t point;
	uint8_t action;
} vetoes[] = {
	{ FAIL_MEM_GOING_ONLINE, MEM_GOING_ONLINE },
	{ FAIL_MEM_GOING_OFFLINE, MEM_GOING_OFFLINE },
	{ FAIL_NODE_ADDING_FIRST_MEMORY, NODE_ADDING_FIRST_MEMORY },
	{ FAIL_NODE_REMOVING_LAST_MEMORY, NODE_REMOVING_LAST_MEMORY },
};

/* The kernel's notifier-error-inject: a notifier of its own in the chain, last. */
static int veto(struct world *w, enum memory_block_state action)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(vetoes); i++)
		if (vetoes[i].action == action)
			return should_fail(&w->fail,
					   (enum fail_point)vetoes[i].point);
	return 0;
}

/*
 * drivers/base/memory.c:memory_notify: a blocking chain.  The first refusal ends
 * it, so that a later CANCEL also reaches notifiers that never heard GOING.
 */
int memory_notify(struct world *w, enum memory_block_state action,
		  const struct memory_notify *arg)
{
	int ret = 0;

	might_sleep(w);
	w->stats.notified[action]++;
	if (action == MEM_GOING_OFFLINE)
		ret = should_fail(&w->fail, FAIL_MEM_GOING_OFFLINE_FIRST);
	if (ret)
		return ret;
	mo_lock_read(w, &w->memory_chain, __func__);
	for (unsigned int i = 0; i < w->nr_notifiers && !ret; i++) {
		sched_point(w, SP_NOTIFY);
		ret = w->notifiers[i].fn(w, w->notifiers[i].data, action, arg);
	}
	lock_release_read(&w->sched, &w->memory_chain, __func__);
	if (!ret)
		ret = veto(w, action);
	w->stats.refused += ret < 0;
	return ret;
}

/* drivers/base/node.c:node_notify, since 6.17.  The model has no node notifier of
 * its own: only fail points refuse. */
int node_notify(struct world *w, enum memory_block_state action,
		const struct memory_notify *arg)
{
	(void)arg;
	might_sleep(w);
	w->stats.notified[action]++;
	return veto(w, action);
}

/* --- poison accounting --- */

/* drivers/base/memory.c:find_memory_block_by_id: takes a reference. */
static struct memory_block *find_memory_block(struct world *w, unsigned long pfn)
{
	struct memory_block *mem = &w->blocks[pfn_to_block(w, pfn)];

	block_touch(w, pfn_to_block(w, pfn));
	mem->nr_refs++;
	return mem;
}

static void put_memory_block(struct memory_block *mem)
{
	mem->nr_refs--;
}

void memblk_nr_poison_inc(struct world *w, unsigned long pfn)
{
	struct memory_block *mem = find_memory_block(w, pfn);

	mem->nr_hwpoison++;
	if (!oldbug(w, POISON_LEAKS_BLOCK_REFERENCE))
		put_memory_block(mem);
}

void memblk_nr_poison_sub(struct world *w, unsigned long pfn, long n)
{
	struct memory_block *mem = find_memory_block(w, pfn);

	mem->nr_hwpoison -= (uint32_t)n;
	if (!oldbug(w, POISON_LEAKS_BLOCK_REFERENCE))
		put_memory_block(mem);
}

/* --- state changes --- */

static unsigned long memory_block_nr_vmemmap(const struct world *w,
					     const struct memory_block *mem)
{
	return mem->altmap ? (unsigned long)w->geo.nr_vmemmap
				     << w->pageblock_order :
			     0;
}

/* drivers/base/memory.c:memory_block_online */
static int memory_block_online(struct world *w, unsigned long block)
{
	struct memory_block *mem = &w->blocks[block];
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long nr_vmemmap = memory_block_nr_vmemmap(w, mem);
	struct zone *zone;
	int ret;

	if (mem->nr_hwpoison) {
		page_seen(w, PAGE_HWPOISON_ONLINE_REFUSED);
		return -EHWPOISON;
	}
	zone = zone_for_pfn_range(w, (enum mhp_online_type)mem->online_type,
				  block_to_nid(w, block), pfn,
				  pages_per_block(w));
	if (!oldbug(w, BLOCK_ONLINE_UNLOCKED) &&
	    !oldbug(w, VMEMMAP_INIT_UNLOCKED))
		mem_hotplug_begin(w);
	if (nr_vmemmap)
		mhp_init_memmap_on_memory(w, pfn, nr_vmemmap, zone);
	if (oldbug(w, VMEMMAP_INIT_UNLOCKED))
		mem_hotplug_begin(w);
	ret = online_pages(w, pfn + nr_vmemmap,
			   pages_per_block(w) - nr_vmemmap, zone);
	if (ret) {
		if (nr_vmemmap)
			mhp_deinit_memmap_on_memory(w, pfn, nr_vmemmap);
	} else {
		if (nr_vmemmap)
			adjust_present_page_count(w, pfn_to_page(w, pfn),
						  (long)nr_vmemmap);
		mem->zone_idx = zone->zone_idx;
		w->stats.onlined_blocks++;
		mo_progress(w);
	}
	mem_hotplug_done(w);
	return ret;
}

/*
 * drivers/base/memory.c:memory_block_offline.  The memmap prefix leaves the
 * present pages before the attempt and returns when it fails, so that offlining
 * sees the zone as it will be.
 */
static int memory_block_offline(struct world *w, unsigned long block)
{
	struct memory_block *mem = &w->blocks[block];
	unsigned long pfn = block_start_pfn(w, block);
	unsigned long nr_vmemmap = memory_block_nr_vmemmap(w, mem);
	int ret;

	if (mem->zone_idx == ZONE_IDX_NONE)
		return -EINVAL;
	mem_hotplug_begin(w);
	if (nr_vmemmap)
		adjust_present_page_count(w, pfn_to_page(w, pfn),
					  -(long)nr_vmemmap);
	ret = offline_pages(w, pfn + nr_vmemmap,
			    pages_per_block(w) - nr_vmemmap,
			    &w->zones[mem->zone_idx]);
	if (ret) {
		if (nr_vmemmap)
			adjust_present_page_count(w, pfn_to_page(w, pfn),
						  (long)nr_vmemmap);
	} else {
		if (nr_vmemmap)
			mhp_deinit_memmap_on_memory(w, pfn, nr_vmemmap);
		mem->zone_idx = ZONE_IDX_NONE;
		w->stats.offlined_blocks++;
		mo_progress(w);
	}
	mem_hotplug_done(w);
	return ret;
}

/* drivers/base/memory.c:memory_block_change_state */
static int memory_block_change_state(struct world *w, unsigned long block,
				     enum memory_block_state to,
				     enum memory_block_state from)
{
	struct memory_block *mem = &w->blocks[block];
	int ret;

	if (mem->state != from)
		return -EINVAL;
	block_touch(w, block);
	if (to == MEM_OFFLINE)
		mem->state = MEM_GOING_OFFLINE;
	ret = to == MEM_OFFLINE ? memory_block_offline(w, block) :
				  memory_block_online(w, block);
	mem->state = (uint8_t)(ret ? from : to);
	return ret;
}

/* drivers/base/memory.c:memory_subsys_online */
int __device_online(struct world *w, unsigned long block,
		    enum mhp_online_type type)
{
	struct memory_block *mem = &w->blocks[block];
	int ret;

	lockdep_assert_held(w, &w->device_hotplug_lock);
	if (mem->state == MEM_ABSENT)
		return -ENOENT;
	if (mem->state == MEM_ONLINE)
		return 0;
	block_touch(w, block);
	mem->online_type = (uint8_t)type;
	ret = memory_block_change_state(w, block, MEM_ONLINE, MEM_OFFLINE);
	mem->online_type = MMOP_OFFLINE;
	return ret;
}

/* drivers/base/memory.c:memory_subsys_offline */
int __device_offline(struct world *w, unsigned long block)
{
	struct memory_block *mem = &w->blocks[block];

	lockdep_assert_held(w, &w->device_hotplug_lock);
	if (mem->state == MEM_ABSENT)
		return -ENOENT;
	if (mem->state == MEM_OFFLINE)
		return 0;
	return memory_block_change_state(w, block, MEM_OFFLINE, MEM_ONLINE);
}

/*
 * drivers/base/memory.c:state_store.  Its file of sysfs is in use meanwhile: removing
 * the block waits for that.  lock_device_hotplug_sysfs() only tries for the lock and
 * begins anew, so that there is no order between the two.
 */
static void state_store_begin(struct world *w)
{
	mutex_lock(w, &w->device_hotplug_lock);
	lock_acquire_read(&w->sched, &w->kn_active, "kernfs_get_active");
}

static void state_store_end(struct world *w)
{
	lock_release_read(&w->sched, &w->kn_active, "kernfs_put_active");
	mutex_unlock(w, &w->device_hotplug_lock);
}

int device_online(struct world *w, unsigned long block,
		  enum mhp_online_type type)
{
	int ret;

	state_store_begin(w);
	ret = __device_online(w, block, type);
	state_store_end(w);
	return ret;
}

int device_offline(struct world *w, unsigned long block)
{
	int ret;

	state_store_begin(w);
	ret = __device_offline(w, block);
	state_store_end(w);
	return ret;
}
