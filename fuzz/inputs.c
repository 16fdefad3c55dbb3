/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inputs.h"

static uint8_t *read_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size ? size : 1);

	if (f && data && fread(data, 1, size, f) == size) {
		fclose(f);
		return data;
	}
	if (f && !ferror(f))
		warnx("%s: became shorter while it was read", path);
	else
		warn("%s", path);
	if (f)
		fclose(f);
	free(data);
	return NULL;
}

static bool visit_file(const FTSENT *entry, size_t root_len,
		       void (*fn)(void *arg, const struct input *input),
		       void *arg)
{
	struct input input = { .path = entry->fts_path };
	uint8_t *data;

	if (entry->fts_statp->st_size > (off_t)INPUT_SIZE_MAX) {
		warnx("%s: larger than any input, %zu MiB at most",
		      entry->fts_path, INPUT_SIZE_MAX >> 20);
		return false;
	}
	input.size = (size_t)entry->fts_statp->st_size;
	data = read_file(entry->fts_accpath, input.size);
	if (!data)
		return false;
	input.data = data;
	input.name = entry->fts_level == FTS_ROOTLEVEL ?
			     entry->fts_name :
			     entry->fts_path + root_len;
	input.name += strspn(input.name, "/");
	fn(arg, &input);
	free(data);
	return true;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Below a folder: hidden files and prose are no inputs. */
static bool is_left_out(const FTSENT *entry)
{
	const char *dot = strrchr(entry->fts_name, '.');

	return entry->fts_level > FTS_ROOTLEVEL &&
	       (entry->fts_name[0] == '.' || (dot && !strcmp(dot, ".md")));
}

/* False: it could not be read. */
static bool visit(FTS *fts, FTSENT *entry, size_t *root_len,
		  void (*fn)(void *arg, const struct input *input), void *arg)
{
	switch (entry->fts_info) {
	case FTS_F:
		return is_left_out(entry) ||
		       visit_file(entry, *root_len, fn, arg);
	case FTS_D:
		if (entry->fts_level == FTS_ROOTLEVEL)
			*root_len = entry->fts_pathlen;
		else if (is_left_out(entry))
			fts_set(fts, entry, FTS_SKIP);
		return true;
	case FTS_DP:
		return true;
	case FTS_DEFAULT:
		warnx("%s: neither a file nor a folder", entry->fts_path);
		return false;
	case FTS_DC:
		warnx("%s: a loop of folders", entry->fts_path);
		return false;
	default:
		warnx("%s: %s", entry->fts_path, strerror(entry->fts_errno));
		return false;
	}
}

unsigned int inputs_walk(char *const *paths,
			 void (*fn)(void *arg, const struct input *input),
			 void *arg)
{
	unsigned int nr_failed = 0;
	size_t root_len = 0;
	FTSENT *entry;
	FTS *fts;

	if (!*paths)
		return 0;
	fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
	if (!fts)
		err(2, "fts_open");
	while ((entry = fts_read(fts)))
		if (!visit(fts, entry, &root_len, fn, arg))
			nr_failed++;
	fts_close(fts);
	return nr_failed;
}

bool input_is_text(const struct input *input)
{
	static const char first_word[] = "memoffline";
	const char *text = (const char *)input->data;
	size_t i = 0;

	while (i < input->size && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	if (i < input->size && text[i] == '#')
		return true;
	return input->size - i >= sizeof(first_word) - 1 &&
	       !memcmp(text + i, first_word, sizeof(first_word) - 1);
}
