/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: fuzz_offline's, of the real kernel: no sequence of operations breaks an
 * invariant.  Header bytes that this kernel has no answer to are overruled.
 */
#include "fuzz.h"
#include "mutate.h"

const bool mutator_sequential = true;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mo_options options = {
		.level = fuzz_level,
		.abort_on_violation = true,
		.sequential = true, /* races: fuzz_source_interleave */
		.geometry = LANE_GEOMETRY,
		.policy = "legacy",
		.drain = "disable",
	};
	struct mo_result result;

	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}
