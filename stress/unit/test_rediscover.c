/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The statistics of stress/rediscover, with answers that are known: by counting, from
 * tables of the test, or from R's wilcox.test().
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../rediscover/stats.h"

#define SAMPLE(...)                                                            \
	(&(struct sample){ .nr = sizeof((double[]){ __VA_ARGS__ }) /           \
				 sizeof(double),                               \
			   .value = { __VA_ARGS__ } })
#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

static void of_one_sample(void **state)
{
	const struct sample *odd = SAMPLE(5, 1, 60), *even = SAMPLE(4, 1, 3, 2);

	(void)state;
	assert_near(stats_min(odd), 1);
	assert_near(stats_max(odd), 60);
	assert_near(stats_median(odd), 5);
	assert_near(stats_rmst(odd), 22);
	assert_near(stats_median(even), 2.5);
	assert_near(stats_rmst(even), 2.5);
}

static void of_nothing(void **state)
{
	const struct sample none = { 0 };

	(void)state;
	assert_near(stats_median(&none), 0);
	assert_near(stats_rmst(&none), 0);
	assert_near(stats_a12(&none, SAMPLE(1, 2)), 0.5);
	assert_near(stats_mann_whitney(&none, SAMPLE(1, 2)), 1);
}

static void a12(void **state)
{
	(void)state;
	assert_near(stats_a12(SAMPLE(1, 2, 3), SAMPLE(4, 5, 6)), 0);
	assert_near(stats_a12(SAMPLE(4, 5, 6), SAMPLE(1, 2, 3)), 1);
	assert_near(stats_a12(SAMPLE(1, 2), SAMPLE(1, 2)), 0.5);
	/* 1.5 of 4 pairs: 3 > 1, and 1 = 1 counts half */
	assert_near(stats_a12(SAMPLE(1, 3), SAMPLE(1, 5)), 1.5 / 4);
}

/* 2 of the C(10, 5) = 252 ways are as extreme. */
static void separated(void **state)
{
	(void)state;
	assert_near(stats_mann_whitney(SAMPLE(1, 2, 3, 4, 5),
				       SAMPLE(6, 7, 8, 9, 10)), 2.0 / 252);
	assert_near(stats_mann_whitney(SAMPLE(6, 7, 8, 9, 10),
				       SAMPLE(1, 2, 3, 4, 5)), 2.0 / 252);
}

/* U = 5 of 16: counted, 34 of the 70 ways are as far from 8. */
static void overlapping(void **state)
{
	(void)state;
	assert_near(stats_mann_whitney(SAMPLE(1, 2, 5, 7),
				       SAMPLE(3, 4, 6, 8)), 34.0 / 70);
}

/* Nobody found anything: all tied at the budget. */
static void all_tied(void **state)
{
	(void)state;
	assert_near(stats_mann_whitney(SAMPLE(60, 60, 60), SAMPLE(60, 60, 60)),
		    1);
}

/* One group found it always, the other never: 2 of 20 ways with the tie. */
static void tied_in_one_group(void **state)
{
	(void)state;
	assert_near(stats_mann_whitney(SAMPLE(1, 2, 3), SAMPLE(60, 60, 60)),
		    2.0 / 20);
}

/* More than STATS_EXACT_MAX values.  12 against 12 without an overlap: U = 0,
 * variance 300, z = 71.5 / 17.32; and interleaved, U = 66 against 72. */
static void approximated(void **state)
{
	struct sample a = { .nr = 12 }, b = { .nr = 12 };

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		a.value[i] = (double)i;
		b.value[i] = (double)i + 12;
	}
	assert_near(stats_mann_whitney(&a, &b),
		    erfc(71.5 / sqrt(300) / sqrt(2)));
	for (size_t i = 0; i < 12; i++) {
		a.value[i] = 2 * (double)i;
		b.value[i] = 2 * (double)i + 1;
	}
	assert_near(stats_mann_whitney(&a, &b),
		    erfc(5.5 / sqrt(300) / sqrt(2)));
}

/* The same trials with less time: 10 and 60 become 5, and nothing else. */
static void restricted(void **state)
{
	struct sample s = *SAMPLE(1, 10, 60);

	(void)state;
	stats_restrict(&s, 5);
	assert_near(stats_rmst(&s), 11.0 / 3);
	assert_near(stats_max(&s), 5);
	assert_near(s.budget, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_one_sample),
		cmocka_unit_test(of_nothing),
		cmocka_unit_test(a12),
		cmocka_unit_test(separated),
		cmocka_unit_test(overlapping),
		cmocka_unit_test(all_tied),
		cmocka_unit_test(tied_in_one_group),
		cmocka_unit_test(approximated),
		cmocka_unit_test(restricted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
