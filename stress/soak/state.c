/* SPDX-License-Identifier: GPL-2.0-only */
/* The state on disk: what run it is, and how far it came. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "same_run.h"
#include "soak.h"

#define MAGIC "memoffline-soak 2 "
/* Buffers on the stack: the caller may be one of several threads. */
#define PATH_LEN 4096
#define ROW_MAX 80
#define STATE_MAX (SAME_RUN_MAX + (SOAK_MAX_COMBOS + 1) * ROW_MAX)

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 29);
}

/* Texts, names, policies, and their order. */
static uint64_t hash_combos(const struct soak *s)
{
	uint64_t h = 0;

	for (unsigned int i = 0; i < s->nr_combos; i++)
		h = mix(mix(h, s->combos[i].load->hash), s->combos[i].salt);
	return h;
}

/* Two runs that say the same have the same units, and find the same in them. */
static size_t run_line(const struct soak *s, char line[SAME_RUN_MAX])
{
	int n = snprintf(line, SAME_RUN_MAX,
			 MAGIC "seed=%" PRIu64 " episode=%" PRIu32 " blocks=%" PRIu32
			 " world-blocks=%" PRIu32 " level=%d oldbug=%s workloads=%016" PRIx64
			 " build=%016" PRIx64 "\n",
			 s->seed, s->episode, s->blocks, s->options.world_blocks,
			 s->options.level,
			 s->options.oldbug ? s->options.oldbug : "-",
			 hash_combos(s), s->build);

	return (size_t)n;
}

static bool read_rows(FILE *f, struct soak *s)
{
	for (unsigned int i = 0; i < s->nr_combos; i++) {
		struct soak_row *row = &s->before[i];

		if (fscanf(f, " ops %" SCNu64 " found %" SCNu32 " excused %" SCNu64,
			   &row->ops, &row->found, &row->excused) != 3)
			return false;
		atomic_store(&s->shared->ops_of[i], row->ops);
		atomic_store(&s->shared->found_of[i], row->found);
		atomic_store(&s->shared->excused_of[i], row->excused);
		atomic_fetch_add(&s->shared->nr_found, row->found);
	}
	return true;
}

bool soak_state_read(struct soak *s)
{
	char path[PATH_LEN], was[SAME_RUN_MAX], is[SAME_RUN_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/state", s->folder);
	f = fopen(path, "r");
	if (!f && errno == ENOENT)
		return false;
	if (!f)
		err(EXIT_USAGE, "%s", path);
	if (!same_run_read(f, was) || strncmp(was, MAGIC, strlen(MAGIC)))
		errx(EXIT_USAGE, "%s: not a state that this soak wrote, expected '" MAGIC "...', or to begin anew another --state (or remove that file)",
		     path);
	run_line(s, is);
	same_run_or_leave(path, was, is);
	if (fscanf(f, " units %" SCNu64, &s->first_unit) != 1 || !read_rows(f, s))
		errx(EXIT_USAGE, "%s: a broken state, expected what a soak wrote, or to begin anew another --state (or remove that file)",
		     path);
	fclose(f);
	atomic_store(&s->shared->next_unit, s->first_unit);
	return true;
}

/* The units first, the rows behind them: after a kill what was in flight may count
 * twice, and nothing that was found is forgotten. */
static size_t state_text(const struct soak *s, char text[STATE_MAX])
{
	size_t n = run_line(s, text);

	n += (size_t)snprintf(text + n, ROW_MAX, "units %" PRIu64 "\n", soak_done(s));
	for (unsigned int i = 0; i < s->nr_combos; i++)
		n += (size_t)snprintf(text + n, ROW_MAX,
				      "ops %" PRIu64 " found %" PRIu32 " excused %" PRIu64 "\n",
				      atomic_load(&s->shared->ops_of[i]),
				      atomic_load(&s->shared->found_of[i]),
				      atomic_load(&s->shared->excused_of[i]));
	return n;
}

uint64_t soak_ops_now(const struct soak *s, unsigned int combo)
{
	return atomic_load(&s->shared->ops_of[combo]) - s->before[combo].ops;
}

static int write_all(int fd, const char *text, size_t n)
{
	ssize_t done = write(fd, text, n);

	if (done != (ssize_t)n)
		return done < 0 ? errno : ENOSPC;
	return fsync(fd) ? errno : 0;
}

int soak_state_write(const struct soak *s)
{
	char path[PATH_LEN], fresh[PATH_LEN + 8], text[STATE_MAX];
	size_t n = state_text(s, text);
	int fd, ret;

	snprintf(path, sizeof(path), "%s/state", s->folder);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	ret = write_all(fd, text, n);
	if (close(fd) && !ret)
		ret = errno;
	if (!ret && rename(fresh, path))
		ret = errno;
	return ret;
}

/* A worker says where it is before it takes a unit, so none falls between. */
uint64_t soak_done(const struct soak *s)
{
	uint64_t done = atomic_load(&s->shared->next_unit);

	for (uint32_t i = 0; i < s->nr_workers; i++) {
		uint64_t at = atomic_load(&s->shared->at[i]);

		if (at < done)
			done = at;
	}
	return s->nr_units && done > s->nr_units ? s->nr_units : done;
}
