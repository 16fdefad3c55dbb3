/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L2: pages that a driver gives back to its hypervisor, and their migration.
 * include/linux/balloon_compaction.h, 6.17.
 *
 * A ballooned page is PageOffline, order 0.  It is on its device's list, or
 * isolated for migration; never both (I23).  Without compaction it cannot move,
 * and offlining gives up on it.
 *
 * Reference count: 1, the balloon's.  In the frozen design a page that cannot
 * move has none; one that can move keeps the old protocol under a page type of
 * its own (PGTY_movable_offline), as the proposal has it.
 */
#ifndef MO_MM_BALLOON_COMPACTION_H
#define MO_MM_BALLOON_COMPACTION_H

#include "mmzone.h"

struct world;
struct balloon_dev_info;

/* drivers/balloon.h */
enum balloon_id {
	BALLOON_VIRTIO,
	BALLOON_VMWARE,
	BALLOON_CMM,
	BALLOON_XEN,
	BALLOON_HYPERV,
	BALLOON_NR
};

typedef int (*balloon_migratepage_fn)(struct world *w,
				      struct balloon_dev_info *b_dev_info,
				      struct page *newpage, struct page *page);

/* One balloon.  pages_lock protects what stands behind it. */
struct balloon_dev_info {
	uint8_t id;		/* index in world->balloons */
	bool loaded;		/* ours: the driver has probed it */
	bool compaction;	/* CONFIG_BALLOON_COMPACTION: its pages can move */
	/* False: its pages stay among the managed ones (deflate on OOM). */
	bool adjust_managed_page_count;
	balloon_migratepage_fn migratepage;
	struct lock pages_lock;
	struct page_list pages;
	long nr_pages;		/* ours: on pages */
	long isolated_pages;
	unsigned int nr_in_transit; /* ours: being allocated, not in the balloon yet */
	long *size;		/* ours: what the driver counts; NULL: it does not */
	uint32_t nr_lost;	/* ours: pages that went offline under it */
	uint32_t gone;		/* ours: sections then, see balloon_forget_lost() */
};

/* Registers balloon_mops; no balloon is loaded. */
void balloon_compaction_init(struct world *w);
/* An empty balloon. */
void balloon_devinfo_init(struct world *w, struct balloon_dev_info *b_dev_info,
			  balloon_migratepage_fn migratepage, bool compaction);

/* One order-0 page, not yet in a balloon, of refcount 1, or 0 if that is what it rests
 * at; balloon_page_enqueue() or _refused() is next.  NULL: no memory. */
struct page *balloon_page_alloc(struct world *w,
				struct balloon_dev_info *b_dev_info,
				unsigned int nid);
/* It goes back to the allocator instead. */
void balloon_page_refused(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *page);
/* The page becomes PageOffline and leaves the managed pages.  Locks: takes
 * pages_lock. */
void balloon_page_enqueue(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *page);
/* The page was never online: PageOffline already, not managed (Xen). */
void balloon_page_append(struct world *w, struct balloon_dev_info *b_dev_info,
			 struct page *page);
/*
 * One page, still PageOffline but no longer in the balloon: balloon_page_release()
 * is next.  NULL: all that is left is isolated or locked.  An empty balloon is the
 * caller's mistake (balloon_pages).
 */
struct page *balloon_page_dequeue(struct world *w,
				  struct balloon_dev_info *b_dev_info);
/* The same for who does not know whether there are any: NULL if not. */
struct page *balloon_page_list_dequeue(struct world *w,
				       struct balloon_dev_info *b_dev_info);
/* Off the list: this page, which is on it and cannot move. */
void balloon_page_remove(struct world *w, struct balloon_dev_info *b_dev_info,
			 struct page *page);
/*
 * Offlining steps over poisoned pages whoever has them (policy isolate_notifier); their
 * owner forgets them here.  Its memmap is garbage, or was initialised anew since: online
 * or about to be.  Or it is poisoned, and behind the point of no return: what comes
 * online is not online yet, but not poisoned either.
 */
bool balloon_page_is_lost(struct world *w, const struct page *page);
/* Takes such pages off a driver's list.  Their number.  Only their links are read. */
unsigned int balloon_list_forget_lost(struct world *w, struct page_list *pages);
/* And off the balloon, if sections went offline since the last time. */
void balloon_forget_lost(struct world *w, struct balloon_dev_info *b_dev_info);
/* To the buddy, or to whoever has a reference besides the balloon's; one that is lost
 * to nobody. */
void balloon_page_release(struct world *w, struct page *page);

/*
 * What a driver's migratepage() is made of; see drivers/virtio_balloon.c.  newpage
 * takes the place of an isolated page: PageOffline, on the list, one reference more.
 */
void balloon_page_replace(struct world *w, struct balloon_dev_info *b_dev_info,
			  struct page *newpage);
/* The isolated page leaves the balloon; migration still has a reference. */
void balloon_page_give_up(struct world *w, struct page *page);

#endif
