/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * triage: groups inputs by the invariant that they break and the smallest scenario
 * that breaks it; see shrink.h.
 */
#include <bsd/stdlib.h>
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"
#include "shrink.h"

static const char usage[] =
	"usage: triage [options] FILE|FOLDER...\n"
	"Groups inputs by what they break and by the smallest scenario that does.\n"
	"\n"
	"  -s, --scenarios  the scenario of each group too\n"
	"      --json       groups as JSON (schema: fuzz/README.md)\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 nothing breaks, 1 there are groups, 2 bad usage or a file that\n"
	"is no input (the others are grouped).\n";

struct group {
	char *invariant;
	char *scenario;		/* canonical text: the key */
	unsigned int nr;
	char *smallest;		/* path of the member with the fewest bytes */
	size_t smallest_size;
	time_t first_seen;	/* oldest modification */
};

struct triage {
	struct mo *mo;
	struct group *groups;
	unsigned int nr_groups;
	unsigned int nr_inputs;
	unsigned int nr_clean;
	unsigned int nr_broken;
	bool json;
	bool scenarios;
	double start;
	double next_status;
};

static char *copy(const char *s)
{
	char *p = strdup(s);

	if (!p)
		err(EXIT_USAGE, "strdup");
	return p;
}

static struct group *find_group(struct triage *t, const char *invariant,
				const char *scenario)
{
	struct group *g;

	for (unsigned int i = 0; i < t->nr_groups; i++) {
		g = &t->groups[i];
		if (!strcmp(g->invariant, invariant) && !strcmp(g->scenario, scenario))
			return g;
	}
	t->groups = reallocarray(t->groups, t->nr_groups + 1, sizeof(*g));
	if (!t->groups)
		err(EXIT_USAGE, "reallocarray");
	g = &t->groups[t->nr_groups++];
	*g = (struct group){ .invariant = copy(invariant), .scenario = copy(scenario),
			     .smallest_size = SIZE_MAX };
	return g;
}

static void add(struct triage *t, const struct input *in, struct shrink *s)
{
	struct group *g = find_group(t, s->invariant, shrink_text(s, NULL));
	struct stat st;

	g->nr++;
	if (!stat(in->path, &st) && (!g->first_seen || st.st_mtime < g->first_seen))
		g->first_seen = st.st_mtime;
	if (in->size >= g->smallest_size)
		return;
	free(g->smallest);
	g->smallest = copy(in->path);
	g->smallest_size = in->size;
}

static void status_update(struct triage *t)
{
	double now = cli_wall_time();

	if (now < t->next_status || !cli_is_terminal(stderr))
		return;
	t->next_status = now + 0.2;
	fprintf(stderr, "\r\033[K%u inputs, %u groups, %.1f s", t->nr_inputs,
		t->nr_groups, now - t->start);
}

/* CRASH.ops and CRASH.min.ops beside CRASH say what it says. */
static bool is_companion(const char *path)
{
	size_t n = strlen(path);
	struct stat st;
	char *crash;
	bool found;

	if (n < 5 || strcmp(path + n - 4, ".ops"))
		return false;
	n -= n > 8 && !strncmp(path + n - 8, ".min", 4) ? 8 : 4;
	crash = strndup(path, n);
	if (!crash)
		err(EXIT_USAGE, "strndup");
	found = !stat(crash, &st);
	free(crash);
	return found;
}

static void visit(void *arg, const struct input *in)
{
	struct triage *t = arg;
	struct shrink s = { .mo = t->mo, .options = { .level = 3 } };

	if (is_companion(in->path))
		return;
	t->nr_inputs++;
	status_update(t);
	if (input_foreign(in)) {
		t->nr_broken++;
		fprintf(stderr, "%s: %s\n", in->path, input_foreign(in));
		return;
	}
	switch (shrink_input(&s, in)) {
	case 0:
		add(t, in, &s);
		break;
	case 1:
		t->nr_clean++;
		break;
	default:
		t->nr_broken++;
		fprintf(stderr, "%s\n", mo_error(t->mo));
	}
	shrink_free(&s);
}

/* Most members first; then by name, so that the order is always the same. */
static int by_size(const void *a, const void *b)
{
	const struct group *g = a, *h = b;

	if (g->nr != h->nr)
		return g->nr < h->nr ? 1 : -1;
	return strcmp(g->smallest, h->smallest);
}

static const char *date_of(time_t when, char *text, size_t size)
{
	struct tm tm;

	strftime(text, size, "%Y-%m-%d %H:%M", gmtime_r(&when, &tm));
	return text;
}

/* Lines of the scenario that are operations. */
static unsigned int nr_ops(const struct group *g)
{
	unsigned int nr = 0;

	for (const char *s = g->scenario; (s = strstr(s, "\ncpu")); s++)
		nr++;
	return nr;
}

static void print_text(const struct triage *t)
{
	char date[32];

	if (t->nr_groups)
		printf("%7s  %-28s %4s  %-17s %s\n", "inputs", "invariant", "ops",
		       "first seen (UTC)", "smallest");
	for (unsigned int i = 0; i < t->nr_groups; i++) {
		const struct group *g = &t->groups[i];

		printf("%7u  %-28s %4u  %-17s %s (%zu bytes)\n", g->nr, g->invariant,
		       nr_ops(g), date_of(g->first_seen, date, sizeof(date)),
		       g->smallest, g->smallest_size);
		if (t->scenarios)
			printf("\n%s\n", g->scenario);
	}
	printf("%u inputs: %u groups, %u break nothing, %u are no inputs, %.2f s\n",
	       t->nr_inputs, t->nr_groups, t->nr_clean, t->nr_broken,
	       cli_wall_time() - t->start);
}

static void print_json(const struct triage *t)
{
	printf("{\n  \"schema\": \"memoffline-triage-1\",\n  \"groups\": [");
	for (unsigned int i = 0; i < t->nr_groups; i++) {
		const struct group *g = &t->groups[i];

		printf("%s\n    {\"invariant\": \"%s\", \"inputs\": %u, \"ops\": %u, \"first_seen\": %lld, \"smallest\": ",
		       i ? "," : "", g->invariant, g->nr, nr_ops(g),
		       (long long)g->first_seen);
		cli_json_string(stdout, g->smallest);
		printf(", \"smallest_bytes\": %zu, \"scenario\": ", g->smallest_size);
		cli_json_string(stdout, g->scenario);
		putchar('}');
	}
	printf("\n  ],\n  \"inputs\": %u, \"clean\": %u, \"broken\": %u, \"seconds\": %.3f\n}\n",
	       t->nr_inputs, t->nr_clean, t->nr_broken, cli_wall_time() - t->start);
}

static void parse_options(struct triage *t, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "scenarios", no_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "sh", long_options, NULL)) != -1) {
		switch (option) {
		case 's':
			t->scenarios = true;
			break;
		case 'j':
			t->json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fputs("Try: triage --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind == argc)
		errx(EXIT_USAGE, "no input; expected files or folders, or --help");
}

int main(int argc, char **argv)
{
	struct triage t = { .start = cli_wall_time() };
	unsigned int nr_unreadable;

	parse_options(&t, argc, argv);
	t.mo = mo_create();
	if (!t.mo)
		err(EXIT_USAGE, "mo_create");
	nr_unreadable = inputs_walk(argv + optind, visit, &t);
	if (cli_is_terminal(stderr))
		fputs("\r\033[K", stderr);
	if (t.nr_groups)
		qsort(t.groups, t.nr_groups, sizeof(*t.groups), by_size);
	if (t.json)
		print_json(&t);
	else
		print_text(&t);
	for (unsigned int i = 0; i < t.nr_groups; i++) {
		free(t.groups[i].invariant);
		free(t.groups[i].scenario);
		free(t.groups[i].smallest);
	}
	free(t.groups);
	mo_destroy(t.mo);
	if (t.nr_broken + nr_unreadable)
		return EXIT_USAGE;
	return t.nr_groups ? EXIT_VIOLATION : 0;
}
