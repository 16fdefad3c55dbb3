/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L0: fail points, armed per operation by count ("the nth time"), never by
 * probability, so that a replay is exact.  Model: fail_nth of the kernel's
 * Documentation/fault-injection and syzkaller's (fail_nth: N).
 */
#ifndef MO_LIB_FAIL_H
#define MO_LIB_FAIL_H

#include "base.h"

enum fail_point {
	FAIL_NONE = 0,
#define FAIL_POINT(id, name, err, text) FAIL_##name = (id),
#include "fail_points.def"
#undef FAIL_POINT
	FAIL_POINT_MAX = 64 /* room to append */
};

#define FAIL_ARMED_MAX 8

/* One armed fail point: fires at its nth evaluation; nth 0 fires every time. */
struct fail_armed {
	uint8_t point;
	uint8_t nth;
	int16_t err; /* negative errno */
};

struct fail_state {
	uint64_t armed_mask;		/* bit of the point: fast negative test */
	uint8_t nr_armed;
	struct fail_armed armed[FAIL_ARMED_MAX];
	uint8_t hits[FAIL_POINT_MAX];	/* evaluations while armed, this op */
	uint32_t fired[FAIL_POINT_MAX]; /* since the last world reset */
	uint32_t nr_once;		/* of these with an nth: they will not fire again */
};

/* Name as written in .ops files, NULL for an unassigned id. */
const char *fail_point_name(unsigned int point);
const char *fail_point_text(unsigned int point);
/* The errno that applies when a scenario names none. */
int fail_point_errno(unsigned int point);
/* FAIL_NONE if there is no such name. */
enum fail_point fail_point_by_name(const char *name);

void fail_disarm_all(struct fail_state *f);
/* Returns false when FAIL_ARMED_MAX are armed already. */
bool fail_arm(struct fail_state *f, unsigned int point, unsigned int nth,
	      int err);
int fail_evaluate(struct fail_state *f, enum fail_point point);

/* 0: go on.  Negative errno: the misfortune happens now. */
static inline int should_fail(struct fail_state *f, enum fail_point point)
{
	if (likely(!(f->armed_mask >> point & 1)))
		return 0;
	return fail_evaluate(f, point);
}

#endif
