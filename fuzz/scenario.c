/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "scenario.h"

/* --- strings --- */

#define POOL_CHUNK ((size_t)1 << 16)

struct pool_chunk {
	struct pool_chunk *next;
	size_t used;
	size_t size;
	char data[];
};

static void pool_grow(struct pool *pool, size_t n)
{
	size_t size = n > POOL_CHUNK ? n : POOL_CHUNK;
	struct pool_chunk *chunk = malloc(sizeof(*chunk) + size);

	if (!chunk)
		err(EXIT_USAGE, "malloc");
	*chunk = (struct pool_chunk){ .next = pool->chunks, .size = size };
	pool->chunks = chunk;
}

/* Room for n bytes. */
static char *pool_take(struct pool *pool, size_t n)
{
	struct pool_chunk *chunk = pool->chunks;

	if (!chunk || chunk->size - chunk->used < n) {
		pool_grow(pool, n);
		chunk = pool->chunks;
	}
	chunk->used += n;
	return chunk->data + chunk->used - n;
}

char *pool_copy(struct pool *pool, const char *text, size_t n)
{
	char *copy = pool_take(pool, n + 1);

	memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

void pool_free(struct pool *pool)
{
	while (pool->chunks) {
		struct pool_chunk *next = pool->chunks->next;

		free(pool->chunks);
		pool->chunks = next;
	}
}

/* --- lists of lines --- */

void scenario_room(struct scenario *s, uint32_t nr)
{
	if (nr <= s->max)
		return;
	s->max = nr + 64;
	s->lines = realloc(s->lines, s->max * sizeof(*s->lines));
	if (!s->lines)
		err(EXIT_USAGE, "realloc");
}

void scenario_read(struct scenario *s, struct pool *pool, const char *text)
{
	size_t n = strcspn(text, "\n");

	s->header = pool_copy(pool, text, n);
	s->nr = 0;
	for (text += n; *text; text += n) {
		text++;
		n = strcspn(text, "\n");
		if (!n)
			continue;
		scenario_room(s, s->nr + 1);
		s->lines[s->nr++] = pool_copy(pool, text, n);
	}
}

void scenario_copy(struct scenario *to, const struct scenario *from)
{
	scenario_room(to, from->nr);
	to->header = from->header;
	to->nr = from->nr;
	if (from->nr)
		memcpy(to->lines, from->lines, from->nr * sizeof(*to->lines));
}

void scenario_free(struct scenario *s)
{
	free(s->lines);
	*s = (struct scenario){ 0 };
}

void scenario_remove(struct scenario *s, uint32_t at, uint32_t nr)
{
	memmove(&s->lines[at], &s->lines[at + nr],
		(s->nr - at - nr) * sizeof(*s->lines));
	s->nr -= nr;
}

size_t scenario_size(const struct scenario *s)
{
	size_t size = strlen(s->header) + 2;

	for (uint32_t i = 0; i < s->nr; i++)
		size += strlen(s->lines[i]) + 1;
	return size;
}

static char *put_line(char *to, const char *line)
{
	size_t n = strlen(line);

	memcpy(to, line, n);
	to[n] = '\n';
	return to + n + 1;
}

size_t scenario_print(const struct scenario *s, char *text)
{
	char *at = put_line(text, s->header);

	for (uint32_t i = 0; i < s->nr; i++)
		at = put_line(at, s->lines[i]);
	*at = '\0';
	return (size_t)(at - text);
}

uint32_t scenario_nr_choices(const struct scenario *s)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < s->nr; i++)
		for (const char *c = s->lines[i]; *c; c++)
			nr += *c == '@' || *c == '(';
	return nr;
}

/* --- words --- */

static size_t word_length(const char *s)
{
	return *s == '(' ? strcspn(s, ")") + 1 : strcspn(s, " ");
}

unsigned int line_words(const char *line, struct word words[LINE_WORDS_MAX])
{
	unsigned int nr = 0;
	size_t at = 0, end = strlen(line);

	while (at < end && nr < LINE_WORDS_MAX && at < UINT16_MAX) {
		size_t n = word_length(line + at);

		n = n > end - at ? end - at : n;
		if (n)
			words[nr++] = (struct word){ (uint16_t)at, (uint16_t)n };
		at += n;
		at += strspn(line + at, " ");
	}
	return nr;
}

const char *line_edit(struct pool *pool, const char *line, size_t at, size_t cut,
		      const char *text)
{
	size_t n = strlen(text), rest = strlen(line) - at - cut;
	char *edited;

	if (!n && at && line[at - 1] == ' ') {
		at--;
		cut++;
	}
	edited = pool_take(pool, at + n + rest + 1);
	memcpy(edited, line, at);
	memcpy(edited + at, text, n);
	memcpy(edited + at + n, line + at + cut, rest + 1);
	return edited;
}

/* --- names --- */

/* Of those given so far; a slot is free while text is NULL. */
struct names {
	size_t size;		/* a power of two */
	struct name {
		const char *text;
		size_t len;
	} *slots;
};

/* Where the name is or belongs (FNV-1a). */
static struct name *name_slot(struct names *names, const char *text, size_t len)
{
	size_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	for (;; h++) {
		struct name *n = &names->slots[h & (names->size - 1)];

		if (!n->text || (n->len == len && !memcmp(n->text, text, len)))
			return n;
	}
}

static bool is_arrow(const char *line, const struct word *w)
{
	return w->len == 2 && !memcmp(line + w->at, "->", 2);
}

/* A word behind the operation that is no field, choice, or arrow. */
static bool is_name(const char *line, const struct word *w)
{
	return line[w->at] >= 'a' && line[w->at] <= 'z' &&
	       !memchr(line + w->at, '=', w->len);
}

/* False: the line uses a name that was not given. */
static bool know_names(struct names *names, const char *line)
{
	struct word words[LINE_WORDS_MAX];
	unsigned int nr = line_words(line, words);

	for (unsigned int k = 2; k < nr; k++) {
		struct name *n;

		if (!is_name(line, &words[k]))
			continue;
		n = name_slot(names, line + words[k].at, words[k].len);
		if (is_arrow(line, &words[k - 1]))
			*n = (struct name){ line + words[k].at, words[k].len };
		else if (!n->text)
			return false;
	}
	return true;
}

void scenario_drop_orphans(struct scenario *s)
{
	struct names names = { .size = 16 };
	uint32_t to = 0;

	while (names.size < 2 * (size_t)s->nr)
		names.size *= 2;
	names.slots = calloc(names.size, sizeof(*names.slots));
	if (!names.slots)
		err(EXIT_USAGE, "calloc");
	for (uint32_t i = 0; i < s->nr; i++)
		if (know_names(&names, s->lines[i]))
			s->lines[to++] = s->lines[i];
	s->nr = to;
	free(names.slots);
}
