/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <string.h>

#include "fail.h"

static const struct fail_point_desc {
	const char *name;
	const char *text;
	int err;
} descs[FAIL_POINT_MAX] = {
#define FAIL_POINT(id, name_, err_, text_) [id] = { #name_, text_, err_ },
#include "fail_points.def"
#undef FAIL_POINT
};

const char *fail_point_name(unsigned int point)
{
	return point < FAIL_POINT_MAX ? descs[point].name : NULL;
}

const char *fail_point_text(unsigned int point)
{
	return point < FAIL_POINT_MAX ? descs[point].text : NULL;
}

int fail_point_errno(unsigned int point)
{
	return point < FAIL_POINT_MAX ? descs[point].err : 0;
}

enum fail_point fail_point_by_name(const char *name)
{
	for (unsigned int i = 1; i < FAIL_POINT_MAX; i++)
		if (descs[i].name && !strcmp(descs[i].name, name))
			return (enum fail_point)i;
	return FAIL_NONE;
}

void fail_disarm_all(struct fail_state *f)
{
	if (!f->armed_mask)
		return;
	f->armed_mask = 0;
	f->nr_armed = 0;
	memset(f->hits, 0, sizeof(f->hits));
}

bool fail_arm(struct fail_state *f, unsigned int point, unsigned int nth,
	      int err)
{
	if (!fail_point_name(point) || f->nr_armed == FAIL_ARMED_MAX)
		return false;
	f->armed[f->nr_armed++] = (struct fail_armed){
		.point = (uint8_t)point, .nth = (uint8_t)nth, .err = (int16_t)err,
	};
	f->armed_mask |= 1ull << point;
	return true;
}

int fail_evaluate(struct fail_state *f, enum fail_point point)
{
	unsigned int hit = f->hits[point] + 1u;

	f->hits[point] += f->hits[point] < UINT8_MAX;
	for (unsigned int i = 0; i < f->nr_armed; i++) {
		const struct fail_armed *a = &f->armed[i];

		if (a->point != point || (a->nth && a->nth != hit))
			continue;
		f->fired[point]++;
		f->nr_once += !!a->nth;
		return a->err;
	}
	return 0;
}
