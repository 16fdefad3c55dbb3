/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conform: the model and the source lane under the same operations, compared after
 * each.  The model runs here, the lane in a process beside it (lane_child.c).
 *
 * An operation that one of the two cannot express is taken out on both sides and
 * counted.  Differences that stress/source/README.md explains: see explained().
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "inputs.h"
#include "lane_child.h"
#include "shrink.h"

#define EXIT_DIFFERENCE 1
#define INPUT_OPS 200	/* of a random input */
/* Of core/op/ops.def. */
#define OP_ALLOC_PAGES 0x01
#define ALLOC_PAGES_HIGH 0x40 /* in byte b */
#define OP_FOLIO_ALLOC 0x02
#define OP_COMPACT_ZONE 0x13
#define OP_TEST_PAGES_ISOLATED 0x22
#define OP_BALLOON_DEVINFO_INIT 0x60
#define BALLOON_COMPACTION 0x01 /* in byte b */
#define OP_MEMORY_FAILURE 0x40
#define OP_SOFT_OFFLINE_PAGE_PFN 0x44
/* Of core/lib/fail_points.def. */
enum { FAIL_MIGRATE = 2, FAIL_ISOLATE_MOVABLE_OPS = 4, FAIL_MEM_GOING_ONLINE = 6,
       FAIL_MEM_GOING_OFFLINE = 7, FAIL_ADD_MEMORY = 9,
       FAIL_CREATE_MEMORY_BLOCK = 10, FAIL_VIRTIO_MEM_NACK = 20,
       FAIL_VIRTIO_MEM_BUSY = 21, FAIL_VIRTIO_MEM_ERROR = 22,
       FAIL_VIRTIO_MEM_UNPLUG_ALL_BUSY = 23, FAIL_VIRTIO_MEM_VIRTQUEUE = 24,
       FAIL_VIRTIO_MEM_RESOURCE = 26, FAIL_BALLOON_INFLATE = 31,
       FAIL_BALLOON_DEFLATE = 32 };
#define EVERY_TIME 255 /* nth of a fail point */
/* Of core/mm/geometry.def: the memory of all but one is the same. */
enum { GEOMETRY_TINY = 0, GEOMETRY_VMEMMAP = 3, GEOMETRY_SBM = 7, GEOMETRY_BBM = 8 };
#define HEADER_GEOMETRY 1
#define HEADER_NR_CHOICES 6 /* two bytes */
#define KINDS_MAX 1024
#define KIND_TEXT 96

static const char usage[] =
	"usage: conform [options] --lane PROGRAM [FILE...]\n"
	"The model against the source lane, operation by operation: first the FILEs\n"
	"(scenarios or bytes; folders), then a random stream.\n"
	"\n"
	"      --lane PROGRAM   states, built with the kernel\n"
	"      --era NAME       of the model (default 6.12)\n"
	"      --oldbug NAME    in the model: must make a difference\n"
	"      --ops N          random operations (default 100000)\n"
	"      --seed S         of the random operations (default 1)\n"
	"      --input N        only random input number N of the seed\n"
	"      --geometry NAME  tiny with what shares its memory, or vmemmap, as the\n"
	"                       lane was built (default tiny)\n"
	"      --keep-going     all inputs; counts the kinds of difference\n"
	"      --no-minimize    show the difference in the input as it is\n"
	"      --quiet          no progress\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 no difference, 1 a difference, 2 bad usage, 4 nothing was compared.\n";

enum { OPT_LANE = 256, OPT_ERA, OPT_OLDBUG, OPT_OPS, OPT_SEED, OPT_INPUT, OPT_GEOMETRY, OPT_KEEP_GOING, OPT_NO_MINIMIZE, OPT_QUIET };

static const struct option long_options[] = {
	{ "lane", required_argument, NULL, OPT_LANE },
	{ "era", required_argument, NULL, OPT_ERA },
	{ "oldbug", required_argument, NULL, OPT_OLDBUG },
	{ "ops", required_argument, NULL, OPT_OPS },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "input", required_argument, NULL, OPT_INPUT },
	{ "geometry", required_argument, NULL, OPT_GEOMETRY },
	{ "keep-going", no_argument, NULL, OPT_KEEP_GOING },
	{ "no-minimize", no_argument, NULL, OPT_NO_MINIMIZE },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* One input, and how it went on both sides. */
struct pair {
	uint8_t data[STATES_INPUT_MAX];
	size_t size;
	struct trace model, lane;
	bool lane_died;
};

/* What differs first: the operation, and what of it. */
struct kind {
	char text[KIND_TEXT];
	unsigned long nr;
	char example[64];
};

struct conform {
	struct mo *mo;
	struct lane_child lane;
	struct trace_subject subject; /* the model */
	bool keep_going, no_minimize, quiet;
	bool vmemmap;		/* as the lane was built */
	bool no_poison;		/* of a kernel whose blocks do not count it */
	uint64_t seed;
	unsigned long nr_ops;
	long only;		/* random input, -1: all */
	/* results */
	unsigned long nr_alike, nr_taken_out, nr_inputs, nr_differ, nr_noops, nr_failures;
	struct kind kinds[KINDS_MAX];
	unsigned int nr_kinds;
	double next_status;
	struct pair pair;
	char model_text[TRACE_TEXT], lane_text[TRACE_TEXT];
};

/* --- running --- */

static void run_model(struct conform *c, struct pair *p, struct trace *t,
		      uint32_t show, char *text)
{
	if (!trace_run(c->mo, &c->subject, p->data, p->size, t, show, text))
		errx(EXIT_USAGE, "%s", mo_error(c->mo));
}

static bool is_skipped(const struct trace *t, uint32_t op)
{
	return op < t->nr && t->steps[op].ret == MO_RET_SKIPPED;
}

/* Operations that one side skipped become nothing.  True: there were some. */
static bool take_out_skipped(struct conform *c, struct pair *p)
{
	uint32_t nr = p->model.nr > p->lane.nr ? p->model.nr : p->lane.nr;
	bool found = false;

	for (uint32_t op = 0; op < nr; op++) {
		if (is_skipped(&p->model, op) == is_skipped(&p->lane, op))
			continue;
		p->data[MO_HEADER_SIZE + op * MO_RECORD_SIZE] = 0;
		c->nr_taken_out++;
		found = true;
	}
	return found;
}

/* Records behind the operations: fail points, and the schedule. */
static uint32_t nr_choices(const struct pair *p)
{
	return (uint32_t)p->data[HEADER_NR_CHOICES] |
	       (uint32_t)p->data[HEADER_NR_CHOICES + 1] << 8;
}

/* Fail points that both sides come by at the same places. */
static bool is_common_point(unsigned int point)
{
	return point == FAIL_MIGRATE || point == FAIL_ISOLATE_MOVABLE_OPS ||
	       point == FAIL_MEM_GOING_ONLINE || point == FAIL_MEM_GOING_OFFLINE ||
	       point == FAIL_ADD_MEMORY || point == FAIL_CREATE_MEMORY_BLOCK ||
	       point == FAIL_BALLOON_INFLATE || point == FAIL_BALLOON_DEFLATE ||
	       (point >= FAIL_VIRTIO_MEM_NACK && point <= FAIL_VIRTIO_MEM_VIRTQUEUE) ||
	       point == FAIL_VIRTIO_MEM_RESOURCE;
}

/* The model has a bound to how often the driver asks a hypervisor that never agrees. */
static bool is_comparable(const uint8_t *choice)
{
	return is_common_point(choice[1]) &&
	       !(choice[1] == FAIL_VIRTIO_MEM_NACK && choice[2] == EVERY_TIME);
}

/* True: it was made comparable. */
static bool take_out_record(const struct conform *c, uint8_t *record, bool is_choice)
{
	if (is_choice) {
		if (!record[1] || is_comparable(record))
			return false;
		record[1] = 0;
		return true;
	}
	switch (record[0]) {
	case OP_ALLOC_PAGES:
		if (!(record[2] & ALLOC_PAGES_HIGH))
			return false;
		record[2] &= (uint8_t)~ALLOC_PAGES_HIGH;
		return true;
	case OP_MEMORY_FAILURE ... OP_SOFT_OFFLINE_PAGE_PFN:
		if (!c->no_poison)
			return false;
		record[0] = 0;
		return true;
	case OP_COMPACT_ZONE:
		record[0] = 0;
		return true;
	}
	return false;
}

/*
 * What both have and do in ways of their own: the table of explained differences in
 * README.md, each with its line above.
 */
static void take_out_explained(struct conform *c, struct pair *p)
{
	size_t nr = (p->size - MO_HEADER_SIZE) / MO_RECORD_SIZE;
	size_t nr_ops = nr > nr_choices(p) ? nr - nr_choices(p) : 0;

	for (size_t i = 0; i < nr; i++)
		c->nr_taken_out += take_out_record(
			c, &p->data[MO_HEADER_SIZE + i * MO_RECORD_SIZE], i >= nr_ops);
}

static void run_both(struct conform *c, struct pair *p)
{
	take_out_explained(c, p);
	do {
		lane_child_ask(&c->lane, p->data, p->size, STATES_NO_TEXT);
		run_model(c, p, &p->model, 0, NULL);
		p->lane_died = !lane_child_answer(&c->lane, &p->lane,
						  sizeof(p->lane));
		if (p->lane_died)
			p->lane.nr = 0;
	} while (take_out_skipped(c, p));
}

/* --- comparing --- */

/*
 * An isolator asks for memory that went offline under it, which only
 * CONTIG_UNDOES_FOREIGN makes possible: the source reads what the poisoned memmap
 * says, the model calls that a violation.  Nothing behind it is compared.
 */
static bool is_explained_end(const struct pair *p)
{
	size_t at = MO_HEADER_SIZE + p->model.nr * MO_RECORD_SIZE;

	return p->model.nr < p->lane.nr && p->data[at] == OP_TEST_PAGES_ISOLATED &&
	       !strcmp(p->model.violation, "offline_memmap_access");
}

/* The first operation after which they differ; -1: none. */
static long first_difference(const struct pair *p)
{
	uint32_t nr = p->model.nr < p->lane.nr ? p->model.nr : p->lane.nr;

	for (uint32_t op = 0; op < nr; op++)
		if (p->model.steps[op].ret != p->lane.steps[op].ret ||
		    p->model.steps[op].state != p->lane.steps[op].state)
			return op;
	if (p->model.nr == p->lane.nr && !p->lane_died)
		return -1;
	return is_explained_end(p) ? -1 : (long)nr;
}

static const char *op_name(unsigned int code)
{
	struct mo_op_info info;

	for (unsigned int i = 0; mo_op_info(i, &info); i++)
		if (info.code == code)
			return info.name;
	return "nop";
}

static const char *code_name(const struct pair *p, uint32_t op)
{
	size_t at = MO_HEADER_SIZE + op * MO_RECORD_SIZE;

	return at < p->size ? op_name(p->data[at]) : "?";
}

/* Both texts behind operation op. */
static void get_texts(struct conform *c, struct pair *p, uint32_t op)
{
	static struct trace t;

	run_model(c, p, &t, op, c->model_text);
	lane_child_ask(&c->lane, p->data, p->size, op);
	if (!lane_child_answer(&c->lane, c->lane_text, sizeof(c->lane_text)))
		c->lane_text[0] = '\0';
}

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

/* The name of the first fact that differs, without its numbers. */
static void name_fact(const struct conform *c, char *name, size_t size)
{
	const char *a = c->model_text, *b = c->lane_text;
	size_t n = 0;

	while (*a && line_length(a) == line_length(b) && !memcmp(a, b, line_length(a))) {
		a += line_length(a) + (a[line_length(a)] != 0);
		b += line_length(b) + (b[line_length(b)] != 0);
	}
	for (a = *a ? a : b; *a && *a != ':' && *a != '\n' && n + 1 < size; a++)
		if (*a < '0' || *a > '9')
			name[n++] = *a;
	name[n] = '\0';
}

static void name_difference(struct conform *c, struct pair *p, uint32_t op,
			    char *name, size_t size)
{
	const struct trace *m = &p->model, *l = &p->lane;
	char fact[64] = "";

	if (p->lane_died)
		snprintf(name, size, "the lane died");
	else if (op >= m->nr || op >= l->nr)
		snprintf(name, size, "%s: %s ends with %s", code_name(p, op),
			 op >= m->nr ? "the model" : "the lane",
			 op >= m->nr ? m->violation : l->violation);
	else if (m->steps[op].ret != l->steps[op].ret)
		snprintf(name, size, "%s: result %d, %d", code_name(p, op),
			 m->steps[op].ret, l->steps[op].ret);
	else {
		get_texts(c, p, op);
		name_fact(c, fact, sizeof(fact));
		snprintf(name, size, "%s: %s", code_name(p, op), fact);
	}
}

static struct kind *find_kind(struct conform *c, const char *text)
{
	struct kind *k = c->kinds;

	for (; k < c->kinds + c->nr_kinds; k++)
		if (!strcmp(k->text, text))
			return k;
	if (c->nr_kinds == KINDS_MAX)
		return &c->kinds[KINDS_MAX - 1];
	c->nr_kinds++;
	snprintf(k->text, sizeof(k->text), "%s", text);
	return k;
}

/* --- showing --- */

static bool has_line(const char *text, const char *line)
{
	size_t n = line_length(line);

	for (; *text; text += line_length(text) + (text[line_length(text)] != 0))
		if (line_length(text) == n && !memcmp(text, line, n))
			return true;
	return false;
}

/* Lines that the other side does not have. */
static void show_lines(const char *who, const char *text, const char *other)
{
	printf("--- %s\n", who);
	for (; *text; text += line_length(text) + (text[line_length(text)] != 0))
		if (!has_line(other, text))
			printf("%.*s\n", (int)line_length(text), text);
}

static void show_result(const struct trace *t, uint32_t op, const char *who)
{
	if (op >= t->nr)
		printf("%s: ended, %s\n", who,
		       t->violation[0] ? t->violation : "no answer");
	else if (t->steps[op].ret == MO_RET_NOOP)
		printf("%s: nothing to do\n", who);
	else
		printf("%s: returned %d\n", who, t->steps[op].ret);
}

static void show_difference(struct conform *c, struct pair *p, uint32_t op)
{
	if (op) {
		get_texts(c, p, op - 1);
		printf("Before: %s\n", strcmp(c->model_text, c->lane_text) ?
					       "not alike" : "alike");
	}
	printf("Operation %u, %s:\n", op, code_name(p, op));
	show_result(&p->model, op, "model");
	show_result(&p->lane, op, "source");
	get_texts(c, p, op);
	show_lines("model", c->model_text, c->lane_text);
	show_lines("source", c->lane_text, c->model_text);
}

/* --- minimising: a difference of the same kind is as good as a violation --- */

static bool is_lane_geometry(const struct conform *c, uint8_t geometry)
{
	if (c->vmemmap)
		return geometry == GEOMETRY_VMEMMAP;
	return geometry == GEOMETRY_TINY || geometry == GEOMETRY_SBM ||
	       geometry == GEOMETRY_BBM;
}

static int judge(struct shrink *s, const char *text, size_t size,
		 struct mo_result *result)
{
	static struct pair p;
	struct conform *c = s->arg;
	char name[KIND_TEXT];
	long op;

	*result = (struct mo_result){ 0 };
	p.size = mo_text_to_bytes(c->mo, "scenario", text, size, p.data, sizeof(p.data));
	if (!p.size)
		return 2;
	if (!is_lane_geometry(c, p.data[HEADER_GEOMETRY]))
		return 0;
	run_both(c, &p);
	op = first_difference(&p);
	if (op < 0)
		return 0;
	name_difference(c, &p, (uint32_t)op, name, sizeof(name));
	result->invariant = find_kind(c, name)->text;
	result->violation_op = (unsigned int)op;
	result->nr_ops = (uint32_t)op + 1;
	return 1;
}

static void minimize(struct conform *c, struct pair *p)
{
	struct shrink s = {
		.mo = c->mo, .judge = judge, .arg = c,
		.options = { .level = 0, .sequential = true,
			     .policy = "legacy" },
	};
	const struct input in = { .path = "difference", .name = "difference",
				  .data = p->data, .size = p->size };
	const char *text;
	size_t size;

	if (!shrink_input(&s, &in)) {
		text = shrink_text(&s, NULL);
		size = strlen(text);
		printf("%s\n", text);
		p->size = mo_text_to_bytes(c->mo, "minimal", text, size, p->data,
					   sizeof(p->data));
		if (!p->size)
			errx(EXIT_USAGE, "%s", mo_error(c->mo));
		run_both(c, p);
	}
	shrink_free(&s);
}

/* --- one input --- */

static void count(struct conform *c, const struct pair *p, uint32_t nr)
{
	c->nr_alike += nr;
	c->nr_failures += p->model.nr_failures;
	for (uint32_t op = 0; op < nr; op++)
		c->nr_noops += p->model.steps[op].ret == MO_RET_NOOP;
}

static void status(struct conform *c)
{
	double now = cli_wall_time();

	if (c->quiet || now < c->next_status)
		return;
	c->next_status = now + (cli_is_terminal(stderr) ? 0.2 : 10);
	fprintf(stderr, cli_is_terminal(stderr) ? "\r\033[Kconform: %lu operations alike, %lu of %lu inputs differ" :
						  "conform: %lu operations alike, %lu of %lu inputs differ\n",
		c->nr_alike, c->nr_differ, c->nr_inputs);
}

/* False: stop. */
static bool compare(struct conform *c, const char *name)
{
	struct pair *p = &c->pair;
	char text[KIND_TEXT];
	struct kind *kind;
	long op;

	run_both(c, p);
	c->nr_inputs++;
	op = first_difference(p);
	count(c, p, op < 0 ? p->model.nr : (uint32_t)op);
	status(c);
	if (op < 0)
		return true;
	c->nr_differ++;
	name_difference(c, p, (uint32_t)op, text, sizeof(text));
	kind = find_kind(c, text);
	if (!kind->nr++)
		snprintf(kind->example, sizeof(kind->example), "%s", name);
	if (c->keep_going)
		return true;
	printf("First difference: %s, operation %ld; %s\n", name, op, text);
	if (!c->no_minimize) {
		minimize(c, p);
		op = first_difference(p);
	}
	if (op >= 0)
		show_difference(c, p, (uint32_t)op);
	return false;
}

struct walk {
	struct conform *c;
	bool stop;
};

static void compare_file(void *arg, const struct input *in)
{
	struct walk *walk = arg;
	struct conform *c = walk->c;
	struct pair *p = &c->pair;

	if (walk->stop)
		return;
	if (input_is_text(in)) {
		p->size = mo_text_to_bytes(c->mo, in->path, (const char *)in->data,
					   in->size, p->data, sizeof(p->data));
		if (!p->size)
			errx(EXIT_USAGE, "%s", mo_error(c->mo));
	} else if (in->size < MO_HEADER_SIZE || in->size > sizeof(p->data)) {
		return;
	} else {
		memcpy(p->data, in->data, in->size);
		p->size = in->size;
	}
	walk->stop = !compare(c, in->path);
}

/* --- the random stream --- */

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

/* What both subjects have, as often as it stands here. */
static const uint8_t codes[] = {
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x02, 0x02, 0x02, 0x02,
	0x02, 0x02, 0x03, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05,
	0x05, 0x06, 0x06, 0x07, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x10, 0x11,
	0x12, 0x20, 0x20, 0x21, 0x21, 0x22, 0x24, 0x24, 0x25, 0x25, 0x26, 0x27,
	0x30, 0x30, 0x31, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x38, 0x38, 0x38,
	0x39, 0x39, 0x39, 0x3a, 0x3a, 0x3b, 0x3c, 0x3c, 0x60, 0x61, 0x61, 0x62,
	0x62, 0x63, 0x64, 0x65, 0x67, 0x50, 0x51, 0x52, 0x52, 0x53, 0x53, 0x53, 0x53, 0x54,
	0x55, 0x56, 0x57, 0x40, 0x41, 0x42, 0x43, 0x44,
};

/* Misfortunes that an operation comes by. */
static const struct {
	uint8_t code, nr, points[6];
} misfortunes[] = {
	{ 0x0c, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x24, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x26, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x27, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x30, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x33, 2, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS } },
	{ 0x38, 4, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS, FAIL_MEM_GOING_OFFLINE,
		     FAIL_BALLOON_INFLATE } },
	{ 0x39, 1, { FAIL_MEM_GOING_ONLINE } },
	{ 0x3a, 2, { FAIL_ADD_MEMORY, FAIL_CREATE_MEMORY_BLOCK } },
	{ 0x3c, 4, { FAIL_MIGRATE, FAIL_ISOLATE_MOVABLE_OPS, FAIL_MEM_GOING_OFFLINE,
		     FAIL_BALLOON_DEFLATE } },
	{ 0x50, 1, { FAIL_VIRTIO_MEM_RESOURCE } },
	{ 0x53, 6, { FAIL_VIRTIO_MEM_NACK, FAIL_VIRTIO_MEM_BUSY, FAIL_VIRTIO_MEM_ERROR,
		     FAIL_VIRTIO_MEM_UNPLUG_ALL_BUSY, FAIL_VIRTIO_MEM_VIRTQUEUE,
		     FAIL_ADD_MEMORY } },
	{ 0x61, 1, { FAIL_BALLOON_INFLATE } },
	{ 0x62, 1, { FAIL_BALLOON_DEFLATE } },
};

static void random_op(uint8_t *record, uint64_t random)
{
	record[0] = codes[random % sizeof(codes)];
	record[1] = (uint8_t)(random >> 16);
	record[2] = (uint8_t)(random >> 24);
	record[3] = (uint8_t)(random >> 32);
	if (record[0] == OP_ALLOC_PAGES)
		record[2] &= (uint8_t)~ALLOC_PAGES_HIGH;
	if (record[0] == OP_BALLOON_DEVINFO_INIT)
		record[2] |= BALLOON_COMPACTION; /* as the lane is built */
	if (record[0] == OP_FOLIO_ALLOC)
		record[1] = 0; /* order: without THP no large folio is on the LRU */
}

/* The point that one operation in four of those meets; 0: it is lucky. */
static uint8_t random_misfortune(uint8_t code, unsigned int random)
{
	for (size_t i = 0; i < sizeof(misfortunes) / sizeof(misfortunes[0]); i++)
		if (misfortunes[i].code == code && !(random % 4))
			return misfortunes[i].points[random / 4 % misfortunes[i].nr];
	return 0;
}

/* At the end, backwards: each with the distance to the operation of the one before. */
static void random_choices(struct pair *p, const uint8_t *random)
{
	static const uint8_t nths[] = { 0, 0, 1, EVERY_TIME };
	static const uint8_t errnos[] = { 0, 0, 0, EIO, ENOMEM, EBUSY };
	uint8_t choices[INPUT_OPS][MO_RECORD_SIZE];
	unsigned int nr = 0, last = 0;

	for (unsigned int i = 0; i < INPUT_OPS; i++) {
		uint8_t code = p->data[MO_HEADER_SIZE + i * MO_RECORD_SIZE];
		uint8_t point = random_misfortune(code, random[2 * i]);
		uint8_t *choice = choices[INPUT_OPS - nr - 1];

		if (!point)
			continue;
		choice[0] = (uint8_t)(i - last);
		choice[1] = point;
		choice[2] = nths[random[2 * i + 1] % sizeof(nths)];
		choice[3] = errnos[random[2 * i + 1] / sizeof(nths) % sizeof(errnos)];
		last = i;
		nr++;
	}
	p->data[HEADER_NR_CHOICES] = (uint8_t)nr;
	memcpy(p->data + p->size, choices[INPUT_OPS - nr], nr * MO_RECORD_SIZE);
	p->size += nr * MO_RECORD_SIZE;
}

static void random_input(const struct conform *c, struct pair *p, uint64_t *x)
{
	static const uint8_t geometries[] = { GEOMETRY_TINY, GEOMETRY_TINY,
					      GEOMETRY_SBM, GEOMETRY_BBM };
	uint8_t luck[2 * INPUT_OPS];

	memset(p->data, 0, MO_HEADER_SIZE);
	p->data[0] = 1;
	p->data[HEADER_GEOMETRY] = geometries[next_random(x) % sizeof(geometries)];
	if (c->vmemmap)
		p->data[HEADER_GEOMETRY] = GEOMETRY_VMEMMAP;
	p->size = MO_HEADER_SIZE;
	for (unsigned int i = 0; i < INPUT_OPS; i++) {
		uint64_t random = next_random(x);

		random_op(p->data + p->size, random);
		luck[2 * i] = (uint8_t)(random >> 40);
		luck[2 * i + 1] = (uint8_t)(random >> 48);
		p->size += MO_RECORD_SIZE;
	}
	random_choices(p, luck);
}

static bool compare_random(struct conform *c)
{
	uint64_t x = c->seed * 0x9e3779b97f4a7c15ull + 1;
	char name[64];

	for (unsigned long i = 0; i * INPUT_OPS < c->nr_ops; i++) {
		random_input(c, &c->pair, &x);
		if (c->only >= 0 && i != (unsigned long)c->only)
			continue;
		snprintf(name, sizeof(name), "random input %lu of seed %" PRIu64, i,
			 c->seed);
		if (!compare(c, name))
			return false;
	}
	return true;
}

/* --- main --- */

static int by_number(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->nr < y->nr ? 1 : x->nr > y->nr ? -1 : 0;
}

static void summary(struct conform *c)
{
	if (!c->quiet && cli_is_terminal(stderr))
		fputs("\r\033[K", stderr);
	qsort(c->kinds, c->nr_kinds, sizeof(c->kinds[0]), by_number);
	for (unsigned int i = 0; i < c->nr_kinds && c->keep_going; i++)
		printf("%6lu  %s  (%s)\n", c->kinds[i].nr, c->kinds[i].text,
		       c->kinds[i].example);
	printf("%lu operations alike (%lu had nothing to do, %lu taken out because one side does not have them), %lu fail points struck, %lu inputs, %lu of them differ\n",
	       c->nr_alike, c->nr_noops, c->nr_taken_out, c->nr_failures, c->nr_inputs,
	       c->nr_differ);
}

static void set_option(struct conform *c, int opt, const char *arg)
{
	switch (opt) {
	case OPT_LANE:
		c->lane.program = arg;
		break;
	case OPT_ERA:
		c->subject.era = arg;
		c->no_poison = !strcmp(arg, "6.1");
		break;
	case OPT_OLDBUG:
		c->subject.oldbug = cli_name("--oldbug", arg, MO_TABLE_OLDBUG);
		break;
	case OPT_OPS:
		c->nr_ops = (unsigned long)cli_number("--ops", arg, 0, 10000000000ll);
		break;
	case OPT_SEED:
		c->seed = (uint64_t)cli_number("--seed", arg, 0, INT64_MAX);
		break;
	case OPT_INPUT:
		c->only = (long)cli_number("--input", arg, 0, LONG_MAX / INPUT_OPS - 1);
		break;
	case OPT_GEOMETRY:
		c->vmemmap = !strcmp(arg, "vmemmap");
		if (!c->vmemmap && strcmp(arg, "tiny"))
			errx(EXIT_USAGE, "--geometry is tiny or vmemmap, not '%s'", arg);
		break;
	case OPT_KEEP_GOING:
		c->keep_going = true;
		break;
	case OPT_NO_MINIMIZE:
		c->no_minimize = true;
		break;
	case OPT_QUIET:
		c->quiet = true;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		fputs("Try: conform --help\n", stderr);
		exit(EXIT_USAGE);
	}
}

int main(int argc, char **argv)
{
	static struct conform c = { .subject = { "6.12", "none" }, .nr_ops = 100000, .seed = 1,
				     .only = -1 };
	struct walk walk = { .c = &c };
	int opt;

	while ((opt = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		set_option(&c, opt, optarg);
	if (!c.lane.program)
		errx(EXIT_USAGE, "expected --lane PROGRAM (--help explains)");
	c.mo = mo_create();
	if (!c.mo)
		errx(EXIT_USAGE, "out of memory");
	lane_child_start(&c.lane, c.lane.program);
	if (optind < argc && inputs_walk(argv + optind, compare_file, &walk))
		return EXIT_USAGE;
	if (!walk.stop)
		compare_random(&c);
	summary(&c);
	lane_child_stop(&c.lane);
	mo_destroy(c.mo);
	if (c.nr_differ)
		return EXIT_DIFFERENCE;
	return c.nr_alike ? 0 : 4;
}
