/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One CPU: locks that know who has them, sleeps that return at once or let others
 * go on (company.c), and what happens when the kernel complains.
 */
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/rcuwait.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "env.h"

/* Rounds of offlining without progress before somebody is asked, as in the model, less
 * the one that goes on when it is; sleeps, where it never goes round. */
#define STALL_ROUNDS 3
#define STALL_SLEEPS 4096

int signals_enabled = 1;
struct task_struct init_task;
struct mm_struct init_mm;
enum system_states system_state;
unsigned long volatile jiffies;

/* --- complaints --- */

/* Where the last BUG() stands: it prints that, then panics. */
static const char *bug_file = "";
static int bug_line;

int _printk(const char *fmt, ...)
{
	va_list ap;

	if (!strncmp(fmt, "BUG: failure at %s:%d", 21)) {
		va_start(ap, fmt);
		bug_file = va_arg(ap, const char *);
		bug_line = va_arg(ap, int);
		va_end(ap);
	}
	va_start(ap, fmt);
	lane_host_log(fmt, ap);
	va_end(ap);
	return 0;
}

void __warn_printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	lane_host_log(fmt, ap);
	va_end(ap);
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	lane_host_log(fmt, ap);
	va_end(ap);
	lane_host_broken(fmt, bug_file, bug_line, lane_me->dumped_pfn);
}

void add_taint(unsigned int flag, enum lockdep_ok ok)
{
	if (flag == TAINT_BAD_PAGE)
		lane_host_broken("bad_page", "", 0, LANE_NO_PFN);
}

void warn_slowpath_fmt(const char *file, int line, unsigned int taint,
		       const char *fmt, ...)
{
	lane_host_broken("WARN", file, line, lane_me->dumped_pfn);
}

/* Right before a VM_BUG_ON_PAGE(), or for information only. */
#ifdef HAVE_CONST_DUMP_PAGE
void dump_page(const struct page *page, const char *reason)
#else
void dump_page(struct page *page, const char *reason)
#endif
{
	lane_me->dumped_pfn = page_to_pfn(page);
	_printk("%s\n", reason);
}

void dump_stack(void)
{
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	return 0;
}

/* --- interrupts, sleeping --- */

int um_get_signals(void)
{
	return signals_enabled;
}

int um_set_signals(int on)
{
	int old = signals_enabled;

	signals_enabled = on;
	return old;
}

void block_signals(void)
{
	signals_enabled = 0;
}

void unblock_signals(void)
{
	signals_enabled = 1;
}

void lane_send_signal(void)
{
	set_thread_flag(TIF_SIGPENDING);
}

void lane_progress(void)
{
	lane_me->sleeps = 0;
	lane_me->progressed = true;
}

static void stalled(void)
{
	struct lane_task *t = lane_me;

	t->sleeps = t->rounds = 0;
	/* Whoever holds a page for a moment gets on with it first. */
	if (lane_relax())
		return;
	if (lane_host_stall(t->offlining_start, t->offlining_end))
		lane_send_signal();
}

void lane_atomic_check(const char *where)
{
	if (preempt_count() || !signals_enabled)
		lane_host_broken("scheduling while atomic", where, 0,
				 LANE_NO_PFN);
}

void lane_may_sleep(const char *where)
{
	lane_atomic_check(where);
	if (lane_me->offlining_end && ++lane_me->sleeps >= STALL_SLEEPS)
		stalled();
}

void lane_offlining(unsigned long start_pfn, unsigned long end_pfn)
{
	lane_progress();
	lane_me->rounds = 0;
	lane_me->nr_free_last = -1;
	lane_me->offlining_start = start_pfn;
	lane_me->offlining_end = end_pfn;
}

static unsigned long nr_free(unsigned long pfn, unsigned long end_pfn)
{
	unsigned long nr = 0;

	for (; pfn < end_pfn; pfn++)
		if (PageBuddy(pfn_to_page(pfn)))
			nr += 1ul << buddy_order(pfn_to_page(pfn));
	return nr;
}

/* Nothing was migrated or given up, and nothing became free in the range. */
void lane_offline_round(void)
{
	struct lane_task *t = lane_me;
	unsigned long nr;

	lane_may_sleep("cond_resched");
	if (!t->offlining_end)
		return;
	lane_at(LANE_AT_SCAN);
	nr = nr_free(t->offlining_start, t->offlining_end);
	if (t->progressed || nr != t->nr_free_last)
		t->rounds = 0;
	else if (++t->rounds == STALL_ROUNDS)
		stalled();
	t->progressed = false;
	t->nr_free_last = nr;
}

int __cond_resched(void)
{
	return lane_cond_resched("");
}

long schedule_timeout(long timeout)
{
	jiffies += timeout;
	lane_may_sleep("schedule_timeout");
	lane_relax();
	return 0;
}

long schedule_timeout_uninterruptible(long timeout)
{
	return schedule_timeout(timeout);
}

void lane_begin_work(void)
{
	lane_progress();
	lane_me->dumped_pfn = LANE_NO_PFN;
	lane_me->offlining_end = 0;
	clear_thread_flag(TIF_SIGPENDING);
}

void lane_begin_op(void)
{
	lane_begin_work();
	if (lane_host_fail(LANE_FAIL_SIGNAL))
		lane_send_signal();
}

const char *lane_unbalanced(void)
{
	if (lane_me->locks_held)
		return "a mutex or semaphore is still held";
	if (!signals_enabled)
		return "interrupts are still off";
	return preempt_count() ? "preemption is still off" : NULL;
}

/* --- locks: the spinlocks of one CPU are nothing --- */

#ifdef HAVE_MUTEX_INIT_GENERIC
void mutex_init_generic(struct mutex *lock)
#else
void __mutex_init(struct mutex *lock, const char *name,
		  struct lock_class_key *key)
#endif
{
	atomic_long_set(&lock->owner, 0);
}

static bool try_mutex(struct mutex *lock)
{
	if (atomic_long_cmpxchg(&lock->owner, 0, (long)current))
		return false;
	lane_me->locks_held++;
	return true;
}

void mutex_lock(struct mutex *lock)
{
	lane_may_sleep("mutex_lock");
	lane_at(LANE_AT_MUTEX_LOCK);
	while (!try_mutex(lock))
		lane_wait_for(lock, "mutex_lock");
}

int mutex_trylock(struct mutex *lock)
{
	return try_mutex(lock);
}

void mutex_unlock(struct mutex *lock)
{
	if (atomic_long_xchg(&lock->owner, 0) != (long)current)
		lane_host_broken("unlock of a free lock", "mutex_unlock", 0,
				 LANE_NO_PFN);
	lane_me->locks_held--;
	lane_released(lock);
}

/* Count: readers, -1: a writer. */
static void rwsem_take(atomic_long_t *count, bool to_write)
{
	lane_may_sleep("rwsem");
	lane_at(LANE_AT_MUTEX_LOCK);
	while (atomic_long_read(count) < 0 ||
	       (to_write && atomic_long_read(count)))
		lane_wait_for(count, "rwsem");
	atomic_long_add(to_write ? -1 : 1, count);
	lane_me->locks_held++;
}

static void rwsem_drop(atomic_long_t *count, bool to_write)
{
	if (to_write ? atomic_long_read(count) >= 0 :
		       atomic_long_read(count) <= 0)
		lane_host_broken("unlock of a free lock", "rwsem", 0,
				 LANE_NO_PFN);
	atomic_long_add(to_write ? 1 : -1, count);
	lane_me->locks_held--;
	lane_released(count);
}

void down_read(struct rw_semaphore *sem)
{
	rwsem_take(&sem->count, false);
}

int down_read_trylock(struct rw_semaphore *sem)
{
	if (atomic_long_read(&sem->count) < 0)
		return 0;
	atomic_long_inc(&sem->count);
	lane_me->locks_held++;
	return 1;
}

void up_read(struct rw_semaphore *sem)
{
	rwsem_drop(&sem->count, false);
}

void down_write(struct rw_semaphore *sem)
{
	rwsem_take(&sem->count, true);
}

void up_write(struct rw_semaphore *sem)
{
	rwsem_drop(&sem->count, true);
}

/* While there is a writer, readers leave their inline fast path. */
void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	lane_may_sleep("percpu_down_write");
	lane_at(LANE_AT_MUTEX_LOCK);
	while (atomic_xchg(&sem->block, 1))
		lane_wait_for(sem, "percpu_down_write");
	sem->rss.gp_state = 1;
	while (this_cpu_read(*sem->read_count))
		lane_wait_for(sem, "percpu_down_write");
	lane_me->locks_held++;
}

void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	sem->rss.gp_state = 0;
	if (!atomic_xchg(&sem->block, 0))
		lane_host_broken("unlock of a free lock", "percpu_up_write", 0,
				 LANE_NO_PFN);
	lane_me->locks_held--;
	lane_released(sem);
}

/*
 * Called with preemption off.  There is one such lock.  An operation that has it
 * (lane_get_online_mems()) because the kernel's callers should does not wait, when the
 * kernel takes it too, for a writer who waits for that operation.
 */
#ifdef HAVE_FREEZABLE_RWSEM
bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try, bool freezable)
#else
bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try)
#endif
{
	while (atomic_read(&sem->block) && !lane_me->walks_memory) {
		if (try)
			return false;
		preempt_enable();
		lane_wait_for(sem, "percpu_down_read");
		preempt_disable();
	}
	this_cpu_inc(*sem->read_count);
	return true;
}

/* The last reader tells the writer. */
int rcuwait_wake_up(struct rcuwait *w)
{
	lane_released(container_of(w, struct percpu_rw_semaphore, writer));
	return 0;
}

/* Inline before 6.17. */
void lane_percpu_up_read(struct percpu_rw_semaphore *sem) __asm__("__percpu_up_read");

void lane_percpu_up_read(struct percpu_rw_semaphore *sem)
{
	this_cpu_dec(*sem->read_count);
	rcuwait_wake_up(&sem->writer);
}

static struct mutex device_hotplug_lock;

void lock_device_hotplug(void)
{
	mutex_lock(&device_hotplug_lock);
}

void unlock_device_hotplug(void)
{
	mutex_unlock(&device_hotplug_lock);
}

/* --- nobody waits, nobody is woken, work is done at once --- */

int __wake_up(struct wait_queue_head *q, unsigned int mode, int nr, void *key)
{
	return 0;
}

void __init_waitqueue_head(struct wait_queue_head *q, const char *name,
			   struct lock_class_key *key)
{
	INIT_LIST_HEAD(&q->head);
}

int wake_up_process(struct task_struct *p)
{
	return 0;
}

struct workqueue_struct *system_percpu_wq, *system_wq;
/* Nobody's but virtio-mem's. */
struct workqueue_struct *system_freezable_wq = (void *)&system_freezable_wq;

/* Since 7.0 a macro around a function that allocation profiling does not see. */
#ifdef alloc_workqueue
#undef alloc_workqueue
#define alloc_workqueue alloc_workqueue_noprof
#endif

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...)
{
	return (struct workqueue_struct *)&system_percpu_wq;
}

bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	if (wq == system_freezable_wq)
		return lane_queue_virtio_mem(work);
	work->func(work);
	return true;
}

bool flush_work(struct work_struct *work)
{
	return true;
}

/* Of all that is ever queued only this one is not done at once. */
bool cancel_work_sync(struct work_struct *work)
{
	return lane_cancel_virtio_mem(work);
}

struct task_struct *kthread_create_on_node(int (*fn)(void *), void *data,
					   int node, const char *name, ...)
{
	return ERR_PTR(-ENOMEM);
}

int kthread_stop(struct task_struct *k)
{
	return 0;
}

void synchronize_rcu(void)
{
}

void call_rcu(struct rcu_head *head, rcu_callback_t fn)
{
	unsigned long offset = (unsigned long)fn;

	/* tiny RCU's kfree_rcu(): an offset in the place of the function */
	if (offset < 4096)
		kfree((char *)head - offset);
	else
		fn(head);
}

/* kfree_rcu() since 6.15.  By this name, for older headers have an inline one. */
void lane_kvfree_call_rcu(struct rcu_head *head, void *ptr) __asm__("kvfree_call_rcu");

void lane_kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	kfree(ptr);
}

/* Since 7.3 a macro around the one or the other. */
#ifdef init_srcu_struct
#undef init_srcu_struct
#endif

int init_srcu_struct(struct srcu_struct *ssp)
{
	return 0;
}
