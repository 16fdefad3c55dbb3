/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: no sequence of inflating, deflating and migrating balloons, of hot-added
 * memory with holes and of trace buffers, between attempts to offline, breaks an
 * invariant.
 */
#include "fuzz.h"

const char *const mutator_focus_ops[] = {
	"balloon_devinfo_init", "balloon_page_enqueue", "balloon_page_dequeue",
	"out_of_memory", "vmballoon_reset", "xen_online_page",
	"process_hot_add", "memtrace_enable_set", "soft_offline_page_pfn",
	"memory_failure_pfn", "folio_alloc", "zs_malloc", "__free_pages",
	"compact_zone", "alloc_contig_range", "free_contig_range",
	"fake_offline", "fake_online", "offline_pages", "online_pages",
	"add_memory", "remove_memory", "offline_and_remove_memory",
	"drain_all_pages",
	NULL,
};
const char *const mutator_focus_geometries[] = { NULL };

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_run(data, size, true); /* races: fuzz_interleave */
}
