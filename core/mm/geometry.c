/* SPDX-License-Identifier: GPL-2.0-only */
/* The named geometries, and what a geometry can have.  No kernel counterpart. */
#include <string.h>

#include "world.h"

static const struct mo_geometry geometries[] = {
#define GEOMETRY(id, name_, cpus, nodes, pbo, maxo, seco, spb, blocks, normal, \
		 movable, cma, vmemmap, batch, high, lru, device, text)        \
	[id] = { #name_, cpus, nodes, pbo, maxo, seco, spb, blocks, normal,    \
		 movable, cma, vmemmap, batch, high, lru, device, 0 },
#define NO_DEVICE { 0, 0, 0, VIRTIO_MEM_MODE_AUTO }
#define VIRTIO_MEM(addr, region_size, block_size)                              \
	{ addr, region_size, block_size, VIRTIO_MEM_MODE_AUTO }
#include "geometry.def"
#undef VIRTIO_MEM
#undef NO_DEVICE
#undef GEOMETRY
};

const struct mo_geometry *mo_geometry_by_id(unsigned int id)
{
	return id < ARRAY_SIZE(geometries) ? &geometries[id] : NULL;
}

int mo_geometry_id(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(geometries); i++)
		if (!strcmp(geometries[i].name, name))
			return (int)i;
	return -1;
}

const struct mo_geometry *mo_geometry_by_name(const char *name)
{
	int id = mo_geometry_id(name);

	return id < 0 ? NULL : &geometries[id];
}

static bool is_power_of_two(unsigned int x)
{
	return x && !(x & (x - 1));
}

/*
 * --- virtio-mem devices ---
 *
 * No kernel counterpart: the kernel only warns of what it cannot use; here a person
 * hears what is wrong.
 */

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
		return "a virtio-mem subblock is at least as large as a memory block, expected a smaller one for mode=sbm";
	return check_limits(block_order, g, config);
}

const char *mo_geometry_check(const struct mo_geometry *g)
{
	unsigned int per_node;

	if (g->nr_cpus < 1 || g->nr_cpus > MO_MAX_CPUS)
		return "cpus must be 1 to 4";
	if (g->nr_nodes < 1 || g->nr_nodes > MAX_NUMNODES)
		return "nodes must be 1 or 2";
	if (g->max_page_order > MO_MAX_PAGE_ORDER ||
	    g->max_page_order < g->pageblock_order ||
	    g->max_page_order > g->pageblock_order + 2 || !g->pageblock_order)
		return "max_page_order must be pageblock_order + 0..2, at most 10";
	if (g->section_order <= g->max_page_order || g->section_order > 20)
		return "section_order must be above max_page_order, at most 20";
	if (!is_power_of_two(g->sections_per_block) || g->sections_per_block > 4)
		return "sections_per_block must be 1, 2 or 4";
	if (g->nr_blocks < 2 || g->nr_blocks > 131072 || g->nr_blocks % g->nr_nodes)
		return "blocks must be 2 to 131072, a multiple of nodes";
	per_node = g->nr_blocks / g->nr_nodes;
	if (!g->boot_normal || g->boot_normal + g->boot_movable > per_node)
		return "boot blocks must be at least 1 and fit the node";
	if (g->nr_vmemmap >= 1u << (g->section_order - g->pageblock_order))
		return "the memmap prefix must be smaller than a section";
	if (g->nr_cma >= 1u << (g->section_order - g->pageblock_order))
		return "the CMA area must be smaller than a section";
	if (g->pcp_batch < 1 || g->pcp_high < g->pcp_batch)
		return "pcp_batch must be at least 1, pcp_high at least pcp_batch";
	if (g->lru_batch < 1 || g->lru_batch > MO_LRU_BATCH)
		return "lru_batch must be 1 to 31";
	if (g->virtio_mem.region_size || g->virtio_mem.block_size)
		return virtio_mem_config_check(g, &g->virtio_mem);
	return NULL;
}
