/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mm/balloon.c, which has taken the place of mm/balloon_compaction.c in 7.0, and its
 * initcall.  Before, the file is linked as it is.
 */
#include "env.h"
#if __has_include(<linux/balloon.h>)
#include "mm/balloon.c"

void lane_balloon_pages_init(void)
{
	if (balloon_init())
		lane_host_broken("no movable_ops", __func__, 0, LANE_NO_PFN);
}
#else
void lane_balloon_pages_init(void)
{
}
#endif
