/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: no interleaving of operations on several CPUs breaks an invariant
 * while per-CPU lists are disabled for the whole of an offlining attempt, which
 * is what kernels do since 5.11.  On the smallest worlds, where races are near.
 */
#include "fuzz.h"

static struct mo_options fuzz_world = { .drain = "disable", .geometry = "tiny" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_run(data, size, false);
}
