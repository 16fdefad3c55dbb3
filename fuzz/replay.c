/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay: runs inputs again, scenarios (.ops) or raw bytes, files or folders.
 *
 * Each runs twice, or as often as --times says, and all runs must leave the same
 * trace hash: whatever depends on more than the input is an error of ours.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replay.h"
#include "timeline.h"
#include "ways.h"

static const char usage[] =
	"usage: replay [options] FILE|FOLDER...\n"
	"Runs scenarios (.ops) or raw inputs, each twice.  Of one file the first line\n"
	"says whether it fails, and with what.\n"
	"\n"
	"  -v, --verbose        what each operation did\n"
	"      --html FILE      the run step by step, as one page for a browser\n"
	"      --map            the machine at the end, or at the violation, in letters\n"
	"      --until N        the machine after operation N, as -v counts them;\n"
	"                       N@POINT#2: when N passes that point for the second time\n"
	"  -l, --level N        checks: 0 the kernel's own .. 3 all (default 3)\n"
	"      --paranoid       all checks after every operation\n"
	"      --geometry NAME  instead of what the input says\n"
	"      --policy NAME    instead of what the input says\n"
	"      --drain NAME     instead of what the input says\n"
	"      --oldbug NAME    instead of what the input says\n"
	"      --oracle WHO     who decides at preemption points: tape (what the input\n"
	"                       says), random:SEED, pct:SEED,DEPTH, or dfs:BOUND for\n"
	"                       every schedule with at most BOUND preemptions\n"
	"      --times N        each N times rather than twice; all must be the same run\n"
	"      --record DIR     write what --oracle makes of each input as a scenario with\n"
	"                       its switches into DIR, judge nothing\n"
	"      --sequential     one operation at a time, whatever it says of switches\n"
	"      --hash           print a trace hash and the name, for comparing builds\n"
	"      --json           results as JSON (schema: fuzz/README.md)\n"
	"      --junit FILE     results as JUnit XML too, for CI systems\n"
	"      --to-text        print the input as a scenario, run nothing\n"
	"      --to-c           print the run as a C program against memoffline.h\n"
	"      --to-bytes DIR   write the input as bytes into DIR, run nothing\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 clean, or known of its design; 1 a violation or an expect that does\n"
	"not hold; 2 bad usage, a broken scenario or an unreadable file.\n";

enum {
	OPT_PARANOID = 256,
	OPT_GEOMETRY,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_OLDBUG,
	OPT_ORACLE,
	OPT_TIMES,
	OPT_RECORD,
	OPT_SEQUENTIAL,
	OPT_HASH,
	OPT_JSON,
	OPT_JUNIT,
	OPT_HTML,
	OPT_MAP,
	OPT_UNTIL,
	OPT_TO_C,
	OPT_TO_TEXT,
	OPT_TO_BYTES
};

static const struct option long_options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "level", required_argument, NULL, 'l' },
	{ "paranoid", no_argument, NULL, OPT_PARANOID },
	{ "geometry", required_argument, NULL, OPT_GEOMETRY },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "oracle", required_argument, NULL, OPT_ORACLE },
	{ "times", required_argument, NULL, OPT_TIMES },
	{ "record", required_argument, NULL, OPT_RECORD },
	{ "sequential", no_argument, NULL, OPT_SEQUENTIAL },
	{ "hash", no_argument, NULL, OPT_HASH },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "junit", required_argument, NULL, OPT_JUNIT },
	{ "html", required_argument, NULL, OPT_HTML },
	{ "map", no_argument, NULL, OPT_MAP },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "to-c", no_argument, NULL, OPT_TO_C },
	{ "to-text", no_argument, NULL, OPT_TO_TEXT },
	{ "to-bytes", required_argument, NULL, OPT_TO_BYTES },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

int run_once(struct replay *r, const struct input *in,
	     const struct mo_options *options, struct mo_result *result)
{
	memset(result, 0, sizeof(*result));
	if (input_is_text(in))
		return mo_run_text(r->mo, in->path, (const char *)in->data,
				   in->size, options, result);
	return mo_run_bytes(r->mo, in->data, in->size, options, result);
}

static bool same_run(const struct mo_result *a, const struct mo_result *b)
{
	return a->trace_hash == b->trace_hash && a->nr_ops == b->nr_ops &&
	       a->steps == b->steps && !a->invariant == !b->invariant;
}

/* Would the target that wrote this have been silent, for its design cannot keep that
 * (policies.def)?  What a person wrote is judged as it stands. */
static bool is_known(struct replay *r, const struct input *in,
		     const struct mo_options *options)
{
	struct mo_options excused = *options;
	struct mo_result result;

	excused.excuse_design = true;
	return !input_is_text(in) && !run_once(r, in, &excused, &result) &&
	       result.excused;
}

/* v->error and v->report are those of the last run. */
static void judge(struct replay *r, const struct input *in,
		  const struct mo_options *options, struct verdict *v)
{
	struct mo_result other;
	int ret = run_once(r, in, options, &v->result);
	bool known = v->result.invariant && is_known(r, in, options);
	bool same = true;

	for (unsigned int i = 1; i < r->times && same; i++)
		same = run_once(r, in, options, &other) == ret &&
		       same_run(&v->result, &other);
	v->error = ret ? mo_error(r->mo) : NULL;
	v->report = mo_report(r->mo);
	if (ret == 2)
		v->outcome = BROKEN;
	else if (!same)
		v->outcome = NONDETERMINISTIC;
	else if (ret)
		v->outcome = known		 ? KNOWN :
			     v->result.invariant ? VIOLATION :
						   NO_EXPECT;
	else
		v->outcome = PASSES;
}

/* What a target found may break nothing when it is run as it says. */
static void judge_as_targets_do(struct replay *r, const struct input *in,
				struct mo_options *options, struct verdict *v)
{
	if (input_is_text(in) || has_overrides(&r->options))
		return;
	for (unsigned int i = 0; i < NR_WAYS && v->outcome == PASSES; i++) {
		struct mo_options way = way_options(&r->options, &ways[i]);
		struct verdict other = { .way = ways[i].text };

		way.input = options->input;
		judge(r, in, &way, &other);
		if (other.outcome == PASSES || other.outcome == KNOWN)
			continue;
		*v = other;
		*options = way;
	}
}

/* As a person would name it from here. */
static const char *shown_path(const char *path)
{
	static char cwd[4096];
	size_t n;

	if (!getcwd(cwd, sizeof(cwd)))
		return path;
	n = strlen(cwd);
	return !strncmp(path, cwd, n) && path[n] == '/' ? path + n + 1 : path;
}

static void run(struct replay *r, const struct input *in)
{
	struct mo_options options = r->options;
	struct verdict v = { 0 };
	char error[4096 + 256];

	options.input = shown_path(in->path);
	if (input_foreign(in)) {
		snprintf(error, sizeof(error), "%s: %s", in->path,
			 input_foreign(in));
		v = (struct verdict){ .outcome = BROKEN, .error = error };
	} else {
		judge(r, in, &options, &v);
		if (r->single)
			judge_as_targets_do(r, in, &options, &v);
	}
	/* First: who reads the verdict may not wait for the rest (head -n 1). */
	if (r->html && v.outcome != BROKEN && v.outcome != NONDETERMINISTIC)
		timeline_write(r, in, &options, &v, r->html);
	print_verdict(r, in, &v);
	if ((r->verbose || r->map) && v.outcome != BROKEN)
		show_run(r, in, &options, &v);
}

static void visit(void *arg, const struct input *in)
{
	struct replay *r = arg;

	if (r->to_bytes)
		write_as_bytes(r, in);
	else if (r->to_c)
		print_as_c(r, in);
	else if (r->to_text)
		print_as_text(r, in);
	else if (r->record)
		write_record(r, in);
	else
		run(r, in);
	r->nr_inputs++;
	status_update(r);
}

/* --- command line --- */

/* N, or N@POINT, or N@POINT#nth, as scenarios write it. */
static void set_until(struct replay *r, const char *arg)
{
	static char words[128];
	char *point, *nth;

	if (snprintf(words, sizeof(words), "%s", arg) >= (int)sizeof(words))
		errx(EXIT_USAGE, "--until %s is too long, expected N or N@POINT", arg);
	point = strchr(words, '@');
	nth = point ? strchr(point, '#') : NULL;
	r->until_nth = nth ? (unsigned int)cli_number("--until N@POINT#", nth + 1, 1, 65535) : 1;
	if (nth)
		*nth = '\0';
	if (point) {
		*point = '\0';
		r->until_point = cli_name("--until N@", point + 1, MO_TABLE_SCHED_POINT);
	}
	r->until = cli_number("--until", words, 0, 65535);
}

static bool set_option(struct replay *r, int option, const char *arg)
{
	switch (option) {
	case 'v':
		r->verbose = true;
		return true;
	case 'l':
		r->options.level = (int)cli_number("--level", arg, 0, 3);
		return true;
	case OPT_PARANOID:
		r->options.paranoid = true;
		return true;
	case OPT_GEOMETRY:
		r->options.geometry =
			cli_name("--geometry", arg, MO_TABLE_GEOMETRY);
		return true;
	case OPT_POLICY:
		r->options.policy = cli_name("--policy", arg, MO_TABLE_POLICY);
		return true;
	case OPT_DRAIN:
		r->options.drain = cli_name("--drain", arg, MO_TABLE_DRAIN);
		return true;
	case OPT_ORACLE:
		r->options.oracle = arg;
		return true;
	case OPT_TIMES:
		r->times = (unsigned int)cli_number("--times", arg, 2, 1000000);
		return true;
	case OPT_RECORD:
		r->record = arg;
		return true;
	case OPT_SEQUENTIAL:
		r->options.sequential = true;
		return true;
	case OPT_OLDBUG:
		r->options.oldbug = cli_name("--oldbug", arg, MO_TABLE_OLDBUG);
		return true;
	case OPT_HASH:
		r->hash = true;
		return true;
	case OPT_JSON:
		r->json = true;
		return true;
	case OPT_HTML:
		r->html = arg;
		return true;
	case OPT_MAP:
		return r->map = true;
	case OPT_UNTIL:
		set_until(r, arg);
		return r->map = true;
	case OPT_JUNIT:
		junit_open(r, arg);
		return true;
	case OPT_TO_C:
		return r->to_c = true;
	case OPT_TO_TEXT:
		r->to_text = true;
		return true;
	case OPT_TO_BYTES:
		r->to_bytes = arg;
		return true;
	default:
		return false;
	}
}

static void parse_options(struct replay *r, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "vl:h", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (!set_option(r, option, optarg)) {
			fputs("Try: replay --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind == argc)
		errx(EXIT_USAGE,
		     "no input; expected files or folders, or --help");
	if (r->record && !r->options.oracle)
		errx(EXIT_USAGE, "--record writes the schedules of an oracle, expected --oracle");
	if (r->json)
		r->verbose = r->hash = r->map = false;
}

/* One file rather than several, or a folder? */
static bool is_single(char *const *paths)
{
	struct stat st;

	return paths[0] && !paths[1] && !stat(paths[0], &st) &&
	       S_ISREG(st.st_mode);
}

static void make_folder(const char *path)
{
	if (path && mkdir(path, 0777) && errno != EEXIST)
		err(EXIT_USAGE, "%s", path);
}

int main(int argc, char **argv)
{
	struct replay r = { .options = { .level = 3 },
			    .until = -1,
			    .times = 2,
			    .start = cli_wall_time() };
	unsigned int nr_unreadable;

	r.next_status = r.start + 1;
	parse_options(&r, argc, argv);
	r.mo = mo_create();
	if (!r.mo)
		err(EXIT_USAGE, "mo_create");
	make_folder(r.to_bytes);
	make_folder(r.record);
	/* An empty input shows whether the options are right. */
	if (mo_run_bytes(r.mo, NULL, 0, &r.options, NULL) == 2)
		errx(EXIT_USAGE, "%s", mo_error(r.mo));
	r.single = is_single(argv + optind);
	if (r.html && !r.single)
		errx(EXIT_USAGE, "--html shows one run, expected one file");
	if (r.html && cli_same_file(r.html, argv[optind]))
		errx(EXIT_USAGE, "--html %s would replace the input, expected another file", r.html);
	print_begin(&r);
	nr_unreadable = inputs_walk(argv + optind, visit, &r);
	print_end(&r, nr_unreadable);
	mo_destroy(r.mo);
	/* A path that was misspelt is no success. */
	if (!r.nr_inputs && !nr_unreadable)
		errx(EXIT_USAGE, "%s: no input in there, expected scenarios (.ops) or inputs of a fuzzer",
		     argv[optind]);
	if (r.nr_broken + nr_unreadable)
		return EXIT_USAGE;
	return r.nr_violations + r.nr_failed ? EXIT_VIOLATION : 0;
}
