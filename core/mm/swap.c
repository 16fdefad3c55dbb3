/* SPDX-License-Identifier: GPL-2.0-only */
/* The LRU and its per-CPU batches.  mm/swap.c, mm/vmscan.c, 6.17. */
#include <errno.h>

#include "swap.h"

static struct pglist_data *folio_pgdat(struct world *w, struct page *head)
{
	return &w->nodes[page_to_nid(w, head)];
}

/* mm/swap.c:lru_add: the batch's reference goes away, the LRU holds none. */
static void lru_add(struct world *w, struct page *head)
{
	struct pglist_data *pgdat = folio_pgdat(w, head);

	spin_lock(w, &w->lru_lock);
	VM_BUG_ON_PAGE(w, PageLRU(head), "bad_page", head,
		       "put on the LRU twice");
	page_list_add(w, &pgdat->lruvec, head, false);
	head->flags |= BIT(PG_lru);
	pgdat->nr_lru += compound_nr(head);
	spin_unlock(w, &w->lru_lock);
}

static void lru_del(struct world *w, struct page *head)
{
	struct pglist_data *pgdat = folio_pgdat(w, head);

	spin_lock(w, &w->lru_lock);
	page_list_del(w, &pgdat->lruvec, head);
	head->flags &= ~BIT(PG_lru);
	pgdat->nr_lru -= compound_nr(head);
	spin_unlock(w, &w->lru_lock);
}

/* mm/swap.c:folio_batch_move_lru: all of them onto the LRU, then their references
 * are dropped, which may free them. */
void lru_add_drain_cpu(struct world *w, unsigned int cpu)
{
	struct folio_batch *batch = &w->lru_add[cpu];
	struct page *folios[MO_LRU_BATCH];
	unsigned int nr = batch->nr;

	for (unsigned int i = 0; i < nr; i++) {
		folios[i] = batch->folios[i];
		clear_page_flag(w, folios[i], PG_lru_batch);
		lru_add(w, folios[i]);
	}
	batch->nr = 0;
	/* 6.1 (release_pages) frees the last one first. */
	for (unsigned int i = 0; i < nr; i++)
		put_page(w, folios[kernel_until(w, 6_1) ? nr - 1 - i : i]);
}

/* mm/swap.c:folio_add_lru.  Large folios do not wait in a batch, and nothing
 * does while lru_cache_disable() is in force. */
void folio_add_lru(struct world *w, struct page *head)
{
	struct folio_batch *batch;

	sched_point(w, SP_LRU_ADD);
	batch = &w->lru_add[sched_cpu(&w->sched)];
	get_page(w, head);
	set_page_flag(w, head, PG_lru_batch);
	batch->folios[batch->nr++] = head;
	if (batch->nr >= w->geo.lru_batch || PageHead(head) ||
	    (w->lru_disable_count && !oldbug(w, LRU_CACHE_NOT_DISABLED)))
		lru_add_drain_cpu(w, sched_cpu(&w->sched));
}

void lru_add_drain_all(struct world *w)
{
	might_sleep(w);
	for (unsigned int cpu = 0; cpu < w->nr_cpus; cpu++) {
		sched_point(w, SP_LRU_DRAIN_CPU);
		lru_add_drain_cpu(w, cpu);
	}
}

void lru_cache_disable(struct world *w)
{
	w->lru_disable_count++;
	lru_add_drain_all(w);
}

void lru_cache_enable(struct world *w)
{
	VM_BUG_ON(w, w->lru_disable_count <= 0, "lru_disable_count",
		  "enabled at count %d", w->lru_disable_count);
	w->lru_disable_count--;
}

int folio_isolate_lru(struct world *w, struct page *head)
{
	if (!PageLRU(head) || should_fail(&w->fail, FAIL_ISOLATE_LRU))
		return -EBUSY;
	get_page(w, head);
	lru_del(w, head);
	set_page_flag(w, head, PG_isolated);
	w->nr_isolated += compound_nr(head);
	return 0;
}

void folio_putback_lru(struct world *w, struct page *head)
{
	VM_BUG_ON_PAGE(w, !PageIsolated(head), "bad_page", head,
		       "put back without having been isolated");
	clear_page_flag(w, head, PG_isolated);
	w->nr_isolated -= compound_nr(head);
	folio_add_lru(w, head);
	put_page(w, head);
}

void __page_cache_release(struct world *w, struct page *head)
{
	lru_del(w, head);
}
