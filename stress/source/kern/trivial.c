/* SPDX-License-Identifier: GPL-2.0-only */
/* What the linked files call on their way and that has nothing to do here. */
#include <linux/backing-dev.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/refcount.h>
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
