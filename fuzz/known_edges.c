/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides from libFuzzer the edges that thousands of inputs have taken.
 *
 * The engine pays some 10 ns for each counter that is not zero after an input: it looks
 * whether that is new, which common edges are not, and counts it for its schedule.  So a
 * counter is cleared from about the 4000th input on that has set it.  No edge is hidden
 * before the engine knows it.  Inputs are counted one in 16: common edges need no
 * precision.  A merge of 20,000 inputs, of either kind, lost no edge.
 *
 * Costs a pass over the counters, which are some 4 KB.  Only in builds of ours: what a
 * service builds is its engine as it is.
 */
#include <stddef.h>
#include <stdint.h>

#include "known_edges.h"

#define EDGES_MAX 65536
#define INPUTS_PER_SAMPLE 16

/* The counters of this program; the linker knows where the section is. */
extern uint8_t edges_begin[] __asm__("__start___sancov_cntrs");
extern uint8_t edges_end[] __asm__("__stop___sancov_cntrs");

static uint8_t nr_samples[EDGES_MAX]; /* that had the edge, up to UINT8_MAX */
static uint8_t hidden[EDGES_MAX]; /* UINT8_MAX or 0 */

static void sample(const uint8_t *edges, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		uint8_t more = edges[i] && nr_samples[i] < UINT8_MAX;

		nr_samples[i] = (uint8_t)(nr_samples[i] + more);
		hidden[i] = nr_samples[i] == UINT8_MAX ? UINT8_MAX : 0;
	}
}

void known_edges_forget(void)
{
	static unsigned int nr_inputs;
	size_t nr = (size_t)(edges_end - edges_begin);

	if (nr > EDGES_MAX)
		return;
	for (size_t i = 0; i < nr; i++)
		edges_begin[i] = (uint8_t)(edges_begin[i] & ~hidden[i]);
	if (++nr_inputs % INPUTS_PER_SAMPLE == 0)
		sample(edges_begin, nr);
}
