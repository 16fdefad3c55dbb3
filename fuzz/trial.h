/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One trial of stress/rediscover: an old bug is on, an engine makes inputs from
 * nothing, and here it is written down when the first of them came by the bug, when
 * one ran differently because of it, and when one broke an invariant.
 */
#ifndef FUZZ_TRIAL_H
#define FUZZ_TRIAL_H

#include "memoffline.h"

/* How far the search was: executions, this one included, and seconds. */
struct trial_event {
	uint64_t execs; /* 0: did not happen */
	double cpu; /* of the process that runs inputs */
};

/* Shared with stress/rediscover through a file; outlives a process that an engine
 * restarts. */
struct trial_state {
	uint64_t execs;
	double cpu; /* of processes that ended */
	double started; /* CLOCK_MONOTONIC */
	/* An input passed the code of the bug; its run differs from that without the
	 * bug (trace hash); it broke an invariant. */
	struct trial_event reached, triggered, detected;
	struct trial_event over; /* the trial ended, found or not */
	char invariant[64];
	uint64_t nr_alarms; /* inputs that broke something without the bug too */
};

struct trial {
	struct mo *mo;
	struct mo_options options; /* the bug; how inputs run */
	double budget; /* CPU seconds */
	struct trial_state *state;
	double cpu_at_start;
	char scenario[4096]; /* path; written when an invariant broke */
};

/* Maps the state in the file, which exists; what is found goes to path.ops.  False:
 * errno says why. */
bool trial_open(struct trial *t, const char *path);
/* Runs one input.  False: the trial is over. */
bool trial_run(struct trial *t, const uint8_t *data, size_t size);

#endif
