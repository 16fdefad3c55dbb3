/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every row of core/drivers/balloon_transitions.def happens in the scenario that it
 * names.  The test bites: a scenario without balloons hits none.
 */
#include "scenario_run.h"

#include "drivers/balloon_transitions.h"

static const struct row rows[BALLOON_TRANSITION_NR] = {
#define TRANSITION(owner, name, text, scenario) { #owner " " #name, #scenario },
#include "drivers/balloon_transitions.def"
#undef TRANSITION
};

static const uint64_t *balloon_rows(const struct world *w)
{
	return &w->balloon_seen;
}

static void test_each_transition_has_its_scenario(void **state)
{
	struct runner *r = runner_create();

	(void)state;
	assert_int_equal(nr_gaps(r, rows, BALLOON_TRANSITION_NR, balloon_rows,
				 NULL), 0);
	runner_destroy(r);
}

static void test_a_gap_is_noticed(void **state)
{
	struct runner *r = runner_create();

	(void)state;
	assert_int_equal(nr_gaps(r, rows, BALLOON_TRANSITION_NR, balloon_rows,
				 "state-pcp"), BALLOON_TRANSITION_NR);
	assert_false(row_is_seen(balloon_rows(run_scenario(r, "balloon-inflate-fails")),
				 BALLOON_VIRTIO_MIGRATE));
	runner_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_transition_has_its_scenario),
		cmocka_unit_test(test_a_gap_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
