/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory blocks as devices, what an architecture does, the first notifier. */
#include <linux/ioport.h>
#include <linux/notifier.h>

#include "env.h"

#define BLOCK_BYTES (1ull << SECTION_SIZE_BITS)

/* --- drivers/base/core.c --- */

/* find_memory_block() of each: these are asked for after each operation, and all
 * devices are theirs. */
static struct memory_block *blocks[LANE_NR_BLOCKS];

static void set_block(struct device *dev, struct memory_block *mem)
{
	if (dev->id < LANE_NR_BLOCKS) /* not the arena's */
		blocks[dev->id] = mem;
}

int device_register(struct device *dev)
{
	int err = lane_host_fail(LANE_FAIL_CREATE_MEMORY_BLOCK);

	if (!err)
		set_block(dev, container_of(dev, struct memory_block, dev));
	return err;
}

/* The last reference is ours: find_memory_block() counts no device in the lane. */
void device_unregister(struct device *dev)
{
	set_block(dev, NULL);
	dev->release(dev);
}

/* All devices are memory blocks.  By this name, for its type has changed often. */
int lane_for_each_dev(const void *bus, struct device *start, void *data,
		      int (*fn)(struct device *dev, void *data)) __asm__("bus_for_each_dev");

int lane_for_each_dev(const void *bus, struct device *start, void *data,
		      int (*fn)(struct device *dev, void *data))
{
	int ret = 0;

	for (int i = 0; i < LANE_NR_BLOCKS && !ret; i++)
		if (blocks[i])
			ret = fn(&blocks[i]->dev, data);
	return ret;
}

struct device *get_device(struct device *dev)
{
	return dev;
}

void put_device(struct device *dev)
{
}

#ifndef HAVE_DEV_FLAGS
static bool dev_offline(const struct device *dev)
{
	return dev->offline;
}

static void dev_assign_offline(struct device *dev, bool offline)
{
	dev->offline = offline;
}
#endif

int device_offline(struct device *dev)
{
	int ret;

	if (dev_offline(dev))
		return 1;
	ret = dev->bus->offline(dev);
	if (!ret)
		dev_assign_offline(dev, true);
	return ret;
}

int device_online(struct device *dev)
{
	int ret;

	if (!dev_offline(dev))
		return 1;
	ret = dev->bus->online(dev);
	if (!ret)
		dev_assign_offline(dev, false);
	return ret;
}

#ifdef HAVE_CONST_BUS_TYPE
int subsys_system_register(const struct bus_type *subsys,
			   const struct attribute_group **groups)
#else
int subsys_system_register(struct bus_type *subsys,
			   const struct attribute_group **groups)
#endif
{
	return 0;
}

/*
 * --- kernel/resource.c: memory, each resource under its blocks, and above it the
 * region that one driver can reserve.  The tree of the kernel is not kept: nobody
 * walks it but virtio_mem_has_memory_added().
 */

struct resource iomem_resource;
static struct resource *resources[LANE_NR_BLOCKS];
static struct resource *region;	/* of a driver; NULL: none */

static unsigned long block_of_address(resource_size_t start)
{
	return start >> SECTION_SIZE_BITS;
}

bool lane_region_is_reserved(void)
{
	return region;
}

bool lane_region_has(unsigned long pfn)
{
	return region && PFN_PHYS(pfn) >= region->start &&
	       PFN_PHYS(pfn) <= region->end;
}

static bool has_memory(resource_size_t start, resource_size_t end)
{
	for (unsigned long b = block_of_address(start); b <= block_of_address(end); b++)
		if (resources[b])
			return true;
	return false;
}

/* Its device is there, whether a driver has reserved it yet or not. */
static bool is_of_device(resource_size_t start, resource_size_t end)
{
	struct lane_virtio_mem_device d;

	lane_host_virtio_mem_device(&d);
	return d.region_size && start < d.addr + d.region_size && end >= d.addr;
}

/*
 * Memory may lie in the region, which is not IORESOURCE_BUSY: its driver's.  Others keep
 * away from it, whenever they had looked.
 */
struct resource *__request_region(struct resource *parent,
				  resource_size_t start, resource_size_t n,
				  const char *name, int flags)
{
	bool is_region = flags & IORESOURCE_EXCLUSIVE;
	resource_size_t end = start + n - 1;
	struct resource *res;

	if (is_region && (lane_host_fail(LANE_FAIL_VIRTIO_MEM_RESOURCE) || region))
		return NULL;
	if (has_memory(start, end))
		return NULL;
	if (!is_region && !(flags & IORESOURCE_SYSRAM_DRIVER_MANAGED) &&
	    is_of_device(start, end))
		return NULL;
	res = kzalloc(sizeof(*res), GFP_KERNEL);
	*res = (struct resource){ .start = start, .end = end, .name = name,
				  .flags = flags | IORESOURCE_BUSY };
	if (is_region) {
		region = res;
		return res;
	}
	for (unsigned long b = block_of_address(start); b <= block_of_address(end); b++)
		resources[b] = res;
	return res;
}

/* The caller frees it. */
int release_resource(struct resource *old)
{
	if (old == region)
		region = NULL;
	for (unsigned long b = 0; b < LANE_NR_BLOCKS; b++)
		if (resources[b] == old)
			resources[b] = NULL;
	return 0;
}

/* It is cut, and goes with its last block. */
void release_mem_region_adjustable(resource_size_t start, resource_size_t size)
{
	for (; size; start += BLOCK_BYTES, size -= BLOCK_BYTES) {
		struct resource *res = resources[block_of_address(start)];

		resources[block_of_address(start)] = NULL;
		if (res && !has_memory(res->start, res->end))
			kfree(res);
	}
}

/* What is merged is released block by block all the same. */
void merge_system_ram_resource(struct resource *res)
{
}

/* Only whether there is memory is asked. */
int walk_iomem_res_desc(unsigned long desc, unsigned long flags, u64 start, u64 end,
			void *arg, int (*func)(struct resource *, void *))
{
	for (unsigned long b = block_of_address(start);
	     b < LANE_NR_BLOCKS && b * BLOCK_BYTES < end; b++)
		if (resources[b])
			return func(resources[b], arg);
	return -EINVAL;
}

/* --- the architecture --- */

int arch_add_memory(int nid, u64 start, u64 size, struct mhp_params *params)
{
	int err = lane_host_fail(LANE_FAIL_ADD_MEMORY);

	return err ? err : __add_pages(nid, PFN_DOWN(start), size >> PAGE_SHIFT,
				       params);
}

#ifdef HAVE_REMOVE_PGMAP
void arch_remove_memory(u64 start, u64 size, struct vmem_altmap *altmap,
			struct dev_pagemap *pgmap)
{
	__remove_pages(PFN_DOWN(start), size >> PAGE_SHIFT, altmap, pgmap);
}
#else
void arch_remove_memory(u64 start, u64 size, struct vmem_altmap *altmap)
{
	__remove_pages(PFN_DOWN(start), size >> PAGE_SHIFT, altmap);
}
#endif

int walk_system_ram_range(unsigned long pfn, unsigned long nr_pages, void *arg,
			  int (*fn)(unsigned long, unsigned long, void *))
{
	return fn(pfn, nr_pages, arg);
}

void kswapd_run(int nid)
{
}

void kswapd_stop(int nid)
{
}

void writeback_set_ratelimit(void)
{
}

/* --- notifiers: one that hears everything first, one that may refuse last --- */

static int action_of(unsigned long val)
{
	switch (val) {
	case MEM_GOING_ONLINE:
		return LANE_GOING_ONLINE;
	case MEM_ONLINE:
		return LANE_DID_ONLINE;
	case MEM_CANCEL_ONLINE:
		return LANE_CANCEL_ONLINE;
	case MEM_GOING_OFFLINE:
		return LANE_GOING_OFFLINE;
	case MEM_OFFLINE:
		return LANE_DID_OFFLINE;
	case MEM_CANCEL_OFFLINE:
		return LANE_CANCEL_OFFLINE;
	}
	return -1;
}

static int hear(struct notifier_block *nb, unsigned long val, void *arg)
{
	const struct memory_notify *mn = arg;
	int action = action_of(val);

	if (action < 0)
		return NOTIFY_OK;
	lane_at(LANE_AT_NOTIFY);
	lane_offlining(mn->start_pfn, action == LANE_GOING_OFFLINE ?
					      mn->start_pfn + mn->nr_pages : 0);
	lane_host_notify(action, mn->start_pfn, mn->nr_pages);
	return NOTIFY_OK;
}

static int refuse(struct notifier_block *nb, unsigned long val, void *arg)
{
	int err = 0;

	if (action_of(val) >= 0)
		lane_at(LANE_AT_NOTIFY);
	if (val == MEM_GOING_ONLINE)
		err = lane_host_fail(LANE_FAIL_MEM_GOING_ONLINE);
	else if (val == MEM_GOING_OFFLINE)
		err = lane_host_fail(LANE_FAIL_MEM_GOING_OFFLINE);
	return notifier_from_errno(err);
}

static struct notifier_block first = { .notifier_call = hear, .priority = 999 };
static struct notifier_block last = { .notifier_call = refuse,
				      .priority = -999 };

void lane_hotplug_init(void)
{
	memory_dev_init();
	register_memory_notifier(&first);
	register_memory_notifier(&last);
}

/* --- operations --- */

/* Kernels that cannot be forced to it refuse what they cannot do. */
#ifdef HAVE_BLOCK_ALTMAP
#define ADD_FLAGS MHP_MEMMAP_ON_MEMORY
#else
#define ADD_FLAGS MHP_NONE
#endif

/* The driver that the memory belongs to: it does one thing at a time. */
static DEFINE_MUTEX(driver);

int lane_add_memory(unsigned long block)
{
	int ret;

	mutex_lock(&driver);
	ret = add_memory(0, block * BLOCK_BYTES, BLOCK_BYTES, ADD_FLAGS);
	mutex_unlock(&driver);
	return ret;
}

int lane_remove_memory(unsigned long block)
{
	int ret = -ENOENT;

	mutex_lock(&driver);
	if (blocks[block])
		ret = remove_memory(block * BLOCK_BYTES, BLOCK_BYTES);
	if (!ret)
		lane_forget_unplugged(block, 1);
	mutex_unlock(&driver);
	return ret;
}

static bool all_there(unsigned long block, unsigned long nr_blocks)
{
	while (nr_blocks--)
		if (!blocks[block++])
			return false;
	return true;
}

int lane_offline_and_remove_memory(unsigned long block, unsigned long nr_blocks)
{
	int ret = -ENOENT;

	mutex_lock(&driver);
	if (all_there(block, nr_blocks))
		ret = offline_and_remove_memory(block * BLOCK_BYTES,
						nr_blocks * BLOCK_BYTES);
	if (!ret)
		lane_forget_unplugged(block, nr_blocks);
	mutex_unlock(&driver);
	return ret;
}

/* As a write to the block's "state" does, which the bus answers. */
static int set_online(struct memory_block *mem, int type)
{
	static const int types[] = {
		[LANE_ONLINE] = MMOP_ONLINE,
		[LANE_ONLINE_KERNEL] = MMOP_ONLINE_KERNEL,
		[LANE_ONLINE_MOVABLE] = MMOP_ONLINE_MOVABLE,
	};
	int ret;

	if (!mem)
		return -ENOENT;
	mem->online_type = types[type];
	ret = device_online(&mem->dev);
	mem->online_type = MMOP_OFFLINE;
	return ret > 0 ? 0 : ret;
}

void lane_lock_device_hotplug(void)
{
	lock_device_hotplug();
}

void lane_unlock_device_hotplug(void)
{
	unlock_device_hotplug();
}

int lane_device_online(unsigned long block, int type)
{
	int ret;

	lock_device_hotplug();
	ret = set_online(blocks[block], type);
	unlock_device_hotplug();
	return ret;
}

int lane_device_offline(unsigned long block)
{
	struct memory_block *mem;
	int ret;

	lock_device_hotplug();
	mem = blocks[block];
	ret = mem ? device_offline(&mem->dev) : -ENOENT;
	unlock_device_hotplug();
	return ret > 0 ? 0 : ret;
}

void lane_look_block(unsigned long block, struct lane_block *b)
{
	struct mem_section *ms = __nr_to_section(block);
	struct memory_block *mem = blocks[block];

	*b = (struct lane_block){ .zone = 0xff };
	b->section_present = ms && present_section(ms);
	b->section_online = ms && online_section(ms);
	if (!mem)
		return;
	b->state = mem->state == MEM_ONLINE ? LANE_BLOCK_ONLINE :
		   mem->state == MEM_OFFLINE ? LANE_BLOCK_OFFLINE :
					       LANE_BLOCK_BETWEEN;
	if (mem->zone)
		b->zone = lane_zone_index(mem->zone);
#ifdef HAVE_BLOCK_NR_HWPOISON
	b->nr_hwpoison = atomic_long_read(&mem->nr_hwpoison);
#endif
}
