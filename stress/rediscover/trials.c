/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "trials.h"

const struct engine_desc engines[ENGINE_NR] = {
	[ENGINE_SWARM] = { "swarm", "plain random generator", false },
	[ENGINE_PCT] = { "pct", "the same, schedules by PCT", false },
	[ENGINE_LIBFUZZER] = { "libfuzzer", "libFuzzer with our mutator", false },
	[ENGINE_AFL] = { "afl", "AFL++ with our mutator", true },
};

void outcomes_add(struct outcomes *all, const struct outcome *o)
{
	struct outcome *old = (struct outcome *)outcomes_find(
		all, o->bug, o->engine, o->trial);

	if (old) {
		*old = *o;
		return;
	}
	if (all->nr == all->room) {
		all->room = all->room ? 2 * all->room : 256;
		all->list = reallocarray(all->list, all->room,
					 sizeof(*all->list));
		if (!all->list)
			err(EXIT_USAGE, "trials");
	}
	all->list[all->nr++] = *o;
}

static bool parse_engine(const char *name, enum engine *engine)
{
	for (unsigned int i = 0; i < ENGINE_NR; i++) {
		if (strcmp(engines[i].name, name))
			continue;
		*engine = (enum engine)i;
		return true;
	}
	return false;
}

static bool parse(const char *line, struct outcome *o)
{
	char engine[32];
	int found;

	if (sscanf(line, "%63s %31s %u %lf %d %63s %" SCNu64 " %lf %" SCNu64 " %" SCNu64 " %" SCNu64,
		   o->bug, engine, &o->trial, &o->budget, &found, o->invariant,
		   &o->execs, &o->seconds, &o->reached, &o->triggered,
		   &o->alarms) != 11)
		return false;
	o->found = found;
	return parse_engine(engine, &o->engine);
}

void outcomes_read(struct outcomes *all, const char *path)
{
	FILE *in = fopen(path, "r");
	char line[512];
	unsigned int nr = 0;
	struct outcome o;

	if (!in)
		return;
	while (nr++, fgets(line, sizeof(line), in)) {
		if (line[0] == '#')
			continue;
		if (!parse(line, &o))
			errx(EXIT_USAGE, "%s:%u: no trial, expected what rediscover writes: bug, engine, trial, budget, found, invariant, executions, seconds, reached, triggered, alarms",
			     path, nr);
		outcomes_add(all, &o);
	}
	fclose(in);
}

void outcome_write(FILE *out, const struct outcome *o)
{
	fprintf(out,
		"%s\t%s\t%u\t%g\t%d\t%s\t%" PRIu64 "\t%.4f\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
		o->bug, engines[o->engine].name, o->trial, o->budget, o->found,
		o->invariant, o->execs, o->seconds, o->reached, o->triggered,
		o->alarms);
	fflush(out);
}

const struct outcome *outcomes_find(const struct outcomes *all, const char *bug,
				    enum engine engine, unsigned int trial)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct outcome *o = &all->list[i];

		if (o->engine == engine && o->trial == trial &&
		    !strcmp(o->bug, bug))
			return o;
	}
	return NULL;
}

bool outcomes_have(const struct outcomes *all, enum engine engine)
{
	for (size_t i = 0; i < all->nr; i++)
		if (all->list[i].engine == engine)
			return true;
	return false;
}

double outcomes_budget(const struct outcomes *all, enum engine engine)
{
	double budget = 0;

	for (size_t i = 0; i < all->nr; i++)
		if (all->list[i].engine == engine &&
		    all->list[i].budget > budget)
			budget = all->list[i].budget;
	return budget;
}

bool outcome_is_final(const struct outcome *o, double budget)
{
	return o->found || o->budget >= budget;
}

bool outcomes_decided(const struct outcomes *all, const char *bug,
		      enum engine engine, unsigned int nr_trials, double budget)
{
	unsigned int nr[2] = { 0 };

	for (size_t i = 0; i < all->nr; i++) {
		const struct outcome *o = &all->list[i];

		if (o->engine == engine && o->trial < nr_trials &&
		    !strcmp(o->bug, bug) && outcome_is_final(o, budget))
			nr[o->found]++;
	}
	return 2 * nr[0] > nr_trials || 2 * nr[1] > nr_trials;
}

void outcomes_sample(const struct outcomes *all, const char *bug,
		     enum engine engine, struct sample *seconds,
		     struct sample *execs)
{
	memset(seconds, 0, sizeof(*seconds));
	memset(execs, 0, sizeof(*execs));
	for (size_t i = 0; i < all->nr && seconds->nr < STATS_MAX; i++) {
		const struct outcome *o = &all->list[i];

		if (o->engine != engine || strcmp(o->bug, bug))
			continue;
		execs->value[execs->nr++] = (double)o->execs;
		seconds->value[seconds->nr++] = o->seconds;
		if (o->budget > seconds->budget)
			seconds->budget = o->budget;
		seconds->nr_found += o->found;
		execs->nr_found += o->found;
	}
}
