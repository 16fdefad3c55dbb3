/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: fuzz_interleave's, of the real kernel: no schedule of a few operations on
 * several CPUs breaks an invariant.  Switches come from the same bytes.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mo_options options = {
		.level = fuzz_level,
		.abort_on_violation = true,
		.geometry = LANE_GEOMETRY,
		.policy = "legacy",
		.drain = "disable",
	};
	struct mo_result result;

	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}
