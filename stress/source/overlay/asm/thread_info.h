/* SPDX-License-Identifier: GPL-2.0-only */
/* thread_info is a plain variable, unless it goes with the task. */
#include_next <asm/thread_info.h>
#ifndef LANE_ASM_THREAD_INFO_H
#define LANE_ASM_THREAD_INFO_H

#if !defined(__ASSEMBLY__) && !defined(CONFIG_THREAD_INFO_IN_TASK)
extern struct thread_info lane_thread_info;
#define current_thread_info() (&lane_thread_info)
#endif

#endif
