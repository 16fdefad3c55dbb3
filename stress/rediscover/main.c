/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rediscover: which old bugs are found from nothing, and how fast?
 *
 * A trial: one bug is on, an engine starts from an empty corpus with a seed of its
 * own, until an invariant breaks or the budget is spent.  Trials are fair: no seed,
 * dictionary entry or mutator rule knows of a bug.  The same with no bug on must
 * find nothing.
 */
#include <bsd/string.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "trials.h"

static const char usage[] =
	"usage: rediscover [options]\n"
	"Looks for each old bug from an empty corpus, several times.\n"
	"\n"
	"      --engine NAME    swarm, pct, libfuzzer or afl; may be repeated\n"
	"                       (default: swarm, pct and libfuzzer)\n"
	"      --bug NAME       only this one; may be repeated; none: no bug\n"
	"      --trials N       for each bug and engine (default 5)\n"
	"      --budget N       CPU seconds of a trial (default 60); trials that found nothing\n"
	"                       with a smaller one are made again\n"
	"      --decide         no more trials of a bug and engine once most of them are\n"
	"                       known to find it, or not to: the median is known then\n"
	"      --seed N         of the first trial (default 1)\n"
	"      --jobs N         trials at the same time (default 1)\n"
	"  -o, --output DIR     trials.tsv there is gone on with; report.md, report.json\n"
	"                       and survival.svg are written (default build/rediscover);\n"
	"                       what breaks with no bug on is kept there\n"
	"      --report FILE    make no trial; the table of the trials in FILE as Markdown\n"
	"      --target FILE    the libFuzzer program (default: fuzz_oldbug beside this)\n"
	"      --afl-target FILE, --afl-mutator FILE   for the engine afl\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 done, 1 something broke with no bug on, 2 bad usage.\n";

#define BUGS_MAX 300
#define JOBS_MAX 64

struct options {
	struct campaign campaign;
	bool engine[ENGINE_NR];
	const char *bugs[BUGS_MAX];
	unsigned int nr_bugs, nr_trials, nr_jobs;
	bool decide;
	const char *output, *report;
};

struct progress {
	size_t nr, done;
	double started;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* --- the work --- */

static void show_progress(const struct progress *p, const struct outcome *o)
{
	double spent = cli_wall_time() - p->started;

	printf("[%zu/%zu, %.0f s, about %.0f s to go] %s %s #%u: ", p->done, p->nr,
	       spent, spent / (double)p->done * (double)(p->nr - p->done),
	       engines[o->engine].name, o->bug, o->trial);
	if (o->found)
		printf("%s after %llu executions, %.2f s\n", o->invariant,
		       (unsigned long long)o->execs, o->seconds);
	else
		printf("not found in %llu executions\n",
		       (unsigned long long)o->execs);
	fflush(stdout);
}

/* AFL++ goes on when its target has ended; a process that hangs would, too. */
static void stop_if_over(const struct options *opt, struct running *r)
{
	const struct trial_state *s = r->state;
	bool over;

	trial_watch(r);
	over = s->detected.execs ||
	       s->over.cpu + r->outside_cpu >= opt->campaign.budget;
	if ((engines[r->engine].outside && over) || interrupted ||
	    (s->started && cli_wall_time() - s->started >
				   20 * opt->campaign.budget + 60))
		kill(r->pid, SIGTERM);
}

static bool reap(const struct options *opt, struct running *r,
		 struct outcomes *all, FILE *out, struct progress *p)
{
	struct outcome o;
	int status;

	stop_if_over(opt, r);
	if (waitpid(r->pid, &status, WNOHANG) != r->pid)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		errx(EXIT_USAGE, "%s %s: the engine does not start",
		     engines[r->engine].name, r->bug);
	trial_end(&opt->campaign, r, &o);
	r->pid = 0;
	if (interrupted)
		return true;
	outcomes_add(all, &o);
	outcome_write(out, &o);
	p->done++;
	show_progress(p, &o);
	return true;
}

/* A place for one more trial; waits until there is one. */
static struct running *free_place(const struct options *opt,
				  struct running *jobs, struct outcomes *all,
				  FILE *out, struct progress *p)
{
	for (;;) {
		for (unsigned int i = 0; i < opt->nr_jobs; i++)
			if (!jobs[i].pid || reap(opt, &jobs[i], all, out, p))
				return &jobs[i];
		usleep(2000);
	}
}

static void begin(const struct options *opt, struct running *r, const char *bug,
		  enum engine engine, unsigned int trial)
{
	memset(r, 0, sizeof(*r));
	strlcpy(r->bug, bug, sizeof(r->bug));
	r->engine = engine;
	r->trial = trial;
	if (!trial_start(&opt->campaign, r))
		err(EXIT_USAGE, "a trial does not start");
}

/* Nothing is to be made: it was, or the others say enough. */
static bool is_known(const struct options *opt, const struct outcomes *all,
		     const char *bug, enum engine engine, unsigned int trial)
{
	double budget = opt->campaign.budget;
	const struct outcome *o = outcomes_find(all, bug, engine, trial);

	if (o && outcome_is_final(o, budget))
		return true;
	return opt->decide &&
	       outcomes_decided(all, bug, engine, opt->nr_trials, budget);
}

/* Trials of one round before those of the next: a campaign that is cut short has
 * something of every bug. */
static size_t each_trial(const struct options *opt, struct running *jobs,
			 struct outcomes *all, FILE *out, struct progress *p)
{
	size_t nr = 0;

	for (unsigned int trial = 0; trial < opt->nr_trials; trial++)
		for (unsigned int bug = 0; bug < opt->nr_bugs; bug++)
			for (unsigned int e = 0; e < ENGINE_NR; e++) {
				struct running *place = NULL;

				/* Those that end while we wait for a place may decide. */
				if (jobs && opt->engine[e] && !interrupted)
					place = free_place(opt, jobs, all, out, p);
				if (!opt->engine[e] || interrupted ||
				    is_known(opt, all, opt->bugs[bug],
					     (enum engine)e, trial))
					continue;
				nr++;
				if (place)
					begin(opt, place, opt->bugs[bug],
					      (enum engine)e, trial);
			}
	return nr;
}

static void run_all(const struct options *opt, struct outcomes *all,
		    const char *path)
{
	static struct running jobs[JOBS_MAX];
	struct progress p = { .started = cli_wall_time() };
	FILE *out = fopen(path, "a");

	if (!out)
		err(EXIT_USAGE, "%s", path);
	signal(SIGINT, interrupt);
	signal(SIGTERM, interrupt);
	p.nr = each_trial(opt, NULL, all, out, &p);
	each_trial(opt, jobs, all, out, &p);
	for (unsigned int i = 0; i < opt->nr_jobs; i++)
		while (jobs[i].pid && !reap(opt, &jobs[i], all, out, &p))
			usleep(2000);
	fclose(out);
	if (interrupted)
		warnx("interrupted; the same command goes on with %s", path);
}

static void write_report(const struct options *opt, const char *name,
			 void (*report)(FILE *out, const struct outcomes *all),
			 const struct outcomes *all)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", opt->output, name);
	out = fopen(path, "w");
	if (!out)
		err(EXIT_USAGE, "%s", path);
	report(out, all);
	fclose(out);
	printf("%s\n", path);
}

static unsigned int false_alarms(const struct outcomes *all)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < all->nr; i++)
		nr += all->list[i].found && !strcmp(all->list[i].bug, BUG_NONE);
	return nr;
}

/* --- command line --- */

enum {
	OPT_ENGINE = 256, OPT_BUG, OPT_TRIALS, OPT_BUDGET, OPT_SEED, OPT_JOBS,
	OPT_DECIDE, OPT_REPORT, OPT_TARGET, OPT_AFL_TARGET, OPT_AFL_MUTATOR
};

static const struct option long_options[] = {
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "bug", required_argument, NULL, OPT_BUG },
	{ "trials", required_argument, NULL, OPT_TRIALS },
	{ "budget", required_argument, NULL, OPT_BUDGET },
	{ "decide", no_argument, NULL, OPT_DECIDE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "output", required_argument, NULL, 'o' },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "afl-target", required_argument, NULL, OPT_AFL_TARGET },
	{ "afl-mutator", required_argument, NULL, OPT_AFL_MUTATOR },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void add_engine(struct options *opt, const char *name)
{
	for (unsigned int i = 0; i < ENGINE_NR; i++) {
		if (strcmp(engines[i].name, name))
			continue;
		opt->engine[i] = true;
		return;
	}
	errx(EXIT_USAGE, "--engine %s is unknown, expected swarm, pct, libfuzzer or afl",
	     name);
}

static void add_bug(struct options *opt, const char *name)
{
	opt->bugs[opt->nr_bugs++] = !strcmp(name, BUG_NONE) ? BUG_NONE :
		cli_name("--bug", name, MO_TABLE_OLDBUG);
}

static bool set_option(struct options *opt, int option, const char *arg)
{
	struct campaign *c = &opt->campaign;

	switch (option) {
	case OPT_ENGINE: add_engine(opt, arg); return true;
	case OPT_BUG: add_bug(opt, arg); return true;
	case OPT_TRIALS:
		opt->nr_trials = (unsigned int)cli_number("--trials", arg, 1,
							  STATS_MAX);
		return true;
	case OPT_BUDGET:
		c->budget = (double)cli_number("--budget", arg, 1, 1 << 20);
		return true;
	case OPT_DECIDE: opt->decide = true; return true;
	case OPT_SEED:
		c->seed = (uint64_t)cli_number("--seed", arg, 0, 1 << 30);
		return true;
	case OPT_JOBS:
		opt->nr_jobs = (unsigned int)cli_number("--jobs", arg, 1,
							JOBS_MAX);
		return true;
	case 'o': opt->output = arg; return true;
	case OPT_REPORT: opt->report = arg; return true;
	case OPT_TARGET: c->target = arg; return true;
	case OPT_AFL_TARGET: c->afl_target = arg; return true;
	case OPT_AFL_MUTATOR: c->afl_mutator = arg; return true;
	default: return false;
	}
}

static void parse_options(struct options *opt, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "o:h", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (!set_option(opt, option, optarg)) {
			fputs("Try: rediscover --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind < argc)
		errx(EXIT_USAGE, "%s: unexpected argument, expected options only",
		     argv[optind]);
}

static void set_defaults(struct options *opt, const char *self)
{
	static char target[4096];
	struct mo_named_info bug;
	bool any = false;

	for (unsigned int e = 0; e < ENGINE_NR; e++)
		any |= opt->engine[e];
	for (unsigned int e = 0; !any && e < ENGINE_AFL; e++)
		opt->engine[e] = true;
	if (!opt->nr_bugs) {
		opt->bugs[opt->nr_bugs++] = BUG_NONE;
		for (unsigned int i = 0;
		     mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++)
			opt->bugs[opt->nr_bugs++] = bug.name;
	}
	if (!opt->campaign.target) {
		snprintf(target, sizeof(target), "%.*s/fuzz_oldbug",
			 (int)(strrchr(self, '/') ? strrchr(self, '/') - self : 1),
			 strrchr(self, '/') ? self : ".");
		opt->campaign.target = target;
	}
	if (opt->engine[ENGINE_LIBFUZZER])
		opt->campaign.target = realpath(opt->campaign.target, NULL);
	if (!opt->campaign.target)
		err(EXIT_USAGE, "the libFuzzer program fuzz_oldbug");
	if (opt->engine[ENGINE_AFL] &&
	    (!opt->campaign.afl_target || !opt->campaign.afl_mutator))
		errx(EXIT_USAGE, "--engine afl needs --afl-target and --afl-mutator");
}

int main(int argc, char **argv)
{
	struct options opt = { .nr_trials = 5, .nr_jobs = 1,
			       .output = "build/rediscover",
			       .campaign = { .budget = 60, .seed = 1 } };
	struct outcomes all = { 0 };
	struct mo_named_info bug;
	char path[4096];

	parse_options(&opt, argc, argv);
	if (opt.report) {
		outcomes_read(&all, opt.report);
		report_markdown(stdout, &all);
		return 0;
	}
	if (!mo_named_info(MO_TABLE_OLDBUG, 0, &bug))
		errx(4, "this build has no old bugs; configure with -DMO_OLDBUGS=ON");
	set_defaults(&opt, argv[0]);
	if (mkdir(opt.output, 0777) && errno != EEXIST)
		err(EXIT_USAGE, "%s", opt.output);
	opt.campaign.output = realpath(opt.output, NULL);
	if (!opt.campaign.output)
		err(EXIT_USAGE, "%s", opt.output);
	snprintf(path, sizeof(path), "%s/trials.tsv", opt.output);
	outcomes_read(&all, path);
	run_all(&opt, &all, path);
	write_report(&opt, "report.md", report_markdown, &all);
	write_report(&opt, "report.json", report_json, &all);
	write_report(&opt, "survival.svg", plot_survival, &all);
	return false_alarms(&all) ? EXIT_VIOLATION : 0;
}
