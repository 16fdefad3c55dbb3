/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: the same operations under all four designs of PageOffline give the
 * same results and leave the same memory, but for the differences on the list of
 * policy_diff.def.  One at a time.
 */
#include "fuzz.h"
#include "policy_diff.h"

static __attribute__((noinline)) void unexplained_difference(const char *message)
{
	fprintf(stderr, "%s%s: unexplained_difference\n", message, __FILE__);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy_diff *diff;
	const char *message;

	if (!diff)
		diff = policy_diff_create(fuzz_mo);
	FUZZ_MUST(diff);
	message = policy_diff(diff, data, size);
	if (message)
		unexplained_difference(message);
	return 0;
}
