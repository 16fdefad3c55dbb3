/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every target has in common, except the property.  A target is one file
 * that includes this one and defines LLVMFuzzerTestOneInput(), which gives back 0;
 * main() comes from the engine or from standalone.c.
 *
 * Build macros:
 *   MO_EXTRA_COUNTERS  abstract state as feedback beside edges (libFuzzer)
 *   MO_OLDBUGS         see core/lib/oldbugs.def; fuzz_canary needs it
 * A target that defines FUZZ_READS_WORLD before has a mutator_world() of its own.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memoffline.h"
#include "mutate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The engine frees one copy of each input: a large quarantine only costs page
 * faults (five times slower).  ASAN_OPTIONS goes before it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=1:malloc_context_size=0";
}

#ifdef MO_EXTRA_COUNTERS
/* libFuzzer clears it in machine words before each run. */
#define FUZZ_FEATURES_MAX 16384
__attribute__((section("__libfuzzer_extra_counters"), used,
	       aligned(64))) static uint8_t fuzz_features[FUZZ_FEATURES_MAX];
#else
#define FUZZ_FEATURES_MAX 0
static uint8_t *const fuzz_features = NULL;
#endif

/* The only state of a target: it lives as long as the process. */
static struct mo *fuzz_mo;
/* Checks, 0 to 3.  MEMOFFLINE_LEVEL in the environment goes before it. */
static int fuzz_level = 3;

/*
 * What all inputs run with, whatever they say: the design that MEMOFFLINE_POLICY names,
 * and what a target forces, which defines this with an initializer.  Programs are drawn
 * for it, and tried out in it (mutate.h).
 */
static struct mo_options fuzz_world;

static void fuzz_read_policy(void)
{
	struct mo_named_info policy;
	const char *name = getenv("MEMOFFLINE_POLICY");

	for (unsigned int i = 0;
	     name && mo_named_info(MO_TABLE_POLICY, i, &policy); i++)
		if (!strcmp(policy.name, name))
			fuzz_world.policy = policy.name;
	if (!name || fuzz_world.policy)
		return;
	fprintf(stderr, "MEMOFFLINE_POLICY=%s: expected one of policies.def\n",
		name);
	exit(2);
}

#ifndef FUZZ_READS_WORLD
/* In this process, or in AFL++'s. */
const struct mo_options *mutator_world(void)
{
	fuzz_read_policy();
	return &fuzz_world;
}
#endif

static void fuzz_read_level(void)
{
	const char *level = getenv("MEMOFFLINE_LEVEL");

	if (!level)
		return;
	if (level[0] < '0' || level[0] > '3' || level[1]) {
		fprintf(stderr, "MEMOFFLINE_LEVEL=%s: expected 0, 1, 2 or 3\n",
			level);
		exit(2);
	}
	fuzz_level = level[0] - '0';
}

/* What is done once in the life of a process is done before the first input. */
static void fuzz_warm_up(void)
{
	static const char tasks[] = "memoffline 1 geometry=tiny policy=legacy\n"
				    "cpu0 nop @OP_END>cpu1\n"
				    "cpu1 nop\n";
	struct mo_named_info era, geometry;
	struct mo_result result;

	for (unsigned int e = 0; mo_named_info(MO_TABLE_ERA, e, &era); e++)
		for (unsigned int i = 0;
		     mo_named_info(MO_TABLE_GEOMETRY, i, &geometry); i++)
			mo_run_bytes(fuzz_mo, NULL, 0,
				     &(struct mo_options){
					     .era = era.name,
					     .geometry = geometry.name },
				     &result);
	mo_run_text(fuzz_mo, "tasks", tasks, sizeof(tasks) - 1,
		    &(struct mo_options){ 0 }, &result);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_read_level();
	fuzz_read_policy();
	fuzz_mo = mo_create();
	if (!fuzz_mo) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	fuzz_warm_up();
	if (mo_feature_bytes() <= FUZZ_FEATURES_MAX)
		mo_set_features(fuzz_mo, fuzz_features);
	return 0;
}

/* What most targets do with an input: it must break no invariant. */
static inline int fuzz_run(const uint8_t *data, size_t size, bool sequential)
{
	struct mo_options options = fuzz_world;
	struct mo_result result;

	options.level = fuzz_level;
	options.abort_on_violation = true;
	options.excuse_design = true;
	options.sequential = sequential;
	mo_run_bytes(fuzz_mo, data, size, &options, &result);
	return 0;
}

/* The property does not hold: its name is on the stack and in the last line. */
#define FUZZ_MUST(x)                                                           \
	do {                                                                   \
		if (!(x)) {                                                    \
			fprintf(stderr, "%s:%d: %s: Assertion `%s' failed.\n", \
				__FILE__, __LINE__, __func__, #x);             \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
