/* SPDX-License-Identifier: GPL-2.0-only */
/* What broke: the input is kept first, then cut down to a short scenario. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "keep.h"
#include "shrink.h"
#include "soak.h"

/* Long programs full of stalls take minutes; the run goes on, and a person who looks
 * at the scenario can minimise it further. */
#define MAX_RUNS 100000

/* The operations up to the one that broke it; the rest cannot matter. */
static int keep_short(const struct soak *s, struct mo *mo, const char *path,
		      const uint8_t *data, size_t size, uint32_t *nr_ops)
{
	const struct input in = { .path = path, .name = path, .data = data, .size = size };
	struct shrink shrink = { .mo = mo, .options = s->options,
				 .max_runs = MAX_RUNS };
	char ops[KEEP_PATH_MAX + 8];
	int ret = 0;

	if (!shrink_input(&shrink, &in)) {
		const char *text = shrink_text(&shrink, strrchr(path, '/') + 1);

		snprintf(ops, sizeof(ops), "%s.ops", path);
		*nr_ops = shrink.best.nr;
		ret = keep_file(ops, text, strlen(text));
		/* Cut down once before, by another build: of the same input. */
		if (ret == EEXIST)
			ret = 0;
	}
	shrink_free(&shrink);
	return ret;
}

/* A folder may have findings of other runs, with another seed: nothing is lost. */
static int keep_input(const struct soak *s, uint64_t unit, const char *invariant,
		      const uint8_t *data, size_t size, char path[KEEP_PATH_MAX])
{
	const struct soak_combo *c = &s->combos[unit % s->nr_combos];
	char stem[KEEP_PATH_MAX];

	snprintf(stem, sizeof(stem), "%s/found/%s-%s-%s-%" PRIu64, s->folder,
		 invariant, c->load->name, c->policy, unit / s->nr_combos);
	return keep_numbered(stem, "", data, size, path);
}

/* Index of an invariant; behind all of them: a crash. */
static unsigned int index_of(const char *invariant)
{
	struct mo_invariant_info info;
	unsigned int i = 0;

	while (invariant && i < SOAK_MAX_INVARIANTS - 1 &&
	       mo_invariant_info(i, &info) && strcmp(info.id, invariant))
		i++;
	return invariant ? i : SOAK_MAX_INVARIANTS - 1;
}

int soak_found(const struct soak *s, struct mo *mo, uint64_t unit,
	       const struct mo_result *result, const uint8_t *data, size_t size)
{
	unsigned int i = (unsigned int)(unit % s->nr_combos);
	const struct soak_combo *c = &s->combos[i];
	const char *invariant = result->invariant ? result->invariant : "crash";
	_Atomic uint32_t *nr_kept = &s->shared->kept_of[i][index_of(result->invariant)];
	uint32_t nr_ops = 0;
	char path[KEEP_PATH_MAX];
	int ret;

	atomic_fetch_add(&s->shared->found_of[i], 1);
	atomic_fetch_add(&s->shared->nr_found, 1);
	if (atomic_fetch_add(nr_kept, 1) >= SOAK_MAX_KEPT)
		return 0;
	ret = keep_input(s, unit, invariant, data, size, path);
	if (!ret && result->invariant)
		ret = keep_short(s, mo, path, data, size, &nr_ops);
	if (ret)
		return ret;
	/* One write a line: workers do not mix theirs. */
	dprintf(STDERR_FILENO,
		"%s%s: %s under %s, seed %" PRIu64 ", unit %" PRIu64 ", step %u of %u: %s%s, %u operations\n",
		cli_is_terminal(stderr) ? "\r\033[K" : "", invariant,
		c->load->name, c->policy, s->seed, unit, result->violation_op,
		s->episode, path, nr_ops ? ".ops" : "", nr_ops ? nr_ops : s->episode);
	return 0;
}
