/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "records.h"
#include "rng.h"
#include "shrink.h"
#include "ways.h"

#define NAME "scenario" /* of the text in messages of the parser */

/* --- one run --- */

static char *text_room(struct shrink *s, size_t size)
{
	if (size <= s->text_size)
		return s->text;
	free(s->text);
	s->text_size = size;
	s->text = malloc(size);
	if (!s->text)
		err(EXIT_USAGE, "malloc");
	return s->text;
}

static int run(struct shrink *s, const struct scenario *c,
	       struct mo_result *result)
{
	char *text = text_room(s, scenario_size(c));
	size_t n = scenario_print(c, text);

	s->nr_runs++;
	*result = (struct mo_result){ 0 };
	if (s->judge)
		return s->judge(s, text, n, result);
	return mo_run_text(s->mo, NAME, text, n, &s->options, result);
}

/* The line of c that the parser refuses: an operation on a name that is gone.
 * Its index, or c->nr: the header. */
static uint32_t refused_line(struct shrink *s, const struct scenario *c)
{
	const char *message = mo_error(s->mo);
	unsigned long line = 0;

	if (!strncmp(message, NAME ":", sizeof(NAME)))
		line = strtoul(message + sizeof(NAME), NULL, 10);
	return line >= 2 && line - 2 < c->nr ? (uint32_t)(line - 2) : c->nr;
}

/*
 * Does s->tried break the same invariant?  Then it is the best we have.  repair:
 * operations that lost their object go with it, whatever they are; otherwise an
 * edit that the parser refuses is no good.
 */
static bool accept(struct shrink *s, bool repair)
{
	struct mo_result result;
	uint32_t line;

	if (s->max_runs && s->nr_runs >= s->max_runs)
		return false;
	if (repair)
		scenario_drop_orphans(&s->tried);
	while (run(s, &s->tried, &result) == 2) {
		line = refused_line(s, &s->tried);
		if (!repair || line == s->tried.nr)
			return false;
		scenario_remove(&s->tried, line, 1);
	}
	if (!result.invariant || strcmp(result.invariant, s->invariant))
		return false;
	scenario_copy(&s->best, &s->tried);
	return true;
}

static void show(struct shrink *s, uint32_t at, uint32_t of)
{
	s->at = at;
	s->of = of;
	if (s->progress)
		s->progress(s, s->arg);
}

/* --- edits of one line; NULL: the line goes --- */

typedef const char *(*edit_fn)(struct shrink *s, const char *line);

static const char *drop(struct shrink *s, const char *line)
{
	(void)s;
	(void)line;
	return NULL;
}

static bool is_choice(const char *line, const struct word *w)
{
	return line[w->at] == '@' || line[w->at] == '(';
}

static bool is_field(const char *line, const struct word *w)
{
	return memchr(line + w->at, '=', w->len) && !is_choice(line, w);
}

/* The line without the words of a kind. */
static const char *strip(struct shrink *s, const char *line,
			 bool (*kind)(const char *line, const struct word *w))
{
	struct word words[LINE_WORDS_MAX];
	unsigned int nr = line_words(line, words);

	while (nr-- > 2)
		if (kind(line, &words[nr]))
			line = line_edit(&s->pool, line, words[nr].at,
					 words[nr].len, "");
	return line;
}

static bool is_switch(const char *line, const struct word *w)
{
	return line[w->at] == '@';
}

static const char *strip_switches(struct shrink *s, const char *line)
{
	return strip(s, line, is_switch);
}

static const char *strip_choices(struct shrink *s, const char *line)
{
	return strip(s, line, is_choice);
}

static const char *strip_fields(struct shrink *s, const char *line)
{
	return strip(s, line, is_field);
}

/* --- passes: ddmin over the lines --- */

/* s->tried: best with lines [at, at + nr) edited.  False: nothing to edit. */
static bool edit_range(struct shrink *s, edit_fn edit, uint32_t at, uint32_t nr)
{
	bool changed = false;
	uint32_t to = at;

	scenario_copy(&s->tried, &s->best);
	for (uint32_t i = at; i < at + nr; i++) {
		const char *line = edit(s, s->best.lines[i]);

		changed |= line != s->best.lines[i];
		if (line)
			s->tried.lines[to++] = line;
	}
	scenario_remove(&s->tried, to, at + nr - to);
	return changed;
}

/* From the back, as later operations live on earlier ones, or from the front. */
static bool edit_chunks(struct shrink *s, edit_fn edit, uint32_t chunk)
{
	bool any = false;
	uint32_t left = s->best.nr;

	while (left) {
		uint32_t nr = chunk < left ? chunk : left;
		uint32_t at = s->from_front ? s->best.nr - left : left - nr;

		show(s, s->best.nr - left, s->best.nr);
		left -= nr;
		if (edit_range(s, edit, at, nr) && accept(s, edit == drop))
			any = true;
		/* A repair may have taken lines from behind as well. */
		left = left < s->best.nr ? left : s->best.nr;
	}
	return any;
}

/* Halves the chunks down to single lines, until these help no more. */
static bool pass_lines(struct shrink *s, const char *name, edit_fn edit)
{
	uint32_t chunk = s->best.nr;
	bool any = false;

	s->pass = name;
	for (;;) {
		bool helped = edit_chunks(s, edit, chunk ? chunk : 1);

		any |= helped;
		if (chunk <= 1 && !helped)
			return any;
		chunk /= 2;
	}
}

/* Two at a time, neither of which can go alone. */
#define PAIRS_MAX 24

static bool pass_pairs(struct shrink *s)
{
	bool any = false;

	s->pass = "pairs of operations";
	for (uint32_t j = s->best.nr; j-- > 1;) {
		show(s, s->best.nr - j, s->best.nr);
		for (uint32_t i = j; i-- > 0 && s->best.nr <= PAIRS_MAX;) {
			if (j >= s->best.nr)
				break;
			scenario_copy(&s->tried, &s->best);
			scenario_remove(&s->tried, j, 1);
			scenario_remove(&s->tried, i, 1);
			any |= accept(s, true);
		}
	}
	return any;
}

/* What stands behind the operation that broke it has not run. */
static void cut_tail(struct shrink *s)
{
	struct mo_result result;

	run(s, &s->best, &result);
	if (result.violation_op + 1 >= s->best.nr)
		return;
	scenario_copy(&s->tried, &s->best);
	s->tried.nr = result.violation_op + 1;
	accept(s, false);
}

/* --- passes: single words --- */

/* Replaces bytes of line i (UINT32_MAX: the header) and tries. */
static bool try_edit(struct shrink *s, uint32_t i, size_t at, size_t cut,
		     const char *text)
{
	const char **line;

	scenario_copy(&s->tried, &s->best);
	line = i == UINT32_MAX ? &s->tried.header : &s->tried.lines[i];
	*line = line_edit(&s->pool, *line, at, cut, text);
	return accept(s, false);
}

/* Numbers below are all tried, larger ones by halves. */
#define SMALL_NUMBER 8

/* The next smaller number to try instead of n behind `last`; n: none is left. */
static unsigned long next_smaller(unsigned long n, unsigned long last)
{
	if (last + 1 < n && last + 1 < SMALL_NUMBER)
		return last + 1;
	if (last < n / 2)
		return n / 2;
	return last < n - 1 ? n - 1 : n;
}

/* The number at line + at smaller.  True: one was found. */
static bool shrink_number(struct shrink *s, uint32_t i, size_t at, size_t cut)
{
	unsigned long n = strtoul(s->best.lines[i] + at, NULL, 10);
	char text[24];

	for (unsigned long k = 0; k < n; k = next_smaller(n, k)) {
		snprintf(text, sizeof(text), "%lu", k);
		if (try_edit(s, i, at, cut, text))
			return true;
	}
	return false;
}

/* Each number of a word, one after the other; the word may get shorter. */
static bool shrink_numbers(struct shrink *s, uint32_t i, size_t at, size_t end)
{
	bool any = false;

	while (at < end && s->best.lines[i][at]) {
		size_t cut = strspn(s->best.lines[i] + at, "0123456789");

		if (cut && shrink_number(s, i, at, cut)) {
			any = true;
			cut = strspn(s->best.lines[i] + at, "0123456789");
		}
		at += cut ? cut : 1;
	}
	return any;
}

/* (fail POINT nth=3 errno=-ENOMEM) becomes (fail POINT nth=1). */
static bool shrink_parenthesis(struct shrink *s, uint32_t i, struct word w)
{
	const char *line = s->best.lines[i] + w.at;
	const char *first = memchr(line, ' ', w.len);
	const char *second = first ? strchr(first + 1, ' ') : NULL;
	size_t at;

	if (!second || second >= line + w.len)
		return false;
	at = w.at + (size_t)(second - line);
	if (try_edit(s, i, at, w.len - (at - w.at), ")"))
		return strncmp(line + (second - line), " nth=1)", 7);
	return try_edit(s, i, at, w.len - (at - w.at), " nth=1)");
}

static bool shrink_word(struct shrink *s, uint32_t i, unsigned int k,
			const struct word *words)
{
	const char *line = s->best.lines[i];
	struct word w = words[k];

	if (is_choice(line, &w) || is_field(line, &w)) {
		if (try_edit(s, i, w.at, w.len, ""))
			return true;
		if (line[w.at] == '(' && shrink_parenthesis(s, i, w))
			return true;
	}
	/* Names of operations, and names given, are what they are. */
	if (k == 1 || (k > 1 && line[words[k - 1].at] == '-'))
		return false;
	return shrink_numbers(s, i, w.at, w.at + w.len);
}

static bool pass_words(struct shrink *s)
{
	struct word words[LINE_WORDS_MAX];
	bool any = false;

	s->pass = "arguments";
	for (uint32_t i = s->best.nr; i-- > 0;) {
		show(s, s->best.nr - i, s->best.nr);
		for (unsigned int k = line_words(s->best.lines[i], words); k--;) {
			line_words(s->best.lines[i], words);
			any |= shrink_word(s, i, k, words);
		}
	}
	return any;
}

/* --- passes: the same word everywhere --- */

/* s->tried: best with each word `from` spelt `to`. */
static void rename_words(struct shrink *s, const char *from, const char *to)
{
	struct word words[LINE_WORDS_MAX];
	size_t n = strlen(from);

	scenario_copy(&s->tried, &s->best);
	for (uint32_t i = 0; i < s->tried.nr; i++) {
		const char **line = &s->tried.lines[i];
		unsigned int k = line_words(*line, words);

		while (k--)
			if (words[k].len == n &&
			    !memcmp(*line + words[k].at, from, n))
				*line = line_edit(&s->pool, *line, words[k].at,
						  n, to);
	}
}

/* key=12 wherever it stands becomes key=4: the same block, another one. */
static bool shrink_everywhere(struct shrink *s, const char *word, size_t len)
{
	char from[64], to[64];
	const char *value = memchr(word, '=', len);
	unsigned long n;
	int key;

	if (!value || len >= sizeof(from) || !isdigit((unsigned char)value[1]))
		return false;
	key = (int)(value + 1 - word);
	n = strtoul(value + 1, NULL, 10);
	snprintf(from, sizeof(from), "%.*s", (int)len, word);
	for (unsigned long k = 0; k < n; k++) {
		snprintf(to, sizeof(to), "%.*s%lu", key, word, k);
		rename_words(s, from, to);
		if (accept(s, false))
			return true;
	}
	return false;
}

static bool pass_everywhere(struct shrink *s)
{
	struct word words[LINE_WORDS_MAX];
	bool any = false;

	s->pass = "places";
	for (uint32_t i = 0; i < s->best.nr; i++) {
		unsigned int nr = line_words(s->best.lines[i], words);

		show(s, i, s->best.nr);
		for (unsigned int k = 2; k < nr; k++) {
			const char *line = s->best.lines[i];

			if (is_field(line, &words[k]) &&
			    shrink_everywhere(s, line + words[k].at, words[k].len)) {
				any = true;
				nr = line_words(s->best.lines[i], words);
			}
		}
	}
	return any;
}

/* --- passes: CPUs and the header --- */

static const char *digit_to(struct shrink *s, const char *line, const char *mark,
			    char from, char to)
{
	size_t n = strlen(mark);
	const char digit[2] = { to, 0 };

	for (const char *at = line; (at = strstr(at, mark)); at += n)
		if (at[n] == from)
			line = at = line_edit(&s->pool, line,
					      (size_t)(at + n - line), 1, digit);
	return line;
}

/* All that CPU `from` does is done by CPU `to`. */
static bool merge_cpus(struct shrink *s, char from, char to)
{
	bool changed = false;

	scenario_copy(&s->tried, &s->best);
	for (uint32_t i = 0; i < s->tried.nr; i++) {
		const char **line = &s->tried.lines[i];

		*line = digit_to(s, digit_to(s, *line, ">cpu", from, to), "cpu",
				 from, to);
		changed |= *line != s->best.lines[i];
	}
	return changed && accept(s, false);
}

static bool pass_cpus(struct shrink *s)
{
	bool any = false;

	s->pass = "CPUs";
	for (char from = '3'; from > '0'; from--)
		for (char to = '0'; to < from; to++)
			any |= merge_cpus(s, from, to);
	return any;
}

/* A key that the header can do without; which old bug and which machine are not
 * for this pass. */
static bool pass_header(struct shrink *s)
{
	struct word words[LINE_WORDS_MAX];
	unsigned int k = line_words(s->best.header, words);
	bool any = false;

	s->pass = "header";
	while (k-- > 2) {
		const char *word = s->best.header + words[k].at;

		if (strncmp(word, "geometry=", 9) && strncmp(word, "oldbug=", 7))
			any |= try_edit(s, UINT32_MAX, words[k].at, words[k].len, "");
	}
	return any;
}

/* --- the machine --- */

/* Canonical text of s->bytes on a machine (UINT_MAX: what they say) into
 * s->tried. */
static void read_bytes(struct shrink *s, size_t size, unsigned int geometry)
{
	size_t room = 1 << 16;

	if (geometry != UINT32_MAX && size > HEADER_GEOMETRY)
		s->bytes[HEADER_GEOMETRY] = (uint8_t)geometry;
	while (!mo_bytes_to_text(s->mo, s->bytes, size, text_room(s, room),
				 s->text_size))
		room *= 2;
	scenario_read(&s->tried, &s->pool, s->text);
}

static size_t best_to_bytes(struct shrink *s)
{
	char *text = text_room(s, scenario_size(&s->best));
	size_t n = scenario_print(&s->best, text);

	return mo_text_to_bytes(s->mo, NAME, text, n, s->bytes, MO_INPUT_MAX);
}

static bool is_on(const struct shrink *s, const char *geometry)
{
	const char *at = strstr(s->best.header, "geometry=");
	size_t n = strlen(geometry);

	return at && !strncmp(at + 9, geometry, n) &&
	       (at[9 + n] == ' ' || !at[9 + n]);
}

/* Smaller machines, the smallest first; arguments become what they mean there. */
static bool pass_geometry(struct shrink *s)
{
	struct mo_named_info now = { 0 }, info;
	uint64_t done = 0;

	s->pass = "geometry";
	for (unsigned int i = 0; mo_named_info(MO_TABLE_GEOMETRY, i, &info); i++)
		if (is_on(s, info.name))
			now = info;
	for (;;) {
		struct mo_named_info next = now;

		for (unsigned int i = 0; mo_named_info(MO_TABLE_GEOMETRY, i, &info); i++)
			if (!(done >> (info.id & 63) & 1) && info.pages < next.pages)
				next = info;
		if (next.pages >= now.pages)
			return false;
		done |= 1ull << (next.id & 63);
		read_bytes(s, best_to_bytes(s), next.id);
		if (accept(s, true))
			return true;
	}
}

/* --- the whole --- */

static void to_fixpoint(struct shrink *s)
{
	bool any;

	pass_geometry(s);
	do {
		any = pass_lines(s, "switches", strip_switches);
		any |= pass_lines(s, "operations", drop);
		any |= pass_lines(s, "choices", strip_choices);
		any |= pass_lines(s, "fields", strip_fields);
		any |= pass_geometry(s);
		any |= pass_header(s);
		any |= pass_cpus(s);
		any |= pass_words(s);
		any |= pass_everywhere(s);
		any |= pass_pairs(s);
	} while (any);
}

/* Fewer operations, then fewer choices, then less text. */
static bool is_smaller(const struct scenario *a, const struct scenario *b)
{
	uint32_t choices_a = scenario_nr_choices(a);
	uint32_t choices_b = scenario_nr_choices(b);

	if (a->nr != b->nr)
		return a->nr < b->nr;
	if (choices_a != choices_b)
		return choices_a < choices_b;
	return scenario_size(a) < scenario_size(b);
}

#define WINDOW_MIN 8
#define WINDOW_TRIES 8

/* Narrows s->best down to ever smaller windows that break the invariant too. */
static void narrow(struct shrink *s, struct rng *rng)
{
	s->pass = "windows";
	for (uint32_t nr = s->best.nr / 2; nr > WINDOW_MIN; nr /= 2) {
		bool helped = false;

		for (unsigned int i = 0; i < WINDOW_TRIES && !helped; i++) {
			uint32_t at = rng_below(rng, s->best.nr - nr + 1);

			show(s, i, WINDOW_TRIES);
			scenario_copy(&s->tried, &s->best);
			scenario_remove(&s->tried, at + nr, s->tried.nr - at - nr);
			scenario_remove(&s->tried, 0, at);
			helped = accept(s, true);
		}
		if (!helped)
			return;
		nr = nr < s->best.nr ? nr : s->best.nr;
	}
}

#define KINDS_MAX 64

static bool same_kind(const char *a, const struct word *wa, const char *b,
		      const struct word *wb)
{
	return wa->len == wb->len && !memcmp(a + wa->at, b + wb->at, wa->len);
}

/* Drops all operations of the kind of `line`, wherever they stand. */
static void drop_kind(struct shrink *s, const char *line)
{
	struct word words[LINE_WORDS_MAX], other[LINE_WORDS_MAX];
	uint32_t to = 0;

	if (line_words(line, words) < 2)
		return;
	scenario_copy(&s->tried, &s->best);
	for (uint32_t i = 0; i < s->best.nr; i++)
		if (line_words(s->best.lines[i], other) < 2 ||
		    !same_kind(line, &words[1], s->best.lines[i], &other[1]))
			s->tried.lines[to++] = s->best.lines[i];
	s->tried.nr = to;
	accept(s, true);
}

/* In an order that chance decides: what only gets memory scarce, say, goes as a
 * whole, where single operations of it could not. */
static void drop_kinds(struct shrink *s, struct rng *rng)
{
	s->pass = "kinds";
	for (unsigned int i = 0; i < KINDS_MAX && s->best.nr > 1; i++) {
		show(s, i, KINDS_MAX);
		drop_kind(s, s->best.lines[rng_below(rng, s->best.nr)]);
	}
}

/* Restarts without a smaller result before it is believed; small ones are at once. */
#define SMALL_ENOUGH 3
#define RESTARTS 16

/*
 * An input often breaks the invariant in several ways, and which one is left
 * depends on what goes first: from the back that is the first way, from the front
 * the last, from windows and without some kinds of operations one in between.
 * The smallest result wins.
 */
static void from_all_sides(struct shrink *s)
{
	struct scenario start = { 0 }, winner = { 0 };
	struct rng rng = { .state = 0 };

	scenario_copy(&start, &s->best);
	cut_tail(s);
	to_fixpoint(s);
	scenario_copy(&winner, &s->best);
	for (unsigned int i = 1, in_vain = 0;
	     in_vain < RESTARTS && winner.nr > SMALL_ENOUGH &&
	     start.nr > winner.nr + WINDOW_MIN; i++) {
		scenario_copy(&s->best, &start);
		s->from_front = i % 2;
		if (i % 4 >= 2)
			narrow(s, &rng);
		if (i > 1)
			drop_kinds(s, &rng);
		to_fixpoint(s);
		in_vain++;
		if (!is_smaller(&s->best, &winner))
			continue;
		in_vain = 0;
		scenario_copy(&winner, &s->best);
	}
	scenario_copy(&s->best, &winner);
	scenario_free(&start);
	scenario_free(&winner);
}

/* Names in order of definition, defaults left out: a matter of spelling. */
static void spell(struct shrink *s)
{
	read_bytes(s, best_to_bytes(s), UINT32_MAX);
	accept(s, false);
}

/* What a design is known to lead to is not what a finding should shrink to: it
 * stays excused, unless it is all that there is. */
static bool breaks_something(struct shrink *s, struct mo_result *result)
{
	s->options.excuse_design = s->options.excuse_drain_once = true;
	run(s, &s->tried, result);
	if (result->invariant)
		return true;
	s->options.excuse_design = s->options.excuse_drain_once = false;
	run(s, &s->tried, result);
	return result->invariant;
}

static bool find_invariant(struct shrink *s)
{
	struct mo_invariant_info info;
	struct mo_result result;

	if (!breaks_something(s, &result))
		return false;
	s->invariant = result.invariant;
	s->sentence = s->source = "";
	for (unsigned int i = 0; mo_invariant_info(i, &info); i++)
		if (!strcmp(info.id, s->invariant)) {
			s->sentence = info.sentence;
			s->source = info.source;
		}
	scenario_copy(&s->best, &s->tried);
	return true;
}

/* --- the input --- */

static void set_in_header(struct shrink *s, const char *key, const char *value)
{
	struct word words[LINE_WORDS_MAX];
	unsigned int k = line_words(s->tried.header, words);
	char text[128];

	if (!value)
		return;
	while (k--)
		if (!strncmp(s->tried.header + words[k].at, key, strlen(key)))
			s->tried.header = line_edit(&s->pool, s->tried.header,
						    words[k].at, words[k].len, "");
	snprintf(text, sizeof(text), " %s%s", key, value);
	s->tried.header = line_edit(&s->pool, s->tried.header,
				    strlen(s->tried.header), 0, text);
}

static unsigned int geometry_id(const char *name)
{
	struct mo_named_info info;

	for (unsigned int i = 0; name && mo_named_info(MO_TABLE_GEOMETRY, i, &info); i++)
		if (!strcmp(info.name, name))
			return info.id;
	return UINT32_MAX;
}

/* The switches that an oracle makes become part of the scenario. */
static void follow_oracle(struct shrink *s, size_t size,
			  const struct mo_options *over)
{
	size_t room = 1 << 16;

	mo_run_bytes(s->mo, s->bytes, size, over, NULL);
	while (!mo_last_text(s->mo, text_room(s, room), s->text_size))
		room *= 2;
	scenario_read(&s->tried, &s->pool, s->text);
}

/* s->tried: the input under overrides. */
static void begin(struct shrink *s, size_t size, const struct mo_options *over)
{
	read_bytes(s, size, geometry_id(over->geometry));
	if (over->oracle)
		follow_oracle(s, size, over);
	set_in_header(s, "policy=", over->policy);
	set_in_header(s, "drain=", over->drain);
	set_in_header(s, "oldbug=", over->oldbug);
	for (uint32_t i = 0; over->sequential && i < s->tried.nr; i++)
		s->tried.lines[i] = strip_switches(s, s->tried.lines[i]);
}

/* The size of the bytes, 0: a broken scenario. */
static size_t get_bytes(struct shrink *s, const struct input *in)
{
	s->bytes = malloc(MO_INPUT_MAX);
	if (!s->bytes)
		err(EXIT_USAGE, "malloc");
	if (input_is_text(in))
		return mo_text_to_bytes(s->mo, in->path, (const char *)in->data,
					in->size, s->bytes, MO_INPUT_MAX);
	if (in->size > MO_INPUT_MAX)
		errx(EXIT_USAGE, "%s: larger than any input, %d bytes at most",
		     in->path, MO_INPUT_MAX);
	memcpy(s->bytes, in->data, in->size);
	return in->size ? in->size : 1;
}

/* As the input says it; when that breaks nothing and nobody asked for something
 * else, as fuzz_offline and fuzz_interleave run it. */
static bool find_way(struct shrink *s, size_t size, const struct mo_options *asked)
{
	unsigned int nr = has_overrides(asked) ? 1 : 1 + NR_WAYS;
	struct mo_options way = *asked;

	for (unsigned int i = 0; i < nr; i++) {
		if (i)
			way = way_options(asked, &ways[i - 1]);
		begin(s, size, &way);
		s->nr_ops_before = s->tried.nr;
		s->nr_choices_before = scenario_nr_choices(&s->tried);
		if (find_invariant(s))
			return true;
	}
	return false;
}

int shrink_input(struct shrink *s, const struct input *in)
{
	const struct mo_options asked = s->options;
	size_t size = get_bytes(s, in);

	if (!size)
		return 2;
	s->options = (struct mo_options){ .level = asked.level,
					  .paranoid = asked.paranoid };
	if (!find_way(s, size, &asked))
		return 1;
	from_all_sides(s);
	spell(s);
	return 0;
}

void shrink_free(struct shrink *s)
{
	scenario_free(&s->best);
	scenario_free(&s->tried);
	pool_free(&s->pool);
	free(s->text);
	free(s->bytes);
}

const char *shrink_text(struct shrink *s, const char *from)
{
	size_t size = scenario_size(&s->best) + 2048 + (from ? strlen(from) : 0);
	char *body = malloc(scenario_size(&s->best));
	char *text = text_room(s, size);

	if (!body)
		err(EXIT_USAGE, "malloc");
	scenario_print(&s->best, body);
	/* What is no invariant a scenario cannot expect. */
	snprintf(text, size, "# Breaks %s%s%s\n%s%s%s%s%s%s%s", s->invariant,
		 *s->sentence ? ": " : "", s->sentence, from ? "# from: " : "",
		 from ? from : "", from ? "\n" : "", body,
		 *s->sentence ? "expect violation " : "",
		 *s->sentence ? s->invariant : "", *s->sentence ? "\n" : "");
	free(body);
	return text;
}
