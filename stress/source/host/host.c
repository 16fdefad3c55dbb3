/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel half asks of libc, and of the run: see lane.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <string.h>

#include "../lane.h"
#include "lane_world.h"

/* The machine is a singleton, as the variables of a kernel are. */
struct world *lane_world;

void *lane_host_map(unsigned long bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("source lane: mmap");
		exit(2);
	}
	return p;
}

void lane_host_log(const char *fmt, __builtin_va_list ap)
{
	static int verbose = -1;

	if (verbose < 0)
		verbose = getenv("LANE_VERBOSE") != NULL;
	if (!verbose)
		return;
	if (fmt[0] == 1) /* KERN_SOH, level */
		fmt += 2;
	vfprintf(stderr, fmt, ap); /* %pX extensions print as plain pointers */
}

bool lane_step_around_findings(void);

bool lane_step_around_findings(void)
{
	static int findings = -1;

	if (findings < 0)
		findings = getenv("LANE_FINDINGS") != NULL;
	return !findings;
}

bool lane_is_compared;

int lane_host_steps_around(void)
{
	return lane_is_compared || lane_step_around_findings();
}

int lane_host_mends(void)
{
	return !lane_is_compared && lane_step_around_findings();
}

int lane_host_fail(unsigned int point)
{
	struct fail_state *f;
	unsigned int nr_once;
	int err;

	if (!lane_world)
		return 0;
	f = &lane_world->fail;
	nr_once = f->nr_once;
	err = should_fail(f, (enum fail_point)point);
	/* A round that a misfortune spoiled, which does not come again, does not stand
	 * still. */
	if (f->nr_once != nr_once)
		lane_progress();
	return err;
}

/* MOBILITY_GROUPING_OFF */
void lane_host_zonelists_built(void)
{
	if (lane_host_steps_around())
		lane_group_by_mobility();
}

void lane_host_notify(int action, unsigned long start_pfn,
		      unsigned long nr_pages)
{
	static const enum memory_block_state states[] = {
		[LANE_GOING_ONLINE] = MEM_GOING_ONLINE,
		[LANE_DID_ONLINE] = MEM_ONLINE,
		[LANE_CANCEL_ONLINE] = MEM_CANCEL_ONLINE,
		[LANE_GOING_OFFLINE] = MEM_GOING_OFFLINE,
		[LANE_DID_OFFLINE] = MEM_OFFLINE,
		[LANE_CANCEL_OFFLINE] = MEM_CANCEL_OFFLINE,
	};
	struct mo_stats *stats;

	(void)start_pfn;
	(void)nr_pages;
	if (!lane_world)
		return;
	stats = &lane_world->stats;
	stats->notified[states[action]]++;
	stats->offlined_blocks += action == LANE_DID_OFFLINE;
	stats->onlined_blocks += action == LANE_DID_ONLINE;
}

void lane_host_section_offline(void)
{
	if (lane_world)
		lane_world->stats.offlined_sections++;
}

int lane_host_moved(unsigned int owner, unsigned long pfn)
{
	uint32_t *place = &lane_world->rmap[owner];
	int moved = *place != pfn + 1;

	if (pfn != LANE_NO_PFN)
		lane_world->stats.moved_mappings += (uint32_t)moved;
	*place = (uint32_t)pfn + 1;
	return moved;
}

void lane_host_balloon_migrated(void)
{
	lane_world->stats.balloon_migrated++;
}

int lane_host_stall(unsigned long start_pfn, unsigned long end_pfn)
{
	struct world *w = lane_world;

	lane_running(w);
	if (!w->stall)
		return 1;
	w->stall(w, start_pfn, end_pfn);
	return w->signal_pending;
}

/* The invariant that an assertion of the kernel stands for. */
static const struct {
	const char *what;
	const char *invariant;
} assertions[] = {
	{ "bad_page", "bad_page" },
	{ "deadlock", "deadlock" },
	{ "unlock of a free lock", "lock_balance" },
	{ "scheduling while atomic", "atomic_sleep" },
	{ "fake-offline page is referenced", "fake_offline_refcount" },
};

_Noreturn void lane_host_broken(const char *what, const char *where, int line,
				unsigned long pfn)
{
	const char *invariant = "kernel_assertion";

	for (unsigned int i = 0; i < ARRAY_SIZE(assertions); i++)
		if (!strcmp(assertions[i].what, what))
			invariant = assertions[i].invariant;
	if (!lane_world || !lane_world->violation.leave) {
		fprintf(stderr, "source lane: %s at %s:%d, pfn %#lx\n", what,
			where, line, pfn);
		abort();
	}
	lane_running(lane_world);
	violation_raise(&lane_world->violation, invariant,
			pfn == LANE_NO_PFN ? VIOLATION_NO_PFN : pfn, where,
			"%s at line %d", what, line);
	abort();
}

_Noreturn void lane_host_missing(const char *name);

_Noreturn void lane_host_missing(const char *name)
{
	fprintf(stderr, "source lane: the kernel called %s(), which the lane does not have\n",
		name);
	abort();
}
