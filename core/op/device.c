/* SPDX-License-Identifier: GPL-2.0-only */
/* The virtio-mem device that an operation describes. */
#include "op.h"

/* By field of virtio_mem_probe. */
enum { VM_BLOCK, VM_NR, VM_ORDER, VM_MODE, VM_OFF };

static unsigned int block_order(const struct mo_geometry *geo)
{
	return geo->section_order +
	       (unsigned int)__builtin_ctz(geo->sections_per_block);
}

struct virtio_mem_config op_virtio_mem_config(const struct mo_geometry *geo,
					      const struct op *op)
{
	const uint8_t *v = op->value;
	unsigned long off = (unsigned long)v[VM_OFF] << geo->pageblock_order;
	unsigned long size = (unsigned long)v[VM_NR] << block_order(geo);

	return (struct virtio_mem_config){
		.addr = ((unsigned long)v[VM_BLOCK] << block_order(geo)) + off,
		.region_size = off < size ? size - off : 0,
		.block_size = 1ul << v[VM_ORDER],
		.mode = v[VM_MODE],
	};
}

static bool is_good(const struct mo_geometry *geo, const struct op *op)
{
	const struct virtio_mem_config config = op_virtio_mem_config(geo, op);

	return !virtio_mem_config_check(geo, &config);
}

/* A region of one memory block, of device blocks no larger than it, is always good;
 * so few values change as lead there. */
void op_virtio_mem_repair(const struct mo_geometry *geo, struct op *op)
{
	unsigned int per_node = geo->nr_blocks / geo->nr_nodes;
	uint8_t *v = op->value;

	while (v[VM_BLOCK] % per_node + v[VM_NR] > per_node)
		v[VM_NR]--;
	if (!is_good(geo, op) && v[VM_ORDER] >= block_order(geo) &&
	    v[VM_MODE] == VIRTIO_MEM_MODE_SBM)
		v[VM_MODE] = VIRTIO_MEM_MODE_AUTO;
	if (!is_good(geo, op))
		v[VM_OFF] = 0;
	while (!is_good(geo, op) && v[VM_ORDER])
		v[VM_ORDER]--;
}
