/* SPDX-License-Identifier: GPL-2.0-only */
/* mo_options->step and mo_look_*(): a run in slow motion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "memoffline.h"

#define STEPS_MAX 4096

struct film {
	struct mo *mo;
	unsigned int nr;
	enum mo_step_kind kinds[STEPS_MAX];
	unsigned int nr_points;
	char block4[33];	/* its pages after the operation `at` */
	uint32_t at;
	char holds[160];	/* of CPU 0, at the first point that offlining passes */
	struct mo_block_info block; /* 4, after the last step */
	char type;		/* of its first pageblock */
	char large[2];		/* of two pageblocks of block 2 of a large machine */
};

static void watch(void *arg, const struct mo_step *step)
{
	struct film *f = arg;
	struct mo_cpu_info cpu;

	if (step->kind == MO_STEP_POINT) {
		f->nr_points++;
		assert_non_null(step->point);
		assert_true(mo_look_cpu(f->mo, 0, &cpu));
		if (!*f->holds && *cpu.holds)
			strcpy(f->holds, cpu.holds);
		return;
	}
	assert_true(f->nr < STEPS_MAX);
	assert_true(mo_look_block(f->mo, 4, &f->block));
	assert_true(mo_look_pageblocks(f->mo, 4 * 8, 1, &f->type));
	f->kinds[f->nr++] = step->kind;
	if (step->kind == MO_STEP_END && step->op == f->at)
		assert_true(mo_look_pages(f->mo, 4 * 32, 32, 1, f->block4));
}

static int run(struct film *f, const char *header, const char *ops,
	       struct mo_result *result)
{
	struct mo_options options = { .level = 3, .step = watch, .step_arg = f };
	struct mo_result unseen = { 0 };
	char text[1024];
	int ret;

	snprintf(text, sizeof(text), "# Test.\nmemoffline 1 policy=legacy %s\n%s",
		 header, ops);
	f->mo = mo_create();
	assert_non_null(f->mo);
	ret = mo_run_text(f->mo, "test", text, strlen(text), &options, result);
	options.step = NULL;
	assert_int_equal(mo_run_text(f->mo, "test", text, strlen(text), &options, &unseen), ret);
	/* 2: refused, as by a build without old bugs; nothing ran. */
	if (ret != 2)
		assert_int_equal(unseen.trace_hash, result->trace_hash);
	return ret;
}

static void steps_of_a_run(void **state)
{
	static const enum mo_step_kind expected[] = {
		MO_STEP_BEGIN, MO_STEP_END, MO_STEP_BEGIN, MO_STEP_END, MO_STEP_DONE
	};
	struct film f = { .at = 1 };
	struct mo_result result;

	(void)state;
	assert_int_equal(run(&f, "geometry=tiny", "cpu0 folio_alloc -> p\ncpu0 get_page p\n", &result), 0);
	assert_int_equal(f.nr, sizeof(expected) / sizeof(*expected));
	assert_memory_equal(f.kinds, expected, sizeof(expected));
	/* Pinned, its buddies on the per-CPU list it came from. */
	assert_non_null(strchr(f.block4, 'X'));
	assert_null(strchr(f.block4, 'L'));
	assert_non_null(strchr(f.block4, 'p'));
	mo_destroy(f.mo);
}

static void points_and_locks(void **state)
{
	struct film f = { .at = 0 };
	struct mo_block_info block;
	struct mo_result result;

	(void)state;
	assert_int_equal(run(&f, "geometry=tiny", "cpu0 offline_pages block=4\n", &result), 0);
	assert_true(f.nr_points > 8);
	assert_non_null(strstr(f.holds, "device_hotplug_lock"));
	assert_string_equal(f.block4, "--------------------------------");
	assert_string_equal(f.block.state, "MEM_OFFLINE");
	assert_null(f.block.zone);
	assert_int_equal(f.type, '-');
	assert_true(mo_look_block(f.mo, 15, &block));
	assert_string_equal(block.state, "ABSENT");
	assert_false(mo_look_block(f.mo, 16, &block));
	mo_destroy(f.mo);
}

static void ends_with_the_violation(void **state)
{
	struct film f = { .at = UINT32_MAX };
	struct mo_machine_info machine;
	struct mo_result result;
	char text[2048];

	(void)state;
	/* The race of 2020: the late page is what is in the way of block 4. */
	assert_int_equal(run(&f, "geometry=tiny drain=once",
			     "cpu1 folio_alloc -> p\ncpu1 lru_add_drain_all\n"
			     "cpu1 __free_pages p @FREE_TYPE_READ>cpu0\n"
			     "cpu0 offline_pages block=4\n", &result), 1);
	assert_string_equal(result.invariant, "offline_progress");
	assert_int_equal(f.kinds[f.nr - 1], MO_STEP_VIOLATION);
	assert_true(mo_look_machine(f.mo, &machine));
	assert_int_equal(machine.guilty_page, 4 * 32);
	assert_true(mo_look_text(f.mo, machine.guilty_page, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "pcp"));
	assert_string_equal(f.block.state, "MEM_GOING_OFFLINE");
	mo_destroy(f.mo);
	f = (struct film){ .at = UINT32_MAX };
	assert_int_equal(run(&f, "geometry=tiny", "cpu0 get_page p\n", &result), 2);
	assert_int_equal(f.nr, 0);
	assert_false(mo_look_machine(f.mo, &machine));
	assert_int_equal(mo_look_text(f.mo, MO_NO_PAGE, text, sizeof(text)), 0);
	mo_destroy(f.mo);
}

static void look_at_large(void *arg, const struct mo_step *step)
{
	struct film *f = arg;
	struct mo_machine_info machine;
	char behind;

	if (step->kind != MO_STEP_DONE)
		return;
	assert_true(mo_look_machine(f->mo, &machine));
	assert_int_equal(machine.pages_per_block, 32768);
	assert_int_equal(machine.guilty_page, MO_NO_PAGE);
	assert_true(mo_look_pages(f->mo, 2 * 32768, 2, 512, f->large));
	assert_true(mo_look_pages(f->mo, machine.nr_pages, 1, 512, &behind));
	assert_int_equal(behind, ' ');
}

static void large_machines_by_pageblock(void **state)
{
	const char *text = "# Test.\nmemoffline 1 geometry=x86_64 policy=legacy\ncpu0 folio_alloc -> p\n";
	struct film f = { .mo = mo_create() };
	struct mo_options options = { .level = 3, .step = look_at_large, .step_arg = &f };
	struct mo_result result;

	(void)state;
	assert_non_null(f.mo);
	assert_int_equal(mo_run_text(f.mo, "test", text, strlen(text), &options, &result), 0);
	/* One folio among 512 pages is what the cell shows. */
	assert_int_equal(f.large[0], 'L');
	assert_int_equal(f.large[1], 'm');
	mo_destroy(f.mo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_of_a_run),
		cmocka_unit_test(points_and_locks),
		cmocka_unit_test(ends_with_the_violation),
		cmocka_unit_test(large_machines_by_pageblock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
