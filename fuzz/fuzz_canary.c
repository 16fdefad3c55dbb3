/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: this target FAILS.  A mistake that was once in a kernel (8f82b55dd558)
 * is forced on; a test asserts that the fuzzer finds it from an empty corpus
 * in few runs, so silence of the other targets means something.
 */
#include "fuzz.h"

#ifndef MO_OLDBUGS
#error "fuzz_canary looks for an old bug: configure with -DMO_OLDBUGS=ON"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mo_options options = {
		.level = 3,
		.abort_on_violation = true,
		.oldbug = "NR_FREE_COUNTS_ISOLATED",
	};
	struct mo_result result;

	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}
