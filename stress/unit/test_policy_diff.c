/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of allowed differences between designs (fuzz/policy_diff.def): each line
 * has a file of its name that needs it.  With the list the file is explained,
 * without the line it is not: so the target finds what is not on the list.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policy_diff.h"

static struct mo *mo;
static struct policy_diff *diff;

static size_t read_seed(const char *id, uint8_t *bytes, size_t size)
{
	static char text[65536];
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/seeds/fuzz_policy_diff/%s.ops",
		 MO_SOURCE_DIR, id);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s: not there, and each line has one", path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	n = mo_text_to_bytes(mo, path, text, n, bytes, size);
	if (!n)
		fail_msg("%s", mo_error(mo));
	return n;
}

static unsigned long line_hits(const char *id)
{
	for (unsigned int i = 0; policy_diff_line(i); i++)
		if (!strcmp(policy_diff_line(i), id))
			return policy_diff_hits(diff, i);
	return 0;
}

static void each_line_is_needed(void **state)
{
	static uint8_t bytes[65536];

	(void)state;
	for (unsigned int i = 0; policy_diff_line(i); i++) {
		const char *id = policy_diff_line(i), *message;
		unsigned long before = line_hits(id);
		size_t n = read_seed(id, bytes, sizeof(bytes));

		policy_diff_ignore(diff, NULL);
		message = policy_diff(diff, bytes, n);
		if (message)
			fail_msg("%s is not explained: %s", id, message);
		assert_true(line_hits(id) > before);
		policy_diff_ignore(diff, id);
		message = policy_diff(diff, bytes, n);
		if (!message)
			fail_msg("%s is explained without its line", id);
		/* The message tells where, and has the scenario. */
		assert_non_null(strstr(message, "not on the list"));
		assert_non_null(strstr(message, "memoffline 1 geometry="));
	}
}

/* What a person wrote, and what was mended, is explained under all designs, too:
 * devices, balloons, huge pages, poison. */
static void each_scenario_is_explained(void **state)
{
	static uint8_t bytes[65536];
	static char text[65536];
	glob_t files;

	(void)state;
	policy_diff_ignore(diff, NULL);
	assert_int_equal(glob(MO_SOURCE_DIR "/corpus/scenario/*.ops", 0, NULL,
			      &files), 0);
	assert_true(files.gl_pathc > 250);
	assert_int_equal(glob(MO_SOURCE_DIR "/corpus/regress/*.ops", GLOB_APPEND,
			      NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *f = fopen(files.gl_pathv[i], "r");
		const char *message;
		size_t n;

		assert_non_null(f);
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
		n = mo_text_to_bytes(mo, files.gl_pathv[i], text, n, bytes,
				     sizeof(bytes));
		if (!n)
			fail_msg("%s", mo_error(mo));
		message = policy_diff(diff, bytes, n);
		if (message)
			fail_msg("%s: %s", files.gl_pathv[i], message);
	}
	globfree(&files);
}

static void what_is_the_same_needs_no_line(void **state)
{
	static const uint8_t bytes[] = {
		1, 0, 0, 0, 0, 0, 0, 0,
		0x30, 4, 0, 0, /* fake_offline block=4 */
		0x38, 4, 0, 0, /* offline_pages block=4 */
	};
	unsigned long hits = 0;

	(void)state;
	policy_diff_ignore(diff, NULL);
	for (unsigned int i = 0; policy_diff_line(i); i++)
		hits += policy_diff_hits(diff, i);
	assert_null(policy_diff(diff, bytes, sizeof(bytes)));
	for (unsigned int i = 0; policy_diff_line(i); i++)
		hits -= policy_diff_hits(diff, i);
	assert_int_equal(hits, 0);
}

static int setup(void **state)
{
	(void)state;
	mo = mo_create();
	diff = mo ? policy_diff_create(mo) : NULL;
	return diff ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	policy_diff_destroy(diff);
	mo_destroy(mo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_needed),
		cmocka_unit_test(each_scenario_is_explained),
		cmocka_unit_test(what_is_the_same_needs_no_line),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
