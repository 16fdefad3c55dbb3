/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace buffers.  arch/powerpc/platforms/powernv/memtrace.c, 6.12. */
#include <errno.h>

#include "../mm/page_alloc.h"
#include "../mm/page_offline.h"
#include "balloon_transitions.h"
#include "memtrace.h"

void memtrace_init(struct world *w)
{
	lock_init_class(&w->memtrace.memtrace_mutex, LOCK_memtrace_mutex);
}

bool memtrace_owns(const struct world *w, unsigned long pfn)
{
	const struct memtrace *m = &w->memtrace;

	for (unsigned int i = 0; i < m->nr_entries; i++)
		if (pfn >= m->start_pfn[i] && pfn - m->start_pfn[i] < m->nr_pages)
			return true;
	return false;
}

/* The pages stay managed: memtrace never told anybody. */
static void mark_offline(struct world *w, struct page *page)
{
	w->page_offline->make_offline(w, page, OFFLINE_UNMOVABLE);
	set_page_flag(w, page, PG_offline_managed);
}

/* memtrace_alloc_node.  A node that has no such range goes without. */
static void memtrace_alloc_node(struct world *w, unsigned int nid,
				unsigned long nr_pages)
{
	struct memtrace *m = &w->memtrace;
	unsigned long pfn;
	int err = 0;

	/* Frozen from the start, or somebody may try for a reference meanwhile. */
	pfn = w->page_offline->refcount ?
		      alloc_contig_pages(w, nr_pages, GFP_KERNEL, nid, &err) :
		      alloc_contig_frozen_pages(w, nr_pages, GFP_KERNEL, nid, &err);
	balloon_seen(w, err ? BALLOON_MEMTRACE_NO_RANGE :
			      BALLOON_MEMTRACE_ALLOC);
	if (err)
		return;
	for (unsigned long i = 0; i < nr_pages; i++)
		mark_offline(w, pfn_to_page(w, pfn + i));
	m->start_pfn[m->nr_entries++] = pfn;
}

static void free_page(struct world *w, struct page *page)
{
	clear_page_flag(w, page, PG_offline_managed);
	w->page_offline->free_offline(w, page);
}

static void memtrace_free(struct world *w, unsigned long start_pfn,
			  unsigned long nr_pages)
{
	for (unsigned long i = 0; i < nr_pages; i++)
		free_page(w, pfn_to_page(w, start_pfn + i));
}

/* Its memory went offline, and may have come online since. */
static bool is_lost(struct world *w, unsigned long pfn)
{
	return !pfn_online(w, pfn) ||
	       !PageOfflineManaged(pfn_to_page(w, pfn));
}

static void forget_if_lost(struct world *w, unsigned int entry)
{
	struct memtrace *m = &w->memtrace;
	unsigned long start = m->start_pfn[entry], end = start + m->nr_pages;
	bool lost = false;

	for (unsigned long pfn = start; pfn < end; pfn++)
		lost |= is_lost(w, pfn);
	if (!lost)
		return;
	m->start_pfn[entry] = m->start_pfn[--m->nr_entries];
	for (unsigned long pfn = start; pfn < end; pfn++)
		if (!is_lost(w, pfn))
			free_page(w, pfn_to_page(w, pfn));
}

void memtrace_forget_lost(struct world *w)
{
	for (unsigned int i = w->memtrace.nr_entries; i--;)
		forget_if_lost(w, i);
}

static void memtrace_free_regions(struct world *w)
{
	struct memtrace *m = &w->memtrace;

	if (m->nr_entries)
		balloon_seen(w, BALLOON_MEMTRACE_FREE);
	while (m->nr_entries)
		memtrace_free(w, m->start_pfn[--m->nr_entries], m->nr_pages);
	m->nr_pages = 0;
}

int memtrace_enable_set(struct world *w, unsigned int nr_blocks)
{
	struct memtrace *m = &w->memtrace;
	unsigned long nr_pages = nr_blocks << w->block_order;

	mutex_lock(w, &m->memtrace_mutex);
	memtrace_free_regions(w);
	m->nr_pages = nr_pages;
	for (unsigned int nid = 0; nid < w->geo.nr_nodes && nr_pages; nid++)
		if (w->node_states[N_MEMORY] & BIT(nid))
			memtrace_alloc_node(w, nid, nr_pages);
	if (!m->nr_entries)
		m->nr_pages = 0;
	mutex_unlock(w, &m->memtrace_mutex);
	return (int)m->nr_entries;
}
