/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: no interleaving of operations on several CPUs breaks an invariant
 * while per-CPU lists are disabled for the whole of an offlining attempt, which
 * is what kernels do since 5.11.  On the smallest worlds, where races are near.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mo_options options = {
		.level = 3,
		.abort_on_violation = true,
		.excuse_design = true,
		.policy = fuzz_policy,
		.drain = "disable",
		.geometry = "tiny",
	};
	struct mo_result result;

	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}
