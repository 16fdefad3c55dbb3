/* SPDX-License-Identifier: GPL-2.0-only */
/* What a fiber leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/fiber.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#else
#define __asan_poison_memory_region(addr, size) ((void)(addr), (void)(size))
#define __asan_region_is_poisoned(addr, size) ((void)(addr), (void)(size), NULL)
#endif

/* As of a frame that never came to its end: whatever mmap() puts there next must not
 * meet it. */
static void destroyed_stack_is_unpoisoned(void **state)
{
	struct fiber fiber;
	char *frame;

	(void)state;
	assert_true(fiber_create(&fiber));
	frame = (char *)fiber.stack + fiber.stack_bytes / 2;
	__asan_poison_memory_region(frame, 64);
	fiber_destroy(&fiber);
	assert_null(__asan_region_is_poisoned(frame, 64));
	assert_null(fiber.stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroyed_stack_is_unpoisoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
