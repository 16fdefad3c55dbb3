/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: whatever the hypervisor, user space and other owners of memory do, one
 * at a time, virtio-mem plugs and unplugs without breaking an invariant: what is
 * not plugged is never used, and what the driver believes is so.
 */
#include "fuzz.h"

/* The driver and its hypervisor, those who turn its memory on and off, and who is
 * in the way. */
const char *const mutator_focus_ops[] = {
	"virtio_mem_config_changed", "virtio_mem_run_wq",
	"virtio_mem_timer_expired",  "virtio_mem_remove",
	"virtio_mem_probe",	     "virtio_mem_device_del",
	"unplug_online",	     "auto_online_blocks",
	"online_pages",		     "offline_pages",
	"folio_alloc",		     "__free_pages",
	NULL,
};
const char *const mutator_focus_geometries[] = { "sbm", "bbm", NULL };

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_run(data, size, true); /* races: fuzz_interleave */
}
