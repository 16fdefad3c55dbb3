/* SPDX-License-Identifier: GPL-2.0-only */
/* Which virtio-mem devices a machine can have.  No kernel counterpart: the kernel
 * only warns of what it cannot use; here a person hears what is wrong. */
#include "world.h"

/* Is the block so large that the driver works in BBM, whatever it is told? */
static bool too_large_for_sbm(unsigned int block_order,
			      const struct mo_geometry *g,
			      const struct virtio_mem_config *config)
{
	unsigned long sb_size = mo_max(config->block_size,
				       1ul << g->pageblock_order);

	return sb_size >= 1ul << block_order;
}

/* What the modelled driver cannot keep count of. */
static const char *check_limits(unsigned int block_order,
				const struct mo_geometry *g,
				const struct virtio_mem_config *config)
{
	unsigned long sb_size = mo_max(config->block_size,
				       1ul << g->pageblock_order);

	if (config->region_size > (unsigned long)VIRTIO_MEM_MAX_MBS << block_order)
		return "the virtio-mem region has too many memory blocks, expected at most 16";
	if (config->block_size > 4ul << block_order)
		return "the virtio-mem device block is too large, expected at most 4 memory blocks";
	if (sb_size << 6 < 1ul << block_order)
		return "the virtio-mem device block is too small, expected at most 64 subblocks in a memory block";
	return NULL;
}

const char *virtio_mem_config_check(const struct mo_geometry *g,
				    const struct virtio_mem_config *config)
{
	unsigned int block_order = g->section_order +
		(unsigned int)__builtin_ctz(g->sections_per_block);
	unsigned long end = config->addr + config->region_size;
	unsigned long per_node = g->nr_blocks / g->nr_nodes;

	if (!config->region_size)
		return "the virtio-mem region has size zero, expected at least one device block";
	if (!config->block_size || config->block_size & (config->block_size - 1))
		return "the virtio-mem device block is of no good size, expected a power of two of pages";
	if (!IS_ALIGNED(config->addr, config->block_size) ||
	    !IS_ALIGNED(config->region_size, config->block_size))
		return "the virtio-mem region is not aligned, expected whole device blocks";
	if (!IS_ALIGNED(config->addr, 1ul << g->pageblock_order) ||
	    !IS_ALIGNED(config->region_size, 1ul << g->pageblock_order))
		return "the virtio-mem region is not aligned, expected whole pageblocks";
	if (end >> block_order > g->nr_blocks ||
	    (end > (unsigned long)g->nr_blocks << block_order))
		return "the virtio-mem region ends behind the end of memory, expected less";
	if ((config->addr >> block_order) / per_node !=
	    ((end - 1) >> block_order) / per_node)
		return "the virtio-mem region spans two nodes, expected one";
	if (config->mode == VIRTIO_MEM_MODE_SBM &&
	    too_large_for_sbm(block_order, g, config))
		return "a virtio-mem subblock is as large as a memory block, expected a smaller one for mode=sbm";
	return check_limits(block_order, g, config);
}
