/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The balloon of virtio.  drivers/virtio/virtio_balloon.c, 6.12: no statistics, no
 * free page hinting, no reporting.  The host never refuses.
 */
#include <errno.h>

#include "../mm/page_alloc.h"
#include "balloon.h"
#include "balloon_transitions.h"

/* Sleeps until the host has seen the pages. */
static void tell_host(struct world *w)
{
	might_sleep(w);
	sched_point(w, SP_BALLOON_TELL_HOST);
}

/* drivers/virtio/virtio_balloon.c:fill_balloon, one array of pfns. */
static int fill_balloon(struct world *w, struct balloon_dev_info *b,
			unsigned int nr, unsigned int nid)
{
	struct virtio_balloon *vb = &w->virtio_balloon;
	struct page_list pages = TAILQ_HEAD_INITIALIZER(pages);
	struct page *page;
	int num_pfns = 0;

	while (nr--) {
		page = balloon_page_alloc(w, b, nid);
		if (!page)
			break;
		page_list_add(w, &pages, page, false);
		sched_point(w, SP_BALLOON_ALLOC);
	}
	mutex_lock(w, &vb->balloon_lock);
	while ((page = TAILQ_FIRST(&pages))) {
		page_list_del(w, &pages, page);
		balloon_page_enqueue(w, b, page);
		vb->num_pages++;
		num_pfns++;
	}
	if (num_pfns)
		tell_host(w);
	mutex_unlock(w, &vb->balloon_lock);
	balloon_seen(w, num_pfns ? BALLOON_VIRTIO_INFLATE :
				   BALLOON_VIRTIO_INFLATE_NO_MEMORY);
	return num_pfns ? num_pfns : -ENOMEM;
}

/* drivers/virtio/virtio_balloon.c:leak_balloon.  Fewer when pages are isolated. */
static int leak_balloon(struct world *w, struct balloon_dev_info *b,
			unsigned int nr)
{
	struct virtio_balloon *vb = &w->virtio_balloon;
	struct page_list pages = TAILQ_HEAD_INITIALIZER(pages);
	struct page *page;
	int num_pfns = 0;

	mutex_lock(w, &vb->balloon_lock);
	if (nr > vb->num_pages)
		nr = (unsigned int)vb->num_pages;
	for (; nr; nr--) {
		page = balloon_page_dequeue(w, b);
		if (!page) {
			balloon_seen(w, BALLOON_VIRTIO_DEFLATE_ALL_ISOLATED);
			break;
		}
		page_list_add(w, &pages, page, false);
		vb->num_pages--;
		num_pfns++;
	}
	sched_point(w, SP_BALLOON_DEQUEUED);
	if (num_pfns)
		tell_host(w);
	balloon_list_forget_lost(w, &pages); /* while the host was told */
	while ((page = TAILQ_FIRST(&pages))) {
		page_list_del(w, &pages, page);
		balloon_page_release(w, page);
		balloon_seen(w, BALLOON_VIRTIO_DEFLATE);
	}
	mutex_unlock(w, &vb->balloon_lock);
	return num_pfns;
}

static int virtio_balloon_oom_notify(struct world *w, struct balloon_dev_info *b)
{
	return leak_balloon(w, b, BALLOON_OOM_NR_PAGES);
}

/*
 * drivers/virtio/virtio_balloon.c:virtballoon_migratepage.  Gives up when the
 * balloon is at work: who inflates may end up compacting.
 */
static int virtballoon_migratepage(struct world *w, struct balloon_dev_info *b,
				   struct page *newpage, struct page *page)
{
	struct virtio_balloon *vb = &w->virtio_balloon;

	if (!lock_try(&w->sched, &vb->balloon_lock)) {
		balloon_seen(w, BALLOON_VIRTIO_MIGRATE_CONTENDED);
		return -EAGAIN;
	}
	balloon_page_replace(w, b, newpage);
	tell_host(w);
	tell_host(w);
	mutex_unlock(w, &vb->balloon_lock);
	balloon_page_give_up(w, page);
	balloon_seen(w, BALLOON_VIRTIO_MIGRATE);
	return 0;
}

static void probe(struct world *w, struct balloon_dev_info *b, bool compaction)
{
	if (!b->loaded)
		lock_init_class(&w->virtio_balloon.balloon_lock,
				LOCK_virtio_balloon_lock);
	w->virtio_balloon.num_pages = 0;
	balloon_devinfo_init(w, b, virtballoon_migratepage, compaction);
	b->size = &w->virtio_balloon.num_pages;
}

const struct balloon_driver virtio_balloon_driver = {
	.probe = probe,
	.inflate = fill_balloon,
	.deflate = leak_balloon,
	.oom_notify = virtio_balloon_oom_notify,
};
