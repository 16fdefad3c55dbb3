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
#include "soak.h"

#define STATE_VERSION 1

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 29);
}

/* Two runs with the same key have the same units. */
uint64_t soak_key(const struct soak *s)
{
	uint64_t key = mix(STATE_VERSION, s->seed);

	key = mix(key, s->episode);
	key = mix(key, s->blocks);
	key = mix(key, s->options.world_blocks);
	key = mix(key, (uint64_t)s->options.level << 1 | s->options.paranoid);
	for (unsigned int i = 0; i < s->nr_combos; i++) {
		key = mix(key, s->combos[i].load->hash);
		key = mix(key, s->combos[i].salt);
	}
	return key;
}

/* Buffers on the stack: the caller may be one of several threads. */
#define PATH_LEN 4096

bool soak_state_read(struct soak *s)
{
	char path[PATH_LEN];
	unsigned int version;
	uint64_t key, units;
	uint32_t found;
	FILE *f;

	snprintf(path, sizeof(path), "%s/state", s->folder);
	f = fopen(path, "r");
	if (!f && errno == ENOENT)
		return false;
	if (!f)
		err(EXIT_USAGE, "%s", path);
	if (fscanf(f, "memoffline-soak %u key %" SCNx64 " units %" SCNu64
		   " found %" SCNu32, &version, &key, &units, &found) != 4 ||
	    version != STATE_VERSION)
		errx(EXIT_USAGE, "%s: not a state that this soak wrote, expected 'memoffline-soak %d ...'",
		     path, STATE_VERSION);
	fclose(f);
	if (key != soak_key(s))
		errx(EXIT_USAGE, "%s: of a run with another seed, level, episode or other workloads; expected the same, or another --state",
		     path);
	s->first_unit = units;
	atomic_store(&s->shared->next_unit, units);
	atomic_store(&s->shared->nr_found, found);
	return true;
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
	char path[PATH_LEN], fresh[PATH_LEN + 8], text[160];
	int fd, ret, n;

	snprintf(path, sizeof(path), "%s/state", s->folder);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	n = snprintf(text, sizeof(text),
		     "memoffline-soak %d\nkey %016" PRIx64 "\nunits %" PRIu64
		     "\nfound %" PRIu32 "\n", STATE_VERSION, soak_key(s),
		     soak_done(s), atomic_load(&s->shared->nr_found));
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	ret = write_all(fd, text, (size_t)n);
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
