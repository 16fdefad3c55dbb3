/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Must fail: with one drain of the per-CPU lists (before 5.9) some interleaving
 * makes offlining go on for ever, the race of 2020.  As fuzz_interleave otherwise,
 * but only that counts here, and each input runs under a schedule of its own too
 * (pct, which is a function of the input).
 */
#include <string.h>

#include "fuzz.h"

static struct mo_options fuzz_world = { .drain = "once", .geometry = "tiny" };

/* FNV-1a: the schedule of an input that has none of its own is a function of it. */
static uint32_t seed_of(const uint8_t *data, size_t size)
{
	uint32_t h = 2166136261u;

	while (size--)
		h = (h ^ *data++) * 16777619u;
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char oracle[32];
	struct mo_options options = fuzz_world;
	struct mo_result result;

	options.level = 2;
	options.excuse_design = true;
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(oracle, sizeof(oracle), "pct:%u,3", seed_of(data, size) + i);
		options.oracle = i ? oracle : NULL;
		if (mo_run_bytes(fuzz_mo, data, size, &options, &result) != 1 ||
		    strcmp(result.invariant, "offline_progress"))
			continue;
		fputs(mo_report(fuzz_mo), stderr);
		abort();
	}
	return 0;
}
