/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the kernel's enums, for reports. */
#include "memory.h"
#include "show_mem.h"

const char *memory_action_name(enum memory_block_state action)
{
	static const char *const names[MEM_ACTION_NR] = {
		[MEM_ABSENT] = "MEM_ABSENT",
		[MEM_OFFLINE] = "MEM_OFFLINE",
		[MEM_GOING_OFFLINE] = "MEM_GOING_OFFLINE",
		[MEM_ONLINE] = "MEM_ONLINE",
		[MEM_GOING_ONLINE] = "MEM_GOING_ONLINE",
		[MEM_CANCEL_ONLINE] = "MEM_CANCEL_ONLINE",
		[MEM_CANCEL_OFFLINE] = "MEM_CANCEL_OFFLINE",
		[NODE_ADDING_FIRST_MEMORY] = "NODE_ADDING_FIRST_MEMORY",
		[NODE_ADDED_FIRST_MEMORY] = "NODE_ADDED_FIRST_MEMORY",
		[NODE_CANCEL_ADDING_FIRST_MEMORY] = "NODE_CANCEL_ADDING_FIRST_MEMORY",
		[NODE_REMOVING_LAST_MEMORY] = "NODE_REMOVING_LAST_MEMORY",
		[NODE_REMOVED_LAST_MEMORY] = "NODE_REMOVED_LAST_MEMORY",
		[NODE_CANCEL_REMOVING_LAST_MEMORY] = "NODE_CANCEL_REMOVING_LAST_MEMORY",
	};

	return action < MEM_ACTION_NR ? names[action] : "?";
}

const char *migratetype_name(enum migratetype mt)
{
	static const char *const names[MIGRATE_TYPES] = {
		[MIGRATE_UNMOVABLE] = "Unmovable",
		[MIGRATE_MOVABLE] = "Movable",
		[MIGRATE_RECLAIMABLE] = "Reclaimable",
		[MIGRATE_HIGHATOMIC] = "HighAtomic",
		[MIGRATE_CMA] = "CMA",
		[MIGRATE_ISOLATE] = "Isolate",
	};

	return mt < MIGRATE_TYPES ? names[mt] : "?";
}

const char *pagetype_name(enum pagetype type)
{
	static const char *const names[PGTY_nr] = {
		[PGTY_none] = "none",	    [PGTY_buddy] = "buddy",
		[PGTY_offline] = "offline", [PGTY_table] = "table",
		[PGTY_slab] = "slab",	    [PGTY_hugetlb] = "hugetlb",
		[PGTY_zsmalloc] = "zsmalloc",
		[PGTY_movable_offline] = "movable_offline",
	};

	return type < PGTY_nr ? names[type] : "?";
}
