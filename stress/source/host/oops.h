/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LANE_OOPS_H
#define LANE_OOPS_H

/* Once, before the kernel boots. */
void oops_init(void);

#endif
