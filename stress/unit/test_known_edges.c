/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Edges that thousands of inputs took are hidden from libFuzzer, and only these.  This
 * program has no engine: the section that its counters live in is made by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "known_edges.h"

#define EDGE_COMMON 3u
#define EDGE_RARE 17u
#define EDGE_LATE 40u
#define NR_INPUTS 20000
/* An input in 16 is looked at, and 255 of these hide an edge. */
#define FIRST_HIDDEN (16 * 255)

static uint8_t edges[64] __attribute__((section("__sancov_cntrs"), used));

/* As the engine does: clear, run, look. */
static void run_input(unsigned int nr)
{
	for (unsigned int i = 0; i < sizeof(edges); i++)
		edges[i] = 0;
	edges[EDGE_COMMON] = 7;
	edges[EDGE_RARE] = nr % 100 == 0;
	edges[EDGE_LATE] = nr == NR_INPUTS - 1;
	known_edges_forget();
}

static void common_edges_are_hidden(void **state)
{
	(void)state;
	for (unsigned int nr = 0; nr < NR_INPUTS; nr++) {
		run_input(nr);
		assert_int_equal(edges[EDGE_COMMON],
				 nr < FIRST_HIDDEN ? 7 : 0);
		assert_int_equal(edges[EDGE_RARE], nr % 100 == 0);
		assert_int_equal(edges[EDGE_LATE], nr == NR_INPUTS - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_edges_are_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
