/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several operations in flight.  Each modelled CPU is a task on the one CPU of this
 * kernel, and tasks change places only where none has a spinlock, per-CPU data or
 * interrupts off.  What the kernel keeps for the task that runs goes with it.
 */
#include <linux/percpu-rwsem.h>

#include "env.h"

int lane_in_company;

static struct signal_struct lane_signal;
/* A task of real time could use half of the reserve. */
static struct lane_task tasks[LANE_NR_TASKS] = {
	[0 ... LANE_NR_TASKS - 1] = {
		.task = { .signal = &lane_signal, .prio = DEFAULT_PRIO },
		.dumped_pfn = LANE_NO_PFN,
	},
};
struct lane_task *lane_me = tasks;
struct task_struct *lane_current = &tasks[0].task;

#ifdef CONFIG_THREAD_INFO_IN_TASK
void lane_tasks_init(void)
{
}

static void reset_info(struct lane_task *t)
{
	t->task.thread_info.flags = 0;
}

static void save_info(struct lane_task *t)
{
}

static void restore_info(struct lane_task *t)
{
}
#else
struct thread_info lane_thread_info;

void lane_tasks_init(void)
{
	lane_thread_info.task = lane_current;
	for (int i = 0; i < LANE_NR_TASKS; i++)
		tasks[i].task.stack = &lane_thread_info;
}

static void reset_info(struct lane_task *t)
{
	t->thread_flags = 0;
}

static void save_info(struct lane_task *t)
{
	t->thread_flags = lane_thread_info.flags;
}

static void restore_info(struct lane_task *t)
{
	lane_thread_info.task = &t->task;
	lane_thread_info.flags = t->thread_flags;
}
#endif

static void run(struct lane_task *t)
{
	lane_me = t;
	lane_current = &t->task;
	restore_info(t);
}

/* Back from the host: others may have run meanwhile, and changed what this task
 * waits for. */
static void go_on(struct lane_task *t)
{
	if (lane_me == t)
		return;
	run(t);
	t->sleeps = 0;
	t->progressed = true;
}

void lane_begin_task(unsigned int cpu)
{
	lane_in_company = 1;
	reset_info(&tasks[cpu]);
	tasks[cpu].offlining_end = 0;
	tasks[cpu].undisturbed = false;
	run(&tasks[cpu]);
}

void lane_undisturbed(int on)
{
	lane_me->undisturbed = on;
}

static bool is_atomic(void)
{
	return preempt_count() || !signals_enabled;
}

void lane_at(enum lane_point point)
{
	struct lane_task *t = lane_me;

	if (!lane_in_company || t->undisturbed || is_atomic())
		return;
	save_info(t);
	lane_host_point(point);
	go_on(t);
}

bool lane_relax(void)
{
	struct lane_task *t = lane_me;
	bool others;

	if (!lane_in_company)
		return false;
	lane_atomic_check(__func__);
	save_info(t);
	others = lane_host_relax();
	go_on(t);
	return others;
}

void lane_wait_for(const void *lock, const char *where)
{
	struct lane_task *t = lane_me;

	if (!lane_in_company)
		lane_host_broken("deadlock", where, 0, LANE_NO_PFN);
	lane_atomic_check(where);
	save_info(t);
	lane_host_wait(lock);
	go_on(t);
}

void lane_released(const void *lock)
{
	if (!lane_in_company)
		return;
	lane_host_wake(lock);
	lane_at(LANE_AT_MUTEX_UNLOCK);
}

/* --- places of the kernel's text that points.def has a name for --- */

static const struct {
	const char *func;
	unsigned char side;	/* enum lane_boundary */
	unsigned char points[2]; /* enum lane_point, one after the other; 0: none */
} places[] = {
	{ "free_unref_page", LANE_BEFORE, { LANE_AT_FREE_TYPE_READ, LANE_AT_PCP_FREE } },
	{ "__free_frozen_pages", LANE_BEFORE, { LANE_AT_FREE_TYPE_READ, LANE_AT_PCP_FREE } },
	{ "free_unref_folios", LANE_BEFORE, { LANE_AT_PCP_FREE } },
	{ "free_unref_page_list", LANE_BEFORE, { LANE_AT_PCP_FREE } },
	{ "rmqueue_pcplist", LANE_BEFORE, { LANE_AT_PCP_ALLOC } },
	{ "free_one_page", LANE_BEFORE, { LANE_AT_BUDDY_FREE } },
	{ "rmqueue_buddy", LANE_BEFORE, { LANE_AT_BUDDY_ALLOC } },
	{ "drain_pages_zone", LANE_BEFORE, { LANE_AT_DRAIN_CPU } },
	{ "set_migratetype_isolate", LANE_BEFORE, { LANE_AT_ISOLATE_PAGEBLOCK } },
	{ "set_migratetype_isolate", LANE_BEHIND, { LANE_AT_PAGEBLOCK_ISOLATED } },
	{ "unset_migratetype_isolate", LANE_BEFORE, { LANE_AT_UNISOLATE_PAGEBLOCK } },
	{ "unset_migratetype_isolate", LANE_BEHIND, { LANE_AT_PAGEBLOCK_UNISOLATED } },
	{ "test_pages_isolated", LANE_BEFORE, { LANE_AT_TEST_ISOLATED } },
	{ "folio_add_lru", LANE_BEFORE, { LANE_AT_LRU_ADD } },
	{ "__folio_batch_add_and_move", LANE_BEFORE, { LANE_AT_LRU_ADD } },
	{ "lru_add_drain", LANE_BEFORE, { LANE_AT_LRU_DRAIN_CPU } },
	{ "balloon_page_isolate", LANE_BEFORE, { LANE_AT_BALLOON_ISOLATE } },
	{ "balloon_page_putback", LANE_BEFORE, { LANE_AT_BALLOON_PUTBACK } },
	{ "balloon_page_list_dequeue", LANE_BEFORE, { LANE_AT_BALLOON_DEQUEUE } },
	{ "isolate_migratepages", LANE_SLEEP, { LANE_AT_COMPACT } },
	{ "isolate_migratepages_block", LANE_SLEEP, { LANE_AT_COMPACT } },
	{ "migrate_pages", LANE_SLEEP, { LANE_AT_MIGRATE_FOLIO } },
	{ "migrate_pages_batch", LANE_SLEEP, { LANE_AT_MIGRATE_FOLIO } },
};

static const enum lane_point unnamed[] = {
	[LANE_BEFORE] = LANE_AT_LOCK_BOUNDARY,
	[LANE_BEHIND] = LANE_AT_UNLOCK_BOUNDARY,
	[LANE_SLEEP] = LANE_AT_MIGHT_SLEEP,
};

void lane_boundary(const char *func, enum lane_boundary side)
{
	if (!lane_in_company || is_atomic())
		return;
	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].side != side || strcmp(places[i].func, func))
			continue;
		lane_at(places[i].points[0]);
		if (places[i].points[1])
			lane_at(places[i].points[1]);
		return;
	}
	lane_at(unnamed[side]);
}

int lane_cond_resched(const char *func)
{
	lane_may_sleep("cond_resched");
	lane_boundary(func, LANE_SLEEP);
	return 0;
}

void lane_might_sleep(const char *func)
{
	lane_atomic_check(func);
	lane_boundary(func, LANE_SLEEP);
}

/* --- who walks memory keeps it where it is --- */

void lane_get_online_mems(void)
{
	get_online_mems();
	lane_me->walks_memory = true;
}

void lane_put_online_mems(void)
{
	lane_me->walks_memory = false;
	put_online_mems();
}
