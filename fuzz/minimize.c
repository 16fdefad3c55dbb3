/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * minimize: the smallest scenario that breaks what an input breaks; see shrink.h.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "policy_diff.h"
#include "shrink.h"

static const char usage[] =
	"usage: minimize [options] FILE\n"
	"The smallest scenario that breaks the same invariant as FILE, on stdout.\n"
	"\n"
	"  -o, --output FILE    into a file instead\n"
	"  -l, --level N        checks: 0 the kernel's own .. 3 all (default 3)\n"
	"      --paranoid       all checks after every operation\n"
	"      --geometry NAME, --policy NAME, --drain NAME, --oldbug NAME\n"
	"                       instead of what the input says\n"
	"      --oracle WHO     start from the schedule that it makes (as of replay)\n"
	"      --sequential     one operation at a time, whatever it says of switches\n"
	"      --policy-diff    keep what fuzz_policy_diff finds, not an invariant\n"
	"      --without LINE   the same, as if policy_diff.def had no such line\n"
	"      --max-runs N     end where it stands after N runs (default: no limit)\n"
	"      --json           the result as JSON\n"
	"      --quiet          no progress\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 minimised, 1 the input breaks nothing, 2 bad usage, a broken\n"
	"scenario or an unreadable file.\n";

enum {
	OPT_PARANOID = 256,
	OPT_GEOMETRY,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_OLDBUG,
	OPT_ORACLE,
	OPT_SEQUENTIAL,
	OPT_POLICY_DIFF,
	OPT_WITHOUT,
	OPT_MAX_RUNS,
	OPT_JSON,
	OPT_QUIET
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "level", required_argument, NULL, 'l' },
	{ "paranoid", no_argument, NULL, OPT_PARANOID },
	{ "geometry", required_argument, NULL, OPT_GEOMETRY },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "oracle", required_argument, NULL, OPT_ORACLE },
	{ "sequential", no_argument, NULL, OPT_SEQUENTIAL },
	{ "policy-diff", no_argument, NULL, OPT_POLICY_DIFF },
	{ "without", required_argument, NULL, OPT_WITHOUT },
	{ "max-runs", required_argument, NULL, OPT_MAX_RUNS },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct minimize {
	struct mo_options options;
	struct mo *mo;
	struct policy_diff *diff; /* NULL: for invariants */
	const char *without; /* a line of its list, or NULL */
	const char *output;	/* NULL: stdout */
	uint64_t max_runs;
	bool wants_diff;
	bool json;
	bool quiet;
	int status;
	double start;
	double next_status;
};

/* minimize [#######.............] operations    512 -> 31, 2 choices, 840 runs */
static void progress(const struct shrink *s, void *arg)
{
	static const char full[] = "####################";
	struct minimize *m = arg;
	double now = cli_wall_time();
	int width = s->of ? (int)(20ull * s->at / s->of) : 0;

	if (now < m->next_status)
		return;
	m->next_status = now + 0.1;
	fprintf(stderr, "\r\033[Kminimize [%-20.*s] %-19s %u -> %u, %u choices, %" PRIu64 " runs",
		width, full, s->pass, s->nr_ops_before, s->best.nr,
		scenario_nr_choices(&s->best), s->nr_runs);
}

static void print_json(const struct minimize *m, struct shrink *s, const char *path)
{
	printf("{ \"schema\": \"memoffline-minimize-1\", \"name\": ");
	cli_json_string(stdout, path);
	printf(", \"invariant\": \"%s\", \"ops_before\": %u, \"choices_before\": %u, \"ops\": %u, \"choices\": %u, \"runs\": %" PRIu64 ", \"seconds\": %.3f, \"scenario\": ",
	       s->invariant, s->nr_ops_before, s->nr_choices_before, s->best.nr,
	       scenario_nr_choices(&s->best), s->nr_runs,
	       cli_wall_time() - m->start);
	cli_json_string(stdout, shrink_text(s, NULL));
	puts(" }");
}

static void write_result(const struct minimize *m, const char *text)
{
	FILE *f = m->output ? fopen(m->output, "w") : stdout;

	if (!f || fputs(text, f) == EOF || (m->output ? fclose(f) : fflush(f)))
		err(EXIT_USAGE, "%s", m->output ? m->output : "standard output");
}

static void tell(struct minimize *m, struct shrink *s, const struct input *in)
{
	if (m->json)
		print_json(m, s, in->path);
	if (!m->json || m->output)
		write_result(m, shrink_text(s, in->name));
	if (!m->json)
		fprintf(stderr, "%s: %s, %u -> %u operations, %u -> %u choices, %" PRIu64 " runs, %.2f s\n",
			in->path, s->invariant, s->nr_ops_before, s->best.nr,
			s->nr_choices_before, scenario_nr_choices(&s->best),
			s->nr_runs, cli_wall_time() - m->start);
}

/* Any unexplained difference, whichever it was in the beginning. */
static int judge_diff(struct shrink *s, const char *text, size_t size,
		      struct mo_result *result)
{
	static uint8_t bytes[MO_INPUT_MAX];
	struct minimize *m = s->arg;
	size_t n = mo_text_to_bytes(s->mo, "scenario", text, size, bytes,
				    sizeof(bytes));

	if (!n)
		return 2;
	if (policy_diff(m->diff, bytes, n))
		result->invariant = "unexplained_difference";
	return result->invariant != NULL;
}

static void visit(void *arg, const struct input *in)
{
	struct minimize *m = arg;
	struct shrink s = { .mo = m->mo, .options = m->options,
			    .max_runs = m->max_runs };
	bool bar = !m->quiet && cli_is_terminal(stderr);

	if (input_foreign(in)) {
		fprintf(stderr, "%s: %s\n", in->path, input_foreign(in));
		return;
	}
	s.progress = bar ? progress : NULL;
	s.judge = m->diff ? judge_diff : NULL;
	s.arg = m;
	m->status = shrink_input(&s, in);
	if (bar)
		fputs("\r\033[K", stderr);
	if (m->status == 2)
		fprintf(stderr, "%s\n", mo_error(m->mo));
	else if (m->status == 1)
		fprintf(stderr, "%s: breaks nothing, there is nothing to minimise\n",
			in->path);
	else
		tell(m, &s, in);
	shrink_free(&s);
}

static bool is_diff_line(const char *id)
{
	for (unsigned int i = 0; policy_diff_line(i); i++)
		if (!strcmp(policy_diff_line(i), id))
			return true;
	warnx("--without '%s': no such line, expected one of fuzz/policy_diff.def, as '%s'",
	      id, policy_diff_line(0));
	return false;
}

static bool set_option(struct minimize *m, int option, const char *arg)
{
	struct mo_options *o = &m->options;

	switch (option) {
	case 'o':
		m->output = arg;
		return true;
	case 'l':
		o->level = (int)cli_number("--level", arg, 0, 3);
		return true;
	case OPT_PARANOID:
		o->paranoid = true;
		return true;
	case OPT_GEOMETRY:
		o->geometry = cli_name("--geometry", arg, MO_TABLE_GEOMETRY);
		return true;
	case OPT_POLICY:
		o->policy = cli_name("--policy", arg, MO_TABLE_POLICY);
		return true;
	case OPT_DRAIN:
		o->drain = cli_name("--drain", arg, MO_TABLE_DRAIN);
		return true;
	case OPT_OLDBUG:
		o->oldbug = cli_name("--oldbug", arg, MO_TABLE_OLDBUG);
		return true;
	case OPT_ORACLE:
		o->oracle = arg;
		return true;
	case OPT_SEQUENTIAL:
		return o->sequential = true;
	case OPT_POLICY_DIFF:
		return m->wants_diff = true;
	case OPT_WITHOUT:
		m->without = arg;
		return m->wants_diff = is_diff_line(arg);
	case OPT_MAX_RUNS:
		m->max_runs = (uint64_t)cli_number("--max-runs", arg, 1, 1ll << 40);
		return true;
	case OPT_JSON:
		return m->json = true;
	case OPT_QUIET:
		return m->quiet = true;
	default:
		return false;
	}
}

static void parse_options(struct minimize *m, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "o:l:h", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (!set_option(m, option, optarg)) {
			fputs("Try: minimize --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind + 1 != argc)
		errx(EXIT_USAGE, "expected one input, got %d; --help explains",
		     argc - optind);
	if (cli_is_folder(argv[optind]))
		errx(EXIT_USAGE, "%s is a folder, expected a file (triage takes folders)",
		     argv[optind]);
	if (m->output && cli_same_file(m->output, argv[optind]))
		errx(EXIT_USAGE, "--output %s would replace the input, expected another file",
		     m->output);
}

int main(int argc, char **argv)
{
	struct minimize m = { .options = { .level = 3 }, .status = EXIT_USAGE,
			      .start = cli_wall_time() };
	unsigned int nr_unreadable;

	parse_options(&m, argc, argv);
	m.mo = mo_create();
	if (!m.mo)
		err(EXIT_USAGE, "mo_create");
	m.diff = m.wants_diff ? policy_diff_create(m.mo) : NULL;
	if (m.wants_diff && !m.diff)
		err(EXIT_USAGE, "policy_diff_create");
	if (m.without)
		policy_diff_ignore(m.diff, m.without);
	nr_unreadable = inputs_walk(argv + optind, visit, &m);
	policy_diff_destroy(m.diff);
	mo_destroy(m.mo);
	return nr_unreadable ? EXIT_USAGE : m.status;
}
