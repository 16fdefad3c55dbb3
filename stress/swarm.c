/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swarm: runs generated programs, without coverage and without an engine.  The
 * baseline that a fuzzer has to beat, and a stress test.
 *
 * Program i comes from seed + i and from the world that the options choose, so the same
 * options with `--seed S+i --runs 1` make it again.  The first violation ends the run;
 * its input is kept.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "mutate.h"

static const char usage[] =
	"usage: swarm [options]\n"
	"Runs generated programs until one breaks an invariant.\n"
	"\n"
	"      --seed N         of the first program (default 1)\n"
	"      --runs N         stop after N programs (default: no limit)\n"
	"      --seconds N      stop after N seconds (default 10; 0: no limit)\n"
	"  -l, --level N        checks: 0 the kernel's own .. 3 all (default 3)\n"
	"      --twice          each program again after the next one: the same trace?\n"
	"      --max-size N     bytes of a program at most (default 1024)\n"
	"      --geometry NAME  instead of a random one\n"
	"      --policy NAME    instead of a random one\n"
	"      --drain NAME     instead of a random one\n"
	"      --sequential     one operation at a time, without switches\n"
	"      --oracle WHO     random or pct: each program under a schedule of that\n"
	"                       oracle, with the program's seed, instead of its own\n"
	"      --oldbug NAME    with an old bug (a build with -DMO_OLDBUGS=ON)\n"
	"      --era VERSION    as that kernel was published, its open bugs included (such\n"
	"                       a build, too)\n"
	"  -o, --output DIR     where the input of a violation goes (default .)\n"
	"      --json           results as JSON\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 clean, 1 a violation, 2 bad usage.\n";

enum {
	OPT_SEED = 256,
	OPT_RUNS,
	OPT_SECONDS,
	OPT_TWICE,
	OPT_MAX_SIZE,
	OPT_GEOMETRY,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_SEQUENTIAL,
	OPT_ORACLE,
	OPT_OLDBUG,
	OPT_ERA,
	OPT_JSON
};

static const struct option long_options[] = {
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "runs", required_argument, NULL, OPT_RUNS },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "level", required_argument, NULL, 'l' },
	{ "twice", no_argument, NULL, OPT_TWICE },
	{ "max-size", required_argument, NULL, OPT_MAX_SIZE },
	{ "geometry", required_argument, NULL, OPT_GEOMETRY },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "sequential", no_argument, NULL, OPT_SEQUENTIAL },
	{ "oracle", required_argument, NULL, OPT_ORACLE },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "era", required_argument, NULL, OPT_ERA },
	{ "output", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct swarm_run {
	struct mo *mo;
	struct mo_options options;
	uint64_t seed;
	uint64_t max_runs; /* 0: no limit */
	double max_seconds; /* 0: no limit */
	size_t max_size;
	const char *output;
	const char *oracle; /* NULL: the program's own switches */
	char oracle_spec[48]; /* of the program that runs */
	bool twice;
	bool json;
	/* results */
	uint64_t last_hash; /* of program nr_runs - 1 */
	uint64_t nr_runs;
	uint64_t nr_ops;
	uint64_t nr_noops;
	const char *invariant;
	char kept[4096]; /* path of the input that broke it */
	double wall_seconds;
	double cpu_seconds;
};

static struct mutator mutator;

/* A name that nothing has yet: an earlier input is never overwritten. */
static int create_new(struct swarm_run *s)
{
	uint64_t seed = s->seed + s->nr_runs;
	const char *suffix = s->oracle ? ".ops" : "";
	int fd = -1, n;

	for (n = 1; n < 1000 && fd < 0; n++) {
		if (n == 1)
			snprintf(s->kept, sizeof(s->kept),
				 "%s/swarm-%s-%" PRIu64 "%s", s->output,
				 s->invariant, seed, suffix);
		else
			snprintf(s->kept, sizeof(s->kept),
				 "%s/swarm-%s-%" PRIu64 "-%d%s", s->output,
				 s->invariant, seed, n, suffix);
		fd = open(s->kept, O_WRONLY | O_CREAT | O_EXCL, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

static void keep_input(struct swarm_run *s, const uint8_t *bytes, size_t size)
{
	int fd = create_new(s);

	if (fd >= 0 && write(fd, bytes, size) == (ssize_t)size && !close(fd))
		return;
	warn("%s", s->kept);
	warnx("the input is not kept; make it again with --seed %" PRIu64
	      " --runs 1",
	      s->seed + s->nr_runs);
	s->kept[0] = '\0';
}

static uint8_t data[MO_INPUT_MAX];

/* The bytes do not say what an oracle made of them, its record does. */
static void keep_record(struct swarm_run *s)
{
	static char text[1 << 20];

	keep_input(s, (const uint8_t *)text,
		   mo_last_text(s->mo, text, sizeof(text)));
}

static void choose_schedule(struct swarm_run *s, uint64_t seed)
{
	if (!s->oracle)
		return;
	if (!strcmp(s->oracle, "pct"))
		snprintf(s->oracle_spec, sizeof(s->oracle_spec),
			 "pct:%" PRIu64 ",%u", seed, (unsigned int)(seed % 5) + 1);
	else
		snprintf(s->oracle_spec, sizeof(s->oracle_spec),
			 "random:%" PRIu64, seed);
	s->options.oracle = s->oracle_spec;
}

/* Whatever outlives an input shows as a different trace of the one before. */
static void run_last_again(struct swarm_run *s)
{
	size_t size = mutate_generate(&mutator, data, s->max_size,
				      s->seed + s->nr_runs - 1);
	struct mo_result result;

	choose_schedule(s, s->seed + s->nr_runs - 1);
	mo_run_bytes(s->mo, data, size, &s->options, &result);
	if (result.trace_hash == s->last_hash)
		return;
	s->invariant = "same_input_same_trace";
	warnx("program %" PRIu64 " runs differently after program %" PRIu64,
	      s->seed + s->nr_runs - 1, s->seed + s->nr_runs);
	keep_input(s, data, size);
}

static bool run_one(struct swarm_run *s)
{
	struct mo_result result;
	size_t size;

	size = mutate_generate(&mutator, data, s->max_size,
			       s->seed + s->nr_runs);
	choose_schedule(s, s->seed + s->nr_runs);
	if (mo_run_bytes(s->mo, data, size, &s->options, &result)) {
		s->invariant = result.invariant;
		if (s->oracle)
			keep_record(s);
		else
			keep_input(s, data, size);
	} else if (s->twice && s->nr_runs) {
		run_last_again(s);
	}
	s->last_hash = result.trace_hash;
	s->nr_runs++;
	s->nr_ops += result.nr_ops;
	s->nr_noops += result.nr_noops;
	return !s->invariant;
}

static void show_status(const struct swarm_run *s, double elapsed)
{
	fprintf(stderr,
		"\r%" PRIu64 " programs, %.0f/s, %" PRIu64
		" operations, %.0f s",
		s->nr_runs, (double)s->nr_runs / elapsed, s->nr_ops, elapsed);
	if (s->max_seconds > 0)
		fprintf(stderr, " of %.0f ", s->max_seconds);
}

static void run_all(struct swarm_run *s)
{
	double start = cli_wall_time(), cpu = cli_cpu_time(), shown = start,
	       now = start;
	bool watched = cli_is_terminal(stderr);

	while (!s->max_runs || s->nr_runs < s->max_runs) {
		if (!run_one(s))
			break;
		if (s->nr_runs % 64)
			continue;
		now = cli_wall_time();
		if (s->max_seconds > 0 && now - start >= s->max_seconds)
			break;
		if (watched && now - shown > 0.5) {
			show_status(s, now - start);
			shown = now;
		}
	}
	if (shown > start)
		fputs("\r\033[K", stderr);
	s->wall_seconds = cli_wall_time() - start;
	s->cpu_seconds = cli_cpu_time() - cpu;
}

static void print_json(const struct swarm_run *s)
{
	printf("{\"seed\": %" PRIu64 ", \"level\": %d, \"runs\": %" PRIu64
	       ", \"ops\": %" PRIu64 ", \"noops\": %" PRIu64
	       ", \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"invariant\": ",
	       s->seed, s->options.level, s->nr_runs, s->nr_ops, s->nr_noops,
	       s->wall_seconds, s->cpu_seconds);
	if (s->invariant)
		cli_json_string(stdout, s->invariant);
	else
		fputs("null", stdout);
	fputs(", \"input\": ", stdout);
	if (s->kept[0])
		cli_json_string(stdout, s->kept);
	else
		fputs("null", stdout);
	fputs("}\n", stdout);
}

static void print_text(const struct swarm_run *s)
{
	double cpu = s->cpu_seconds > 0 ? s->cpu_seconds : 1e-9;

	if (s->invariant && mo_report(s->mo))
		fputs(mo_report(s->mo), stdout);
	if (s->kept[0])
		printf("input: %s\n", s->kept);
	printf("%" PRIu64 " programs, %" PRIu64
	       " operations (%.0f %% found nothing to work on), %.1f s; %.0f programs and %.2f M operations per CPU-second; %s\n",
	       s->nr_runs, s->nr_ops,
	       s->nr_ops ? 100.0 * (double)s->nr_noops / (double)s->nr_ops :
			   0.0,
	       s->wall_seconds, (double)s->nr_runs / cpu,
	       (double)s->nr_ops / cpu * 1e-6,
	       s->invariant ? s->invariant : "no violation");
}

/* --- command line --- */

static bool set_option(struct swarm_run *s, int option, const char *arg)
{
	switch (option) {
	case OPT_SEED:
		s->seed = (uint64_t)cli_number("--seed", arg, 0, INT64_MAX);
		return true;
	case OPT_RUNS:
		s->max_runs = (uint64_t)cli_number("--runs", arg, 0, INT64_MAX);
		s->max_seconds = s->max_seconds < 0 ? 0 : s->max_seconds;
		return true;
	case OPT_SECONDS:
		s->max_seconds =
			(double)cli_number("--seconds", arg, 0, 1 << 30);
		return true;
	case 'l':
		s->options.level = (int)cli_number("--level", arg, 0, 3);
		return true;
	case OPT_TWICE:
		s->twice = true;
		return true;
	case OPT_MAX_SIZE:
		s->max_size = (size_t)cli_number("--max-size", arg,
						 MO_HEADER_SIZE, MO_INPUT_MAX);
		return true;
	case OPT_GEOMETRY:
		s->options.geometry =
			cli_name("--geometry", arg, MO_TABLE_GEOMETRY);
		return true;
	case OPT_POLICY:
		s->options.policy = cli_name("--policy", arg, MO_TABLE_POLICY);
		return true;
	case OPT_DRAIN:
		s->options.drain = cli_name("--drain", arg, MO_TABLE_DRAIN);
		return true;
	case OPT_SEQUENTIAL:
		s->options.sequential = true;
		return true;
	case OPT_ORACLE:
		if (strcmp(arg, "random") && strcmp(arg, "pct"))
			errx(EXIT_USAGE, "--oracle %s: no such oracle, expected random or pct", arg);
		s->oracle = arg;
		return true;
	case OPT_OLDBUG:
		s->options.oldbug = cli_name("--oldbug", arg, MO_TABLE_OLDBUG);
		return true;
	case OPT_ERA:
		s->options.era = cli_name("--era", arg, MO_TABLE_ERA);
		return true;
	case 'o':
		s->output = arg;
		return true;
	case OPT_JSON:
		s->json = true;
		return true;
	default:
		return false;
	}
}

static void parse_options(struct swarm_run *s, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "l:o:h", long_options,
				     NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (!set_option(s, option, optarg)) {
			fputs("Try: swarm --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind < argc)
		errx(EXIT_USAGE,
		     "%s: unexpected argument, expected options only",
		     argv[optind]);
	if (s->max_seconds < 0)
		s->max_seconds = 10;
}

int main(int argc, char **argv)
{
	struct swarm_run s = {
		.options = { .level = 3,
			     .excuse_drain_once = true,
			     .excuse_design = true },
		.seed = 1,
		.max_seconds = -1, /* not given */
		.max_size = 1024,
		.output = ".",
	};

	parse_options(&s, argc, argv);
	s.mo = mo_create();
	if (!s.mo)
		err(EXIT_USAGE, "mo_create");
	mutator_init(&mutator, &s.options);
	run_all(&s);
	if (s.json)
		print_json(&s);
	else
		print_text(&s);
	mo_destroy(s.mo);
	return s.invariant ? EXIT_VIOLATION : 0;
}
