/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/memory_hotplug.c; the loop of offline_pages() says when it goes round. */
#include "env.h"

#undef cond_resched
#define cond_resched() lane_offline_round()
#include "mm/memory_hotplug.c"
