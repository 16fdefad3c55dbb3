/* SPDX-License-Identifier: GPL-2.0-only */
/* One task, not found through the stack pointer. */
#ifndef LANE_ASM_CURRENT_H
#define LANE_ASM_CURRENT_H

struct task_struct;
extern struct task_struct *lane_current;

#define get_current() lane_current
#define current lane_current

#endif
