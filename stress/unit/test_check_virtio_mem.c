/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Anti-tests: virtio-mem, what its driver believes against the device and the
 * memory blocks.
 */
#include "test_check_anti.h"

#include "drivers/virtio_mem_internal.h"

/* --- legal states --- */

/* The absent blocks of the geometry become a device's; all is requested. */
static void a_device(struct fixture *f, unsigned long block_size,
		     unsigned long requested_size)
{
	unsigned long addr = block_start_pfn(f->w, absent_block(f));
	const struct virtio_mem_config config = {
		.addr = addr,
		.region_size = f->w->nr_pfns - addr,
		.block_size = block_size,
	};

	assert_int_equal(virtio_mem_probe(f->w, &config), 0);
	assert_int_equal(virtio_mem_config_changed(f->w, requested_size), 0);
	assert_int_equal(virtio_mem_run_wq(f->w), 0);
	f->pfn = addr;
}

/* Two memory blocks, plugged and offline. */
static void a_plugged_device(struct fixture *f)
{
	a_device(f, pageblock_nr_pages(f->w), 2 * pages_per_block(f->w));
}

/* The second one has one subblock. */
static void a_partial_block(struct fixture *f)
{
	a_device(f, pageblock_nr_pages(f->w),
		 pages_per_block(f->w) + pageblock_nr_pages(f->w));
}

static void an_online_mb(struct fixture *f)
{
	a_plugged_device(f);
	assert_int_equal(device_online(f->w, absent_block(f),
				       MMOP_ONLINE_MOVABLE), 0);
}

/* Of two memory blocks. */
static void a_big_block(struct fixture *f)
{
	a_device(f, 2 * pages_per_block(f->w), 2 * pages_per_block(f->w));
	assert_false(f->w->virtio_mem.in_sbm);
}

/* All is to be unplugged; nothing was so far. */
static void a_block_kept_back(struct fixture *f)
{
	a_plugged_device(f);
	assert_int_equal(virtio_mem_config_changed(f->w, 0), 0);
}

/* --- one thing is spoilt --- */

static uint8_t *first_mb(struct fixture *f)
{
	return &f->w->virtio_mem.sbm.mb_states[0];
}

/* Counted right, but wrong all the same. */
static void first_mb_becomes(struct fixture *f, enum virtio_mem_sbm_mb_state state)
{
	f->w->virtio_mem.sbm.mb_count[*first_mb(f)]--;
	f->w->virtio_mem.sbm.mb_count[state]++;
	*first_mb(f) = (uint8_t)state;
}

static void plugged_size_off_by_one(struct fixture *f)
{
	f->w->virtio_mem.plugged_size--;
}

static void device_size_off_by_one(struct fixture *f)
{
	f->w->virtio_mem.device_plugged_size++;
}

static void bitmap_off_by_one(struct fixture *f)
{
	f->w->virtio_mem.sbm.sb_states[1] |= 2;
}

/* Offline: no page can tell. */
static void device_forgets_a_pageblock(struct fixture *f)
{
	unsigned long pb = f->pfn >> f->w->pageblock_order;

	f->w->unplugged[pb / 64] |= 1ul << (pb % 64);
}

static void big_block_unplugged_behind_the_driver(struct fixture *f)
{
	device_forgets_a_pageblock(f);
}

static void plug_what_is_plugged(struct fixture *f)
{
	f->w->virtio_mem.device_requested_size += pages_per_block(f->w);
	virtio_mem_send_plug_request(f->w, f->pfn, pageblock_nr_pages(f->w));
}

static void unplug_what_is_not_plugged(struct fixture *f)
{
	virtio_mem_send_unplug_request(f->w, f->pfn + 2 * pages_per_block(f->w) -
					     pageblock_nr_pages(f->w),
				       pageblock_nr_pages(f->w));
}

static void state_of_another_zone(struct fixture *f)
{
	first_mb_becomes(f, VIRTIO_MEM_SBM_MB_KERNEL);
}

static void online_block_called_offline(struct fixture *f)
{
	first_mb_becomes(f, VIRTIO_MEM_SBM_MB_OFFLINE);
}

static void whole_block_called_partial(struct fixture *f)
{
	first_mb_becomes(f, VIRTIO_MEM_SBM_MB_OFFLINE_PARTIAL);
}

static void state_counted_twice(struct fixture *f)
{
	f->w->virtio_mem.sbm.mb_count[VIRTIO_MEM_SBM_MB_OFFLINE]++;
}

static void state_leaves_uncounted(struct fixture *f)
{
	f->w->virtio_mem.sbm.mb_count[VIRTIO_MEM_SBM_MB_OFFLINE] = 0;
	device_online(f->w, absent_block(f), MMOP_ONLINE_MOVABLE);
}

static void big_block_left_fake_offline(struct fixture *f)
{
	f->w->virtio_mem.bbm.bb_states[0] = VIRTIO_MEM_BBM_BB_FAKE_OFFLINE;
}

static void big_block_called_unused(struct fixture *f)
{
	f->w->virtio_mem.bbm.bb_states[0] = VIRTIO_MEM_BBM_BB_UNUSED;
}

/* Fake-offlined, as before it is unplugged, and then forgotten. */
static void subblock_not_given_back(struct fixture *f)
{
	assert_int_equal(virtio_mem_fake_offline(f->w, f->pfn,
						 pageblock_nr_pages(f->w)), 0);
}

static void offline_size_off_by_one(struct fixture *f)
{
	f->w->virtio_mem.offline_size--;
}

static void attempt_left_active(struct fixture *f)
{
	f->w->virtio_mem.hotplug_active = true;
}

static void offline_twice(struct fixture *f)
{
	virtio_mem_sbm_set_mb_state(f->w, absent_block(f),
				    VIRTIO_MEM_SBM_MB_OFFLINE,
				    VIRTIO_MEM_BY_notify_offline);
}

/* The device answers with the error that offlining had. */
static void given_up_for_linux(struct fixture *f)
{
	assert_int_equal(virtio_mem_config_changed(f->w, 0), 0);
	f->w->virtio_mem.offline_error = -EINVAL;
	assert_true(fail_arm(&f->w->fail, FAIL_VIRTIO_MEM_ERROR, 1, -EINVAL));
	virtio_mem_run_wq(f->w);
}

static void told_of_half_a_block(struct fixture *f)
{
	const struct memory_notify mhp = {
		.start_pfn = f->pfn,
		.nr_pages = pages_per_block(f->w) / 2,
	};

	virtio_mem_memory_notifier_cb(f->w, NULL, MEM_GOING_ONLINE, &mhp);
}

static void offline_block_not_removable(struct fixture *f)
{
	f->w->blocks[absent_block(f) + 1].state = MEM_GOING_ONLINE;
	virtio_mem_run_wq(f->w);
}

#define ANTITEST_page(spoil, prepare, level, id)
#define ANTITEST_zone(spoil, prepare, level, id)
#define ANTITEST_block(spoil, prepare, level, id)
#define ANTITEST_attempt(spoil, prepare, level, id)
#define ANTITEST_kernel(spoil, prepare, level, id)
#undef ANTITEST_virtio_mem
#define ANTITEST_virtio_mem(spoil, prepare, level, id)                        \
	ANTI_CASE(spoil, prepare, level, id)

static const struct anti_case cases[] = {
#include "test_check_cases.def"
};

int main(void)
{
	return anti_main(cases, ARRAY_SIZE(cases));
}
