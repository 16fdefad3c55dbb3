/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: what the driver believes against the memory blocks as they are and
 * against the device.  Level 1: at most 16 blocks; level 3: their pageblocks.
 */
#include "inv.h"

static _Noreturn cold noinline void inv_virtio_mem_states(const struct world *w,
							  unsigned long pfn,
							  unsigned int state,
							  const char *what)
{
	violation(w, INV_virtio_mem_states, pfn, "%s in state %u: %s",
		  view_virtio_mem_in_sbm(w) ? "memory block" : "big block",
		  state, what);
}

static noinline void inv_virtio_mem_plugged(const struct world *w,
					    unsigned long pfn, const char *what,
					    unsigned long device,
					    unsigned long driver)
{
	if (likely(device == driver))
		return;
	violation(w, INV_virtio_mem_plugged, pfn,
		  "%s: %lu for the device, %lu for the driver", what, device,
		  driver);
}

static noinline void inv_virtio_mem_offline_size(const struct world *w,
						 unsigned long expected)
{
	if (likely(view_virtio_mem_offline_size(w) == expected))
		return;
	violation(w, INV_virtio_mem_offline_size, VIOLATION_NO_PFN,
		  "offline_size %lu, %lu pages are added and not online",
		  view_virtio_mem_offline_size(w), expected);
}

static noinline void inv_virtio_mem_hotplug_active(const struct world *w)
{
	if (likely(!view_virtio_mem_hotplug_active(w)))
		return;
	violation(w, INV_virtio_mem_hotplug_active, VIOLATION_NO_PFN,
		  "still active after the attempt");
}

/* --- one block --- */

/* What the block must be, by its state in SBM. */
static const struct {
	uint8_t block_state;	/* of the Linux memory block */
	uint8_t zone_type;	/* while online */
	bool full;		/* all subblocks are plugged */
} mbs[VIRTIO_MEM_SBM_MB_COUNT] = {
	[VIRTIO_MEM_SBM_MB_UNUSED] = { MEM_ABSENT, 0, false },
	[VIRTIO_MEM_SBM_MB_PLUGGED] = { MEM_ABSENT, 0, false },
	[VIRTIO_MEM_SBM_MB_OFFLINE] = { MEM_OFFLINE, 0, true },
	[VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL] = { MEM_OFFLINE, 0, false },
	[VIRTIO_MEM_SBM_MB_KERNEL] = { MEM_ONLINE, ZONE_NORMAL, true },
	[VIRTIO_MEM_SBM_MB_KERNEL_PARTIAL] = { MEM_ONLINE, ZONE_NORMAL, false },
	[VIRTIO_MEM_SBM_MB_MOVABLE] = { MEM_ONLINE, ZONE_MOVABLE, true },
	[VIRTIO_MEM_SBM_MB_MOVABLE_PARTIAL] = { MEM_ONLINE, ZONE_MOVABLE, false },
};

/* Returns how many of its subblocks are plugged. */
static unsigned int check_mb(const struct world *w, unsigned long mb_id,
			     unsigned int state)
{
	unsigned int nr = (unsigned int)__builtin_popcountll(
		view_virtio_mem_sbs(w, mb_id));
	bool full = nr == view_virtio_mem_sbs_per_mb(w);
	unsigned long pfn = block_start_pfn(w, mb_id);

	if (unlikely(view_block_state(w, mb_id) != mbs[state].block_state))
		inv_virtio_mem_states(w, pfn, state,
				      "not what the memory block is");
	if (unlikely(view_block_online(w, mb_id) &&
		     view_zone_type(w, view_block_zone(w, mb_id)) !=
			     mbs[state].zone_type))
		inv_virtio_mem_states(w, pfn, state, "online in another zone");
	if (unlikely(state >= VIRTIO_MEM_SBM_MB_OFFLINE &&
		     full != mbs[state].full))
		inv_virtio_mem_states(w, pfn, state,
				      full ? "all of it is plugged" :
					     "not all of it is plugged");
	if (unlikely(state == VIRTIO_MEM_SBM_MB_UNUSED && nr))
		inv_virtio_mem_states(w, pfn, state, "some of it is plugged");
	return nr;
}

/* FAKE_OFFLINE ends with the operation that brought it about. */
static void check_bb(const struct world *w, unsigned long bb_id,
		     unsigned int state)
{
	unsigned long unit = view_virtio_mem_unit(w);
	unsigned long pfn = bb_id * unit;

	if (unlikely(state == VIRTIO_MEM_BBM_BB_FAKE_OFFLINE))
		inv_virtio_mem_states(w, pfn, state,
				      "nobody is unplugging it");
	for (unsigned long p = pfn; p < pfn + unit; p += pages_per_block(w))
		if (unlikely((view_block_state(w, pfn_to_block(w, p)) ==
			      MEM_ABSENT) != (state != VIRTIO_MEM_BBM_BB_ADDED)))
			inv_virtio_mem_states(w, p, state,
					      "not what a memory block of it is");
}

/* Pages of the unit that are added and not online. */
static unsigned long offline_pages_of(const struct world *w, unsigned long id)
{
	unsigned long unit = view_virtio_mem_unit(w), nr = 0;

	for (unsigned long p = id * unit; p < (id + 1) * unit;
	     p += pages_per_block(w))
		if (view_block_state(w, pfn_to_block(w, p)) == MEM_OFFLINE)
			nr += pages_per_block(w);
	return nr;
}

void check_virtio_mem(const struct world *w)
{
	unsigned long nr_states[VIRTIO_MEM_SBM_MB_COUNT] = { 0 };
	unsigned long id = view_virtio_mem_first_id(w);
	unsigned long plugged = 0, offline = 0;
	bool sbm = view_virtio_mem_in_sbm(w);

	for (; id < view_virtio_mem_next_id(w); id++) {
		unsigned int state = view_virtio_mem_state(w, id);

		nr_states[state]++;
		offline += offline_pages_of(w, id);
		if (sbm)
			plugged += check_mb(w, id, state) *
				   view_virtio_mem_sb_size(w);
		else
			check_bb(w, id, state);
		if (!sbm && state != VIRTIO_MEM_BBM_BB_UNUSED)
			plugged += view_virtio_mem_unit(w);
	}
	for (unsigned int i = 0; i < (sbm ? VIRTIO_MEM_SBM_MB_COUNT :
					    VIRTIO_MEM_BBM_BB_COUNT); i++)
		if (unlikely(view_virtio_mem_count(w, i) != nr_states[i]))
			inv_virtio_mem_states(w, VIOLATION_NO_PFN, i,
					      "counted wrong");
	inv_virtio_mem_hotplug_active(w);
	inv_virtio_mem_offline_size(w, offline);
	/* Before the first run a driver knows only how much there is. */
	if (plugged || id > view_virtio_mem_first_id(w))
		inv_virtio_mem_plugged(w, VIOLATION_NO_PFN, "pages plugged",
				       view_virtio_mem_plugged_size(w), plugged);
	inv_virtio_mem_plugged(w, VIOLATION_NO_PFN, "plugged_size",
			       view_virtio_mem_device_plugged_size(w),
			       view_virtio_mem_plugged_size(w));
}

/* --- level 3 --- */

/* Does the driver think that this page is plugged? */
static bool believed_plugged(const struct world *w, unsigned long id,
			     unsigned long pfn)
{
	unsigned long off = pfn - id * view_virtio_mem_unit(w);

	if (!view_virtio_mem_in_sbm(w))
		return view_virtio_mem_state(w, id) != VIRTIO_MEM_BBM_BB_UNUSED;
	return view_virtio_mem_sbs(w, id) >> (off / view_virtio_mem_sb_size(w)) & 1;
}

void check_virtio_mem_pageblocks(const struct world *w)
{
	unsigned long id = view_virtio_mem_first_id(w);
	unsigned long unit = view_virtio_mem_unit(w);

	for (; id < view_virtio_mem_next_id(w); id++)
		for (unsigned long pfn = id * unit; pfn < (id + 1) * unit;
		     pfn += pageblock_nr_pages(w))
			inv_virtio_mem_plugged(w, pfn, "pageblock plugged",
					       !view_pb_unplugged(w, pfn),
					       believed_plugged(w, id, pfn));
}
