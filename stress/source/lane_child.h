/* SPDX-License-Identifier: GPL-2.0-only */
/* The lane as a process beside this one; see states.c. */
#ifndef LANE_CHILD_H
#define LANE_CHILD_H

#include "states.h"

struct lane_child {
	const char *program;
	int pid;
	int to, from;
};

void lane_child_start(struct lane_child *c, const char *program);
/* Asks, and goes on while it works. */
void lane_child_ask(struct lane_child *c, const uint8_t *data, size_t size,
		    uint32_t show);
/* The answer, zero bytes behind it.  False: it ended, and was started again; what it
 * said is on stderr. */
bool lane_child_answer(struct lane_child *c, void *answer, size_t size);
void lane_child_stop(struct lane_child *c);

#endif
