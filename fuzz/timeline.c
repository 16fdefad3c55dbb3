/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "timeline.h"

/* What a page can show and a browser hold; of longer runs the last steps are kept. */
#define STEPS_MAX 4000
#define CELLS_MAX 16384
#define COUNTERS_MAX 256
#define CPUS_MAX 4

/* The machine at one moment. */
struct moment {
	char *cells;		/* [nr_cells] */
	char *pageblocks;	/* [nr_pageblocks], when a cell is no larger */
	struct mo_block_info *blocks; /* [nr_blocks] */
	struct mo_cpu_info cpus[CPUS_MAX];
	int64_t counters[COUNTERS_MAX];
};

struct timeline {
	struct mo *mo;
	struct mo_machine_info machine;
	uint64_t pages_per_cell;
	size_t nr_cells;
	size_t nr_pageblocks;
	unsigned int nr_counters;
	struct moment now;
	struct moment before;
	bool began;		/* there is a moment before */
	unsigned int last_cpu;
	uint64_t nr_seen;	/* steps of this run */
	uint64_t skip;		/* so many are left out of the page */
	bool counting;
	FILE *out;
	unsigned int nr_written;
};

/* --- moments --- */

static void *room(size_t nr, size_t size)
{
	void *p = calloc(nr ? nr : 1, size);

	if (!p)
		err(EXIT_USAGE, "calloc");
	return p;
}

static void moment_create(const struct timeline *t, struct moment *m)
{
	m->cells = room(t->nr_cells, 1);
	m->pageblocks = room(t->nr_pageblocks, 1);
	m->blocks = room(t->machine.nr_blocks, sizeof(*m->blocks));
}

static void moment_free(struct moment *m)
{
	free(m->cells);
	free(m->pageblocks);
	free(m->blocks);
}

static void look(struct timeline *t, struct moment *m)
{
	struct mo_counter_info counter;

	mo_look_pages(t->mo, 0, t->nr_cells, t->pages_per_cell, m->cells);
	mo_look_pageblocks(t->mo, 0, t->nr_pageblocks, m->pageblocks);
	for (unsigned int i = 0; i < t->machine.nr_blocks; i++)
		mo_look_block(t->mo, i, &m->blocks[i]);
	for (unsigned int i = 0; i < CPUS_MAX; i++)
		mo_look_cpu(t->mo, i, &m->cpus[i]);
	for (t->nr_counters = 0; t->nr_counters < COUNTERS_MAX; t->nr_counters++) {
		if (!mo_look_counter(t->mo, t->nr_counters, &counter))
			break;
		m->counters[t->nr_counters] = counter.value;
	}
}

static bool same_block(const struct mo_block_info *a, const struct mo_block_info *b)
{
	return a->state == b->state && a->zone == b->zone &&
	       a->nr_hwpoison == b->nr_hwpoison;
}

static bool same_cpu(const struct mo_cpu_info *a, const struct mo_cpu_info *b)
{
	return a->in_flight == b->in_flight &&
	       (!a->in_flight || a->op == b->op) && !strcmp(a->holds, b->holds) &&
	       !strcmp(a->waits_for, b->waits_for);
}

static bool same_moment(const struct timeline *t)
{
	const struct moment *a = &t->before, *b = &t->now;

	if (memcmp(a->cells, b->cells, t->nr_cells) ||
	    memcmp(a->pageblocks, b->pageblocks, t->nr_pageblocks) ||
	    memcmp(a->counters, b->counters, t->nr_counters * sizeof(*a->counters)))
		return false;
	for (unsigned int i = 0; i < t->machine.nr_cpus; i++)
		if (!same_cpu(&a->cpus[i], &b->cpus[i]))
			return false;
	for (unsigned int i = 0; i < t->machine.nr_blocks; i++)
		if (!same_block(&a->blocks[i], &b->blocks[i]))
			return false;
	return true;
}

/* --- what differs, as JSON --- */

/* Letters in runs: [[12,"mmmi"],...].  Few equal ones in between are taken along. */
static void put_letters(struct timeline *t, const char *key, const char *now,
			const char *before, size_t nr)
{
	bool first = true;

	for (size_t i = 0; i < nr; i++) {
		size_t start = i, end;

		if (t->began && now[i] == before[i])
			continue;
		for (end = ++i; i < nr && i < end + 8; i++)
			if (!t->began || now[i] != before[i])
				end = i + 1;
		fprintf(t->out, "%s[%zu,\"%.*s\"]", first ? key : ",", start,
			(int)(end - start), now + start);
		first = false;
		i = end - 1;
	}
	if (!first)
		fputc(']', t->out);
}

static void put_blocks(struct timeline *t)
{
	bool first = true;

	for (unsigned int i = 0; i < t->machine.nr_blocks; i++) {
		const struct mo_block_info *b = &t->now.blocks[i];

		if (t->began && same_block(b, &t->before.blocks[i]))
			continue;
		fprintf(t->out, "%s[%u,\"%s\",\"%s\",%u,%" PRIu64 "]",
			first ? ",\"blocks\":[" : ",", i, b->state,
			b->zone ? b->zone : "", b->node, b->nr_hwpoison);
		first = false;
	}
	if (!first)
		fputc(']', t->out);
}

static void put_cpus(struct timeline *t)
{
	bool first = true;

	for (unsigned int i = 0; i < t->machine.nr_cpus; i++) {
		const struct mo_cpu_info *c = &t->now.cpus[i];

		if (t->began && same_cpu(c, &t->before.cpus[i]))
			continue;
		fprintf(t->out, "%s[%u,%lld,\"%s\",\"%s\"]",
			first ? ",\"cpus\":[" : ",", i,
			c->in_flight ? (long long)c->op : -1, c->holds,
			c->waits_for);
		first = false;
	}
	if (!first)
		fputc(']', t->out);
}

static void put_counters(struct timeline *t)
{
	bool first = true;

	for (unsigned int i = 0; i < t->nr_counters; i++) {
		if (t->began ? t->now.counters[i] == t->before.counters[i] :
			       !t->now.counters[i])
			continue;
		fprintf(t->out, "%s[%u,%" PRId64 "]",
			first ? ",\"counters\":[" : ",", i, t->now.counters[i]);
		first = false;
	}
	if (!first)
		fputc(']', t->out);
}

static void put_step(struct timeline *t, const struct mo_step *s)
{
	static const char *const kinds[] = {
		[MO_STEP_BEGIN] = "begin", [MO_STEP_POINT] = "point",
		[MO_STEP_END] = "end", [MO_STEP_VIOLATION] = "violation",
		[MO_STEP_DONE] = "done",
	};

	fprintf(t->out, "%s{\"kind\":\"%s\",\"op\":%u,\"cpu\":%u",
		t->nr_written++ ? ",\n" : "", kinds[s->kind], s->op, s->cpu);
	if (s->point)
		fprintf(t->out, ",\"point\":\"%s\"", s->point);
	fputs(",\"text\":", t->out);
	cli_json_string(t->out, s->text);
	put_letters(t, ",\"cells\":[", t->now.cells, t->before.cells, t->nr_cells);
	put_letters(t, ",\"pageblocks\":[", t->now.pageblocks,
		    t->before.pageblocks, t->nr_pageblocks);
	put_blocks(t);
	put_cpus(t);
	put_counters(t);
	fputc('}', t->out);
}

/* --- a run --- */

static void shape(struct timeline *t)
{
	mo_look_machine(t->mo, &t->machine);
	t->pages_per_cell = map_pages_per_cell(&t->machine);
	while (t->machine.nr_pages / t->pages_per_cell > CELLS_MAX)
		t->pages_per_cell *= 2;
	t->nr_cells = t->machine.nr_pages / t->pages_per_cell;
	if (t->pages_per_cell <= t->machine.pages_per_pageblock)
		t->nr_pageblocks =
			t->machine.nr_pages / t->machine.pages_per_pageblock;
	moment_create(t, &t->now);
	moment_create(t, &t->before);
}

/* Is there something to see? */
static bool shows(const struct timeline *t, const struct mo_step *s)
{
	return s->kind != MO_STEP_POINT || !t->began || s->cpu != t->last_cpu ||
	       !same_moment(t);
}

static void step(void *arg, const struct mo_step *s)
{
	struct timeline *t = arg;
	struct moment swap;

	if (!t->now.cells)
		shape(t);
	look(t, &t->now);
	if (!shows(t, s))
		return;
	t->last_cpu = s->cpu;
	if (t->nr_seen++ >= t->skip) {
		if (!t->counting)
			put_step(t, s);
		t->began = true;
	}
	swap = t->before;
	t->before = t->now;
	t->now = swap;
}

static void run(struct timeline *t, struct replay *r, const struct input *in,
		const struct mo_options *options, const struct mo_result *before)
{
	struct mo_options o = *options;
	struct mo_result result;

	o.step = step;
	o.step_arg = t;
	t->began = false;
	t->nr_seen = 0;
	run_once(r, in, &o, &result);
	check_unchanged(&result, before);
}

/* --- the page --- */

static void put_string(FILE *out, const char *key, const char *value)
{
	fprintf(out, ",\n\"%s\":", key);
	cli_json_string(out, value);
}

static void put_invariant(FILE *out, const char *id)
{
	struct mo_invariant_info info;

	put_string(out, "invariant", id ? id : "");
	for (unsigned int i = 0; id && mo_invariant_info(i, &info); i++)
		if (!strcmp(info.id, id)) {
			put_string(out, "sentence", info.sentence);
			put_string(out, "source", info.source);
		}
}

static void put_tables(FILE *out, const struct timeline *t)
{
	struct mo_counter_info counter;
	struct mo_named_info info;

	fputs(",\n\"states\":[", out);
	for (unsigned int i = 0; mo_named_info(MO_TABLE_PAGE_STATE, i, &info); i++) {
		fprintf(out, "%s[\"%c\",", i ? "," : "", (char)info.id);
		cli_json_string(out, info.text);
		fputc(']', out);
	}
	fputs("],\n\"counter_names\":[", out);
	for (unsigned int i = 0; i < t->nr_counters && mo_look_counter(t->mo, i, &counter); i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", counter.name);
	fputs("]", out);
}

static void put_head(FILE *out, const struct timeline *t, const struct input *in,
		     const struct verdict *v)
{
	const struct mo_machine_info *m = &t->machine;
	struct mo_machine_info at_end;
	char guilty[2048] = "";

	fputs("{\"schema\":\"memoffline-timeline-1\"", out);
	put_string(out, "name", in->name);
	put_string(out, "status", v->outcome == PASSES ? "passes" : "fails");
	put_invariant(out, v->result.invariant);
	put_string(out, "report", v->result.invariant ? v->report : "");
	put_string(out, "geometry", m->geometry);
	fprintf(out, ",\n\"nr_cpus\":%u,\"nr_blocks\":%u,\"pages_per_block\":%" PRIu64
		",\"pages_per_pageblock\":%" PRIu64 ",\"pages_per_cell\":%" PRIu64
		",\"skipped_steps\":%" PRIu64,
		m->nr_cpus, m->nr_blocks, m->pages_per_block,
		m->pages_per_pageblock, t->pages_per_cell, t->skip);
	mo_look_machine(t->mo, &at_end);
	if (at_end.guilty_page < m->nr_pages) {
		mo_look_text(t->mo, at_end.guilty_page, guilty, sizeof(guilty));
		fprintf(out, ",\n\"guilty_page\":%" PRIu64, at_end.guilty_page);
		put_string(out, "guilty", guilty);
	}
	put_tables(out, t);
}

/* "</script>" in a string would end the script that the data stand in. */
static void put_escaped(FILE *out, const char *json)
{
	for (; *json; json++) {
		if (*json == '<')
			fputs("\\u003c", out);
		else
			fputc(*json, out);
	}
}

static void write_page(const char *path, const char *json)
{
	static const char mark[] = "\"MEMOFFLINE_DATA\"";
	const char *place = strstr(timeline_page, mark);
	FILE *out = fopen(path, "w");

	if (!out)
		err(EXIT_USAGE, "%s", path);
	fwrite(timeline_page, 1, (size_t)(place - timeline_page), out);
	put_escaped(out, json);
	fputs(place + sizeof(mark) - 1, out);
	if (ferror(out) || fclose(out))
		err(EXIT_USAGE, "%s", path);
}

void timeline_write(struct replay *r, const struct input *in,
		    const struct mo_options *options, const struct verdict *v,
		    const char *path)
{
	char *steps = NULL, *json = NULL, *report = strdup(v->report);
	struct verdict kept = *v;
	struct timeline t = { .mo = r->mo, .counting = true };
	size_t size;
	FILE *out;

	kept.report = report;
	run(&t, r, in, options, &v->result);
	t.skip = t.nr_seen > STEPS_MAX ? t.nr_seen - STEPS_MAX : 0;
	t.counting = false;
	t.out = open_memstream(&steps, &size);
	out = open_memstream(&json, &size);
	if (!t.out || !out || !report)
		err(EXIT_USAGE, "open_memstream");
	run(&t, r, in, options, &v->result);
	fclose(t.out);
	put_head(out, &t, in, &kept);
	fprintf(out, ",\n\"steps\":[\n%s\n]}", steps);
	fclose(out);
	write_page(path, json);
	moment_free(&t.now);
	moment_free(&t.before);
	free(steps);
	free(json);
	free(report);
}
