/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench: what the model costs, each number beside its floor.
 *
 * Whole inputs run as a fuzz target runs them; the rows about single functions
 * are in unit/bench_mm.c, those with an engine in scripts/bench.sh.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "mutate.h"
#include "bench.h"

static const char usage[] =
	"usage: bench [--json]\n"
	"Prints what the model costs, each number beside its floor.\n"
	"\n"
	"      --json           results as JSON\n"
	"  -h, --help\n";

#define NR_SECTIONS 7
#define SECTION_SECONDS 0.01
#define NR_INPUTS 1024
#define INPUT_SIZE 128

static bool json;
static unsigned int nr_rows;

/* --- measuring --- */

static double section(bench_fn fn, void *arg, uint64_t nr)
{
	double start = cli_cpu_time();

	fn(arg, nr);
	return cli_cpu_time() - start;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Warms up while it looks for a long enough section. */
static uint64_t long_enough(const struct bench_item *item)
{
	uint64_t nr = 1;

	while (section(item->fn, item->arg, nr) < SECTION_SECONDS)
		nr *= 2;
	return nr;
}

void bench_together(struct bench_item *items, unsigned int nr_items)
{
	double seconds[BENCH_ITEMS_MAX][NR_SECTIONS];
	uint64_t nr[BENCH_ITEMS_MAX];
	unsigned int i, k;

	for (i = 0; i < nr_items; i++)
		nr[i] = long_enough(&items[i]);
	for (k = 0; k < NR_SECTIONS; k++)
		for (i = 0; i < nr_items; i++)
			seconds[i][k] =
				section(items[i].fn, items[i].arg, nr[i]);
	for (i = 0; i < nr_items; i++) {
		qsort(seconds[i], NR_SECTIONS, sizeof(seconds[i][0]),
		      compare_doubles);
		items[i].ns = seconds[i][NR_SECTIONS / 2] * 1e9 / (double)nr[i];
	}
}

static void print_row_json(const struct bench_row *row)
{
	printf("%s\n  {\"what\": ", nr_rows ? "," : "");
	cli_json_string(stdout, row->what);
	printf(", \"value\": %.6g, \"unit\": \"%s\"", row->value, row->unit);
	if (row->floor > 0) {
		fputs(", \"beside\": ", stdout);
		cli_json_string(stdout, row->beside);
		printf(", \"floor\": %.6g, \"ratio\": %.4g", row->floor,
		       row->value / row->floor);
	}
	fputs(", \"goal\": ", stdout);
	cli_json_string(stdout, row->goal);
	putchar('}');
}

void bench_row(const struct bench_row *row)
{
	if (json) {
		print_row_json(row);
	} else {
		if (!nr_rows)
			printf("%-46s %12s %-4s %7s  %-40s %s\n", "what",
			       "value", "", "ratio", "beside", "goal");
		printf("%-46s %12.1f %-4s ", row->what, row->value, row->unit);
		if (row->floor > 0)
			printf("%6.2fx  %8.1f %-31s", row->value / row->floor,
			       row->floor, row->beside);
		else
			printf("%7s  %-40s", "", "");
		printf(" %s\n", row->goal);
	}
	nr_rows++;
	fflush(stdout);
}

/* --- whole inputs --- */

struct inputs {
	struct mo *mo;
	const char *geometry;
	uint64_t nr_ops; /* of one pass over all */
	uint64_t nr_left_out; /* generated, but ended early by their design */
	uint8_t data[NR_INPUTS][INPUT_SIZE];
};

struct inputs_at_level {
	struct inputs *in;
	int level;
};

static bool runs_to_its_end(struct inputs *in, const uint8_t *data)
{
	const struct mo_options all = { .geometry = in->geometry, .level = 3,
					.excuse_design = true };
	struct mo_result result;

	if (mo_run_bytes(in->mo, data, INPUT_SIZE, &all, &result))
		errx(1, "a generated input breaks an invariant:\n%s",
		     mo_report(in->mo));
	in->nr_left_out += result.excused != NULL;
	return !result.excused;
}

/* The same on every machine.  An input that breaks an invariant would end early
 * and be measured as something else. */
static void generate_inputs(struct inputs *in)
{
	static struct mutator mutator;
	uint64_t seed = 1;
	unsigned int i = 0;

	mutator_init(&mutator, NULL);
	while (i < NR_INPUTS)
		if (mutate_generate(&mutator, in->data[i], INPUT_SIZE,
				    seed++) == INPUT_SIZE &&
		    runs_to_its_end(in, in->data[i]))
			i++;
}

/* All of them, nr times. */
static void run_inputs(void *arg, uint64_t nr)
{
	const struct inputs_at_level *at = arg;
	const struct mo_options options = { .geometry = at->in->geometry,
					    .level = at->level };
	struct mo_result result;
	unsigned int i;

	while (nr--) {
		at->in->nr_ops = 0;
		for (i = 0; i < NR_INPUTS; i++) {
			mo_run_bytes(at->in->mo, at->in->data[i], INPUT_SIZE,
				     &options, &result);
			at->in->nr_ops += result.nr_ops;
		}
	}
}

static __attribute__((noinline)) void do_nothing(const uint8_t *data)
{
	bench_use(data);
}

static void run_nothing(void *arg, uint64_t nr)
{
	const struct inputs_at_level *at = arg;
	unsigned int i;

	while (nr--)
		for (i = 0; i < NR_INPUTS; i++)
			do_nothing(at->in->data[i]);
}

static void print_levels(const double ns[5])
{
	const struct bench_row rows[] = {
		{ "a function that does nothing, per input", ns[0], "ns", "", 0,
		  "" },
		{ "128-byte input, level 0", ns[1], "ns", "", 0, "" },
		{ "128-byte input, level 1", ns[2], "ns", "level 0", ns[1],
		  "" },
		{ "128-byte input, level 2", ns[3], "ns", "level 0", ns[1],
		  "<= 1.5x" },
		{ "128-byte input, level 3 at its end", ns[4], "ns", "level 2",
		  ns[3], "<= 1.35x" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		bench_row(&rows[i]);
}

static void bench_levels(struct inputs *in)
{
	struct inputs_at_level at[] = {
		{ in, 0 }, { in, 1 }, { in, 2 }, { in, 3 }
	};
	struct bench_item items[] = {
		{ .fn = run_nothing, .arg = &at[0] },
		{ .fn = run_inputs, .arg = &at[0] },
		{ .fn = run_inputs, .arg = &at[1] },
		{ .fn = run_inputs, .arg = &at[2] },
		{ .fn = run_inputs, .arg = &at[3] },
	};
	double ns[5], ops;
	unsigned int i;

	bench_together(items, 5);
	for (i = 0; i < 5; i++)
		ns[i] = items[i].ns / NR_INPUTS;
	print_levels(ns);
	ops = (double)in->nr_ops / NR_INPUTS;
	bench_row(&(struct bench_row){ "  operations in one input", ops, "", "",
				       0, "" });
	bench_row(&(struct bench_row){ "  inputs per CPU-second, level 1",
				       1e6 / ns[2], "k", "", 0,
				       ">= 130 k with an engine" });
	bench_row(&(struct bench_row){ "  operations per CPU-second, level 1",
				       ops * 1e3 / ns[2], "M", "", 0,
				       ">= 5 M with an engine" });
}

static void bench_inputs(void)
{
	static struct inputs in = { .geometry = "tiny" };

	in.mo = mo_create();
	if (!in.mo)
		err(EXIT_USAGE, "mo_create");
	generate_inputs(&in);
	bench_levels(&in);
	if (in.nr_left_out)
		warnx("left out: %llu of %d generated inputs, ended by what their design is known to break (policies.def)",
		      (unsigned long long)in.nr_left_out, NR_INPUTS);
	mo_destroy(in.mo);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (option != 'j') {
			fputs("Try: bench --help\n", stderr);
			return EXIT_USAGE;
		}
		json = true;
	}
	if (optind < argc)
		errx(EXIT_USAGE,
		     "%s: unexpected argument, expected options only",
		     argv[optind]);
	if (json)
		putchar('[');
	bench_inputs();
	bench_mm();
	bench_sched();
	if (json)
		puts("\n]");
	return 0;
}
