/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE /* asprintf */
#include <dirent.h>
#include <err.h>
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

/* Deeper than anybody nests; a link that leads upwards would never end. */
#define DEPTH_MAX 40

struct walk {
	void (*fn)(void *arg, const struct input *input);
	void *arg;
	const char *suffix;	/* NULL: any */
	unsigned int nr_failed;
};

static bool visit_file(const struct walk *walk, const char *path,
		       const char *name, off_t size)
{
	struct input input = { .path = path, .name = name };
	uint8_t *data;

	if (size > (off_t)INPUT_SIZE_MAX) {
		warnx("%s: larger than any input, %zu MiB at most", path,
		      INPUT_SIZE_MAX >> 20);
		return false;
	}
	input.size = (size_t)size;
	data = read_file(path, input.size);
	if (!data)
		return false;
	input.data = data;
	walk->fn(walk->arg, &input);
	free(data);
	return true;
}

/* Below a folder: hidden files and prose are no inputs (AFL++ leaves a README.txt
 * in its folder crashes/). */
static int is_taken(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && strcmp(entry->d_name, "README.txt") &&
	       !(dot && !strcmp(dot, ".md"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void visit(struct walk *walk, const char *path, size_t name,
		  unsigned int depth);

/* Not fts(3): MemorySanitizer does not see what that writes.  False: unreadable. */
static bool visit_folder(struct walk *walk, const char *path, size_t name,
			 unsigned int depth)
{
	struct dirent **entries;
	int nr;

	if (depth >= DEPTH_MAX) {
		warnx("%s: %d folders deep, a loop?", path, DEPTH_MAX);
		return false;
	}
	nr = scandir(path, &entries, is_taken, by_name);
	if (nr < 0) {
		warn("%s", path);
		return false;
	}
	for (int i = 0; i < nr; i++) {
		char *child;

		if (asprintf(&child, "%s/%s", path, entries[i]->d_name) < 0)
			err(2, "asprintf");
		visit(walk, child, name, depth + 1);
		free(child);
		free(entries[i]);
	}
	free(entries);
	return true;
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t n = strlen(path), nr = strlen(suffix);

	return n >= nr && !strcmp(path + n - nr, suffix);
}

static void visit(struct walk *walk, const char *path, size_t name,
		  unsigned int depth)
{
	bool wanted = !depth || !walk->suffix || has_suffix(path, walk->suffix);
	bool there, ok = false;
	struct stat st;

	there = !stat(path, &st);
	if (there && S_ISDIR(st.st_mode))
		ok = visit_folder(walk, path, name, depth);
	else if (!wanted)
		ok = true;
	else if (!there)
		warn("%s", path);
	else if (S_ISREG(st.st_mode))
		ok = visit_file(walk, path, path + name, st.st_size);
	else
		warnx("%s: neither a file nor a folder", path);
	walk->nr_failed += !ok;
}

/* Of a file its last part, of what is below a folder the part behind it. */
static size_t name_in(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return strlen(path) + 1;
	return slash ? (size_t)(slash + 1 - path) : 0;
}

unsigned int inputs_walk(char *const *paths,
			 void (*fn)(void *arg, const struct input *input),
			 void *arg)
{
	return inputs_walk_suffix(paths, NULL, fn, arg);
}

unsigned int inputs_walk_suffix(char *const *paths, const char *suffix,
				void (*fn)(void *arg, const struct input *input),
				void *arg)
{
	struct walk walk = { .fn = fn, .arg = arg, .suffix = suffix };

	for (; *paths; paths++) {
		char *path = strdup(*paths);

		if (!path)
			err(2, "strdup");
		/* "folder/" means folder */
		for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
			path[n - 1] = '\0';
		visit(&walk, path, name_in(path), 0);
		free(path);
	}
	return walk.nr_failed;
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

/* Any bytes are an input; these are what people give by mistake. */
static const char *known_format(const struct input *input)
{
	static const struct {
		const char *magic;
		const char *what;
	} formats[] = {
		{ "\177ELF", "a program (ELF), expected a scenario (.ops) or an input of a fuzzer" },
		{ "\x89PNG", "a picture, expected a scenario (.ops) or an input of a fuzzer" },
		{ "%PDF", "a PDF, expected a scenario (.ops) or an input of a fuzzer" },
		{ "PK\3\4", "a zip archive, expected what is in it" },
		{ "\x1f\x8b", "compressed (gzip), expected what is in it" },
		{ "\xfd" "7zXZ", "compressed (xz), expected what is in it" },
		{ "\x28\xb5\x2f\xfd", "compressed (zstd), expected what is in it" },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t n = strlen(formats[i].magic);

		if (input->size >= n && !memcmp(input->data, formats[i].magic, n))
			return formats[i].what;
	}
	return NULL;
}

static bool is_plain_text(const struct input *input)
{
	for (size_t i = 0; i < input->size; i++)
		if (input->data[i] < ' ' && !strchr("\t\r\n", input->data[i]))
			return false;
	return !memchr(input->data, '\0', input->size);
}

const char *input_foreign(const struct input *input)
{
	if (!input->size)
		return "empty, expected a scenario (.ops) or an input of a fuzzer";
	if (input_is_text(input))
		return NULL;
	if (is_plain_text(input))
		return "text, but no scenario: expected a comment '#' or the header 'memoffline 1 ...' first";
	return known_format(input);
}
