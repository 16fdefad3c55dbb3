/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mutator as AFL++ calls it, AFL_CUSTOM_MUTATOR_LIBRARY: libTARGET_mutator.so has
 * the target linked beside, for what it wishes of the mutator, libmemoffline_mutator.so
 * no target.  Uses nothing of AFL's own state, whose layout changes with every version.
 */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

/* With a second input at hand, every 4th result is a crossover. */
#define CROSSOVER 4

struct afl_mutator {
	struct mutator mutator;
	struct rng rng;
	uint8_t *out;
	size_t out_size;
};

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(struct afl_mutator *m, uint8_t *buf, size_t buf_size,
		       uint8_t **out_buf, uint8_t *add_buf, size_t add_buf_size,
		       size_t max_size);
void afl_custom_deinit(struct afl_mutator *m);

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct afl_mutator *m = malloc(sizeof(*m));

	(void)afl;
	if (!m)
		return NULL;
	mutator_init_for_target(&m->mutator);
	m->rng.state = seed;
	m->out = NULL;
	m->out_size = 0;
	return m;
}

static bool grow(struct afl_mutator *m, size_t size)
{
	uint8_t *out;

	if (size <= m->out_size)
		return true;
	out = realloc(m->out, size);
	if (!out)
		return false;
	m->out = out;
	m->out_size = size;
	return true;
}

/* 0: AFL++ goes on to the next input. */
size_t afl_custom_fuzz(struct afl_mutator *m, uint8_t *buf, size_t buf_size,
		       uint8_t **out_buf, uint8_t *add_buf, size_t add_buf_size,
		       size_t max_size)
{
	uint64_t seed = rng_next(&m->rng);

	if (!grow(m, max_size > buf_size ? max_size : buf_size))
		return 0;
	*out_buf = m->out; /* NULL ends afl-fuzz */
	if (mutator_is_text(buf, buf_size))
		return 0;
	if (add_buf && seed % CROSSOVER == 0)
		return mutate_crossover(&m->mutator, buf, buf_size, add_buf,
					add_buf_size, m->out, max_size, seed);
	memcpy(m->out, buf, buf_size);
	return mutate(&m->mutator, m->out, buf_size, max_size, seed);
}

void afl_custom_deinit(struct afl_mutator *m)
{
	mutator_destroy(&m->mutator);
	free(m->out);
	free(m);
}
