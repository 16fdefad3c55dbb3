/* SPDX-License-Identifier: GPL-2.0-only */
/* replay --to-text, --to-bytes, which run nothing, and --record. */
#include <bsd/sys/tree.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

/* The input as bytes: itself, or what the scenario says.  0: it is broken. */
static size_t as_bytes(struct replay *r, const struct input *in,
		       const uint8_t **data)
{
	static uint8_t bytes[MO_INPUT_MAX];
	size_t size;

	*data = in->data;
	if (input_foreign(in)) {
		r->nr_broken++;
		fprintf(stderr, "%s: %s\n", in->path, input_foreign(in));
		return 0;
	}
	if (!input_is_text(in))
		return in->size;
	*data = bytes;
	size = mo_text_to_bytes(r->mo, in->path, (const char *)in->data,
				in->size, bytes, sizeof(bytes));
	if (!size) {
		r->nr_broken++;
		fprintf(stderr, "%s\n", mo_error(r->mo));
	}
	return size;
}

char *input_text(struct replay *r, const struct input *in)
{
	const uint8_t *data;
	size_t data_size = as_bytes(r, in, &data), size, length = 0;
	char *text = NULL;

	if (!data_size)
		return NULL;
	for (size = 1 << 16; !length && size <= INPUT_SIZE_MAX; size *= 2) {
		free(text);
		text = malloc(size);
		if (!text)
			err(EXIT_USAGE, "malloc");
		length = mo_bytes_to_text(r->mo, data, data_size, text, size);
	}
	return text;
}

void print_as_text(struct replay *r, const struct input *in)
{
	char *text = input_text(r, in);

	if (!text)
		return;
	if (r->nr_inputs)
		putchar('\n');
	fputs(text, stdout);
	free(text);
}

struct written {
	RB_ENTRY(written) link;
	char path[];
};
static RB_HEAD(written_tree, written) all_written = RB_INITIALIZER(&all_written);

static int by_path(const struct written *a, const struct written *b)
{
	return strcmp(a->path, b->path);
}

RB_GENERATE_INTERNAL(written_tree, written, link, by_path,
		     static __attribute__((unused)))

/* Two inputs of one name become one file: the second one would replace the first. */
static bool was_written(const char *path)
{
	size_t size = strlen(path) + 1;
	struct written *w = malloc(sizeof(*w) + size), *before;

	if (!w)
		err(EXIT_USAGE, "malloc");
	memcpy(w->path, path, size);
	before = RB_INSERT(written_tree, &all_written, w);
	if (before)
		free(w);
	return before;
}

/* area/what.ops becomes DIR/area-what, and the suffix. */
static void write_form(struct replay *r, const struct input *in, const char *dir,
		       const char *suffix, const void *data, size_t size)
{
	size_t length = strlen(in->name);
	char path[4096];
	FILE *f;
	char *p;

	if (length > 4 && !strcmp(in->name + length - 4, ".ops"))
		length -= 4;
	if (snprintf(path, sizeof(path), "%s/%.*s%s", dir, (int)length,
		     in->name, suffix) >= (int)sizeof(path))
		errx(EXIT_USAGE, "%s: path too long", in->path);
	for (p = path + strlen(dir) + 1; *p; p++)
		if (*p == '/')
			*p = '-';
	if (was_written(path)) {
		r->nr_broken++;
		fprintf(stderr, "%s: would replace %s of another input, expected names that differ\n",
			in->path, path);
		return;
	}
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		err(EXIT_USAGE, "%s", path);
}

void write_as_bytes(struct replay *r, const struct input *in)
{
	const uint8_t *data;
	size_t data_size = as_bytes(r, in, &data);

	if (data_size)
		write_form(r, in, r->to_bytes, "", data, data_size);
}

void write_record(struct replay *r, const struct input *in)
{
	static char text[1 << 20];
	struct mo_result result;
	size_t size;

	if (run_once(r, in, &r->options, &result) == 2) {
		r->nr_broken++;
		fprintf(stderr, "%s\n", mo_error(r->mo));
		return;
	}
	size = mo_last_text(r->mo, text, sizeof(text));
	if (!size)
		errx(EXIT_USAGE, "%s: too long as text", in->path);
	write_form(r, in, r->record, ".ops", text, size);
}
