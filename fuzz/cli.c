/* SPDX-License-Identifier: GPL-2.0-only */
#include <bsd/stdlib.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

long long cli_number(const char *option, const char *arg, long long min,
		     long long max)
{
	const char *wrong = NULL;
	long long n = strtonum(arg, min, max, &wrong);

	if (wrong)
		errx(EXIT_USAGE, "%s %s is %s, expected %lld to %lld", option,
		     arg, wrong, min, max);
	return n;
}

const char *cli_name(const char *option, const char *arg, enum mo_table table)
{
	struct mo_named_info info;
	unsigned int i;

	for (i = 0; mo_named_info(table, i, &info); i++)
		if (!strcmp(info.name, arg))
			return info.name;
	if (!i)
		errx(EXIT_USAGE,
		     "%s %s: this build has none; configure with -DMO_OLDBUGS=ON",
		     option, arg);
	fprintf(stderr, "%s: %s %s is unknown, expected one of:", getprogname(),
		option, arg);
	for (i = 0; mo_named_info(table, i, &info); i++)
		fprintf(stderr, " %s", info.name);
	fputc('\n', stderr);
	exit(EXIT_USAGE);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double cli_wall_time(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double cli_cpu_time(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

bool cli_is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool cli_same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

void cli_json_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			fprintf(out, "\\u%04x",
				(unsigned int)(unsigned char)*s);
		else
			fputc(*s, out);
	}
	fputc('"', out);
}

void cli_xml_text(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<' || *s == '>' || *s == '&' || *s == '"')
			fprintf(out, "&#%d;", *s);
		else if ((unsigned char)*s >= ' ' || *s == '\n' || *s == '\t')
			fputc(*s, out);
	}
}

bool cli_is_terminal(FILE *out)
{
	return isatty(fileno(out));
}

bool cli_has_color(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	return cli_is_terminal(out) && !(no_color && *no_color);
}
