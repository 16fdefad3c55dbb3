/* SPDX-License-Identifier: GPL-2.0-only */
/* What replay says of its inputs. */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

static const char *const outcome_words[] = {
	[PASSES] = "clean", [KNOWN] = "known", [VIOLATION] = "violation",
	[NO_EXPECT] = "failed",
	[NONDETERMINISTIC] = "nondeterministic", [BROKEN] = "broken",
};

/* --- the status line: only where somebody watches, and when it takes long --- */

static void status_clear(struct replay *r)
{
	if (r->status_shown)
		fputs("\r\033[K", stderr);
	r->status_shown = false;
}

void status_update(struct replay *r)
{
	double now = cli_wall_time();

	if (now < r->next_status || r->verbose || !cli_is_terminal(stderr))
		return;
	r->next_status = now + 0.2;
	r->status_shown = true;
	fprintf(stderr, "\r%u inputs, %u violations, %.1f s", r->nr_inputs,
		r->nr_violations, now - r->start);
}

/* --- for a person --- */

static bool is_good(enum outcome outcome)
{
	return outcome == PASSES || outcome == KNOWN;
}

/* The first line: does it fail, and with what. */
static void print_headline(const char *path, const struct verdict *v, FILE *out)
{
	bool color = cli_has_color(out), good = is_good(v->outcome);
	const struct mo_result *result = &v->result;
	const char *good_word = v->outcome == KNOWN ? "KNOWN" :
				result->invariant   ? "AS EXPECTED" :
						      "PASSES";

	fprintf(out, "%s: %s%s%s", path,
		!color ? "" : good ? "\033[1;32m" : "\033[1;31m",
		good ? good_word : "FAILS", color ? "\033[0m" : "");
	if (v->outcome == NONDETERMINISTIC)
		fputs(": runs of the same input differ", out);
	else if (v->outcome == NO_EXPECT)
		fputs(": an expectation does not hold", out);
	else if (result->invariant)
		fprintf(out, ": breaks %s%s", result->invariant,
			v->outcome == KNOWN ? ", which its design cannot keep" : "");
	else
		fprintf(out, ": breaks nothing, %u operations", result->nr_ops);
	if (v->way)
		fprintf(out, ", %s", v->way);
	fputc('\n', out);
}

static void print_block(const char *text, FILE *out)
{
	if (!text || !*text)
		return;
	fprintf(out, "%s%s", text, text[strlen(text) - 1] == '\n' ? "" : "\n");
}

/* What a search covered. */
static void print_search(const struct mo_result *result, FILE *out)
{
	if (!result->nr_schedules)
		return;
	fprintf(out, "  %" PRIu64 " schedules (%" PRIu64 " of them cut at a state seen before), %" PRIu64 " states; %s\n",
		result->nr_schedules, result->nr_cut, result->nr_states,
		result->complete  ? "these are all within the bound" :
		result->invariant ? "ended by a violation" :
				    "not all: some choices cannot be recorded");
}

static void print_for_person(struct replay *r, const struct input *in,
			     const struct verdict *v)
{
	/* Results for programs go to stdout, then this goes beside them. */
	FILE *out = r->json || r->hash ? stderr : stdout;

	status_clear(r);
	print_headline(in->path, v, out);
	print_search(&v->result, out);
	if (v->result.invariant && v->outcome != NONDETERMINISTIC && !r->json)
		print_block(v->report, out);
	if (v->outcome == NO_EXPECT)
		print_block(v->error, out);
	fflush(out);
}

/* --- for programs --- */

static void print_json(struct replay *r, const struct input *in,
		       const struct verdict *v)
{
	const struct mo_result *result = &v->result;

	printf("%s\n    {\"name\": ", r->nr_inputs ? "," : "");
	cli_json_string(stdout, in->path);
	printf(", \"status\": \"%s\"", outcome_words[v->outcome]);
	if (result->invariant)
		printf(", \"invariant\": \"%s\", \"violation_op\": %u",
		       result->invariant, result->violation_op);
	if (v->error && *v->error) {
		fputs(", \"error\": ", stdout);
		cli_json_string(stdout, v->error);
	}
	if (result->nr_schedules)
		printf(", \"schedules\": %" PRIu64 ", \"cut\": %" PRIu64
		       ", \"states\": %" PRIu64 ", \"complete\": %s",
		       result->nr_schedules, result->nr_cut, result->nr_states,
		       result->complete ? "true" : "false");
	printf(", \"ops\": %u, \"noops\": %u, \"skipped\": %u, \"failed_expects\": %u, \"steps\": %" PRIu64
	       ", \"hash\": \"%016" PRIx64 "\"}",
	       result->nr_ops, result->nr_noops, result->nr_skipped,
	       result->nr_failed_expects, result->steps, result->trace_hash);
}

void junit_open(struct replay *r, const char *path)
{
	r->junit = fopen(path, "w");
	if (!r->junit)
		err(EXIT_USAGE, "%s", path);
	r->junit_cases = open_memstream(&r->junit_text, &r->junit_size);
	if (!r->junit_cases)
		err(EXIT_USAGE, "open_memstream");
}

static void print_junit(struct replay *r, const struct input *in,
			const struct verdict *v)
{
	FILE *out = r->junit_cases;
	const char *text = v->outcome == VIOLATION ? v->report : v->error;

	fputs("  <testcase classname=\"replay\" name=\"", out);
	cli_xml_text(out, in->path);
	if (is_good(v->outcome)) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <failure type=\"%s\" message=\"%s\">",
		outcome_words[v->outcome],
		v->result.invariant ? v->result.invariant : outcome_words[v->outcome]);
	cli_xml_text(out, text ? text : "");
	fputs("</failure>\n  </testcase>\n", out);
}

static void junit_close(struct replay *r, unsigned int nr_unreadable)
{
	fclose(r->junit_cases);
	fprintf(r->junit, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"memoffline replay\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n%s</testsuite>\n",
		r->nr_inputs, r->nr_violations + r->nr_failed + r->nr_broken,
		nr_unreadable, r->junit_text);
	if (fclose(r->junit))
		err(EXIT_USAGE, "the JUnit file");
	free(r->junit_text);
}

/* --- the whole --- */

static void count(struct replay *r, enum outcome outcome)
{
	r->nr_violations += outcome == VIOLATION;
	r->nr_known += outcome == KNOWN;
	r->nr_failed += outcome == NO_EXPECT || outcome == NONDETERMINISTIC;
	r->nr_broken += outcome == BROKEN;
}

void print_verdict(struct replay *r, const struct input *in,
		   const struct verdict *v)
{
	count(r, v->outcome);
	if (v->outcome == BROKEN) {
		status_clear(r);
		fprintf(stderr, "%s\n", v->error);
	} else if (!is_good(v->outcome) ||
		   ((r->single || r->verbose || v->result.nr_schedules) &&
		    !r->json && !r->hash)) {
		print_for_person(r, in, v);
	}
	if (r->json)
		print_json(r, in, v);
	else if (r->hash && v->outcome != BROKEN)
		printf("%016" PRIx64 "  %s\n", v->result.trace_hash, in->path);
	if (r->junit)
		print_junit(r, in, v);
}

void print_begin(struct replay *r)
{
	if (r->json)
		fputs("{\n  \"schema\": \"memoffline-replay-1\",\n  \"results\": [", stdout);
}

static void print_totals(const struct replay *r, unsigned int nr_unreadable,
			 double seconds)
{
	FILE *out = r->hash ? stderr : stdout;

	fprintf(out, "%u inputs, %u violations, ", r->nr_inputs, r->nr_violations);
	if (r->nr_known)
		fprintf(out, "%u known of their design, ", r->nr_known);
	fprintf(out, "%u failed, %u broken, %.2f s\n", r->nr_failed,
		r->nr_broken + nr_unreadable, seconds);
}

void print_end(struct replay *r, unsigned int nr_unreadable)
{
	double seconds = cli_wall_time() - r->start;

	status_clear(r);
	if (r->json)
		printf("\n  ],\n  \"inputs\": %u, \"violations\": %u, \"known\": %u, \"failed\": %u, \"broken\": %u, \"seconds\": %.3f\n}\n",
		       r->nr_inputs, r->nr_violations, r->nr_known,
		       r->nr_failed, r->nr_broken + nr_unreadable, seconds);
	else if (!r->to_text && !r->to_bytes && !r->to_c && !r->single)
		print_totals(r, nr_unreadable, seconds);
	if (r->junit)
		junit_close(r, nr_unreadable);
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_USAGE, "standard output");
}
