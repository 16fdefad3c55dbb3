/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Poison, huge pages, pins, pages of drivers: every row of core/mm/page_transitions.def happens in the
 * scenario that it names.
 */
#include "scenario_run.h"

#include "mm/page_transitions.h"

static const struct row rows[PAGE_TRANSITION_NR] = {
#define TRANSITION(who, name, text, scenario) { #who " " #name, #scenario },
#include "mm/page_transitions.def"
#undef TRANSITION
};

static const uint64_t *page_rows(const struct world *w)
{
	return w->page_seen;
}

static void each_row_has_its_scenario(void **state)
{
	struct runner *r = runner_create();

	(void)state;
	assert_int_equal(nr_gaps(r, rows, PAGE_TRANSITION_NR, page_rows, NULL), 0);
	runner_destroy(r);
}

/* The test above bites: one scenario alone leaves gaps, another leaves nothing. */
static void a_gap_is_noticed(void **state)
{
	struct runner *r = runner_create();
	const uint64_t *seen;

	(void)state;
	assert_int_equal(nr_gaps(r, rows, PAGE_TRANSITION_NR, page_rows,
				 "offline-free-block"), PAGE_TRANSITION_NR);
	/* Pinned where it is, one reference too many, unpinned; and nothing else. */
	seen = page_rows(run_scenario(r, "pin-amid-offlining"));
	assert_true(row_is_seen(seen, PAGE_PIN_SHORT));
	assert_true(row_is_seen(seen, PAGE_PIN_UNPIN_LAST));
	assert_false(row_is_seen(seen, PAGE_PIN_LONGTERM_MOVED));
	assert_false(row_is_seen(seen, PAGE_HWPOISON_LRU));
	runner_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_its_scenario),
		cmocka_unit_test(a_gap_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
