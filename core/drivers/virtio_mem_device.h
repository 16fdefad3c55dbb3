/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L3: the hypervisor's side of virtio-mem.  QEMU's hw/virtio/virtio-mem.c as far as the
 * specification of the device obliges it (virtio 1.3, 5.15): the truth about what is
 * plugged.  Of struct virtio_mem it reads and writes its own part only, so that the
 * source lane has the same device for the kernel's driver.  All sizes are in pages.
 */
#ifndef MO_DRIVERS_VIRTIO_MEM_DEVICE_H
#define MO_DRIVERS_VIRTIO_MEM_DEVICE_H

#include "../mm/world.h"

/* include/uapi/linux/virtio_mem.h */
enum virtio_mem_resp {
	VIRTIO_MEM_RESP_ACK,
	VIRTIO_MEM_RESP_NACK,
	VIRTIO_MEM_RESP_BUSY,
	VIRTIO_MEM_RESP_ERROR,
	VIRTIO_MEM_NO_RESP, /* the request did not even reach the device */
};

/* The device comes: nothing is plugged, nothing requested. */
void virtio_mem_device_add(struct world *w,
			   const struct virtio_mem_config *config);
/* Nothing is plugged; the region is ordinary address space again. */
void virtio_mem_device_gone(struct world *w);
/* What QEMU's requested-size property does; cut to what is possible. */
void virtio_mem_device_resize(struct world *w, unsigned long requested_size);

/*
 * VIRTIO_MEM_REQ_PLUG and VIRTIO_MEM_REQ_UNPLUG.  What the driver asks for twice, or
 * outside of what it may use, a device answers with ERROR; here it is a violation.
 */
enum virtio_mem_resp virtio_mem_device_request(struct world *w, unsigned long pfn,
					       unsigned long nr_pages, bool plug);
/* VIRTIO_MEM_REQ_UNPLUG_ALL: no NACK, no ERROR. */
enum virtio_mem_resp virtio_mem_device_unplug_all(struct world *w);

#endif
