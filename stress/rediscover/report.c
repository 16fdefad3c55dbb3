/* SPDX-License-Identifier: GPL-2.0-only */
/* The trials as tables: Markdown for people, JSON for machines. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "trials.h"

/* Trials that came so far. */
struct steps {
	unsigned int reached, triggered, detected;
	unsigned int other; /* found, but broke another invariant */
};

static struct steps count_steps(const struct outcomes *all,
				const struct mo_named_info *bug,
				enum engine engine)
{
	struct steps n = { 0 };

	for (size_t i = 0; i < all->nr; i++) {
		const struct outcome *o = &all->list[i];

		if (o->engine != engine || strcmp(o->bug, bug->name))
			continue;
		n.reached += o->reached > 0;
		n.triggered += o->triggered > 0;
		n.detected += o->found;
		n.other += o->found && bug->invariant &&
			   strcmp(o->invariant, bug->invariant);
	}
	return n;
}

/* 12,345 as 12 k: three digits say enough. */
static void put_count(FILE *out, double nr)
{
	if (nr < 10000)
		fprintf(out, "%.0f", nr);
	else if (nr < 1e6)
		fprintf(out, "%.0f k", nr / 1e3);
	else
		fprintf(out, "%.1f M", nr / 1e6);
}

static void put_seconds(FILE *out, double seconds, double budget)
{
	if (seconds >= budget)
		fprintf(out, ">%g", budget);
	else if (seconds >= 10)
		fprintf(out, "%.0f", seconds);
	else
		fprintf(out, seconds < 0.095 ? "%.2f" : "%.1f", seconds);
}

static void put_engine(FILE *out, const struct outcomes *all,
		       const struct mo_named_info *bug, enum engine engine)
{
	struct sample seconds, execs;
	struct steps n = count_steps(all, bug, engine);

	outcomes_sample(all, bug->name, engine, &seconds, &execs);
	if (!seconds.nr) {
		fputs(" - | |", out);
		return;
	}
	fprintf(out, " %zu/%zu", seconds.nr_found, seconds.nr);
	if (n.reached < seconds.nr || n.triggered < seconds.nr)
		fprintf(out, " (%u reached, %u triggered)", n.reached,
			n.triggered);
	fputs(" | ", out);
	put_seconds(out, stats_min(&seconds), seconds.budget);
	fputs(" / ", out);
	put_seconds(out, stats_median(&seconds), seconds.budget);
	fputs(" / ", out);
	put_seconds(out, stats_max(&seconds), seconds.budget);
	fprintf(out, "; %.2f; ", stats_rmst(&seconds));
	put_count(out, stats_median(&execs));
	fputs(" |", out);
}

/* The fuzzer against the generator alone, both within the smaller of their budgets. */
static bool compare(const struct outcomes *all, const char *bug,
		    struct sample *a, struct sample *b)
{
	struct sample unused;
	double budget;

	outcomes_sample(all, bug, ENGINE_LIBFUZZER, a, &unused);
	outcomes_sample(all, bug, ENGINE_SWARM, b, &unused);
	budget = a->budget < b->budget ? a->budget : b->budget;
	stats_restrict(a, budget);
	stats_restrict(b, budget);
	return a->nr && b->nr;
}

static void put_comparison(FILE *out, const struct outcomes *all,
			   const char *bug)
{
	struct sample a, b;

	if (compare(all, bug, &a, &b))
		fprintf(out, " %.2f (p %.3f) |", stats_a12(&a, &b),
			stats_mann_whitney(&a, &b));
	else
		fputs(" |", out);
}

static void put_heading(FILE *out, const struct outcomes *all)
{
	fputs("| old bug | kind |", out);
	for (unsigned int e = 0; e < ENGINE_NR; e++)
		if (outcomes_have(all, (enum engine)e))
			fprintf(out, " %s: found | seconds; mean; executions |",
				engines[e].name);
	fputs(" A12 |\n|---|---|", out);
	for (unsigned int e = 0; e < ENGINE_NR; e++)
		if (outcomes_have(all, (enum engine)e))
			fputs("---|---|", out);
	fputs("---|\n", out);
}

static void put_bug(FILE *out, const struct outcomes *all,
		    const struct mo_named_info *bug)
{
	fprintf(out, "| `%s` | %s |", bug->name, bug->kind);
	for (unsigned int e = 0; e < ENGINE_NR; e++)
		if (outcomes_have(all, (enum engine)e))
			put_engine(out, all, bug, (enum engine)e);
	put_comparison(out, all, bug->name);
	fputc('\n', out);
}

/* --- the sums --- */

/* Bugs of a kind; those found in the median of their trials. */
static void count_kind(const struct outcomes *all, const char *kind,
		       enum engine engine, unsigned int *nr, unsigned int *found)
{
	struct mo_named_info bug;
	struct sample seconds, execs;

	*nr = *found = 0;
	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++) {
		outcomes_sample(all, bug.name, engine, &seconds, &execs);
		if (strcmp(bug.kind, kind) || !seconds.nr)
			continue;
		++*nr;
		*found += 2 * seconds.nr_found > seconds.nr;
	}
}

static void put_sums(FILE *out, const struct outcomes *all)
{
	static const char *const kinds[] = { "ST", "IL", "OPEN" };
	unsigned int nr, found;

	fputs("| engine | budget | ST | IL | OPEN | no bug on |\n|---|---|---|---|---|---|\n",
	      out);
	for (unsigned int e = 0; e < ENGINE_NR; e++) {
		const struct mo_named_info none = { .name = BUG_NONE };
		struct sample seconds, execs;

		if (!outcomes_have(all, (enum engine)e))
			continue;
		fprintf(out, "| %s (%s) | %g s |", engines[e].name,
			engines[e].text, outcomes_budget(all, (enum engine)e));
		for (unsigned int k = 0; k < 3; k++) {
			count_kind(all, kinds[k], (enum engine)e, &nr, &found);
			fprintf(out, " %u of %u |", found, nr);
		}
		outcomes_sample(all, none.name, (enum engine)e, &seconds, &execs);
		fprintf(out, " %zu alarms in %zu trials |\n", seconds.nr_found,
			seconds.nr);
	}
}

void report_markdown(FILE *out, const struct outcomes *all)
{
	struct mo_named_info bug;
	struct sample seconds, execs;

	fputs("Found in the median of the trials; a trial ends with a find, or when it has spent its\n"
	      "budget (CPU seconds):\n\n", out);
	put_sums(out, all);
	fputs("\nSeconds: minimum / median / maximum; restricted mean; executions: median. A12: the\n"
	      "probability that libFuzzer takes longer than the generator alone (0: never, 1: always),\n"
	      "and the two-sided p of Mann-Whitney, both within the smaller of the two budgets.\n\n", out);
	put_heading(out, all);
	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++) {
		bool any = false;

		for (unsigned int e = 0; e < ENGINE_NR; e++) {
			outcomes_sample(all, bug.name, (enum engine)e, &seconds,
					&execs);
			any |= seconds.nr;
		}
		if (any)
			put_bug(out, all, &bug);
	}
}

/* --- JSON --- */

static void json_engine(FILE *out, const struct outcomes *all,
			const struct mo_named_info *bug, enum engine engine)
{
	struct sample s, execs;
	struct steps n = count_steps(all, bug, engine);

	outcomes_sample(all, bug->name, engine, &s, &execs);
	fprintf(out,
		"{\"budget_seconds\": %g, \"trials\": %zu, \"found\": %zu, \"reached\": %u, \"triggered\": %u, \"detected\": %u, \"other_invariant\": %u, ",
		s.budget, s.nr, s.nr_found, n.reached, n.triggered, n.detected, n.other);
	fprintf(out,
		"\"seconds\": {\"min\": %.4f, \"median\": %.4f, \"max\": %.4f, \"rmst\": %.4f}, ",
		stats_min(&s), stats_median(&s), stats_max(&s), stats_rmst(&s));
	fprintf(out,
		"\"executions\": {\"min\": %.0f, \"median\": %.0f, \"max\": %.0f}}",
		stats_min(&execs), stats_median(&execs), stats_max(&execs));
}

static void json_comparison(FILE *out, const struct outcomes *all,
			    const char *bug)
{
	struct sample a, b;

	if (compare(all, bug, &a, &b))
		fprintf(out, ", \"libfuzzer_vs_swarm\": {\"a12\": %.4f, \"p\": %.6f}",
			stats_a12(&a, &b), stats_mann_whitney(&a, &b));
}

static void json_bug(FILE *out, const struct outcomes *all,
		     const struct mo_named_info *bug, bool first)
{
	bool comma = false;

	fprintf(out, "%s\n    {\"name\": \"%s\", \"kind\": \"%s\", \"engines\": {",
		first ? "" : ",", bug->name, bug->kind ? bug->kind : "none");
	for (unsigned int e = 0; e < ENGINE_NR; e++) {
		if (!outcomes_have(all, (enum engine)e))
			continue;
		fprintf(out, "%s\"%s\": ", comma ? ", " : "", engines[e].name);
		json_engine(out, all, bug, (enum engine)e);
		comma = true;
	}
	fputc('}', out);
	json_comparison(out, all, bug->name);
	fputc('}', out);
}

void report_json(FILE *out, const struct outcomes *all)
{
	struct mo_named_info bug = { .name = BUG_NONE };

	fputs("{\n  \"bugs\": [", out);
	json_bug(out, all, &bug, true);
	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++)
		json_bug(out, all, &bug, false);
	fputs("\n  ]\n}\n", out);
}
