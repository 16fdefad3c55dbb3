/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: this target FAILS.  What stress/rediscover runs: the old bug is the one
 * that MEMOFFLINE_OLDBUG names ("none": the run must stay clean), the trial ends the
 * process with its time or with what it found.  Switches count, under any policy
 * and geometry.
 */
#include <unistd.h>

#define FUZZ_READS_WORLD
#include "fuzz.h"
#include "trial.h"

#ifndef MO_OLDBUGS
#error "fuzz_oldbug looks for an old bug: configure with -DMO_OLDBUGS=ON"
#endif

static const char *needed(const char *name)
{
	const char *value = getenv(name);

	if (value)
		return value;
	fprintf(stderr, "%s is not set; this target is for stress/rediscover\n",
		name);
	exit(2);
}

const struct mo_options *mutator_world(void)
{
	fuzz_world.oldbug = needed("MEMOFFLINE_OLDBUG");
	fuzz_world.era = "6.17";
	return &fuzz_world;
}

static struct trial *trial(void)
{
	static struct trial t;

	if (t.mo)
		return &t;
	t.mo = fuzz_mo;
	t.budget = atof(needed("MEMOFFLINE_TRIAL_SECONDS"));
	t.options = *mutator_world();
	t.options.level = fuzz_level;
	t.options.excuse_design = t.options.excuse_drain_once = true;
	if (!trial_open(&t, needed("MEMOFFLINE_TRIAL"))) {
		perror("MEMOFFLINE_TRIAL");
		exit(2);
	}
	return &t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!trial_run(trial(), data, size))
		_exit(0);
	return 0;
}
