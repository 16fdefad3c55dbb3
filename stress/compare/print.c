/* SPDX-License-Identifier: GPL-2.0-only */
/* The comparison as text, Markdown and JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "compare.h"

static const char *unbroken(uint64_t nr_tests)
{
	return nr_tests ? "holds" : "untested";
}

/* "holds", "untested", "broken", or "broken: once, redrain". */
static void verdict(const struct comparison *c, unsigned int policy,
		    enum claim claim, char *buf, size_t size)
{
	unsigned int nr = comparison_nr_broken(c, policy, claim);
	const char *word = nr ? "broken" :
				unbroken(comparison_nr_tests(c, policy, claim));
	size_t n = (size_t)snprintf(buf, size, "%s", word);

	if (!nr || nr == c->nr_drains)
		return;
	for (unsigned int d = 0, told = 0; d < c->nr_drains && n < size; d++)
		if (c->cells[policy][d].findings[claim].broken)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      told++ ? ", " : ": ", c->drains[d]);
}

struct effort {
	uint64_t runs, ops, schedules, suspends;
};

static struct effort effort_of(const struct comparison *c, unsigned int policy)
{
	struct effort e = { 0 };

	for (unsigned int d = 0; d < c->nr_drains; d++) {
		const struct cell *cell = &c->cells[policy][d];

		e.runs += cell->nr_runs;
		e.ops += cell->nr_ops;
		e.schedules += cell->nr_schedules;
		e.suspends += cell->nr_suspends;
	}
	return e;
}

/* Each line of the scenario behind a prefix. */
static void print_scenario(const char *text, const char *prefix)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		printf("%s%.*s\n", prefix, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* --- text --- */

static void text_of_claim(const struct comparison *c, enum claim claim)
{
	const struct claim_text *t = &claim_texts[claim];
	char buf[128];

	printf("%s\n  %s\n  broken when: %s\n  put to the test when: %s\n",
	       t->sentence, t->where, t->breaks, t->tests);
	for (unsigned int p = 0; p < c->nr_policies; p++) {
		const char *drain = "";
		const struct finding *f =
			comparison_shortest(c, p, claim, &drain);

		verdict(c, p, claim, buf, sizeof(buf));
		printf("  %-18s%s, %" PRIu64 " tests\n", c->policies[p], buf,
		       comparison_nr_tests(c, p, claim));
		if (!f)
			continue;
		printf("    program %" PRIu64 " under drain=%s, minimised:\n",
		       f->run, drain);
		print_scenario(f->scenario, "      ");
	}
	putchar('\n');
}

void print_text(const struct comparison *c)
{
	for (unsigned int i = 0; i < NR_CLAIMS; i++)
		text_of_claim(c, (enum claim)i);
	for (unsigned int p = 0; p < c->nr_policies; p++) {
		struct effort e = effort_of(c, p);

		printf("%s: %" PRIu64 " programs, %" PRIu64 " operations, %" PRIu64
		       " schedules with %" PRIu64 " switches\n",
		       c->policies[p], e.runs, e.ops, e.schedules, e.suspends);
	}
	printf("%u drain strategies each, seed %" PRIu64 ", %.1f s\n",
	       c->nr_drains, c->seed, c->seconds);
}

/* --- Markdown: the table, then the scenarios --- */

static void markdown_table(const struct comparison *c)
{
	char buf[128];

	printf("| claim | where |");
	for (unsigned int p = 0; p < c->nr_policies; p++)
		printf(" `%s` |", c->policies[p]);
	printf("\n|---|---|");
	for (unsigned int p = 0; p < c->nr_policies; p++)
		printf("---|");
	putchar('\n');
	for (unsigned int i = 0; i < NR_CLAIMS; i++) {
		printf("| %s | %s |", claim_texts[i].sentence,
		       claim_texts[i].where);
		for (unsigned int p = 0; p < c->nr_policies; p++) {
			verdict(c, p, (enum claim)i, buf, sizeof(buf));
			printf(" %s (%" PRIu64 ") |", buf,
			       comparison_nr_tests(c, p, (enum claim)i));
		}
		putchar('\n');
	}
	printf("| *programs; operations; schedules*; a claim: *(schedules that put it to the test)* | |");
	for (unsigned int p = 0; p < c->nr_policies; p++) {
		struct effort e = effort_of(c, p);

		printf(" %" PRIu64 "; %" PRIu64 "; %" PRIu64 " |", e.runs,
		       e.ops, e.schedules);
	}
	putchar('\n');
}

/* Of all designs that break a claim, the one with the shortest scenario. */
static void markdown_scenario(const struct comparison *c, enum claim claim)
{
	const struct finding *best = NULL;

	for (unsigned int p = 0; p < c->nr_policies; p++) {
		const char *drain;
		const struct finding *f =
			comparison_shortest(c, p, claim, &drain);

		if (f && (!best || f->nr_ops < best->nr_ops))
			best = f;
	}
	if (!best)
		return;
	printf("\n*%s*: %s.\n\n", claim_texts[claim].sentence,
	       claim_texts[claim].breaks);
	print_scenario(best->scenario, "    ");
}

void print_markdown(const struct comparison *c)
{
	markdown_table(c);
	printf("\nThe shortest scenario for each claim that some design breaks:\n");
	for (unsigned int i = 0; i < NR_CLAIMS; i++)
		markdown_scenario(c, (enum claim)i);
}

/* --- JSON --- */

static void json_findings(const struct cell *cell)
{
	for (unsigned int i = 0; i < NR_CLAIMS; i++) {
		const struct finding *f = &cell->findings[i];

		printf("%s\n        { \"claim\": \"%s\", \"verdict\": \"%s\", \"tests\": %" PRIu64,
		       i ? "," : "", claim_texts[i].id,
		       f->broken ? "broken" : unbroken(cell->nr_tests[i]),
		       cell->nr_tests[i]);
		if (f->broken) {
			printf(", \"program\": %" PRIu64
			       ", \"operations\": %u, \"scenario\": ",
			       f->run, f->nr_ops);
			cli_json_string(stdout, f->scenario);
		}
		printf(" }");
	}
}

static void json_claims(void)
{
	for (unsigned int i = 0; i < NR_CLAIMS; i++) {
		const struct claim_text *t = &claim_texts[i];

		printf("%s\n    { \"id\": \"%s\", \"claim\": ", i ? "," : "",
		       t->id);
		cli_json_string(stdout, t->sentence);
		printf(", \"where\": ");
		cli_json_string(stdout, t->where);
		printf(", \"breaks\": ");
		cli_json_string(stdout, t->breaks);
		printf(", \"tested\": ");
		cli_json_string(stdout, t->tests);
		printf(" }");
	}
}

void print_json(const struct comparison *c)
{
	printf("{ \"schema\": \"memoffline-compare-1\", \"seed\": %" PRIu64
	       ", \"seconds\": %.3f,\n  \"claims\": [",
	       c->seed, c->seconds);
	json_claims();
	printf("\n  ],\n  \"cells\": [");
	for (unsigned int p = 0; p < c->nr_policies; p++)
		for (unsigned int d = 0; d < c->nr_drains; d++) {
			const struct cell *cell = &c->cells[p][d];

			printf("%s\n    { \"policy\": \"%s\", \"drain\": \"%s\", \"programs\": %" PRIu64
			       ", \"operations\": %" PRIu64
			       ", \"schedules\": %" PRIu64
			       ", \"switches\": %" PRIu64 ", \"claims\": [",
			       p || d ? "," : "", cell->policy, cell->drain,
			       cell->nr_runs, cell->nr_ops,
			       cell->nr_schedules, cell->nr_suspends);
			json_findings(cell);
			printf(" ] }");
		}
	printf("\n  ] }\n");
}
