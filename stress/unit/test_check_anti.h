/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the lines of test_check_cases.def that belong to one group.  A test
 * program defines ANTITEST_<its group> as ANTI_CASE, the others stay empty, and
 * calls anti_main() with the table.
 */
#ifndef TEST_CHECK_ANTI_H
#define TEST_CHECK_ANTI_H

#include "test_check_fixture.h"

struct anti_case {
	const char *name;
	const char *id;
	int level;
	fixture_fn prepare;
	fixture_fn spoil;
};

#define ANTI_CASE(spoil_, prepare_, level_, id_)                               \
	{ #spoil_, #id_, level_, prepare_, spoil_ },

/* The fixture and the case that runs on it. */
struct anti_run {
	struct fixture *f;
	const struct anti_case *test;
};

/*
 * The prepared world is clean; spoilt, exactly the invariant of the case breaks,
 * and not at a lower level of checks than the case says.
 */
__attribute__((unused)) static void anti_run(void **state)
{
	const struct anti_run *run = *state;
	const struct anti_case *t = run->test;
	struct fixture *f = run->f;
	const char *id;

	fixture_begin(f, MO_POLICY_legacy);
	id = raised(f, t->prepare);
	if (id)
		fail_msg("preparation broke %s: %s", id, f->w->violation.message);
	assert_clean(f);
	next_op(f);
	id = raised(f, t->spoil);
	if (!t->level && !id)
		fail_msg("the kernel did not notice");
	for (int level = 1; t->level && level <= t->level; level++) {
		if (id)
			fail_msg("noticed before level %d: %s", level, id);
		id = judged(f, level);
	}
	if (!id)
		fail_msg("nobody noticed");
	if (strcmp(id, t->id))
		fail_msg("%s: %s", id, f->w->violation.message);
	assert_non_null(invariant_by_id(id));
}

/* A legal state that needs no preparation: the world as it booted. */
__attribute__((unused)) static void nothing(struct fixture *f)
{
	(void)f;
}

__attribute__((unused)) static int anti_main(const struct anti_case *cases,
					     size_t nr)
{
	struct CMUnitTest *tests = calloc(nr, sizeof(*tests));
	struct anti_run *runs = calloc(nr, sizeof(*runs));
	struct fixture *f = fixture_create("tiny");
	int ret;

	for (size_t i = 0; i < nr; i++) {
		runs[i] = (struct anti_run){ f, &cases[i] };
		tests[i] = (struct CMUnitTest){
			.name = cases[i].name,
			.test_func = anti_run,
			.initial_state = &runs[i],
		};
	}
	ret = _cmocka_run_group_tests("anti", tests, nr, NULL, NULL);
	fixture_destroy(f);
	free(runs);
	free(tests);
	return ret;
}

#define ANTITEST(group, spoil, prepare, level, id)                             \
	ANTITEST_##group(spoil, prepare, level, id)
#define NO_ANTITEST(id, why)
/* Its program defines it anew. */
#define ANTITEST_virtio_mem(spoil, prepare, level, id)

#endif
