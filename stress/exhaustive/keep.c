/* SPDX-License-Identifier: GPL-2.0-only */
/* The scenario of a finding, in a file of its own: what is there stays. */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "exhaustive.h"

static void keep(const struct plan *p, const struct finding *f,
		 const char *folder, const char *text, size_t size,
		 char path[KEEP_PATH_MAX])
{
	char stem[KEEP_PATH_MAX];

	if (snprintf(stem, sizeof(stem), "%s/exhaustive-%s-%s-%s-%" PRIu64, folder,
		     f->invariant, p->policy ? p->policy : "legacy", p->geometry,
		     f->sequence) >= KEEP_PATH_MAX)
		errx(EXIT_USAGE, "%s: path too long", folder);
	errno = keep_numbered(stem, ".ops", text, size, path);
	if (errno)
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
