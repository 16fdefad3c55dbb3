/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs scenarios of corpus/scenario/ by name and gives the world as it is afterwards:
 * for the tests that each row of a table of transitions happens in its scenario.
 */
#ifndef TEST_SCENARIO_RUN_H
#define TEST_SCENARIO_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/world.h"
#include "op/exec.h"
#include "op/sbuf.h"
#include "op/text.h"

#define SCENARIO_MAX 8192

struct runner {
	struct world *worlds[16]; /* by geometry */
	struct program *program;
	struct text *text;
	struct exec *exec;
};

static struct runner *runner_create(void)
{
	struct runner *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->program = program_create();
	r->text = text_create();
	r->exec = calloc(1, sizeof(*r->exec));
	assert_true(r->program && r->text && r->exec);
	return r;
}

static void runner_destroy(struct runner *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->worlds); i++)
		world_destroy(r->worlds[i]);
	exec_destroy(r->exec);
	free(r->exec);
	text_destroy(r->text);
	program_destroy(r->program);
	free(r);
}

static size_t read_scenario(const char *name, char *buf)
{
	char path[4096];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/scenario/%s.ops", MO_SOURCE_DIR,
		 name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("there is no %s", path);
	len = fread(buf, 1, SCENARIO_MAX, f);
	assert_true(len && len < SCENARIO_MAX);
	fclose(f);
	return len;
}

/* Valid until the next call. */
static const struct world *run_scenario(struct runner *r, const char *name)
{
	static const struct mo_options options = { .level = 0 };
	char buf[SCENARIO_MAX], error_text[512];
	struct sbuf error = SBUF(error_text);
	const char *why = NULL;
	struct world **w;

	if (!text_parse(r->text, r->program, NULL, name, buf,
			read_scenario(name, buf), -1, &error))
		fail_msg("%s", error_text);
	w = &r->worlds[r->program->geometry];
	if (!*w)
		*w = world_create(mo_geometry_by_id(r->program->geometry), &why);
	assert_null(why);
	world_reset(*w, &r->program->config);
	r->exec->w = *w;
	r->exec->program = r->program;
	r->exec->error = &error;
	r->exec->options = &options;
	if (!exec_run(r->exec))
		fail_msg("%s breaks %s", name, (*w)->violation.id);
	return *w;
}

/* --- rows, one bit each of an array of words in the world --- */

struct row {
	const char *text;
	const char *scenario;
};

typedef const uint64_t *(*seen_fn)(const struct world *w);

static bool row_is_seen(const uint64_t *seen, unsigned int row)
{
	return seen[row / 64] >> (row % 64) & 1;
}

/* Rows that their scenario, or the one given for all, does not hit. */
static unsigned int nr_gaps(struct runner *r, const struct row *rows,
			    unsigned int nr_rows, seen_fn seen,
			    const char *scenario)
{
	unsigned int nr = 0;

	for (unsigned int row = 0; row < nr_rows; row++) {
		const char *name = scenario ? scenario : rows[row].scenario;

		if (row_is_seen(seen(run_scenario(r, name)), row))
			continue;
		nr++;
		if (!scenario)
			print_error("%s does not show: %s\n", name,
				    rows[row].text);
	}
	return nr;
}

#endif
