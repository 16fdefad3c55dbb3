/* SPDX-License-Identifier: GPL-2.0-only */
/* The scenario of a finding, in a file of its own: what is there stays. */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../soak/keep.h"
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

static void keep(const struct plan *p, const struct finding *f,
		 const char *folder, const char *text, size_t size,
		 char path[KEEP_PATH_MAX])
{
	int ret = EEXIST;

	for (int nr = 1; nr <= NAMES_MAX && ret == EEXIST; nr++) {
		name_file(p, f, folder, nr, path);
		ret = keep_file(path, text, size);
	}
	errno = ret;
	if (ret)
		err(EXIT_USAGE, "%s", path);
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
