/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where operations of several CPUs can change places: before the outermost lock is
 * taken, behind its release, where a task may sleep.  The point is found by the
 * function that the kernel's text stands in: see kern/company.c.
 */
#ifndef LANE_BOUNDARY_H
#define LANE_BOUNDARY_H

enum lane_boundary { LANE_BEFORE, LANE_BEHIND, LANE_SLEEP };

extern int lane_in_company;
void lane_boundary(const char *func, enum lane_boundary side);
int lane_cond_resched(const char *func);
void lane_might_sleep(const char *func);

#define lane_pass(side)                                                        \
	do {                                                                   \
		if (__builtin_expect(lane_in_company, 0))                      \
			lane_boundary(__func__, side);                         \
	} while (0)

/* Of a guard: as long as this variable lives; its initialiser is before it. */
#define lane_guard(var)                                                        \
	const char *var __attribute__((__cleanup__(lane_leave))) = lane_enter(__func__)

static inline const char *lane_enter(const char *func)
{
	if (__builtin_expect(lane_in_company, 0))
		lane_boundary(func, LANE_BEFORE);
	return func;
}

static inline void lane_leave(const char **func)
{
	if (__builtin_expect(lane_in_company, 0))
		lane_boundary(*func, LANE_BEHIND);
}

#endif
