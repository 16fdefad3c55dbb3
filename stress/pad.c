/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pad: a scenario among junk, as a fuzzer leaves it: the input of a test of
 * minimisers.  The junk is what the generator draws, on the scenario's machine;
 * the result, as bytes, breaks the invariant that the scenario breaks.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "inputs.h"
#include "mutate.h"
#include "scenario.h"

#define NR_SEEDS 300
#define NR_SEEDS_INTERLEAVED 50
#define TEXT_MAX ((size_t)4 << 20)
#define CONFIG_BYTES 6 /* of the header: all but the number of choices */

struct pad {
	struct mo *mo;
	uint32_t nr_junk;
	struct rng rng;
	struct mutator *mutator;
	struct pool pool;
	struct scenario scenario;
	struct scenario junk;
	struct scenario padded;
	uint8_t config[CONFIG_BYTES];
	const char *invariant;
	char *text;		/* [TEXT_MAX] */
	uint8_t *bytes;		/* [MO_INPUT_MAX] */
	size_t size;
};

static int run(struct pad *p, const struct scenario *s, struct mo_result *result)
{
	size_t n = scenario_print(s, p->text);

	*result = (struct mo_result){ 0 };
	return mo_run_text(p->mo, "padded", p->text, n,
			   &(struct mo_options){ .level = 3 }, result);
}

/* Names of junk are its own: p0 of the third program becomes j3p0. */
static const char *rename_objects(struct pad *p, const char *line,
				  unsigned int program)
{
	struct word words[LINE_WORDS_MAX];
	unsigned int k = line_words(line, words);
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "j%u", program);
	while (k-- > 2) {
		const char *word = line + words[k].at;

		if (word[0] >= 'a' && word[0] <= 'z' &&
		    !memchr(word, '=', words[k].len))
			line = line_edit(&p->pool, line, words[k].at, 0, prefix);
	}
	return line;
}

/* One program of the generator behind those that are there. */
static void add_junk(struct pad *p, unsigned int program)
{
	size_t size = mutate_generate(p->mutator, p->bytes,
				      MO_HEADER_SIZE + 2 * MO_RECORD_SIZE * p->nr_junk,
				      rng_next(&p->rng));

	memcpy(p->bytes, p->config, CONFIG_BYTES);
	if (!mo_bytes_to_text(p->mo, p->bytes, size, p->text, TEXT_MAX))
		errx(EXIT_USAGE, "the junk is too long");
	scenario_read(&p->padded, &p->pool, p->text);
	scenario_room(&p->junk, p->junk.nr + p->padded.nr);
	for (uint32_t i = 0; i < p->padded.nr && p->junk.nr < p->nr_junk; i++)
		p->junk.lines[p->junk.nr++] =
			rename_objects(p, p->padded.lines[i], program);
}

static void draw_junk(struct pad *p)
{
	p->junk.nr = 0;
	for (unsigned int i = 0; p->junk.nr < p->nr_junk; i++)
		add_junk(p, i);
}

/* Both keep their order; where the next line comes from is a matter of luck.
 * Where races would not survive that, the scenario stays in one piece. */
static void interleave(struct pad *p, bool in_one_piece)
{
	uint32_t of_junk = 0, of_scenario = 0;
	uint32_t total = p->junk.nr + p->scenario.nr;
	uint32_t at = in_one_piece ? rng_below(&p->rng, p->junk.nr + 1) : total;

	scenario_room(&p->padded, total);
	p->padded.header = p->scenario.header;
	p->padded.nr = total;
	for (uint32_t i = 0; i < total; i++) {
		uint32_t left = p->scenario.nr - of_scenario;
		bool ours = in_one_piece ? i >= at && left :
					   rng_below(&p->rng, total - i) < left;

		p->padded.lines[i] =
			ours ? p->scenario.lines[of_scenario++] :
			       p->junk.lines[of_junk++];
	}
}

/* Does the padded scenario break it still?  Lines that cannot be said there, for
 * too many names, are left out. */
static bool still_breaks(struct pad *p)
{
	struct mo_result result;

	while (run(p, &p->padded, &result) == 2) {
		const char *number = strchr(mo_error(p->mo), ':');
		unsigned long line = number ? strtoul(number + 1, NULL, 10) : 0;

		if (line < 2 || line - 2 >= p->padded.nr)
			errx(EXIT_USAGE, "%s", mo_error(p->mo));
		scenario_remove(&p->padded, (uint32_t)line - 2, 1);
	}
	return result.invariant && !strcmp(result.invariant, p->invariant);
}

static void read_scenario(void *arg, const struct input *in)
{
	struct pad *p = arg;
	struct mo_result result;
	size_t size = mo_text_to_bytes(p->mo, in->path, (const char *)in->data,
				       in->size, p->bytes, MO_INPUT_MAX);

	if (!size)
		errx(EXIT_USAGE, "%s", mo_error(p->mo));
	memcpy(p->config, p->bytes, CONFIG_BYTES);
	if (!mo_bytes_to_text(p->mo, p->bytes, size, p->text, TEXT_MAX))
		errx(EXIT_USAGE, "%s: too long", in->path);
	scenario_read(&p->scenario, &p->pool, p->text);
	if (!run(p, &p->scenario, &result) || !result.invariant)
		errx(EXIT_USAGE, "%s: breaks nothing", in->path);
	p->invariant = result.invariant;
}

static void write_padded(struct pad *p, const char *path)
{
	size_t n = scenario_print(&p->padded, p->text);
	FILE *f = fopen(path, "wb");

	p->size = mo_text_to_bytes(p->mo, path, p->text, n, p->bytes, MO_INPUT_MAX);
	if (!f || fwrite(p->bytes, 1, p->size, f) != p->size || fclose(f))
		err(EXIT_USAGE, "%s", path);
	printf("%s: %u operations, %zu bytes, breaks %s\n", path, p->padded.nr,
	       p->size, p->invariant);
}

static void pad_create(struct pad *p, const char *nr, const char *seed)
{
	p->nr_junk = (uint32_t)cli_number("OPS", nr, 1, 60000);
	p->rng.state = (uint64_t)cli_number("SEED", seed, 0, 1 << 30);
	p->mo = mo_create();
	p->mutator = malloc(sizeof(*p->mutator));
	p->text = malloc(TEXT_MAX);
	p->bytes = malloc(MO_INPUT_MAX);
	if (!p->mo || !p->mutator || !p->text || !p->bytes)
		err(EXIT_USAGE, "malloc");
	mutator_init(p->mutator, NULL);
}

int main(int argc, char **argv)
{
	struct pad p = { 0 };

	if (argc != 5)
		errx(EXIT_USAGE, "usage: pad SCENARIO.ops OPS SEED OUTPUT (OPS operations of junk)");
	pad_create(&p, argv[2], argv[3]);
	if (inputs_walk((char *[]){ argv[1], NULL }, read_scenario, &p))
		return EXIT_USAGE;
	for (unsigned int i = 0; i < NR_SEEDS; i++) {
		draw_junk(&p);
		interleave(&p, i >= NR_SEEDS_INTERLEAVED);
		if (!still_breaks(&p))
			continue;
		write_padded(&p, argv[4]);
		return 0;
	}
	errx(EXIT_USAGE, "%s: no junk leaves it broken, %d seeds were tried",
	     argv[1], NR_SEEDS);
}
