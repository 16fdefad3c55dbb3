/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * main() of a fuzz target without a fuzzing engine: runs files, and all files
 * below folders, each once, as libFuzzer does when it gets files.  Any compiler.
 *
 *   ./fuzz_offline crash-1234 corpus/
 *
 * Exit 0: all ran; 1: a file could not be read; a violation aborts.
 */
#include <err.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int compare_names(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The buffer ends where the file ends, so that reading beyond is caught. */
static uint8_t *read_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size ? size : 1);

	if (f && data && fread(data, 1, size, f) == size) {
		fclose(f);
		return data;
	}
	warn("%s", path);
	if (f)
		fclose(f);
	free(data);
	return NULL;
}

static int run_file(const char *path, size_t size)
{
	uint8_t *data = read_file(path, size);

	if (!data)
		return 1;
	fprintf(stderr, "Running: %s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;
	FTSENT *entry;
	FTS *fts;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	if (argc < 2)
		errx(1, "usage: %s FILE|FOLDER...", argv[0]);
	fts = fts_open(argv + 1, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
	if (!fts)
		err(1, "fts_open");
	while ((entry = fts_read(fts))) {
		if (entry->fts_info == FTS_F) {
			failed |= run_file(entry->fts_path, (size_t)entry->fts_statp->st_size);
		} else if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR ||
			   entry->fts_info == FTS_ERR) {
			warnx("%s: %s", entry->fts_path, strerror(entry->fts_errno));
			failed = 1;
		}
	}
	fts_close(fts);
	return failed;
}
