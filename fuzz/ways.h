/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the targets run an input.  What one of them found may break nothing when it
 * is run as it says; these are tried then.
 */
#ifndef FUZZ_WAYS_H
#define FUZZ_WAYS_H

#include "memoffline.h"

struct way {
	const char *text;	/* for a person, with the options of replay */
	bool sequential;
	const char *geometry;
	const char *drain;
};

static const struct way ways[] = {
	{ .text = "one operation at a time, as fuzz_offline runs it (--sequential)",
	  .sequential = true },
	{ .text = "as fuzz_interleave runs it (--geometry tiny --drain disable)",
	  .geometry = "tiny", .drain = "disable" },
};

#define NR_WAYS (sizeof(ways) / sizeof(*ways))

static inline bool has_overrides(const struct mo_options *o)
{
	return o->geometry || o->policy || o->drain || o->oldbug ||
	       o->sequential || o->oracle;
}

static inline struct mo_options way_options(const struct mo_options *o,
					    const struct way *way)
{
	struct mo_options options = *o;

	options.sequential = way->sequential;
	options.geometry = way->geometry;
	options.drain = way->drain;
	return options;
}

#endif
