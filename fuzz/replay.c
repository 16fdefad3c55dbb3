/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay: runs inputs again, scenarios (.ops) or raw bytes, files or folders.
 *
 * Each runs twice and both runs must leave the same trace hash: whatever depends
 * on more than the input is an error of ours.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "inputs.h"

static const char usage[] =
	"usage: replay [options] FILE|FOLDER...\n"
	"Runs scenarios (.ops) or raw inputs, each twice.\n"
	"\n"
	"  -v, --verbose        what each operation did\n"
	"  -l, --level N        checks: 0 the kernel's own .. 3 all (default 3)\n"
	"      --paranoid       all checks after every operation\n"
	"      --geometry NAME  instead of what the input says\n"
	"      --policy NAME    instead of what the input says\n"
	"      --drain NAME     instead of what the input says\n"
	"      --oldbug NAME    instead of what the input says\n"
	"      --oracle WHO     who decides at preemption points: tape (what the input\n"
	"                       says), random:SEED or pct:SEED,DEPTH\n"
	"      --sequential     one operation at a time, whatever it says of switches\n"
	"      --hash           print a trace hash and the name, for comparing builds\n"
	"      --json           results as JSON\n"
	"      --to-text        print the input as a scenario, run nothing\n"
	"      --to-bytes DIR   write the input as bytes into DIR, run nothing\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 clean, 1 a violation or an expect that does not hold,\n"
	"2 bad usage, a broken scenario or an unreadable file.\n";

enum {
	OPT_PARANOID = 256,
	OPT_GEOMETRY,
	OPT_POLICY,
	OPT_DRAIN,
	OPT_OLDBUG,
	OPT_ORACLE,
	OPT_SEQUENTIAL,
	OPT_HASH,
	OPT_JSON,
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
	{ "sequential", no_argument, NULL, OPT_SEQUENTIAL },
	{ "hash", no_argument, NULL, OPT_HASH },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "to-text", no_argument, NULL, OPT_TO_TEXT },
	{ "to-bytes", required_argument, NULL, OPT_TO_BYTES },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct replay {
	struct mo *mo;
	struct mo_options options;
	bool verbose;
	bool hash;
	bool json;
	bool to_text;
	const char *to_bytes;
	unsigned int nr_inputs;
	unsigned int nr_violations;
	unsigned int nr_failed; /* expects, or two runs that differ */
	unsigned int nr_broken;
	double start;
	double next_status; /* when the status line changes again */
	bool status_shown;
};

/* --- output --- */

static void status_clear(struct replay *r)
{
	if (r->status_shown)
		fputs("\r\033[K", stderr);
	r->status_shown = false;
}

/* Only where somebody watches, and only when it takes long. */
static void status_update(struct replay *r)
{
	double now = cli_wall_time();

	if (now < r->next_status || r->verbose || !cli_is_terminal(stderr))
		return;
	r->next_status = now + 0.2;
	r->status_shown = true;
	fprintf(stderr, "\r%u inputs, %u violations, %.1f s", r->nr_inputs,
		r->nr_violations, now - r->start);
}

static void complain(struct replay *r, const char *path, const char *what,
		     const char *text)
{
	bool color = cli_has_color(stderr);

	status_clear(r);
	fprintf(stderr, "%s: %s%s%s\n", path, color ? "\033[1;31m" : "", what,
		color ? "\033[0m" : "");
	if (text && *text)
		fprintf(stderr, "%s%s", text,
			text[strlen(text) - 1] == '\n' ? "" : "\n");
}

static void print_trace(void *arg, const char *text)
{
	(void)arg;
	printf("  %s\n", text);
}

static void print_json(struct replay *r, const struct input *in, int ret,
		       bool same, const struct mo_result *result)
{
	static const char *const status[] = { "clean", "failed", "broken" };
	const char *word = same ? status[ret] : "nondeterministic";

	printf("%s\n    {\"name\": ", r->nr_inputs ? "," : "");
	cli_json_string(stdout, in->path);
	printf(", \"status\": \"%s\"",
	       ret == 1 && result->invariant ? "violation" : word);
	if (result->invariant)
		printf(", \"invariant\": \"%s\", \"violation_op\": %u",
		       result->invariant, result->violation_op);
	if (ret == 2) {
		fputs(", \"error\": ", stdout);
		cli_json_string(stdout, mo_error(r->mo));
	}
	printf(", \"ops\": %u, \"noops\": %u, \"skipped\": %u, \"failed_expects\": %u, \"steps\": %" PRIu64
	       ", \"hash\": \"%016" PRIx64 "\"}",
	       result->nr_ops, result->nr_noops, result->nr_skipped,
	       result->nr_failed_expects, result->steps, result->trace_hash);
}

/* --- running --- */

static int run_once(struct replay *r, const struct input *in, bool trace,
		    struct mo_result *result)
{
	struct mo_options options = r->options;

	memset(result, 0, sizeof(*result));
	options.trace = trace ? print_trace : NULL;
	if (input_is_text(in))
		return mo_run_text(r->mo, in->path, (const char *)in->data,
				   in->size, &options, result);
	return mo_run_bytes(r->mo, in->data, in->size, &options, result);
}

static bool same_run(const struct mo_result *a, const struct mo_result *b)
{
	return a->trace_hash == b->trace_hash && a->nr_ops == b->nr_ops &&
	       a->steps == b->steps && !a->invariant == !b->invariant;
}

/* Tells what went wrong in the run that r->mo made last. */
static void judge(struct replay *r, const struct input *in, int ret, bool same,
		  const struct mo_result *result)
{
	if (ret == 2) {
		r->nr_broken++;
		status_clear(r);
		fprintf(stderr, "%s\n", mo_error(r->mo));
	} else if (!same) {
		r->nr_failed++;
		complain(r, in->path, "two runs of the same input differ",
			 NULL);
	} else if (ret && result->invariant) {
		r->nr_violations++;
		complain(r, in->path, result->invariant,
			 r->json ? NULL : mo_report(r->mo));
	} else if (ret) {
		r->nr_failed++;
		complain(r, in->path, "an expectation does not hold",
			 mo_error(r->mo));
	}
}

static void run(struct replay *r, const struct input *in)
{
	struct mo_result first, second;
	bool same;
	int ret;

	if (r->verbose)
		printf("%s\n", in->path);
	ret = run_once(r, in, r->verbose, &first);
	same = run_once(r, in, false, &second) == ret &&
	       same_run(&first, &second);
	judge(r, in, ret, same, &second);
	if (r->json)
		print_json(r, in, ret, same, &first);
	else if (r->hash && ret != 2)
		printf("%016" PRIx64 "  %s\n", first.trace_hash, in->path);
}

/* --- the other form --- */

/* The input as bytes: itself, or what the scenario says.  0: it is broken. */
static size_t as_bytes(struct replay *r, const struct input *in,
		       const uint8_t **data)
{
	static uint8_t bytes[MO_INPUT_MAX];
	size_t size;

	*data = in->data;
	if (!input_is_text(in))
		return in->size;
	*data = bytes;
	size = mo_text_to_bytes(r->mo, in->path, (const char *)in->data,
				in->size, bytes, sizeof(bytes));
	if (!size) {
		r->nr_broken++;
		fprintf(stderr, "%s\n", mo_error(r->mo));
	}
	return size;
}

static void print_as_text(struct replay *r, const struct input *in)
{
	const uint8_t *data;
	size_t data_size = as_bytes(r, in, &data), size, length = 0;
	char *text = NULL;

	if (!data_size && input_is_text(in))
		return;
	for (size = 1 << 16; !length && size <= INPUT_SIZE_MAX; size *= 2) {
		free(text);
		text = malloc(size);
		if (!text)
			err(EXIT_USAGE, "malloc");
		length = mo_bytes_to_text(r->mo, data, data_size, text, size);
	}
	if (r->nr_inputs)
		putchar('\n');
	fwrite(text, 1, length, stdout);
	free(text);
}

/* area/what.ops becomes DIR/area-what. */
static void write_as_bytes(struct replay *r, const struct input *in)
{
	const uint8_t *data;
	size_t data_size = as_bytes(r, in, &data);
	size_t length = strlen(in->name);
	char path[4096];
	FILE *f;
	char *p;

	if (!data_size && input_is_text(in))
		return;
	if (length > 4 && !strcmp(in->name + length - 4, ".ops"))
		length -= 4;
	if (snprintf(path, sizeof(path), "%s/%.*s", r->to_bytes, (int)length,
		     in->name) >= (int)sizeof(path))
		errx(EXIT_USAGE, "%s: path too long", in->path);
	for (p = path + strlen(r->to_bytes) + 1; *p; p++)
		if (*p == '/')
			*p = '-';
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, data_size, f) != data_size || fclose(f))
		err(EXIT_USAGE, "%s", path);
}

static void visit(void *arg, const struct input *in)
{
	struct replay *r = arg;

	if (r->to_bytes)
		write_as_bytes(r, in);
	else if (r->to_text)
		print_as_text(r, in);
	else
		run(r, in);
	r->nr_inputs++;
	status_update(r);
}

/* --- command line --- */

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
	if (r->json)
		r->verbose = r->hash = false;
}

static int finish(struct replay *r, unsigned int nr_unreadable)
{
	double seconds = cli_wall_time() - r->start;

	status_clear(r);
	if (r->json)
		printf("\n  ],\n  \"inputs\": %u, \"violations\": %u, \"failed\": %u, \"broken\": %u, \"seconds\": %.3f\n}\n",
		       r->nr_inputs, r->nr_violations, r->nr_failed,
		       r->nr_broken + nr_unreadable, seconds);
	else if (!r->to_text && !r->to_bytes)
		fprintf(r->hash ? stderr : stdout,
			"%u inputs, %u violations, %u failed, %u broken, %.2f s\n",
			r->nr_inputs, r->nr_violations, r->nr_failed,
			r->nr_broken + nr_unreadable, seconds);
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_USAGE, "standard output");
	if (r->nr_broken + nr_unreadable)
		return EXIT_USAGE;
	return r->nr_violations + r->nr_failed ? EXIT_VIOLATION : 0;
}

int main(int argc, char **argv)
{
	struct replay r = { .options = { .level = 3 },
			    .start = cli_wall_time() };
	unsigned int nr_unreadable;
	int status;

	r.next_status = r.start + 1;
	parse_options(&r, argc, argv);
	r.mo = mo_create();
	if (!r.mo)
		err(EXIT_USAGE, "mo_create");
	if (r.to_bytes && mkdir(r.to_bytes, 0777) && errno != EEXIST)
		err(EXIT_USAGE, "%s", r.to_bytes);
	/* An empty input shows whether the options are right. */
	if (mo_run_bytes(r.mo, NULL, 0, &r.options, NULL) == 2)
		errx(EXIT_USAGE, "%s", mo_error(r.mo));
	if (r.json)
		fputs("{\n  \"results\": [", stdout);
	nr_unreadable = inputs_walk(argv + optind, visit, &r);
	status = finish(&r, nr_unreadable);
	mo_destroy(r.mo);
	return status;
}
