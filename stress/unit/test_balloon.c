/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every row of core/drivers/balloon_transitions.def happens in the scenario that it
 * names.  The test bites: a scenario without balloons hits none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "drivers/balloon_transitions.h"
#include "op/exec.h"
#include "op/text.h"

#define SCENARIO_MAX 8192

struct runner {
	struct text *text;
	struct program *program;
	struct exec *exec;
	struct world *w; /* of the geometry that ran last */
	struct check *check;
	char buf[SCENARIO_MAX];
	char error[512];
};

static int setup(void **state)
{
	struct runner *r = calloc(1, sizeof(*r));

	*state = r;
	if (!r)
		return 1;
	r->text = text_create();
	r->program = program_create();
	r->exec = calloc(1, sizeof(*r->exec));
	return !r->text || !r->program || !r->exec;
}

static int teardown(void **state)
{
	struct runner *r = *state;

	check_destroy(r->check);
	world_destroy(r->w);
	exec_destroy(r->exec);
	free(r->exec);
	program_destroy(r->program);
	text_destroy(r->text);
	free(r);
	return 0;
}

static void read_scenario(struct runner *r, const char *name)
{
	struct sbuf error = { r->error, sizeof(r->error), 0 };
	char path[4096];
	size_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/scenario/%s.ops",
		 MO_SOURCE_DIR, name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s: no such scenario", path);
	size = fread(r->buf, 1, sizeof(r->buf), f);
	fclose(f);
	if (!text_parse(r->text, r->program, NULL, name, r->buf, size, -1, &error))
		fail_msg("%s", r->error);
}

static void prepare_world(struct runner *r)
{
	const char *why = NULL;

	check_destroy(r->check);
	world_destroy(r->w);
	r->w = world_create(mo_geometry_by_id(r->program->geometry), &why);
	assert_non_null(r->w);
	r->check = check_create(r->w);
	assert_non_null(r->check);
	world_reset(r->w, &r->program->config);
}

/* Rows that the scenario hit, a bit each. */
static uint64_t seen_by(struct runner *r, const char *scenario)
{
	static const struct mo_options options = { .level = 1 };
	struct sbuf error = { r->error, sizeof(r->error), 0 };

	read_scenario(r, scenario);
	prepare_world(r);
	r->exec->w = r->w;
	r->exec->check = r->check;
	r->exec->program = r->program;
	r->exec->options = &options;
	r->exec->error = &error;
	exec_run(r->exec);
	return r->w->balloon_seen;
}

static const struct row {
	const char *name;
	const char *scenario;
} rows[BALLOON_TRANSITION_NR] = {
#define TRANSITION(owner, name, text, scenario) { #owner " " #name, #scenario },
#include "drivers/balloon_transitions.def"
#undef TRANSITION
};

static void test_each_transition_has_its_scenario(void **state)
{
	unsigned int missing = 0;

	for (unsigned int i = 0; i < BALLOON_TRANSITION_NR; i++) {
		if (seen_by(*state, rows[i].scenario) >> i & 1)
			continue;
		print_error("%s does not happen in %s.ops\n", rows[i].name,
			    rows[i].scenario);
		missing++;
	}
	assert_int_equal(missing, 0);
}

static void test_a_gap_is_noticed(void **state)
{
	assert_int_equal(seen_by(*state, "state-pcp"), 0);
	assert_int_equal(seen_by(*state, "balloon-inflate-fails") >>
				 BALLOON_VIRTIO_MIGRATE & 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_transition_has_its_scenario),
		cmocka_unit_test(test_a_gap_is_noticed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
