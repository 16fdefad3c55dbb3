/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare: every design of PageOffline with every drain strategy against the claims
 * of the discussions (claims.def).
 *
 * Nothing is known in advance: for each cell programs are generated and run, one
 * after the other and interleaved, with an observer inside (unit/compare_claims.c).
 * What breaks a claim is minimised; a claim that nothing broke holds as far as was
 * searched.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "compare.h"
#include "mutate.h"
#include "shrink.h"

static const char usage[] =
	"usage: compare [options]\n"
	"Which claims of the discussions each design keeps: holds, or broken and how.\n"
	"\n"
	"      --seed N         of the first program (default 1)\n"
	"      --runs N         programs for each design and drain strategy (default 4000)\n"
	"      --seconds N      for all of them together, instead of --runs\n"
	"      --policy NAME    only this design\n"
	"      --drain NAME     only this drain strategy\n"
	"      --markdown       the table for a README\n"
	"      --json           everything, with each scenario\n"
	"      --quiet          no progress\n"
	"  -h, --help\n"
	"\n"
	"With --runs the result depends on the seed alone.\n"
	"Exit status: 0 compared, 2 bad usage.\n";

enum {
	OPT_SEED = 256,
	OPT_RUNS,
	OPT_SECONDS,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_MARKDOWN,
	OPT_JSON,
	OPT_QUIET
};

static const struct option long_options[] = {
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "runs", required_argument, NULL, OPT_RUNS },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "markdown", no_argument, NULL, OPT_MARKDOWN },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

#define DEFAULT_RUNS 4000
#define PROGRAM_SIZE_MAX 512
/* Most claims do not depend on the drain strategy: each draws other programs.  The
 * designs all run the same. */
#define DRAIN_SEEDS 1000003ull

struct compare {
	struct comparison result;
	struct mo *mo;
	struct observer *observer;
	/* What the minimiser keeps. */
	const struct cell *cell;
	enum claim claim;
	/* Of the cell and of the program that runs. */
	uint32_t known;		/* claims broken often enough, as BIT(claim) */
	uint32_t broken;	/* newly */
	uint64_t nr_schedules;
	uint64_t nr_suspends;
	uint64_t *nr_tests;	/* of the cell */
	char oracle[64];
	char text[65536];
	void (*print)(const struct comparison *c);
	double total_seconds; /* --seconds, 0: not given */
	bool quiet;
};

/* How short a scenario gets depends on the program that it comes from: so many are
 * minimised for each claim. */
#define FINDINGS_MAX 3

static struct mutator any_mutator, focused_mutator;
static uint8_t program[PROGRAM_SIZE_MAX];

/* --- minimising --- */

static bool header_says(const char *text, const char *key, const char *value,
			const char *other)
{
	char word[64];
	const char *end = strchr(text, '\n');
	const char *at;

	snprintf(word, sizeof(word), " %s=%s", key, value);
	at = strstr(text, word);
	if (at && at < end)
		return true;
	snprintf(word, sizeof(word), " %s=", key);
	at = strstr(text, word);
	return !strcmp(value, other) && (!at || at > end);
}

/* The claim breaks under the policy and drain strategy of the cell. */
static int judge(struct shrink *s, const char *text, size_t size,
		 struct mo_result *result)
{
	struct compare *c = s->arg;
	const struct mo_options options = {
		.level = 1, .watch = observer_begin(c->observer),
	};
	int ret = mo_run_text(s->mo, "scenario", text, size, &options, result);

	if (ret == 2)
		return 2;
	if (!header_says(text, "policy", c->cell->policy, "legacy") ||
	    !header_says(text, "drain", c->cell->drain, "disable") ||
	    !(observer_broken(c->observer, result) >> c->claim & 1)) {
		result->invariant = NULL;
		return 0;
	}
	result->invariant = claim_texts[c->claim].id;
	return 1;
}

/* The scenario without the lines that the minimiser adds for invariants. */
static char *plain_text(const struct shrink *s)
{
	size_t size = scenario_size(&s->best);
	char *text = malloc(size);

	if (!text)
		err(EXIT_USAGE, "malloc");
	scenario_print(&s->best, text);
	return text;
}

/* False: it does not break in a second run, which must not happen. */
static bool minimise(struct compare *c, const struct cell *cell,
		     enum claim claim, struct finding *f)
{
	const struct input in = { .path = "program", .name = "program",
				  .data = (const uint8_t *)c->text,
				  .size = strlen(c->text) };
	struct shrink s = {
		.mo = c->mo, .judge = judge, .arg = c,
		.options = { .level = 1 },
	};
	bool same;

	c->cell = cell;
	c->claim = claim;
	same = !shrink_input(&s, &in);
	if (same) {
		f->scenario = plain_text(&s);
		f->nr_ops = s.best.nr;
	}
	shrink_free(&s);
	return same;
}

/* --- the search in one cell --- */

/*
 * Four ways in turn: any program on any world; one of the operations that some claim
 * is about, on the claim's world; such a program under a random schedule; and a short
 * one under all schedules with up to two preemptions.
 */
enum way { WAY_ANY, WAY_FOCUSED, WAY_RANDOM, WAY_ALL, NR_WAYS_TO_SEARCH };

/* How often it is named. */
static unsigned int in_list(const char *list, const char *name)
{
	size_t n = strlen(name);
	unsigned int nr = 0;

	while (*list) {
		size_t word = strcspn(list, " ");

		nr += word == n && !strncmp(list, name, n);
		list += word + (list[word] == ' ');
	}
	return nr;
}

/* The operations of a claim, out of all. */
static void focus_on(struct vocabulary *words, enum claim claim)
{
	struct mo_op_info info;

	words->nr_ops = 0;
	words->subject = 0; /* of claims without it, any is as good */
	for (uint32_t i = 0; mo_op_info(i, &info); i++)
		for (unsigned int nr = in_list(claim_texts[claim].ops, info.name);
		     nr; nr--) {
			if (i == any_mutator.words.subject)
				words->subject = words->nr_ops;
			words->ops[words->nr_ops++] = any_mutator.words.ops[i];
		}
}

#define SHORT_SIZE (MO_HEADER_SIZE + 8 * MO_RECORD_SIZE)
#define SCHEDULES_MAX 400

static bool takes_object(uint8_t code)
{
	for (uint32_t i = 0; i < any_mutator.words.nr_ops; i++)
		if (any_mutator.words.ops[i].code == code)
			return any_mutator.words.ops[i].use;
	return false;
}

static uint8_t code_of(const char *name)
{
	struct mo_op_info info;

	for (uint32_t i = 0; mo_op_info(i, &info); i++)
		if (!strcmp(info.name, name))
			return info.code;
	errx(EXIT_USAGE, "there is no operation %s", name);
}

/* Three times in four the device plugs something first, and is to unplug it in the
 * middle of the program. */
static void plug_and_shrink(struct mutator *m)
{
	const uint8_t config = code_of("virtio_mem_config_changed");
	const uint8_t work = code_of("virtio_mem_run_wq");
	struct record *ops = m->prog.ops;
	uint32_t middle = m->prog.nr_ops / 2;

	if (middle < 3 || rng_one_in(&m->rng, 4))
		return;
	ops[0] = (struct record){ .code = code_of("auto_online_blocks"),
				  .b = (uint8_t)rng_below(&m->rng, 4) };
	ops[1] = (struct record){ .code = config,
				  .a = (uint8_t)(1 + rng_below(&m->rng, 4)) };
	ops[2] = (struct record){ .code = work };
	ops[middle] = (struct record){ .code = config,
				       .a = (uint8_t)rng_below(&m->rng, 2) };
	ops[middle + 1] = (struct record){ .code = work };
}

/* First block of ZONE_MOVABLE in a tiny world, of the device where there is one. */
#define TINY_BLOCK 4
#define DEVICE_BLOCK 8

/*
 * What breaks something are operations that meet: on one memory block, mostly at its
 * beginning, from two CPUs, and every other time with small arguments.  Where byte a
 * is no block, 0 is as good as any.
 */
static size_t concentrate(struct mutator *m, const char *world, size_t max_size)
{
	struct records *r = &m->prog;
	uint8_t first = strcmp(world, "tiny") ? DEVICE_BLOCK : 0;
	uint8_t block = rng_one_in(&m->rng, 2) ?
				first ? first : TINY_BLOCK :
				(uint8_t)(first + rng_below(&m->rng, 8));
	bool small = rng_one_in(&m->rng, 2);

	for (uint32_t i = 0; i < r->nr_ops; i++) {
		struct record *op = &r->ops[i];
		uint8_t pb = rng_one_in(&m->rng, 4) ?
				     (uint8_t)rng_below(&m->rng, 4) : 0;

		if (!takes_object(op->code))
			op->a = rng_one_in(&m->rng, 4) ? 0 : block;
		if (small && !rng_one_in(&m->rng, 4))
			op->b = 0;
		op->c = (uint8_t)(pb << 2 | rng_below(&m->rng, 2));
	}
	if (first)
		plug_and_shrink(m);
	return records_encode(r, program, max_size);
}

static void count_tests(struct compare *c)
{
	uint32_t tested = observer_tested(c->observer);

	for (unsigned int claim = 0; claim < NR_CLAIMS; claim++)
		c->nr_tests[claim] += tested >> claim & 1;
}

/* dfs: judges each schedule by itself, and stops at the first that breaks what
 * is looked for. */
static bool after_schedule(void *arg, const struct mo_result *result)
{
	struct compare *c = arg;

	c->broken = observer_broken(c->observer, result) & ~c->known;
	c->nr_schedules++;
	c->nr_suspends += observer_nr_suspends(c->observer);
	count_tests(c);
	observer_begin(c->observer);
	return !c->broken && c->nr_schedules < SCHEDULES_MAX;
}

static size_t generate(struct compare *c, uint64_t seed, struct mo_options *o)
{
	enum way way = (enum way)(seed % NR_WAYS_TO_SEARCH);
	enum claim claim = (enum claim)(seed / NR_WAYS_TO_SEARCH % NR_CLAIMS);
	const char *world = claim_texts[claim].world;
	size_t max_size = way == WAY_ALL ? SHORT_SIZE : sizeof(program);
	size_t size;

	focus_on(&focused_mutator.words, claim);
	o->sequential = way <= WAY_FOCUSED;
	o->geometry = way == WAY_ANY ? NULL : world;
	if (way == WAY_RANDOM) {
		snprintf(c->oracle, sizeof(c->oracle), "pct:%" PRIu64 ",3", seed);
		o->oracle = c->oracle;
	} else if (way == WAY_ALL) {
		o->oracle = "dfs:2";
		o->after_schedule = after_schedule;
		o->after_schedule_arg = c;
	}
	if (way == WAY_ANY)
		return mutate_generate(&any_mutator, program, sizeof(program),
				       seed);
	size = mutate_generate(&focused_mutator, program, max_size, seed);
	if (way == WAY_FOCUSED && rng_one_in(&focused_mutator.rng, 2))
		return size;
	return concentrate(&focused_mutator, world, max_size);
}

/* What the last run broke and not FINDINGS_MAX runs of the cell before. */
static uint32_t run_program(struct compare *c, uint64_t seed,
			    struct mo_options *options, struct mo_result *result)
{
	size_t size = generate(c, seed, options);

	c->nr_schedules = 0;
	c->nr_suspends = 0;
	mo_run_bytes(c->mo, program, size, options, result);
	if (!options->after_schedule) {
		c->nr_schedules = 1;
		c->nr_suspends = observer_nr_suspends(c->observer);
		count_tests(c);
		c->broken = observer_broken(c->observer, result) & ~c->known;
	}
	if (c->broken && !mo_last_text(c->mo, c->text, sizeof(c->text)))
		c->broken = 0; /* too long to print: another will be found */
	return c->broken;
}

/* Of what breaks a claim the shortest is shown. */
static void keep_shorter(struct finding *f, struct finding *found)
{
	if (!f->nr_found++)
		f->run = found->run;
	if (!found->broken)
		return;
	if (f->broken && f->nr_ops <= found->nr_ops) {
		free(found->scenario);
		return;
	}
	free(f->scenario);
	f->broken = true;
	f->nr_ops = found->nr_ops;
	f->scenario = found->scenario;
}

static void run_one(struct compare *c, struct cell *cell, uint64_t seed)
{
	struct mo_options options = {
		.level = 1, .policy = cell->policy, .drain = cell->drain,
		.watch = observer_begin(c->observer),
	};
	struct mo_result result;
	uint32_t broken = run_program(c, seed, &options, &result);

	cell->nr_runs++;
	cell->nr_ops += result.nr_ops * c->nr_schedules;
	cell->nr_schedules += c->nr_schedules;
	cell->nr_suspends += c->nr_suspends;
	for (unsigned int claim = 0; claim < NR_CLAIMS; claim++) {
		struct finding found = { .run = cell->nr_runs };

		if (!(broken >> claim & 1))
			continue;
		found.broken = minimise(c, cell, (enum claim)claim, &found);
		if (!found.broken)
			warnx("%s: program %" PRIu64 " breaks it in one run and not in the next",
			      claim_texts[claim].id, found.run);
		keep_shorter(&cell->findings[claim], &found);
		if (cell->findings[claim].nr_found == FINDINGS_MAX)
			c->known |= 1u << claim;
	}
}

static void search_cell(struct compare *c, struct cell *cell)
{
	const struct comparison *r = &c->result;
	double start = cli_wall_time();

	c->known = 0;
	c->nr_tests = cell->nr_tests;
	while (!r->max_runs || cell->nr_runs < r->max_runs) {
		run_one(c, cell, cell->seed + cell->nr_runs);
		if (r->max_seconds > 0 && cell->nr_runs % 64 == 0 &&
		    cli_wall_time() - start >= r->max_seconds)
			break;
	}
}

static void show_progress(const struct compare *c, unsigned int done)
{
	const struct comparison *r = &c->result;

	if (!c->quiet && cli_is_terminal(stderr))
		fprintf(stderr, "\r\033[Kcompare: %u of %u", done,
			r->nr_policies * r->nr_drains);
}

static void search(struct compare *c)
{
	struct comparison *r = &c->result;
	double start = cli_wall_time();
	unsigned int done = 0;

	if (c->total_seconds > 0) {
		r->max_runs = 0;
		r->max_seconds = c->total_seconds /
				 (r->nr_policies * r->nr_drains);
	}
	for (unsigned int p = 0; p < r->nr_policies; p++)
		for (unsigned int d = 0; d < r->nr_drains; d++) {
			show_progress(c, done++);
			r->cells[p][d].policy = r->policies[p];
			r->cells[p][d].drain = r->drains[d];
			r->cells[p][d].seed = r->seed + d * DRAIN_SEEDS;
			search_cell(c, &r->cells[p][d]);
		}
	r->seconds = cli_wall_time() - start;
	if (!c->quiet && cli_is_terminal(stderr))
		fputs("\r\033[K", stderr);
}

/* --- results --- */

unsigned int comparison_nr_broken(const struct comparison *c, unsigned int policy,
				  enum claim claim)
{
	unsigned int nr = 0;

	for (unsigned int d = 0; d < c->nr_drains; d++)
		nr += c->cells[policy][d].findings[claim].broken;
	return nr;
}

uint64_t comparison_nr_tests(const struct comparison *c, unsigned int policy,
			     enum claim claim)
{
	uint64_t nr = 0;

	for (unsigned int d = 0; d < c->nr_drains; d++)
		nr += c->cells[policy][d].nr_tests[claim];
	return nr;
}

const struct finding *comparison_shortest(const struct comparison *c,
					  unsigned int policy, enum claim claim,
					  const char **drain)
{
	const struct finding *best = NULL;

	for (unsigned int d = 0; d < c->nr_drains; d++) {
		const struct finding *f = &c->cells[policy][d].findings[claim];

		if (!f->broken || (best && best->nr_ops <= f->nr_ops))
			continue;
		best = f;
		*drain = c->drains[d];
	}
	return best;
}

static void free_findings(struct comparison *r)
{
	for (unsigned int p = 0; p < r->nr_policies; p++)
		for (unsigned int d = 0; d < r->nr_drains; d++)
			for (unsigned int i = 0; i < NR_CLAIMS; i++)
				free(r->cells[p][d].findings[i].scenario);
}

/* --- command line --- */

static unsigned int all_names(enum mo_table table, const char **names,
			      unsigned int max)
{
	struct mo_named_info info;
	unsigned int nr = 0;

	while (nr < max && mo_named_info(table, nr, &info))
		names[nr++] = info.name;
	return nr;
}

static bool set_option(struct compare *c, int option, const char *arg)
{
	struct comparison *r = &c->result;

	switch (option) {
	case OPT_SEED:
		r->seed = (uint64_t)cli_number("--seed", arg, 0, INT64_MAX);
		return true;
	case OPT_RUNS:
		r->max_runs = (uint64_t)cli_number("--runs", arg, 1, INT64_MAX);
		return true;
	case OPT_SECONDS:
		c->total_seconds =
			(double)cli_number("--seconds", arg, 1, 1 << 30);
		return true;
	case OPT_POLICY:
		r->policies[0] = cli_name("--policy", arg, MO_TABLE_POLICY);
		r->nr_policies = 1;
		return true;
	case OPT_DRAIN:
		r->drains[0] = cli_name("--drain", arg, MO_TABLE_DRAIN);
		r->nr_drains = 1;
		return true;
	case OPT_MARKDOWN:
		c->print = print_markdown;
		return true;
	case OPT_JSON:
		c->print = print_json;
		return true;
	case OPT_QUIET:
		return c->quiet = true;
	default:
		return false;
	}
}

static void parse_options(struct compare *c, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (!set_option(c, option, optarg)) {
			fputs("Try: compare --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind < argc)
		errx(EXIT_USAGE, "%s: unexpected argument, expected options only",
		     argv[optind]);
}

int main(int argc, char **argv)
{
	static struct compare c = {
		.result = { .seed = 1, .max_runs = DEFAULT_RUNS },
		.print = print_text,
	};
	struct comparison *r = &c.result;

	parse_options(&c, argc, argv);
	if (!r->nr_policies)
		r->nr_policies = all_names(MO_TABLE_POLICY, r->policies,
					   POLICIES_MAX);
	if (!r->nr_drains)
		r->nr_drains = all_names(MO_TABLE_DRAIN, r->drains, DRAINS_MAX);
	c.mo = mo_create();
	c.observer = observer_create();
	if (!c.mo || !c.observer)
		err(EXIT_USAGE, "mo_create");
	mutator_init(&any_mutator, NULL);
	mutator_init(&focused_mutator, NULL);
	search(&c);
	c.print(r);
	free_findings(r);
	observer_destroy(c.observer);
	mo_destroy(c.mo);
	return 0;
}
