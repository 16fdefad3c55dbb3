/* SPDX-License-Identifier: GPL-2.0-only */
/* The executor: what an operation of an interleaved run leaves to be judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "memoffline.h"
#include "mm/world.h"

struct seen {
	uint32_t nr_alone; /* operations that began with no other in flight */
	uint32_t nr_beside;
	uint32_t most; /* pages touched when one began alone */
};

static void op_begins(void *arg, const struct world *w, uint8_t code)
{
	struct seen *seen = arg;

	(void)code;
	if (sched_nr_in_flight(&w->sched) > 1) {
		seen->nr_beside++;
		return;
	}
	seen->nr_alone++;
	if (w->nr_touched > seen->most)
		seen->most = w->nr_touched;
}

static void step(void *arg, const struct world *w, unsigned int point)
{
	(void)arg;
	(void)w;
	(void)point;
}

static void op_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	(void)arg;
	(void)w;
	(void)code;
	(void)ret;
}

/* The list has an end: what is behind it would never be looked at. */
static void test_touched_starts_anew(void **state)
{
	struct seen seen = { 0 };
	const struct mo_watch watch = { op_begins, step, op_ended, &seen };
	const struct mo_options options = { .level = 2, .watch = &watch };
	struct mo *mo = mo_create();
	struct mo_result result;
	char text[8192];
	int n;

	(void)state;
	assert_non_null(mo);
	n = snprintf(text, sizeof(text), "# Two CPUs.\nmemoffline 1 geometry=tiny cpus=2\n"
		     "cpu0 folio_alloc -> a @PCP_ALLOC>cpu1\n");
	for (int i = 0; i < 100; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "cpu%d folio_alloc -> p%d\ncpu%d __free_pages p%d\n",
			      i % 2, i, i % 2, i);
	assert_int_equal(mo_run_text(mo, "test", text, (size_t)n, &options, &result), 0);
	assert_int_equal(result.nr_ops, 201);
	assert_true(seen.nr_beside > 0 && seen.nr_alone > 0);
	assert_int_equal(seen.most, 0);
	mo_destroy(mo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_touched_starts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
