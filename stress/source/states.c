/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs inputs and says, after each operation, what it returned and what the machine
 * looks like: pageblocks, free lists, counters, pages.  Built on the model and on the
 * source lane; conform.sh compares the two.  One CPU, nothing interleaves.
 *
 *   states FILE...                 scenarios or bytes
 *   states --random SEED NR        NR random operations, in inputs of 200
 *   states --show OP [--input N] ...  in full after operation OP, of random input N
 *
 * Each line: input, operation, result, then a hash of the state.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memoffline.h"

#define INPUT_OPS 200
#define TEXT_MAX 65536

struct run {
	struct mo *mo;
	const char *name;
	long show;		/* -1: lines */
	long input;		/* of random ones, only this; -1: all */
};

static uint64_t hash_bytes(uint64_t h, const char *p, size_t n)
{
	while (n--)
		h = (h ^ (unsigned char)*p++) * 0x100000001b3ull;
	return h;
}

/* show_mem(), without what a configuration decides and no operation does. */
static size_t state_text(struct mo *mo, char *text, size_t size)
{
	struct mo_machine_info m;
	size_t len = mo_look_text(mo, MO_NO_PAGE, text, size);

	if (!mo_look_machine(mo, &m))
		return 0;
	text[len++] = '\n';
	for (unsigned int b = 0; b < m.nr_blocks; b++) {
		uint64_t first = b * m.pages_per_block;

		mo_look_pageblocks(mo, first / m.pages_per_pageblock,
				   m.pages_per_block / m.pages_per_pageblock,
				   text + len);
		len += m.pages_per_block / m.pages_per_pageblock;
		text[len++] = ' ';
		mo_look_pages(mo, first, m.pages_per_block, 1, text + len);
		len += m.pages_per_block;
		text[len++] = '\n';
	}
	return len;
}

static void step(void *arg, const struct mo_step *s)
{
	static char text[TEXT_MAX];
	const struct run *r = arg;
	size_t len;

	if (s->kind != MO_STEP_END && s->kind != MO_STEP_VIOLATION)
		return;
	len = state_text(r->mo, text, sizeof(text) / 2);
	if (r->show < 0)
		printf("%s op %u %s %s%016llx\n", r->name, s->op, s->text,
		       s->kind == MO_STEP_VIOLATION ? "VIOLATION " : "",
		       (unsigned long long)hash_bytes(0xcbf29ce484222325ull,
						      text, len));
	else if (s->op == r->show)
		printf("%s\n%.*s", s->text, (int)len, text);
}

static int run(struct run *r, uint8_t *data, size_t size)
{
	const struct mo_options options = {
		.level = 0, .sequential = true, .step = step, .step_arg = r,
		.geometry = "tiny", .policy = "legacy", .drain = "disable",
		.oldbug = "none",
	};
	struct mo_result result;

	data[5] = 1; /* CPUs */
	return mo_run_bytes(r->mo, data, size, &options, &result);
}

static void run_file(struct run *r, const char *path)
{
	static char text[TEXT_MAX];
	static uint8_t data[TEXT_MAX];
	FILE *f = fopen(path, "r");
	size_t size;

	if (!f)
		err(2, "%s", path);
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	r->name = path;
	size = mo_text_to_bytes(r->mo, path, text, size, data, sizeof(data));
	if (size)
		run(r, data, size);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

/* What both subjects have, as often as it stands here. */
static const uint8_t codes[] = {
	0x01, 0x01, 0x01, 0x01, 0x02, 0x02, 0x02, 0x05, 0x05, 0x05, 0x05, 0x05,
	0x06, 0x07, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x24, 0x25, 0x27, 0x30,
	0x31, 0x38, 0x38, 0x39, 0x39, 0x3a, 0x3b, 0x3c,
};

static void run_random(struct run *r, uint64_t seed, long nr)
{
	uint8_t data[8 + 4 * INPUT_OPS] = { 1 };
	uint64_t x = seed * 0x9e3779b97f4a7c15ull + 1;
	char name[32];

	for (long input = 0; input * INPUT_OPS < nr; input++) {
		for (unsigned int i = 0; i < INPUT_OPS; i++) {
			uint64_t random = next_random(&x);

			data[8 + 4 * i] = codes[random % sizeof(codes)];
			data[9 + 4 * i] = (uint8_t)(random >> 16);
			data[10 + 4 * i] = (uint8_t)(random >> 24);
			data[11 + 4 * i] = (uint8_t)(random >> 32);
		}
		snprintf(name, sizeof(name), "random:%ld", input);
		r->name = name;
		if (r->input < 0 || r->input == input)
			run(r, data, sizeof(data));
	}
}

int main(int argc, char **argv)
{
	struct run r = { .mo = mo_create(), .show = -1, .input = -1 };

	if (!r.mo || argc < 2)
		errx(2, "usage: states FILE... | --random SEED NR");
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--show") && i + 1 < argc) {
			r.show = atol(argv[++i]);
		} else if (!strcmp(argv[i], "--input") && i + 1 < argc) {
			r.input = atol(argv[++i]);
		} else if (!strcmp(argv[i], "--random") && i + 2 < argc) {
			run_random(&r, strtoull(argv[i + 1], NULL, 0),
				   atol(argv[i + 2]));
			i += 2;
		} else {
			run_file(&r, argv[i]);
		}
	}
	return 0;
}
