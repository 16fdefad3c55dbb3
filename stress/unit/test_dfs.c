/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The search over all schedules: it repeats none, misses none by cutting, says
 * when it is complete, and settles the race of 2020 for a small world.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hash.h"
#include "memoffline.h"
#include "mutate.h"

#define FOUND_MAX 64
#define SCHEDULES_MAX 65536

static const char race_2020[] =
	"memoffline 1 geometry=tiny\n"
	"cpu1 folio_alloc -> p\n"
	"cpu1 lru_add_drain_all\n"
	"cpu1 __free_pages p\n"
	"cpu0 offline_pages block=4\n";

/* What a search found: which invariant, broken by which operation. */
struct found {
	struct mo *mo;
	unsigned int nr;
	struct {
		const char *invariant;
		unsigned int op;
	} list[FOUND_MAX];
	unsigned int nr_schedules;
	uint64_t schedules[SCHEDULES_MAX];	/* hashes of their texts */
	uint64_t limit;				/* 0: none */
};

static int setup(void **state)
{
	struct found *f = calloc(1, sizeof(*f));

	if (f)
		f->mo = mo_create();
	*state = f;
	return !f || !f->mo;
}

static int teardown(void **state)
{
	struct found *f = *state;

	mo_destroy(f->mo);
	free(f);
	return 0;
}

static void note_violation(struct found *f, const struct mo_result *r)
{
	for (unsigned int i = 0; i < f->nr; i++)
		if (f->list[i].op == r->violation_op &&
		    !strcmp(f->list[i].invariant, r->invariant))
			return;
	assert_in_range(f->nr, 0, FOUND_MAX - 1);
	f->list[f->nr].invariant = r->invariant;
	f->list[f->nr++].op = r->violation_op;
}

static bool after_schedule(void *arg, const struct mo_result *r)
{
	struct found *f = arg;
	char text[8192];
	size_t len;

	if (r->invariant)
		note_violation(f, r);
	len = mo_last_text(f->mo, text, sizeof(text));
	assert_true(len);
	if (f->nr_schedules < SCHEDULES_MAX)
		f->schedules[f->nr_schedules++] = hash_bytes(1, text, len);
	return !f->limit || r->nr_schedules < f->limit;
}

static struct mo_result search(struct found *f, const uint8_t *data, size_t size,
			       const char *oracle, bool cut, const char *drain)
{
	const struct mo_options options = {
		.level = 3,
		.oracle = oracle,
		.drain = drain,
		.after_schedule = after_schedule,
		.after_schedule_arg = f,
		.no_state_hash = !cut,
	};
	struct mo_result r;

	f->nr = f->nr_schedules = 0;
	if (mo_run_bytes(f->mo, data, size, &options, &r) == 2)
		fail_msg("%s", mo_error(f->mo));
	return r;
}

static size_t to_bytes(struct found *f, const char *text, uint8_t *data,
		       size_t max)
{
	size_t size = mo_text_to_bytes(f->mo, "test", text, strlen(text), data,
				       max);

	if (!size)
		fail_msg("%s", mo_error(f->mo));
	return size;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void no_schedule_twice(void **state)
{
	struct found *f = *state;
	uint8_t data[256];
	size_t size = to_bytes(f, race_2020, data, sizeof(data));
	struct mo_result r = search(f, data, size, "dfs:2", false, "disable");

	assert_true(r.complete);
	assert_int_equal(r.nr_schedules, f->nr_schedules);
	assert_in_range(f->nr_schedules, 1000, SCHEDULES_MAX - 1);
	qsort(f->schedules, f->nr_schedules, sizeof(f->schedules[0]), compare);
	for (unsigned int i = 1; i < f->nr_schedules; i++)
		assert_true(f->schedules[i - 1] != f->schedules[i]);
}

/*
 * Two operations of two stretches each, before and behind the point DRAIN_CPU.
 * Without preemptions who begins is the only choice; with as many as it takes there
 * are 4! / (2! 2!) orders.
 */
static void every_schedule_once(void **state)
{
	static const char text[] = "memoffline 1 geometry=tiny\n"
				   "cpu0 drain_local_pages\n"
				   "cpu1 drain_local_pages\n";
	struct found *f = *state;
	uint8_t data[256];
	size_t size = to_bytes(f, text, data, sizeof(data));

	assert_int_equal(search(f, data, size, "dfs:0", false, NULL).nr_schedules,
			 2);
	assert_int_equal(search(f, data, size, "dfs:15", false, NULL).nr_schedules,
			 6);
}

static void same_violations(struct found *f, const uint8_t *data, size_t size,
			    const char *oracle, const char *drain)
{
	struct found all;
	struct mo_result full, cut;

	full = search(f, data, size, oracle, false, drain);
	if (!full.complete)
		return;
	memcpy(&all.list, f->list, sizeof(f->list));
	all.nr = f->nr;
	cut = search(f, data, size, oracle, true, drain);
	assert_true(cut.complete);
	assert_true(cut.nr_schedules <= full.nr_schedules);
	if (all.nr != f->nr)
		fail_msg("%u violations without cutting, %u with it", all.nr,
			 f->nr);
	for (unsigned int i = 0; i < all.nr; i++) {
		unsigned int k = 0;

		while (k < f->nr && (all.list[i].op != f->list[k].op ||
				     strcmp(all.list[i].invariant,
					    f->list[k].invariant)))
			k++;
		if (k == f->nr)
			fail_msg("cutting misses %s of operation %u",
				 all.list[i].invariant, all.list[i].op);
	}
}

static void cutting_misses_nothing(void **state)
{
	struct found *f = *state;
	uint8_t data[256];
	size_t size = to_bytes(f, race_2020, data, sizeof(data));

	f->limit = 0;
	same_violations(f, data, size, "dfs:1", "once");
	assert_int_equal(f->nr, 1);
	assert_string_equal(f->list[0].invariant, "offline_progress");
	same_violations(f, data, size, "dfs:2", "once");
	assert_int_equal(f->nr, 1);
	same_violations(f, data, size, "dfs:2", "disable");
	assert_int_equal(f->nr, 0);
}

/* The same for programs that nobody thought of. */
static void cutting_misses_nothing_random(void **state)
{
	struct mutator *m = calloc(1, sizeof(*m));
	struct found *f = *state;
	uint8_t data[MO_HEADER_SIZE + 5 * MO_RECORD_SIZE];
	unsigned int nr = 0;

	assert_non_null(m);
	mutator_init(m, NULL);
	f->limit = 3000;
	for (uint64_t seed = 0; seed < 100; seed++) {
		size_t size = mutate_generate(m, data, sizeof(data), seed);

		data[1] = seed & 1; /* geometry: tiny or flat */
		data[4] = data[5] = 0; /* no old bug, both CPUs */
		same_violations(f, data, size, "dfs:1", seed & 2 ? "once" : NULL);
		nr += f->nr_schedules > 10;
	}
	f->limit = 0;
	mutator_destroy(m);
	free(m);
	/* Most of them have something to interleave. */
	assert_in_range(nr, 20, 100);
}

/*
 * The world tiny, a free on one CPU, offlining of its block on the other: while
 * per-CPU lists are disabled no schedule gets stuck, not one of those with at most 15
 * preemptions.  With one drain a single preemption is enough.
 */
static void race_2020_is_gone(void **state)
{
	struct found *f = *state;
	uint8_t data[256];
	size_t size = to_bytes(f, race_2020, data, sizeof(data));
	struct mo_result r = search(f, data, size, "dfs:15", true, "disable");

	/* How many that are depends on the build: the hash of a state has the stacks
	 * of suspended operations in it, with what a compiler leaves there. */
	assert_true(r.complete);
	assert_int_equal(f->nr, 0);
	r = search(f, data, size, "dfs:1", true, "once");
	assert_true(r.complete);
	assert_int_equal(f->nr, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_schedule_twice),
		cmocka_unit_test(every_schedule_once),
		cmocka_unit_test(cutting_misses_nothing),
		cmocka_unit_test(cutting_misses_nothing_random),
		cmocka_unit_test(race_2020_is_gone),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
