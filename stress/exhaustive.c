/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exhaustive: all sequences of operations up to a length, each under all schedules
 * up to a number of preemptions, on a small world.  What is left out is said.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "exhaustive/exhaustive.h"
#include "soak/same_run.h"

static const char usage[] =
	"usage: exhaustive [options]\n"
	"Runs every sequence up to a length over an alphabet of %u operations, each with\n"
	"fixed operands, under every schedule.\n"
	"\n"
	"      --letters        the alphabet, and nothing is run\n"
	"      --length N       operations in a sequence at most, 1 to 8 (default 2)\n"
	"      --bound N        preemptions in a schedule at most, 0 to 15 (default 1)\n"
	"      --cpus N         1 to 4 (default 2); the geometry must have as many\n"
	"  -l, --level N        checks: 0 the kernel's own, 1 counters, 2 the pages touched,\n"
	"                       after each operation; 3 all memory at the end of each\n"
	"                       schedule too: %u of %u invariants (default 3)\n"
	"      --geometry NAME  (default flat)\n"
	"      --policy NAME    (default legacy)\n"
	"      --drain NAME     (default disable)\n"
	"      --oldbug NAME    with an old bug (a build with -DMO_OLDBUGS=ON)\n"
	"      --max-schedules N  of one sequence (default 1000000)\n"
	"      --shard I/N      only every N-th sequence from the I-th, I from 0\n"
	"      --state FILE     go on where FILE stands, keep it up to date: of the same\n"
	"                       options and the same build\n"
	"      --seconds N      stop after N seconds (default: at the end)\n"
	"  -o, --output DIR     where scenarios that break something go (default .),\n"
	"                       each in a file of its own\n"
	"      --json           results as JSON\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 nothing broke, 1 a violation, 2 bad usage.\n";

enum {
	OPT_LENGTH = 256,
	OPT_LETTERS,
	OPT_BOUND,
	OPT_CPUS,
	OPT_GEOMETRY,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_OLDBUG,
	OPT_MAX_SCHEDULES,
	OPT_SHARD,
	OPT_STATE,
	OPT_SECONDS,
	OPT_JSON
};

static const struct option long_options[] = {
	{ "letters", no_argument, NULL, OPT_LETTERS },
	{ "level", required_argument, NULL, 'l' },
	{ "length", required_argument, NULL, OPT_LENGTH },
	{ "bound", required_argument, NULL, OPT_BOUND },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "geometry", required_argument, NULL, OPT_GEOMETRY },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "max-schedules", required_argument, NULL, OPT_MAX_SCHEDULES },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "output", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct exhaustive {
	struct mo *mo;
	struct mo_options options;
	struct plan plan;
	struct progress progress;
	char oracle[16];
	const char *state;
	const char *output;
	uint64_t seconds;
	bool json;
	bool letters;
	double start;
	uint64_t started_at;	/* progress.next then */
	double next_save;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* --- one sequence --- */

static void tell_finding(struct exhaustive *e, const struct finding *f)
{
	char path[KEEP_PATH_MAX];

	keep_scenario(e->mo, &e->plan, f, e->output, path);
	fprintf(stderr, "%s%s breaks %s\n",
		cli_is_terminal(stderr) ? "\r\033[K" : "", path, f->invariant);
}

static void note_violation(struct exhaustive *e, const char *invariant)
{
	struct progress *pr = &e->progress;
	struct finding *f = pr->found;

	while (f < pr->found + pr->nr_found && strcmp(f->invariant, invariant))
		f++;
	if (f == pr->found + pr->nr_found) {
		if (pr->nr_found == FOUND_MAX)
			errx(EXIT_VIOLATION, "more than %d invariants broke",
			     FOUND_MAX);
		pr->nr_found++;
		*f = (struct finding){ .sequence = pr->next };
		snprintf(f->invariant, sizeof(f->invariant), "%s", invariant);
		tell_finding(e, f);
	}
	f->nr_schedules++;
}

static bool after_schedule(void *arg, const struct mo_result *r)
{
	struct exhaustive *e = arg;

	if (r->invariant)
		note_violation(e, r->invariant);
	return r->nr_schedules < e->plan.max_schedules;
}

static void run_sequence(struct exhaustive *e)
{
	struct progress *pr = &e->progress;
	uint8_t data[SEQUENCE_BYTES_MAX];
	size_t size = sequence_bytes(&e->plan, pr->next, data);
	struct mo_result r;

	if (!size) {
		pr->nr_same++;
		return;
	}
	data[5] = (uint8_t)e->plan.nr_cpus;
	if (mo_run_bytes(e->mo, data, size, &e->options, &r) == 2)
		errx(EXIT_USAGE, "%s", mo_error(e->mo));
	pr->nr_run++;
	pr->nr_schedules += r.nr_schedules;
	pr->nr_cut += r.nr_cut;
	pr->nr_states += r.nr_states;
	pr->nr_incomplete += !r.complete;
}

/* --- all of them --- */

#define BAR_WIDTH 30

static void show_progress(const struct exhaustive *e, uint64_t total, double now)
{
	const struct progress *pr = &e->progress;
	double done = (double)(pr->next - e->started_at);
	double left = done > 0 ? (now - e->start) / done *
					 (double)(total - pr->next) : 0;
	int filled = (int)((double)pr->next / (double)total * BAR_WIDTH);

	if (!cli_is_terminal(stderr))
		return;
	fprintf(stderr, "\r\033[K[%.*s%*s] %3.0f %%  %" PRIu64 " sequences, %" PRIu64 " schedules, %u invariants broken, %.0f:%02.0f left",
		filled, "##############################", BAR_WIDTH - filled, "",
		(double)pr->next / (double)total * 100, pr->nr_run,
		pr->nr_schedules, pr->nr_found, left / 60,
		left - 60.0 * (int)(left / 60));
}

static void report_now_and_then(struct exhaustive *e, uint64_t total)
{
	double now = cli_wall_time();

	if (now < e->next_save)
		return;
	e->next_save = now + 0.2;
	if (e->state)
		state_save(e->state, &e->plan, &e->progress);
	show_progress(e, total, now);
	stopped |= e->seconds && now - e->start >= (double)e->seconds;
}

static void run_all(struct exhaustive *e, uint64_t total)
{
	struct progress *pr = &e->progress;

	while (pr->next < total && !stopped) {
		if (pr->next % e->plan.nr_shards == e->plan.shard)
			run_sequence(e);
		pr->next++;
		report_now_and_then(e, total);
	}
	if (e->state)
		state_save(e->state, &e->plan, pr);
	if (cli_is_terminal(stderr))
		fputs("\r\033[K", stderr);
}

/* --- what was covered --- */

/* Of the levels above this one. */
static unsigned int nr_above(unsigned int level)
{
	struct mo_invariant_info info;
	unsigned int nr = 0;

	for (unsigned int i = 0; mo_invariant_info(i, &info); i++)
		nr += info.level > (int)level;
	return nr;
}

static unsigned int nr_invariants(void)
{
	struct mo_invariant_info info;
	unsigned int nr = 0;

	while (mo_invariant_info(nr, &info))
		nr++;
	return nr;
}

static void print_findings_json(const struct progress *pr)
{
	fputs("\"found\": [", stdout);
	for (unsigned int i = 0; i < pr->nr_found; i++)
		printf("%s{\"invariant\": \"%s\", \"sequence\": %" PRIu64 ", \"schedules\": %" PRIu64 "}",
		       i ? ", " : "", pr->found[i].invariant,
		       pr->found[i].sequence, pr->found[i].nr_schedules);
	fputs("]", stdout);
}

static void print_json(const struct exhaustive *e, uint64_t total)
{
	const struct plan *p = &e->plan;
	const struct progress *pr = &e->progress;

	printf("{\"schema\": \"memoffline-exhaustive-1\", \"geometry\": \"%s\", \"level\": %u, \"length\": %u, \"cpus\": %u, \"bound\": %u, \"letters\": %u, \"shard\": %u, \"shards\": %u,\n ",
	       p->geometry, p->level, p->length, p->nr_cpus, p->bound,
	       p->nr_letters, p->shard, p->nr_shards);
	printf("\"sequences\": %" PRIu64 ", \"next\": %" PRIu64 ", \"finished\": %s, \"run\": %" PRIu64 ", \"same\": %" PRIu64 ",\n ",
	       total, pr->next, pr->next == total ? "true" : "false",
	       pr->nr_run, pr->nr_same);
	printf("\"schedules\": %" PRIu64 ", \"cut\": %" PRIu64 ", \"states\": %" PRIu64 ", \"incomplete\": %" PRIu64 ",\n ",
	       pr->nr_schedules, pr->nr_cut, pr->nr_states, pr->nr_incomplete);
	print_findings_json(pr);
	puts("}");
}

static void print_checks(const struct plan *p)
{
	unsigned int nr_left = nr_above(p->level);

	printf("Checks: level %u, %u of %u invariants%s", p->level,
	       nr_invariants() - nr_left, nr_invariants(),
	       p->level == LEVEL_MAX ? ", all memory at the end of each schedule" : "");
	if (nr_left)
		printf("; the others are NOT judged (--level %d judges them)",
		       LEVEL_MAX);
	puts(".");
}

/* What a state had done before counts above, and was not done now. */
static void print_start(const struct exhaustive *e, uint64_t total)
{
	if (e->started_at == total)
		printf("It had ended before: nothing was run now; to begin anew take another --state (or remove %s).\n",
		       e->state);
	else if (e->started_at)
		printf("Went on from sequence %" PRIu64 " (--state).\n",
		       e->started_at);
}

static void print_for_person(const struct exhaustive *e, uint64_t total)
{
	const struct plan *p = &e->plan;
	const struct progress *pr = &e->progress;

	print_plan(p, stdout);
	printf("\n%s: %" PRIu64 " of %" PRIu64 " sequences of %u operations on %u CPUs were looked at%s\n",
	       pr->next == total ? "Finished" : "NOT finished", pr->next, total,
	       p->nr_letters, p->nr_cpus,
	       p->nr_shards > 1 ? ", those of this shard run" : "");
	printf("  %" PRIu64 " run, %" PRIu64 " left out because a shorter one does the same\n",
	       pr->nr_run, pr->nr_same);
	printf("  %" PRIu64 " schedules with at most %u preemptions (%" PRIu64 " of them cut at a state seen before), %" PRIu64 " states\n",
	       pr->nr_schedules, p->bound, pr->nr_cut, pr->nr_states);
	if (pr->nr_incomplete)
		printf("  %" PRIu64 " sequences have schedules that were not run\n",
		       pr->nr_incomplete);
	else
		puts("  these are all schedules of the sequences that were run");
	printf("Alphabet: %u operations with fixed operands (exhaustive --letters); no fail points.\n",
	       p->nr_letters);
	print_checks(p);
	print_start(e, total);
	for (unsigned int i = 0; i < pr->nr_found; i++)
		printf("BROKEN %s: %" PRIu64 " schedules, first in sequence %" PRIu64 "\n",
		       pr->found[i].invariant, pr->found[i].nr_schedules,
		       pr->found[i].sequence);
}

/* --- command line --- */

/* Digits alone: neither strtoull's signs nor its blanks. */
static bool parse_part(const char **at, unsigned int *n)
{
	size_t digits = strspn(*at, "0123456789");

	if (!digits || digits > 9)
		return false;
	*n = (unsigned int)strtoul(*at, NULL, 10);
	*at += digits;
	return true;
}

static void parse_shard(struct plan *p, const char *arg)
{
	const char *at = arg;

	if (!parse_part(&at, &p->shard) || *at++ != '/' ||
	    !parse_part(&at, &p->nr_shards) || *at || p->shard >= p->nr_shards)
		errx(EXIT_USAGE, "--shard %s: expected I/N with N from 1 to 999999999 and I from 0 to N - 1",
		     arg);
}

static bool set_plan(struct plan *p, int option, const char *arg)
{
	switch (option) {
	case 'l':
		p->level = (unsigned int)cli_number("--level", arg, 0, LEVEL_MAX);
		return true;
	case OPT_LENGTH:
		p->length = (unsigned int)cli_number("--length", arg, 1, LENGTH_MAX);
		return true;
	case OPT_BOUND:
		p->bound = (unsigned int)cli_number("--bound", arg, 0, 15);
		return true;
	case OPT_CPUS:
		p->nr_cpus = (unsigned int)cli_number("--cpus", arg, 1, 4);
		return true;
	case OPT_GEOMETRY:
		p->geometry = cli_name("--geometry", arg, MO_TABLE_GEOMETRY);
		return true;
	case OPT_POLICY:
		p->policy = cli_name("--policy", arg, MO_TABLE_POLICY);
		return true;
	case OPT_DRAIN:
		p->drain = cli_name("--drain", arg, MO_TABLE_DRAIN);
		return true;
	case OPT_OLDBUG:
		p->oldbug = cli_name("--oldbug", arg, MO_TABLE_OLDBUG);
		return true;
	case OPT_MAX_SCHEDULES:
		p->max_schedules = (uint64_t)cli_number("--max-schedules", arg, 1,
							1000000000);
		return true;
	case OPT_SHARD:
		parse_shard(p, arg);
		return true;
	default:
		return false;
	}
}

static bool set_option(struct exhaustive *e, int option, const char *arg)
{
	switch (option) {
	case OPT_STATE:
		e->state = arg;
		return true;
	case OPT_SECONDS:
		e->seconds = (uint64_t)cli_number("--seconds", arg, 1, 100000000);
		return true;
	case 'o':
		e->output = arg;
		return true;
	case OPT_JSON:
		e->json = true;
		return true;
	case OPT_LETTERS:
		e->letters = true;
		return true;
	default:
		return set_plan(&e->plan, option, arg);
	}
}

static void print_usage(void)
{
	printf(usage, letters_init(), nr_above(LEVEL_MAX - 1), nr_invariants());
}

static void parse_options(struct exhaustive *e, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "l:o:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_usage();
			exit(0);
		}
		if (!set_option(e, option, optarg)) {
			fputs("Try: exhaustive --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind != argc)
		errx(EXIT_USAGE, "'%s': expected only options, or --help",
		     argv[optind]);
}

/* As a scenario writes them. */
static int print_letters(void)
{
	uint8_t data[LETTERS_BYTES_MAX];
	char text[1 << 14];
	struct mo *mo = mo_create();

	if (!mo)
		err(EXIT_USAGE, "mo_create");
	letters_init();
	if (!mo_bytes_to_text(mo, data, letters_bytes(data), text, sizeof(text)))
		errx(EXIT_USAGE, "the alphabet is longer than %zu bytes",
		     sizeof(text));
	mo_destroy(mo);
	printf("# The alphabet of exhaustive, on any CPU.  Where p0, i0 or the like is taken here, it\n"
	       "# takes the oldest object of the kind, and is left out where there is none.\n%s",
	       text);
	return 0;
}

/* The header of a scenario knows how many there are. */
static void check_cpus(struct mo *mo, const struct plan *p)
{
	char text[128];
	uint8_t data[MO_HEADER_SIZE];

	snprintf(text, sizeof(text), "memoffline 1 geometry=%s cpus=%u\n",
		 p->geometry, p->nr_cpus);
	if (!mo_text_to_bytes(mo, "--cpus", text, strlen(text), data,
			      sizeof(data)))
		errx(EXIT_USAGE, "%s", mo_error(mo));
}

static void prepare(struct exhaustive *e)
{
	e->mo = mo_create();
	if (!e->mo)
		err(EXIT_USAGE, "mo_create");
	check_cpus(e->mo, &e->plan);
	e->plan.nr_letters = letters_init();
	snprintf(e->oracle, sizeof(e->oracle), "dfs:%u", e->plan.bound);
	/*
	 * Level 3 judges END invariants at quiescence, and not where a run was cut: the
	 * run that was in that state before has gone on to its end, or will.  They judge
	 * by the world and the shadow alone, which are what the hash of a state is of
	 * (core/op/state_hash.c), so the ends that are not judged are like ones that are.
	 * The beginning of a sequence is a sequence too: each is judged after each
	 * operation, where the others are not under way.
	 */
	e->options = (struct mo_options){
		.level = (int)e->plan.level,
		.geometry = e->plan.geometry,
		.policy = e->plan.policy,
		.drain = e->plan.drain,
		.oldbug = e->plan.oldbug,
		.oracle = e->oracle,
		.after_schedule = after_schedule,
		.after_schedule_arg = e,
	};
	if (e->state) {
		e->plan.build = program_hash();
		state_load(e->state, &e->plan, &e->progress);
	}
	e->started_at = e->progress.next;
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
}

int main(int argc, char **argv)
{
	struct exhaustive e = {
		.plan = { .geometry = "flat", .level = LEVEL_MAX, .length = 2, .nr_cpus = 2,
			  .bound = 1, .max_schedules = 1000000, .nr_shards = 1 },
		.output = ".",
		.start = cli_wall_time(),
	};
	uint64_t total;

	parse_options(&e, argc, argv);
	if (e.letters)
		return print_letters();
	prepare(&e);
	total = nr_sequences(&e.plan);
	run_all(&e, total);
	mo_destroy(e.mo);
	if (e.json)
		print_json(&e, total);
	else
		print_for_person(&e, total);
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_USAGE, "standard output");
	return e.progress.nr_found ? EXIT_VIOLATION : 0;
}
