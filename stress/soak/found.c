/* SPDX-License-Identifier: GPL-2.0-only */
/* What broke: the input is kept first, then cut down to a short scenario. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "shrink.h"
#include "soak.h"

#define PATH_LEN 4096

/* The same unit found again, behind a kill, has the same file: EEXIST is fine. */
static int keep(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	ssize_t done;
	int ret = 0;

	if (fd < 0)
		return errno == EEXIST ? 0 : errno;
	done = write(fd, data, size);
	if (done != (ssize_t)size)
		ret = done < 0 ? errno : ENOSPC;
	if (fsync(fd) && !ret)
		ret = errno;
	if (close(fd) && !ret)
		ret = errno;
	if (ret)
		unlink(path);
	return ret;
}

/* Long programs full of stalls take minutes; the run goes on, and a person who looks
 * at the scenario can minimise it further. */
#define MAX_RUNS 100000

/* The operations up to the one that broke it; the rest cannot matter. */
static int keep_short(const struct soak *s, struct mo *mo, const char *path,
		      const uint8_t *data, size_t size, uint32_t *nr_ops)
{
	const struct input in = { .path = path, .name = path, .data = data, .size = size };
	struct shrink shrink = { .mo = mo, .options = s->options,
				 .max_runs = MAX_RUNS };
	char ops[PATH_LEN + 8];
	int ret = 0;

	if (!shrink_input(&shrink, &in)) {
		const char *text = shrink_text(&shrink, strrchr(path, '/') + 1);

		snprintf(ops, sizeof(ops), "%s.ops", path);
		*nr_ops = shrink.best.nr;
		ret = keep(ops, text, strlen(text));
	}
	shrink_free(&shrink);
	return ret;
}

int soak_found(const struct soak *s, struct mo *mo, uint64_t unit,
	       const struct mo_result *result, const uint8_t *data, size_t size)
{
	unsigned int i = (unsigned int)(unit % s->nr_combos);
	const struct soak_combo *c = &s->combos[i];
	const char *invariant = result->invariant ? result->invariant : "crash";
	uint32_t nr_before = atomic_fetch_add(&s->shared->found_of[i], 1);
	uint32_t nr_ops = 0;
	char path[PATH_LEN];
	int ret;

	atomic_fetch_add(&s->shared->nr_found, 1);
	if (nr_before >= SOAK_MAX_KEPT)
		return 0;
	snprintf(path, sizeof(path), "%s/found/%s-%s-%s-%" PRIu64, s->folder,
		 invariant, c->load->name, c->policy, unit / s->nr_combos);
	ret = keep(path, data, size);
	if (!ret && result->invariant)
		ret = keep_short(s, mo, path, data, size, &nr_ops);
	if (ret)
		return ret;
	/* One write a line: workers do not mix theirs. */
	dprintf(STDERR_FILENO,
		"%s%s: %s under %s, seed %" PRIu64 ", unit %" PRIu64 ", step %u of %u: %s%s, %u operations\n",
		cli_is_terminal(stderr) ? "\r\033[K" : "", invariant,
		c->load->name, c->policy, s->seed, unit, result->violation_op,
		s->episode, path, nr_ops ? ".ops" : "", nr_ops ? nr_ops : s->episode);
	return 0;
}
