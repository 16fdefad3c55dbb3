/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: no sequence of memory errors, soft offlining and unpoisoning, on whatever the
 * pages are used for, huge pages and long-term pins among it, between attempts to
 * offline, breaks an invariant.
 */
#include "fuzz.h"

const char *const mutator_focus_ops[] = {
	"memory_failure", "memory_failure_pfn", "soft_offline_page",
	"soft_offline_page_pfn", "unpoison_memory", "alloc_pages",
	"folio_alloc", "zs_malloc", "alloc_hugetlb_folio", "hugetlb_fault",
	"__free_pages", "get_page", "put_page", "pin_user_pages",
	"unpin_user_page", "folio_isolate_lru", "folio_putback_lru",
	"migrate_pages", "set_max_huge_pages", "dissolve_free_hugetlb_folio",
	"hugetlb_acct_memory", "nr_overcommit_huge_pages",
	"demote_pool_huge_page", "balloon_page_enqueue",
	"balloon_page_dequeue", "fake_offline", "fake_online", "offline_pages",
	"online_pages", "add_memory", "remove_memory",
	"offline_and_remove_memory", "start_isolate_page_range",
	"undo_isolate_page_range", "alloc_contig_range", "free_contig_range",
	NULL,
};
const char *const mutator_focus_geometries[] = { NULL };

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_run(data, size, true); /* races: fuzz_interleave */
}
