/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oracles: the same seed makes the same schedule, and the schedule that an oracle
 * made, printed and run again, is the same run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "memoffline.h"

/* The race of 2020: two CPUs, one free, one offlining. */
static const char race_2020[] =
	"memoffline 1 geometry=tiny drain=once\n"
	"cpu1 folio_alloc -> p\n"
	"cpu1 lru_add_drain_all\n"
	"cpu1 __free_pages p\n"
	"cpu0 offline_pages block=4\n";

/* Everything that waits for something: mutexes, rwsems, spinning. */
static const char busy[] =
	"memoffline 1 geometry=tiny\n"
	"cpu1 set_max_huge_pages nr=1\n"
	"cpu1 alloc_hugetlb_folio -> h\n"
	"cpu0 folio_alloc -> p\n"
	"cpu0 offline_pages block=4\n"
	"cpu1 __free_pages h\n"
	"cpu1 offline_pages block=5\n"
	"cpu0 online_pages block=4 type=movable\n"
	"cpu1 fake_offline block=6 pb=0 nr=2\n"
	"cpu0 start_isolate_page_range block=7 pb=0 nr=4 mode=offline -> i\n"
	"cpu1 offline_pages block=7\n"
	"cpu0 undo_isolate_page_range i\n"
	"cpu0 __free_pages p\n";

static int setup(void **state)
{
	*state = mo_create();
	return !*state;
}

static int teardown(void **state)
{
	mo_destroy(*state);
	return 0;
}

static struct mo_result run(struct mo *mo, const char *text, const char *oracle)
{
	const struct mo_options options = { .level = 3, .oracle = oracle };
	struct mo_result result;

	if (mo_run_text(mo, "test", text, strlen(text), &options, &result) == 2)
		fail_msg("%s", mo_error(mo));
	return result;
}

/* As it was made, then as it was printed. */
static struct mo_result run_twice(struct mo *mo, const char *text,
				  const char *oracle)
{
	struct mo_result made = run(mo, text, oracle), again;
	char recorded[8192];

	assert_true(mo_last_text(mo, recorded, sizeof(recorded)));
	again = run(mo, recorded, NULL);
	if (made.trace_hash != again.trace_hash || made.steps != again.steps ||
	    made.nr_noops != again.nr_noops ||
	    !made.invariant != !again.invariant)
		fail_msg("%s makes a schedule that is another one when replayed:\n%s",
			 oracle, recorded);
	if (made.invariant)
		assert_string_equal(made.invariant, again.invariant);
	return made;
}

static void records_replay(void **state)
{
	static const char *const texts[] = { race_2020, busy };
	static const char *const forms[] = { "random:%u", "pct:%u,2",
					     "pct:%u,5" };
	char oracle[32];

	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int form = 0; form < 3; form++)
			for (unsigned int seed = 0; seed < 100; seed++) {
				snprintf(oracle, sizeof(oracle), forms[form],
					 seed);
				run_twice(*state, texts[i], oracle);
			}
}

static void same_seed_same_run(void **state)
{
	for (unsigned int i = 0; i < 20; i++) {
		struct mo_result a = run(*state, busy, "pct:7,4");
		struct mo_result b = run(*state, busy, "random:7");

		assert_int_equal(a.trace_hash,
				 run(*state, busy, "pct:7,4").trace_hash);
		assert_int_equal(b.trace_hash,
				 run(*state, busy, "random:7").trace_hash);
	}
}

/* How many of 200 seeds break offline_progress. */
static unsigned int count_found(struct mo *mo, const char *form)
{
	unsigned int nr = 0;
	char oracle[32];

	for (unsigned int seed = 0; seed < 200; seed++) {
		struct mo_result r;

		snprintf(oracle, sizeof(oracle), form, seed);
		r = run(mo, race_2020, oracle);
		if (r.invariant)
			assert_string_equal(r.invariant, "offline_progress");
		nr += !!r.invariant;
	}
	return nr;
}

/* Program order misses the race; its depth is 3: a free is interrupted, and the
 * offlining that runs then, behind its drain. */
static void they_find_the_race(void **state)
{
	assert_null(run(*state, race_2020, NULL).invariant);
	assert_in_range(count_found(*state, "pct:%u,3"), 1, 199);
	assert_in_range(count_found(*state, "random:%u"), 1, 199);
}

static void bad_names_are_refused(void **state)
{
	static const char *const bad[] = { "", "Tape", "random", "random:",
					   "random:x", "random:-1", "pct:1",
					   "pct:1,", "pct:1,0", "pct:1,17",
					   "pct:1,2,3", "random:1 " };

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct mo_options options = { .oracle = bad[i] };

		assert_int_equal(mo_run_bytes(*state, NULL, 0, &options, NULL),
				 2);
		assert_non_null(strstr(mo_error(*state), "expected"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_replay),
		cmocka_unit_test(same_seed_same_run),
		cmocka_unit_test(they_find_the_race),
		cmocka_unit_test(bad_names_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
