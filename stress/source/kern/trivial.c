/* SPDX-License-Identifier: GPL-2.0-only */
/* What the linked files call on their way and that has nothing to do here. */
#include <linux/backing-dev.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/refcount.h>
#include <linux/string.h>
#include <linux/writeback.h>

#include "env.h"

struct cpumask __cpu_online_mask = { CPU_BITS_CPU0 };

int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi)
{
	return 0;
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
}

#ifndef HAVE_PRINTK_DEFERRED
void __printk_safe_enter(void)
{
}

void __printk_safe_exit(void)
{
}
#endif

void __printk_deferred_enter(void)
{
}

void __printk_deferred_exit(void)
{
}

void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	lane_host_broken("refcount_t", "", 0, LANE_NO_PFN);
}

/* --- names --- */

#ifdef HAVE_KSTRDUP_NOPROF
char *kstrdup_noprof(const char *s, gfp_t gfp)
#else
char *kstrdup(const char *s, gfp_t gfp)
#endif
{
	char *copy = lane_kmalloc(strlen(s) + 1);

	return copy ? strcpy(copy, s) : NULL;
}

const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return s;
}

void kfree_const(const void *p)
{
}

/* --- drivers/base/core.c: what drivers say --- */

static void say(const char *fmt, va_list ap)
{
	lane_host_log(fmt, ap);
}

#define SAY(name)                                                              \
	void name(const struct device *dev, const char *fmt, ...)              \
	{                                                                      \
		va_list ap;                                                    \
		va_start(ap, fmt);                                             \
		say(fmt, ap);                                                  \
		va_end(ap);                                                    \
	}

SAY(_dev_err)
SAY(_dev_warn)
SAY(_dev_info)

/* mm/vmscan.c: reclaim has not given up on the node. */
bool kswapd_test_hopeless(pg_data_t *pgdat);
bool kswapd_test_hopeless(pg_data_t *pgdat)
{
	return false;
}

bool node_dirty_ok(struct pglist_data *pgdat)
{
	return true;
}

/* mm/mlock.c: nothing is mlocked. */
void mlock_drain_local(void)
{
}

#ifdef HAVE_MLOCK_FOLIO
void mlock_drain_remote(int cpu)
{
}

bool need_mlock_drain(int cpu)
{
	return false;
}
#else
void mlock_page_drain_remote(int cpu)
{
}

void mlock_page_drain_local(void)
{
}

bool need_mlock_page_drain(int cpu)
{
	return false;
}
#endif

/* mm/slab_common.c: what CONFIG_DEBUG_LIST knows of a broken link.  It says so itself. */
void mem_dump_obj(void *object)
{
}

/* arch/um/kernel/tlb.c */
int um_tlb_sync(struct mm_struct *mm)
{
	return 0;
}
