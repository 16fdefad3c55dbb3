/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: virtio-mem. */
#include "handlers.h"

static int32_t result(int ret)
{
	return ret == VIRTIO_MEM_IDLE ? OP_NOOP : ret;
}

/* Where nobody is removing memory that he added, and begins to while it comes. */
int32_t exec_virtio_mem_probe(struct exec *x, const struct op *op)
{
	const struct virtio_mem_config config =
		op_virtio_mem_config(&x->w->geo, op);
	unsigned long first = pfn_to_block(x->w, config.addr);
	unsigned long last = pfn_to_block(x->w, config.addr +
						config.region_size - 1);
	int ret;

	if (exec_is_claimed(x->removing, first, last))
		return -EBUSY;
	x->coming[op->cpu] = (struct block_claim){ (uint8_t)first,
						   (uint8_t)(last - first + 1) };
	ret = subject_virtio_mem_probe(x->w, &config);
	x->coming[op->cpu].nr = 0;
	return ret;
}

int32_t exec_virtio_mem_remove(struct exec *x, const struct op *op)
{
	(void)op;
	return result(subject_virtio_mem_remove(x->w));
}

int32_t exec_virtio_mem_config_changed(struct exec *x, const struct op *op)
{
	return result(subject_virtio_mem_config_changed(x->w, op->value[0]));
}

int32_t exec_virtio_mem_run_wq(struct exec *x, const struct op *op)
{
	uint32_t cancelled = view_nr_notified(x->w, MEM_CANCEL_OFFLINE);
	int ret = subject_virtio_mem_run_wq(x->w);

	(void)op;
	/* Its own attempts to offline are for pages of its own. */
	if (view_nr_notified(x->w, MEM_CANCEL_OFFLINE) != cancelled)
		x->saw |= MO_SAW_DRIVERS;
	return result(ret);
}

int32_t exec_virtio_mem_timer_expired(struct exec *x, const struct op *op)
{
	(void)op;
	return result(subject_virtio_mem_timer_expired(x->w));
}

int32_t exec_virtio_mem_device_del(struct exec *x, const struct op *op)
{
	(void)op;
	return result(subject_virtio_mem_device_del(x->w));
}

int32_t exec_unplug_online(struct exec *x, const struct op *op)
{
	subject_unplug_online(x->w, op->value[0]);
	return 0;
}

int32_t exec_auto_online_blocks(struct exec *x, const struct op *op)
{
	subject_set_default_online_type(x->w, op->value[0]);
	return 0;
}
