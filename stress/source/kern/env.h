/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of kern/: the kernel's headers, and each other. */
#ifndef LANE_KERN_ENV_H
#define LANE_KERN_ENV_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/gfp.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/page-isolation.h>
#include <linux/pageblock-flags.h>
#include <linux/migrate.h>
#include <linux/mm_inline.h>
#include <linux/rmap.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/workqueue.h>
#include "internal.h"	/* mm/internal.h of the user's tree */
#if __has_include("mm/page_alloc.h")
#include "mm/page_alloc.h"	/* 7.3 has taken it out of the former */
#endif
#include "probes.h"	/* of this build: HAVE_...; see probes.txt */
#include "../lane.h"

/* --- names that changed --- */

#ifdef HAVE_FOLIO_MAPPING_ANON
#define PAGE_MAPPING_ANON FOLIO_MAPPING_ANON
#define PAGE_MAPPING_FLAGS FOLIO_MAPPING_FLAGS
#endif
#ifdef HAVE_CONST_RMAP
typedef const struct folio lane_asked_folio;
#else
typedef struct folio lane_asked_folio;
#endif
#ifndef HAVE_LRUVEC_UNLOCK
#define lruvec_unlock_irq unlock_page_lruvec_irq
#endif

/*
 * Pages with movable_ops.  Up to 6.16 their mapping says whose they are, since 6.17
 * their type and a flag, which stays until the page is free; page_private() is what
 * the driver has it for.
 */
#ifdef HAVE_MOVABLE_OPS_FLAG
static inline bool lane_is_movable_ops(struct page *page)
{
	return page_has_movable_ops(page);
}

static inline bool lane_is_movable_ops_isolated(struct page *page)
{
	return PageMovableOpsIsolated(page);
}

static inline bool lane_has_driver(struct page *page)
{
	return page_has_movable_ops(page) && page_private(page);
}
#else
static inline bool lane_is_movable_ops(struct page *page)
{
	return __PageMovable(page);
}

static inline bool lane_is_movable_ops_isolated(struct page *page)
{
	return PageIsolated(page);
}

static inline bool lane_has_driver(struct page *page)
{
	return __PageMovable(page) && page_movable_ops(page);
}
#endif

static inline unsigned long lane_page_flags(const struct page *page)
{
#ifdef HAVE_MEMDESC_FLAGS
	return page->flags.f;
#else
	return page->flags;
#endif
}

/* Interrupts of this CPU are on. */
extern int signals_enabled;

/* Preemption points by their names: LANE_AT_SCAN, ... */
enum lane_point {
#define SCHED_POINT(id, name, place, locks) LANE_AT_##name = (id),
#include "../../../core/sched/points.def"
#undef SCHED_POINT
};

#define LANE_NR_TASKS 4	/* MO_MAX_CPUS */

/* A modelled CPU: the task that runs its operations, and what is known of it. */
struct lane_task {
	struct task_struct task;
	unsigned long thread_flags;	/* while others run */
	int locks_held;			/* mutexes and semaphores */
	bool undisturbed;		/* see lane_undisturbed() */
	bool walks_memory;		/* has mem_hotplug_lock for reading */
	unsigned long dumped_pfn;
	/* the range that it is offlining; end 0: none */
	unsigned long offlining_start, offlining_end;
	unsigned long sleeps, rounds, nr_free_last;
	bool progressed;
};

extern struct lane_task *lane_me;	/* who runs */

void lane_tasks_init(void);
/* Others may go on here; in sequential runs, and where nobody can change places,
 * nothing. */
void lane_at(enum lane_point point);
/* Others go first, the task spins on what they must do.  False: nobody can. */
bool lane_relax(void);
/* Somebody else has the lock, until he calls lane_released().  Alone: a deadlock. */
void lane_wait_for(const void *lock, const char *where);
void lane_released(const void *lock);

/* Sleeping is allowed here. */
void lane_atomic_check(const char *where);
/* Where a task can lose the CPU. */
void lane_may_sleep(const char *where);
/* Signal the task that runs. */
void lane_send_signal(void);
/* The range that the task is offlining; end 0: none. */
void lane_offlining(unsigned long start_pfn, unsigned long end_pfn);

/* Zeroed memory of the machine's own; NULL: none is left.  It can be freed, and
 * virt_to_page() knows it. */
void *lane_kmalloc(unsigned long bytes);
void lane_arena_init(unsigned long pfn, unsigned long nr_pages);
unsigned long lane_arena_used(void **start);

/* An owner has the folio mapped: see lane_map(). */
bool lane_is_mapped(unsigned long pfn);

struct zone *lane_zone(unsigned int zone);
int lane_zone_index(const struct zone *zone);
void lane_no_lowmem_reserve(void);
void lane_hotplug_init(void);
void lane_fake_offline_init(void);
unsigned int lane_pageblock_type(struct page *page);
void lane_zs_init(void);
void lane_balloon_pages_init(void);
void lane_forget_unplugged(unsigned long block, unsigned long nr_blocks);
/* The work of virtio-mem waits until lane_virtio_mem_run_wq(). */
bool lane_queue_virtio_mem(struct work_struct *work);
bool lane_cancel_virtio_mem(struct work_struct *work);
/* Beside the lane's own there is one online_page_callback, for the pages of the
 * region that a driver has reserved; NULL: no longer. */
int lane_share_online_page(online_page_callback_t callback);
bool lane_online_page_is_shared(void);
/* A driver has reserved its region of the address space, which outlives it when it
 * leaves memory there. */
bool lane_region_is_reserved(void);
bool lane_region_has(unsigned long pfn);
/* enum lane_balloon, or -1: the page is in no balloon. */
int lane_balloon_of(struct page *page);
/* Its pages count as managed. */
bool lane_balloon_stays_managed(unsigned int id);
/* True, and done: memory that comes online starts in Xen's balloon. */
bool lane_xen_online_page(struct page *page, unsigned int order);
/* Of a trace buffer. */
bool lane_is_traced(struct page *page);
void lane_balloons_forget(unsigned long pfn, unsigned long nr_pages);
/* The loop of offline_pages() goes round once more. */
void lane_offline_round(void);

#endif
