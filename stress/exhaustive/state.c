/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state file: text, the plan in the first line, replaced as a whole, so that a
 * process killed at any moment leaves the last state or the one before.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../soak/same_run.h"
#include "exhaustive.h"

#define MAGIC "exhaustive 2 "

void print_plan(const struct plan *p, FILE *out)
{
	fprintf(out, MAGIC "geometry=%s policy=%s drain=%s oldbug=%s level=%u length=%u cpus=%u bound=%u max-schedules=%" PRIu64 " letters=%u shard=%u/%u",
		p->geometry, p->policy ? p->policy : "legacy",
		p->drain ? p->drain : "disable", p->oldbug ? p->oldbug : "-",
		p->level, p->length, p->nr_cpus, p->bound, p->max_schedules,
		p->nr_letters, p->shard, p->nr_shards);
}

static void print_run(const struct plan *p, FILE *out)
{
	print_plan(p, out);
	fprintf(out, " build=%016" PRIx64 "\n", p->build);
}

static void check_run(const char *path, const struct plan *p, const char *was)
{
	char is[SAME_RUN_MAX] = { 0 }; /* MemorySanitizer does not see what fmemopen() writes */
	FILE *out = fmemopen(is, sizeof(is), "w");

	if (!out)
		err(EXIT_USAGE, "fmemopen");
	print_run(p, out);
	fclose(out);
	same_run_or_leave(path, was, is);
}

static bool read_findings(FILE *f, struct progress *pr)
{
	for (unsigned int i = 0; i < pr->nr_found; i++)
		if (fscanf(f, " found %39s %" SCNu64 " %" SCNu64,
			   pr->found[i].invariant, &pr->found[i].sequence,
			   &pr->found[i].nr_schedules) != 3)
			return false;
	return true;
}

static bool read_progress(FILE *f, const struct plan *p, struct progress *pr)
{
	return fscanf(f, " next %" SCNu64 " run %" SCNu64 " same %" SCNu64
		      " schedules %" SCNu64 " cut %" SCNu64 " states %" SCNu64
		      " incomplete %" SCNu64 " found %u",
		      &pr->next, &pr->nr_run, &pr->nr_same, &pr->nr_schedules,
		      &pr->nr_cut, &pr->nr_states, &pr->nr_incomplete,
		      &pr->nr_found) == 8 &&
	       pr->next <= nr_sequences(p) && pr->nr_found <= FOUND_MAX &&
	       read_findings(f, pr);
}

bool state_load(const char *path, const struct plan *p, struct progress *pr)
{
	char line[SAME_RUN_MAX];
	FILE *f = fopen(path, "r");

	if (!f && errno == ENOENT)
		return false;
	if (!f)
		err(EXIT_USAGE, "%s", path);
	if (!same_run_read(f, line) || strncmp(line, MAGIC, strlen(MAGIC)))
		errx(EXIT_USAGE, "%s: not a state that this exhaustive wrote, expected one, or a --state that is not there yet",
		     path);
	check_run(path, p, line);
	if (!read_progress(f, p, pr))
		errx(EXIT_USAGE, "%s: a broken state, expected what --state wrote, or a --state that is not there yet",
		     path);
	fclose(f);
	return true;
}

void state_save(const char *path, const struct plan *p,
		const struct progress *pr)
{
	char tmp[4096];
	FILE *f;

	if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int)sizeof(tmp))
		errx(EXIT_USAGE, "%s: path too long", path);
	f = fopen(tmp, "w");
	if (!f)
		err(EXIT_USAGE, "%s", tmp);
	print_run(p, f);
	fprintf(f, "next %" PRIu64 "\nrun %" PRIu64 "\nsame %" PRIu64
		   "\nschedules %" PRIu64 "\ncut %" PRIu64 "\nstates %" PRIu64
		   "\nincomplete %" PRIu64 "\nfound %u\n",
		pr->next, pr->nr_run, pr->nr_same, pr->nr_schedules, pr->nr_cut,
		pr->nr_states, pr->nr_incomplete, pr->nr_found);
	for (unsigned int i = 0; i < pr->nr_found; i++)
		fprintf(f, "found %s %" PRIu64 " %" PRIu64 "\n",
			pr->found[i].invariant, pr->found[i].sequence,
			pr->found[i].nr_schedules);
	if (fclose(f) || rename(tmp, path))
		err(EXIT_USAGE, "%s", path);
}
