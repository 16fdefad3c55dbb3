/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "keep.h"

enum content { OTHER, WHOLE, BEGINNING };

static enum content compare(const char *path, const uint8_t *data, size_t size)
{
	FILE *f = fopen(path, "rb");
	size_t i = 0;
	int c = 0;

	if (!f)
		return OTHER;
	while (i <= size && (c = getc(f)) != EOF && i < size && c == data[i])
		i++;
	fclose(f);
	if (c != EOF)
		return OTHER;
	return i == size ? WHOLE : BEGINNING;
}

static int write_all(int fd, const void *data, size_t size)
{
	ssize_t done = write(fd, data, size);
	int ret = 0;

	if (done != (ssize_t)size)
		ret = done < 0 ? errno : ENOSPC;
	if (fsync(fd) && !ret)
		ret = errno;
	if (close(fd) && !ret)
		ret = errno;
	return ret;
}

int keep_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), ret;

	if (fd < 0 && errno == EEXIST) {
		enum content content = compare(path, data, size);

		if (content != BEGINNING)
			return content == WHOLE ? 0 : EEXIST;
		/* A kill came in between: written to its end. */
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return errno;
	ret = write_all(fd, data, size);
	/* Half of a finding is none. */
	if (ret)
		unlink(path);
	return ret;
}

#define NAMES_MAX 1000

int keep_numbered(const char *stem, const char *suffix, const void *data, size_t size,
		  char path[KEEP_PATH_MAX])
{
	char number[16] = "";
	int ret = EEXIST;

	for (int nr = 1; nr <= NAMES_MAX && ret == EEXIST; nr++) {
		if (nr > 1)
			snprintf(number, sizeof(number), "-%d", nr);
		if (snprintf(path, KEEP_PATH_MAX, "%s%s%s", stem, number, suffix) >= KEEP_PATH_MAX)
			return ENAMETOOLONG;
		ret = keep_file(path, data, size);
	}
	return ret;
}
