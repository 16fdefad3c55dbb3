/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of invariants: complete, readable, and each line with an anti-test.
 */
#include <ctype.h>
#include <dirent.h>

#include "test_check_fixture.h"

/* --- the table itself --- */

static void the_owners_two_come_first(void **state)
{
	(void)state;
	assert_string_equal(invariant_desc(0)->id, "frozen_refcount");
	assert_string_equal(invariant_desc(1)->id, "offline_not_buddy");
	assert_null(invariant_desc(INV_NR));
	assert_null(invariant_by_id("no_such_invariant"));
	assert_null(invariant_by_id(NULL));
}

static bool is_lower_snake_case(const char *id)
{
	for (; *id; id++)
		if (!islower((unsigned char)*id) && *id != '_')
			return false;
	return true;
}

/* One positive sentence, a source, a row of the reference; level fits time. */
static void lines_are_complete(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < INV_NR; i++) {
		const struct invariant *inv = invariant_desc(i);
		size_t len = strlen(inv->sentence);

		assert_true(is_lower_snake_case(inv->id));
		assert_ptr_equal(invariant_by_id(inv->id), inv);
		assert_true(len > 10 && inv->sentence[len - 1] == '.');
		assert_non_null(strchr(inv->source, '/'));
		assert_non_null(strpbrk(inv->reference, "IA"));
		if (inv->level == 0)
			assert_string_equal(inv->when, "KERNEL");
		else
			assert_string_equal(inv->when,
					    inv->level == 3 ? "END" : "STEP");
	}
}

/* --- every line has an anti-test --- */

static const struct {
	const char *id;
	const char *why_not;
} tested[] = {
#define ANTITEST(group, spoil, prepare, level, id) { #id, NULL },
#define NO_ANTITEST(id, why) { #id, why },
#include "test_check_cases.def"
#undef ANTITEST
#undef NO_ANTITEST
};

static bool has_anti_test(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(tested); i++)
		if (!strcmp(tested[i].id, id))
			return true;
	return false;
}

static void every_invariant_has_an_anti_test(void **state)
{
	unsigned int nr_missing = 0;

	(void)state;
	for (unsigned int i = 0; i < INV_NR; i++)
		if (!has_anti_test(invariant_desc(i)->id)) {
			print_error("%s has no anti-test\n",
				    invariant_desc(i)->id);
			nr_missing++;
		}
	assert_int_equal(nr_missing, 0);
}

static void exceptions_say_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tested); i++) {
		assert_non_null(invariant_by_id(tested[i].id));
		if (tested[i].why_not)
			assert_true(strlen(tested[i].why_not) > 20);
	}
}

/* --- ids that lower layers write as strings --- */

/* Calls whose first string literal is an id. */
static const char *const raisers[] = {
	"violation_raise(", "VM_BUG_ON(", "VM_BUG_ON_PFN(", "VM_BUG_ON_PAGE(",
	"lock_violation(",
};

struct source_ids {
	unsigned int nr;	/* ids met */
	unsigned int nr_unknown;
	bool seen[INV_NR];
};

/* The literal that starts at text is an id, or the call passes none. */
static void take_id(struct source_ids *ids, const char *file, const char *text)
{
	const char *end = strchr(text, '"');
	const struct invariant *inv;
	char id[64];

	if (!end || end - text >= (long)sizeof(id))
		return;
	memcpy(id, text, (size_t)(end - text));
	id[end - text] = '\0';
	if (!is_lower_snake_case(id))
		return;
	inv = invariant_by_id(id);
	ids->nr++;
	if (inv) {
		for (unsigned int i = 0; i < INV_NR; i++)
			ids->seen[i] |= invariant_desc(i) == inv;
		return;
	}
	print_error("%s: \"%s\" is not in core/check/invariants.def\n", file, id);
	ids->nr_unknown++;
}

static void scan_text(struct source_ids *ids, const char *file, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(raisers); i++)
		for (const char *at = strstr(text, raisers[i]); at;
		     at = strstr(at + 1, raisers[i])) {
			const char *end = strchr(at, ';');
			const char *quote = strchr(at, '"');

			if (end && quote && quote < end)
				take_id(ids, file, quote + 1);
		}
}

static void scan_file(struct source_ids *ids, const char *path)
{
	static char text[1 << 18];
	FILE *file = fopen(path, "r");
	size_t size;

	assert_non_null(file);
	size = fread(text, 1, sizeof(text) - 1, file);
	assert_true(size < sizeof(text) - 1);
	text[size] = '\0';
	fclose(file);
	scan_text(ids, path, text);
}

static void scan_folder(struct source_ids *ids, const char *folder)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/core/%s", MO_SOURCE_DIR, folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || (strcmp(dot, ".c") && strcmp(dot, ".h")))
			continue;
		snprintf(path, sizeof(path), "%s/core/%s/%s", MO_SOURCE_DIR,
			 folder, entry->d_name);
		scan_file(ids, path);
	}
	closedir(dir);
}

static void lower_layers_use_known_ids(void **state)
{
	static const char *const folders[] = { "lib", "sched", "mm", "policy",
					       "drivers", "op" };
	struct source_ids ids = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		scan_folder(&ids, folders[i]);
	assert_int_equal(ids.nr_unknown, 0);
	assert_true(ids.nr > 30); /* the scan does find them */
	/* A line for which the kernel alone is responsible is used by it. */
	for (unsigned int i = 0; i < INV_NR; i++)
		if (invariant_desc(i)->level == 0 && !ids.seen[i]) {
			print_error("%s is raised nowhere\n",
				    invariant_desc(i)->id);
			ids.nr_unknown++;
		}
	assert_int_equal(ids.nr_unknown, 0);
}

/* The guard bites: an id that is not in the table, however it is broken up. */
static void the_scan_bites(void **state)
{
	struct source_ids ids = { 0 };

	(void)state;
	print_message("(the next two complaints are expected)\n");
	scan_text(&ids, "fixture",
		  "VM_BUG_ON_PAGE(w, a ||\n\tb, \"no_such_id\", page,\n\"x\");"
		  "violation_raise(v, \"nor_this\", pfn, \"site\");"
		  "VM_BUG_ON(w, x, \"bad_page\", \"text\");"
		  "VM_BUG_ON(w, x, ID, pfn);\nf(\"Not an id\");");
	assert_int_equal(ids.nr_unknown, 2);
	assert_int_equal(ids.nr, 3);
}

/* --- the single exit --- */

static void violation_says_who_and_where(void **state)
{
	struct fixture *f = fixture_create("tiny");

	(void)state;
	fixture_begin(f, MO_POLICY_legacy);
	any_free_page(f, 0)->_refcount = 3;
	assert_string_equal(judged(f, 2), "frozen_refcount");
	assert_string_equal(f->w->violation.site, "inv_frozen_refcount");
	assert_true(f->w->violation.pfn < f->w->nr_pfns);
	assert_non_null(strstr(f->w->violation.message, "reference count 3"));
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owners_two_come_first),
		cmocka_unit_test(lines_are_complete),
		cmocka_unit_test(every_invariant_has_an_anti_test),
		cmocka_unit_test(exceptions_say_why),
		cmocka_unit_test(lower_layers_use_known_ids),
		cmocka_unit_test(the_scan_bites),
		cmocka_unit_test(violation_says_who_and_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
