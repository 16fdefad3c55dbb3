/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: no sequence of operations, under any policy and geometry, with any
 * misfortune that the kernel must survive, breaks an invariant.  One at a time.
 * Every page that an operation touched is checked after it, everything that the
 * input touched at its end.
 */
#include "fuzz.h"

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mo_options options = {
		.level = fuzz_level,
		.abort_on_violation = true,
		.excuse_design = true,
		.policy = fuzz_policy,
		.sequential = true, /* races: fuzz_interleave */
	};
	struct mo_result result;

	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}
