/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/compaction.c, and compaction of one zone as by sysctl. */
#include "mm/compaction.c"

#include "env.h"

int lane_compact_zone(unsigned int zone)
{
	struct compact_control cc = {
		.order = -1,
		.mode = MIGRATE_SYNC,
		.ignore_skip_hint = true,
		.whole_zone = true,
		.gfp_mask = GFP_KERNEL,
		.zone = lane_zone(zone),
	};

	compact_zone(&cc, NULL);
	return 0;
}
