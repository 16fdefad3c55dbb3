/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mutator as libFuzzer calls it (Centipede too).  Never linked into a
 * program without such an engine: LLVMFuzzerMutate() is the engine's.
 */
#include "mutate.h"

/* Now and then bytes, for what no edit of ours would do. */
#define BYTES 10

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max_size, unsigned int seed);

static struct mutator *mutator(void)
{
	static struct mutator m;

	if (!m.words.nr_ops)
		mutator_init_for_target(&m);
	return &m;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	struct rng rng = { seed };

	if (mutator_is_text(data, size) || rng_one_in(&rng, BYTES))
		return LLVMFuzzerMutate(data, size, max_size);
	return mutate(mutator(), data, size, max_size, rng_next(&rng));
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max_size, unsigned int seed)
{
	return mutate_crossover(mutator(), a, a_size, b, b_size, out, max_size,
				seed);
}
