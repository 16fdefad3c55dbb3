/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AFL++'s persistent mode, as this project wants it: what an input reached counts, not
 * how often (use_counters=0 of the .options files).  Linked around AFL++'s function (ld
 * --wrap), and only in builds of ours: what a service builds is its engine as it is.
 */
#include <stdbool.h>
#include <stdint.h>

int __real___afl_persistent_loop(unsigned int max);
int __wrap___afl_persistent_loop(unsigned int max);
extern uint8_t *__afl_area_ptr;
extern uint32_t __afl_map_size;

static void forget_counts(void)
{
	uint8_t *area = __afl_area_ptr;
	uint32_t size = __afl_map_size; /* else read again for each byte of area */

	for (uint32_t i = 0; i < size; i++)
		area[i] = area[i] != 0;
}

/* The input before is done; there was none before the first call. */
int __wrap___afl_persistent_loop(unsigned int max)
{
	static bool is_begun;

	if (is_begun)
		forget_counts();
	is_begun = true;
	return __real___afl_persistent_loop(max);
}
