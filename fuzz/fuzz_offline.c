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
	return fuzz_run(data, size, true); /* races: fuzz_interleave */
}
