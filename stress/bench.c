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

double bench_ns(bench_fn fn, void *arg)
{
	double seconds[NR_SECTIONS];
	uint64_t nr = 1;
	int i;

	/* Warm up while looking for a long enough section. */
	while (section(fn, arg, nr) < SECTION_SECONDS)
		nr *= 2;
	for (i = 0; i < NR_SECTIONS; i++)
		seconds[i] = section(fn, arg, nr);
	qsort(seconds, NR_SECTIONS, sizeof(seconds[0]), compare_doubles);
	return seconds[NR_SECTIONS / 2] * 1e9 / (double)nr;
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
	struct mo_options options;
	uint64_t nr_ops; /* of one pass over all */
	uint64_t nr_violations;
	uint8_t data[NR_INPUTS][INPUT_SIZE];
};

/* The same on every machine. */
static void generate_inputs(struct inputs *in)
{
	static struct mutator mutator;
	uint64_t seed = 1;
	unsigned int i = 0;

	mutator_init(&mutator);
	while (i < NR_INPUTS)
		if (mutate_generate(&mutator, in->data[i], INPUT_SIZE,
				    seed++) == INPUT_SIZE)
			i++;
}

static void run_inputs(void *arg, uint64_t nr)
{
	struct inputs *in = arg;
	struct mo_result result;
	uint64_t i;

	in->nr_ops = in->nr_violations = 0;
	for (i = 0; i < nr; i++) {
		in->nr_violations +=
			(uint64_t)mo_run_bytes(in->mo, in->data[i % NR_INPUTS],
					       INPUT_SIZE, &in->options,
					       &result);
		in->nr_ops += result.nr_ops;
	}
}

static __attribute__((noinline)) int do_nothing(const uint8_t *data,
						size_t size)
{
	bench_use(data);
	return size == 0;
}

static void run_nothing(void *arg, uint64_t nr)
{
	struct inputs *in = arg;
	uint64_t i;

	for (i = 0; i < nr; i++)
		in->nr_violations += (uint64_t)do_nothing(
			in->data[i % NR_INPUTS], INPUT_SIZE);
}

static double level_ns(struct inputs *in, int level)
{
	in->options.level = level;
	return bench_ns(run_inputs, in);
}

static void bench_levels(struct inputs *in)
{
	static const char *const names[] = {
		"128-byte input, level 0",
		"128-byte input, level 1",
		"128-byte input, level 2",
		"128-byte input, level 3 at its end",
	};
	static const char *const goals[] = { "", "", "<= 1.5x",
					     "<= 1.35x of level 2" };
	double ns[4];
	int level;

	bench_row(&(struct bench_row){
		"128-byte input, a function that does nothing",
		bench_ns(run_nothing, in), "ns", "", 0, "" });
	for (level = 0; level < 4; level++) {
		ns[level] = level_ns(in, level);
		bench_row(
			&(struct bench_row){ names[level], ns[level], "ns",
					     level == 3 ? "level 2" : "level 0",
					     level == 3 ? ns[2] :
					     level	? ns[0] :
							  0,
					     goals[level] });
	}
}

/* One pass in exact numbers: what the table's inputs are made of. */
static void bench_rates(struct inputs *in)
{
	double ns = level_ns(in, 1);
	double ops;

	run_inputs(in, NR_INPUTS);
	ops = (double)in->nr_ops / NR_INPUTS;
	bench_row(&(struct bench_row){ "  operations in one input", ops, "", "",
				       0, "" });
	bench_row(&(struct bench_row){
		"  thousand inputs per CPU-second, level 1", 1e6 / ns, "k", "",
		0, ">= 130 with an engine" });
	bench_row(&(struct bench_row){
		"  million operations per CPU-second, level 1", ops * 1e3 / ns,
		"M", "", 0, ">= 5 with an engine" });
	if (in->nr_violations)
		warnx("%llu of the inputs break an invariant: their figures mean nothing",
		      (unsigned long long)in->nr_violations);
}

static void bench_inputs(void)
{
	static struct inputs in;

	in.options.geometry = "tiny";
	in.mo = mo_create();
	if (!in.mo)
		err(EXIT_USAGE, "mo_create");
	generate_inputs(&in);
	bench_levels(&in);
	bench_rates(&in);
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
	if (json)
		puts("\n]");
	return 0;
}
