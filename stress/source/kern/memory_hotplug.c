/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's mm/memory_hotplug.c.  The loop of offline_pages() says when it goes
 * round, and what stands around the calls of others is a point of points.def.
 */
#include "env.h"

/* Evaluates call, then passes the point if what it gave is what was asked for. */
#define then_at(call, wanted, point)                                           \
	({                                                                     \
		int then_ret = (call);                                         \
		if (wanted)                                                    \
			lane_at(LANE_AT_##point);                              \
		then_ret;                                                      \
	})

#undef cond_resched
#define cond_resched() lane_offline_round()
#define zone_pcp_disable(zone) ((zone_pcp_disable)(zone), lane_at(LANE_AT_PCP_DISABLED))
#define zone_pcp_enable(zone) ((zone_pcp_enable)(zone), lane_at(LANE_AT_OFFLINED))
#define start_isolate_page_range(...)                                          \
	then_at((start_isolate_page_range)(__VA_ARGS__), !then_ret, ISOLATED)
#define memory_notify(val, arg)                                                \
	then_at((memory_notify)(val, arg), (val) == MEM_GOING_OFFLINE, GOING_OFFLINE)
#define migrate_pages(...)                                                     \
	(lane_at(LANE_AT_FOLIOS_ISOLATED), (migrate_pages)(__VA_ARGS__))
#define __offline_isolated_pages(start_pfn, end_pfn)                           \
	(lane_at(LANE_AT_OFFLINE_DELETE), lane_host_section_offline(),          \
	 lane_balloons_forget(start_pfn, (end_pfn) - (start_pfn)),              \
	 (__offline_isolated_pages)(start_pfn, end_pfn))
/* Which looks at how much memory there is. */
#define build_all_zonelists(pgdat)                                             \
	((build_all_zonelists)(pgdat), lane_host_zonelists_built())
/* online_pages() and offline_pages() */
#define undo_isolate_page_range(...)                                           \
	(lane_at(__func__[1] == 'n' ? LANE_AT_ONLINED : LANE_AT_UNDO_ISOLATION),  \
	 (undo_isolate_page_range)(__VA_ARGS__))
/*
 * memmap_on_memory: no page tables that would want it in large pieces.  The memmap of a
 * small block is less than a page, and stands in one of its own all the same; of the
 * sizes that are asked for only that one is compared with a page.
 */
#define arch_supports_memmap_on_memory(vmemmap_size) true
#undef IS_ALIGNED
#define IS_ALIGNED(x, a) ((a) == PAGE_SIZE || !((x) & ((typeof(x))(a) - 1)))
/* memory_blocks_have_altmaps() warns of who removes memory with an altmap together with
 * other memory.  Programs do, and it is refused. */
#undef WARN_ON_ONCE
#define WARN_ON_ONCE(condition)                                                \
	({                                                                     \
		bool warn_condition = !!(condition);                           \
		if (warn_condition &&                                          \
		    !(!__builtin_strcmp(__func__, "memory_blocks_have_altmaps") && \
		      lane_host_steps_around()))                               \
			WARN_ON(1);                                            \
		warn_condition;                                                \
	})
#include "mm/memory_hotplug.c"

/* As a write to auto_online_blocks does. */
void lane_set_default_online_type(int type)
{
	static const int types[] = {
		[0] = MMOP_OFFLINE,
		[LANE_ONLINE] = MMOP_ONLINE,
		[LANE_ONLINE_KERNEL] = MMOP_ONLINE_KERNEL,
		[LANE_ONLINE_MOVABLE] = MMOP_ONLINE_MOVABLE,
	};

	mhp_default_online_type = types[type];
}

/* As memory_hotplug.memmap_on_memory=force on the command line does. */
int lane_force_memmap_on_memory(void)
{
#ifdef HAVE_BLOCK_ALTMAP
	memmap_mode = MEMMAP_ON_MEMORY_FORCE;
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}
