/* SPDX-License-Identifier: GPL-2.0-only */
/* virtio-mem: the driver's requests to the device.  drivers/virtio/virtio_mem.c, 6.12. */
#include <errno.h>

#include "virtio_mem_device.h"
#include "virtio_mem_internal.h"

static int send_state_change(struct world *w, unsigned long pfn,
			     unsigned long nr_pages, bool plug)
{
	if (w->virtio_mem.config_changed) {
		virtio_mem_event(w, CONFIG_CHANGED);
		return -EAGAIN;
	}
	sched_point(w, SP_VIRTIO_MEM_REQUEST);
	switch (virtio_mem_device_request(w, pfn, nr_pages, plug)) {
	case VIRTIO_MEM_RESP_ACK:
		return 0;
	case VIRTIO_MEM_RESP_NACK: /* of an unplug it is unexpected */
		return plug ? -EAGAIN : -ENOMEM;
	case VIRTIO_MEM_RESP_BUSY:
		return -ETXTBSY;
	case VIRTIO_MEM_RESP_ERROR:
		return -EINVAL;
	default:
		return -ENOMEM;
	}
}

/* virtio_mem_send_plug_request.  plugged_size is what we did ourselves. */
int virtio_mem_send_plug_request(struct world *w, unsigned long pfn,
				 unsigned long nr_pages)
{
	int rc = send_state_change(w, pfn, nr_pages, true);

	if (!rc)
		w->virtio_mem.plugged_size += nr_pages;
	return rc;
}

/* virtio_mem_send_unplug_request */
int virtio_mem_send_unplug_request(struct world *w, unsigned long pfn,
				   unsigned long nr_pages)
{
	int rc = send_state_change(w, pfn, nr_pages, false);

	if (!rc)
		w->virtio_mem.plugged_size -= nr_pages;
	return rc;
}

/* virtio_mem_send_unplug_all_request */
int virtio_mem_send_unplug_all_request(struct world *w)
{
	struct virtio_mem *vm = &w->virtio_mem;

	sched_point(w, SP_VIRTIO_MEM_REQUEST);
	switch (virtio_mem_device_unplug_all(w)) {
	case VIRTIO_MEM_RESP_ACK:
		break;
	case VIRTIO_MEM_RESP_BUSY:
		virtio_mem_event(w, UNPLUG_ALL_BUSY);
		return -ETXTBSY;
	default:
		return -ENOMEM;
	}
	virtio_mem_event(w, UNPLUG_ALL);
	vm->unplug_all_required = false;
	vm->plugged_size = 0;
	vm->config_changed = true;
	return 0;
}

/* The hypervisor has another size in mind, and says so. */
int virtio_mem_config_changed(struct world *w, unsigned long requested_size)
{
	struct virtio_mem *vm = &w->virtio_mem;

	if (!vm->config.region_size)
		return VIRTIO_MEM_IDLE;
	virtio_mem_device_resize(w, requested_size);
	if (!vm->bound)
		return 0;
	vm->config_changed = true;
	virtio_mem_retry(w);
	return 0;
}
