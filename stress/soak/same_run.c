/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <string.h>

#include "cli.h"
#include "same_run.h"

/* The whole file, not the linker's build id, which a build need not have. */
uint64_t program_hash(void)
{
	uint64_t h = UINT64_C(14695981039346656037), words[512];
	FILE *f = fopen("/proc/self/exe", "rb");
	size_t n;

	if (!f)
		err(EXIT_USAGE, "/proc/self/exe: a state names the program, expected /proc");
	do {
		memset(words, 0, sizeof(words));
		n = fread(words, 1, sizeof(words), f);
		for (size_t i = 0; i < (n + 7) / 8; i++) {
			h = (h ^ words[i]) * UINT64_C(1099511628211);
			h ^= h >> 32;
		}
	} while (n == sizeof(words));
	if (ferror(f))
		err(EXIT_USAGE, "/proc/self/exe");
	fclose(f);
	return h;
}

bool same_run_read(FILE *f, char line[SAME_RUN_MAX])
{
	size_t n = 0;
	int c;

	while ((c = getc(f)) != '\n') {
		if (c < ' ' || c > '~' || n == SAME_RUN_MAX - 2)
			return false;
		line[n++] = (char)c;
	}
	line[n++] = '\n';
	line[n] = '\0';
	return true;
}

void same_run_or_leave(const char *state, const char *was, const char *is)
{
	while (*was && *is) {
		size_t nr_was = strcspn(was, " \n"), nr_is = strcspn(is, " \n");

		if (nr_was != nr_is || strncmp(was, is, nr_is))
			errx(EXIT_USAGE, "%s: the state of another run, with %.*s; this one has %.*s; expected the same, or to begin anew another --state (or remove that file)",
			     state, (int)nr_was, was, (int)nr_is, is);
		was += nr_was + strspn(was + nr_was, " \n");
		is += nr_is + strspn(is + nr_is, " \n");
	}
	if (*was || *is)
		errx(EXIT_USAGE, "%s: not a state that this program wrote, expected another --state (or remove that file)",
		     state);
}
