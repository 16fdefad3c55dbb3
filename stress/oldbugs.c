/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * oldbugs FOLDER: the two-way check of the old bugs (scripts/check-oldbugs.sh).
 *
 * Each line of core/lib/oldbugs.def has one reproducer, FOLDER/<name>.ops.  With
 * the bug on it breaks exactly the invariant that the table names, under each
 * policy where the mistake can be made; with the bug off it is clean under all.
 */
#include <bsd/string.h>
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char usage[] =
	"usage: oldbugs [options] FOLDER\n"
	"Runs the reproducer of each old bug with the bug on and off.\n"
	"\n"
	"      --bug NAME   only this one\n"
	"      --quiet      only what is wrong\n"
	"      --json       results as JSON\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 all behave both ways, 1 one does not, 2 bad usage,\n"
	"4 this build has no old bugs.\n";

#define TEXT_MAX 65536
#define POLICIES_MAX 16

struct job {
	struct mo *mo;
	const char *folder;
	const char *only;
	bool quiet, json;
	const char *policies[POLICIES_MAX]; /* all, ends with NULL */
	unsigned int nr, nr_wrong;
};

/* What was found about one bug. */
struct verdict {
	char path[4096];
	char wrong[512]; /* empty: as it should be */
	unsigned int nr_on, nr_off; /* runs */
};

static uint8_t bytes[MO_INPUT_MAX];
static char text[TEXT_MAX];

static void reproducer_path(const struct job *j, const char *name, char *path,
			    size_t size)
{
	size_t at = (size_t)snprintf(path, size, "%s/", j->folder);

	for (; *name && at + 5 < size; name++)
		path[at++] = (char)tolower((unsigned char)*name);
	strlcpy(path + at, ".ops", size - at);
}

static bool read_text(struct verdict *v)
{
	int fd = open(v->path, O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, text, TEXT_MAX - 1);

	if (fd >= 0)
		close(fd);
	text[size < 0 ? 0 : size] = '\0';
	if (size < 0)
		snprintf(v->wrong, sizeof(v->wrong), "there is no reproducer");
	return size >= 0;
}

/* The header switches this bug on, and no other. */
static bool header_names(const char *name)
{
	char word[128];
	const char *at;

	snprintf(word, sizeof(word), " oldbug=%s", name);
	at = strstr(text, word);
	return at && isspace((unsigned char)at[strlen(word)]);
}

static bool in_list(const char *list, const char *word)
{
	size_t length = strlen(word);
	const char *at = list;

	while ((at = strstr(at, word))) {
		if ((at == list || at[-1] == ' ') &&
		    (!at[length] || at[length] == ' '))
			return true;
		at += length;
	}
	return false;
}

static const char *broken(struct job *j, size_t size, const char *policy,
			  const char *oldbug)
{
	const struct mo_options options = {
		.level = 3, .policy = policy, .oldbug = oldbug,
	};
	struct mo_result result;

	mo_run_bytes(j->mo, bytes, size, &options, &result);
	return result.invariant ? result.invariant : "nothing";
}

/* Both ways under one policy. */
static void check_policy(struct job *j, const struct mo_named_info *bug,
			 size_t size, const char *policy, struct verdict *v)
{
	const char *id;

	if (!*bug->policies || in_list(bug->policies, policy)) {
		id = broken(j, size, policy, bug->name);
		v->nr_on++;
		if (strcmp(id, bug->invariant))
			snprintf(v->wrong, sizeof(v->wrong),
				 "on, policy %s: breaks %s, expected %s",
				 policy, id, bug->invariant);
	}
	id = broken(j, size, policy, "none");
	v->nr_off++;
	if (strcmp(id, "nothing"))
		snprintf(v->wrong, sizeof(v->wrong),
			 "off, policy %s: breaks %s, expected a clean run",
			 policy, id);
}

static void check_bug(struct job *j, const struct mo_named_info *bug,
		      struct verdict *v)
{
	size_t size;

	memset(v, 0, sizeof(*v));
	reproducer_path(j, bug->name, v->path, sizeof(v->path));
	if (!read_text(v))
		return;
	size = mo_text_to_bytes(j->mo, v->path, text, strlen(text), bytes,
				sizeof(bytes));
	if (!size)
		strlcpy(v->wrong, mo_error(j->mo), sizeof(v->wrong));
	else if (!header_names(bug->name))
		snprintf(v->wrong, sizeof(v->wrong),
			 "its header has no oldbug=%s", bug->name);
	for (unsigned int i = 0; !*v->wrong && j->policies[i]; i++)
		check_policy(j, bug, size, j->policies[i], v);
}

static void print_verdict(struct job *j, const struct mo_named_info *bug,
			  const struct verdict *v)
{
	if (j->json) {
		printf("%s\n    {\"name\": \"%s\", \"kind\": \"%s\", \"invariant\": \"%s\", \"on\": %u, \"off\": %u, \"wrong\": ",
		       j->nr ? "," : "", bug->name, bug->kind, bug->invariant,
		       v->nr_on, v->nr_off);
		if (*v->wrong)
			cli_json_string(stdout, v->wrong);
		else
			fputs("null", stdout);
		fputc('}', stdout);
	} else if (*v->wrong) {
		printf("%-34s %-4s WRONG  %s: %s\n", bug->name, bug->kind, v->path,
		       v->wrong);
	} else if (!j->quiet) {
		printf("%-34s %-4s ok     on: %s; off: clean\n", bug->name,
		       bug->kind, bug->invariant);
	}
}

static void check_table(struct job *j)
{
	struct mo_named_info bug;
	struct verdict v;

	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++) {
		if (j->only && strcmp(j->only, bug.name))
			continue;
		check_bug(j, &bug, &v);
		print_verdict(j, &bug, &v);
		j->nr_wrong += *v.wrong != '\0';
		j->nr++;
	}
}

static bool belongs_to_a_bug(const struct job *j, const char *file)
{
	struct mo_named_info bug;
	char path[4096];

	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &bug); i++) {
		reproducer_path(j, bug.name, path, sizeof(path));
		if (!strcmp(path + strlen(j->folder) + 1, file))
			return true;
	}
	return false;
}

/* A reproducer of nothing is as wrong as a bug without one. */
static void check_strays(struct job *j)
{
	DIR *dir = opendir(j->folder);
	struct dirent *entry;

	if (!dir)
		err(EXIT_USAGE, "%s", j->folder);
	while (!j->only && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ".ops") ||
		    belongs_to_a_bug(j, entry->d_name))
			continue;
		j->nr_wrong++;
		fprintf(stderr, "%s/%s: no old bug of this name, expected one of core/lib/oldbugs.def\n",
			j->folder, entry->d_name);
	}
	closedir(dir);
}

static void read_policies(struct job *j)
{
	struct mo_named_info info;
	unsigned int i;

	for (i = 0; i + 1 < POLICIES_MAX &&
	     mo_named_info(MO_TABLE_POLICY, i, &info); i++)
		j->policies[i] = info.name;
}

static void parse_options(struct job *j, int argc, char **argv)
{
	static const struct option options[] = {
		{ "bug", required_argument, NULL, 'b' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		j->quiet |= option == 'q';
		j->json |= option == 'j';
		if (option == 'b') {
			j->only = cli_name("--bug", optarg, MO_TABLE_OLDBUG);
		} else if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		} else if (option == '?') {
			fputs("Try: oldbugs --help\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (optind + 1 != argc)
		errx(EXIT_USAGE, "expected one folder of reproducers, such as corpus/oldbugs");
	j->folder = argv[optind];
}

int main(int argc, char **argv)
{
	struct job j = { 0 };
	struct mo_named_info bug;
	double start = cli_wall_time();

	parse_options(&j, argc, argv);
	if (!mo_named_info(MO_TABLE_OLDBUG, 0, &bug))
		errx(4, "this build has no old bugs; configure with -DMO_OLDBUGS=ON");
	j.mo = mo_create();
	if (!j.mo)
		err(EXIT_USAGE, "mo_create");
	read_policies(&j);
	if (j.json)
		fputs("{\n  \"bugs\": [", stdout);
	check_table(&j);
	check_strays(&j);
	if (j.json)
		printf("\n  ],\n  \"checked\": %u, \"wrong\": %u, \"seconds\": %.3f\n}\n",
		       j.nr, j.nr_wrong, cli_wall_time() - start);
	else
		printf("%u old bugs, %u wrong, %.2f s\n", j.nr, j.nr_wrong,
		       cli_wall_time() - start);
	mo_destroy(j.mo);
	return j.nr_wrong ? EXIT_VIOLATION : 0;
}
