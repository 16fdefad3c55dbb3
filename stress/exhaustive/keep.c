/* SPDX-License-Identifier: GPL-2.0-only */
/* The scenario of a finding, in a file of its own: what is there stays. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exhaustive.h"

#define NAMES_MAX 1000

static void name_file(const struct plan *p, const struct finding *f,
		      const char *folder, int nr, char path[KEEP_PATH_MAX])
{
	char number[16] = "";

	if (nr > 1)
		snprintf(number, sizeof(number), "-%d", nr);
	if (snprintf(path, KEEP_PATH_MAX, "%s/exhaustive-%s-%s-%s-%" PRIu64 "%s.ops",
		     folder, f->invariant, p->policy ? p->policy : "legacy",
		     p->geometry, f->sequence, number) >= KEEP_PATH_MAX)
		errx(EXIT_USAGE, "%s: path too long", folder);
}

/* A run that went on behind a kill finds again what it had found. */
static bool is_there(const char *path, const char *text, size_t size)
{
	FILE *f = fopen(path, "rb");
	bool same = f;

	for (size_t i = 0; same && i < size; i++)
		same = getc(f) == (unsigned char)text[i];
	same = same && getc(f) == EOF;
	if (f)
		fclose(f);
	return same;
}

static void write_new(int fd, const char *path, const char *text, size_t size)
{
	ssize_t done = write(fd, text, size);

	if (done >= 0 && done != (ssize_t)size)
		errno = ENOSPC;
	else if (done >= 0 && !close(fd))
		return;
	warn("%s", path);
	/* Half of a scenario is none. */
	unlink(path);
	exit(EXIT_USAGE);
}

static void keep(const struct plan *p, const struct finding *f,
		 const char *folder, const char *text, size_t size,
		 char path[KEEP_PATH_MAX])
{
	for (int nr = 1; nr <= NAMES_MAX; nr++) {
		int fd;

		name_file(p, f, folder, nr, path);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0) {
			write_new(fd, path, text, size);
			return;
		}
		if (errno != EEXIST)
			err(EXIT_USAGE, "%s", path);
		if (is_there(path, text, size))
			return;
	}
	errx(EXIT_USAGE, "%s: there are %d of this name, expected fewer or another --output",
	     path, NAMES_MAX);
}

void keep_scenario(struct mo *mo, const struct plan *p, const struct finding *f,
		   const char *folder, char path[KEEP_PATH_MAX])
{
	static char last[1 << 16];
	size_t len = mo_last_text(mo, last, sizeof(last)), size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		err(EXIT_USAGE, "open_memstream");
	fprintf(out, "# Breaks %s; one of the sequences of stress/exhaustive.\n",
		f->invariant);
	fwrite(last, 1, len, out);
	fprintf(out, "expect violation %s\n", f->invariant);
	if (fclose(out))
		err(EXIT_USAGE, "open_memstream");
	keep(p, f, folder, text, size, path);
	free(text);
}
