/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: none.  What the engine and the flags cost alone, the floor beside
 * which scripts/bench.sh shows the other targets: no model, no mutator.
 */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	return 0;
}
