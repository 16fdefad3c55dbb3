/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: the same operations under all four designs of PageOffline give the
 * same results and leave the same memory, but for the differences on the list of
 * policy_diff.def.  One at a time.
 */
#include "fuzz.h"
#include "policy_diff.h"

/* Whoever makes pages PageOffline, and who finds them so. */
const char *const mutator_focus_ops[] = {
	"virtio_mem_config_changed", "virtio_mem_run_wq",
	"virtio_mem_remove",	     "virtio_mem_probe",
	"auto_online_blocks",	     "unplug_online",
	"balloon_devinfo_init",	     "balloon_page_enqueue",
	"balloon_page_dequeue",	     "process_hot_add",
	"xen_online_page",	     "fake_offline",
	"fake_online",		     "fake_offline_module",
	"alloc_offline_pages",	     "alloc_offline_page_range",
	"get_page_unless_zero",	     "start_isolate_page_range",
	"alloc_contig_range",	     "memory_failure_pfn",
	"online_pages",		     "offline_pages",
	"offline_and_remove_memory",
	NULL,
};
const char *const mutator_focus_geometries[] = { "sbm", "bbm", "tiny", "vmemmap",
						 "numa", NULL };

static __attribute__((noinline)) void unexplained_difference(const char *message)
{
	fprintf(stderr, "%s%s: unexplained_difference\n", message, __FILE__);
	abort();
}

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy_diff *diff;
	const char *message;

	if (!diff)
		diff = policy_diff_create(fuzz_mo);
	FUZZ_MUST(diff);
	message = policy_diff(diff, data, size);
	if (message)
		unexplained_difference(message);
	return 0;
}
