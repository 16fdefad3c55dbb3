/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mutator: 1 in REGENERATE calls throws the program away and writes a new
 * one (generate.c), the others make a few edits on whole operations.
 */
#include <string.h>

#include "mutate.h"

/* Swarm regeneration is what reaches breadth, edits reach depth: of 1, 2, 4 and 8
 * this lost nowhere by much (README.md has the figures). */
#define REGENERATE 4
/* Longest run of operations that one edit removes or duplicates. */
#define RANGE_MAX 16
#define LARGE_CHILDREN 16

static uint8_t kind_of(const char *name)
{
	static const char *const kinds[] = { "page", "iso", "contig",
					     "offline", "slab" };
	uint8_t i;

	for (i = 0; name && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(name, kinds[i]))
			return i + 1;
	return name ? sizeof(kinds) / sizeof(kinds[0]) + 1 : 0;
}

static uint32_t read_ids(enum mo_table table, uint8_t *ids, uint32_t max)
{
	struct mo_named_info info;
	uint32_t i, nr = 0;

	for (i = 0; nr < max && mo_named_info(table, i, &info); i++)
		ids[nr++] = (uint8_t)info.id;
	return nr;
}

static uint8_t id_of(enum mo_table table, const char *name)
{
	struct mo_named_info info;
	uint32_t i;

	for (i = 0; mo_named_info(table, i, &info); i++)
		if (!strcmp(info.name, name))
			return (uint8_t)info.id;
	return 0;
}

static bool is_large(const char *geometry)
{
	return !strncmp(geometry, "x86", 3) || !strncmp(geometry, "arm", 3);
}

static void read_geometries(struct vocabulary *words)
{
	struct mo_named_info info;
	uint32_t i;

	for (i = 0; i < 256 && mo_named_info(MO_TABLE_GEOMETRY, i, &info); i++)
		if (is_large(info.name))
			words->large_geometries[words->nr_large_geometries++] =
				(uint8_t)info.id;
		else
			words->geometries[words->nr_geometries++] =
				(uint8_t)info.id;
}

static bool is_named(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* No others are drawn. */
static void use_geometries(struct vocabulary *words, const char *const *names)
{
	struct mo_named_info geometry;
	uint32_t i, nr = 0;

	for (i = 0; mo_named_info(MO_TABLE_GEOMETRY, i, &geometry); i++)
		if (is_named(names, geometry.name))
			words->geometries[nr++] = (uint8_t)geometry.id;
	words->nr_geometries = nr;
	words->nr_large_geometries = 0;
}

static void set_world(struct mutator *m, const struct mo_options *world)
{
	m->world = (struct mo_options){ 0 };
	if (!world)
		return;
	m->world.geometry = world->geometry;
	m->world.policy = world->policy;
	m->world.drain = world->drain;
	m->world.oldbug = world->oldbug;
	m->world.era = world->era;
	if (world->geometry)
		use_geometries(&m->words,
			       (const char *const[]){ world->geometry, NULL });
}

void mutator_init(struct mutator *m, const struct mo_options *world)
{
	struct vocabulary *words = &m->words;
	struct mo_op_info info;
	uint32_t i;

	memset(words, 0, sizeof(*words));
	m->sequential = false;
	for (i = 0; i < 256 && mo_op_info(i, &info); i++) {
		words->ops[i].code = info.code;
		words->ops[i].def = kind_of(info.def);
		words->ops[i].use = kind_of(info.use);
		words->ops[i].eats = info.eats;
		words->ops[i].amount = info.amount;
		if (!strcmp(info.name, "offline_pages"))
			words->subject = i;
		words->nr_ops++;
	}
	words->nr_fail_points =
		read_ids(MO_TABLE_FAIL_POINT, words->fail_points,
			 sizeof(words->fail_points));
	words->nr_sched_points =
		read_ids(MO_TABLE_SCHED_POINT, words->sched_points,
			 sizeof(words->sched_points));
	words->op_end = id_of(MO_TABLE_SCHED_POINT, "OP_END");
	read_geometries(words);
	words->nr_policies = read_ids(MO_TABLE_POLICY, words->policies,
				      sizeof(words->policies));
	words->nr_drains =
		read_ids(MO_TABLE_DRAIN, words->drains, sizeof(words->drains));
	set_world(m, world);
	m->mo = mo_create();
	mutator_learn(m);
}

void mutator_destroy(struct mutator *m)
{
	if (m->mo)
		mo_destroy(m->mo);
}

void mutator_focus(struct mutator *m, const char *const *ops,
		   const char *const *geometries)
{
	struct vocabulary *words = &m->words;
	struct mo_op_info op;
	uint32_t i;

	words->nr_focus = 0;
	for (i = 0; i < words->nr_ops && mo_op_info(i, &op); i++) {
		words->ops[i].focus = is_named(ops, op.name);
		words->nr_focus += words->ops[i].focus;
	}
	if (*geometries)
		use_geometries(words, geometries);
}

void mutator_init_for_target(struct mutator *m)
{
	mutator_init(m, mutator_world ? mutator_world() : NULL);
	m->sequential = &mutator_sequential && mutator_sequential;
	if (mutator_focus_ops)
		mutator_focus(m, mutator_focus_ops, mutator_focus_geometries);
}

static uint32_t random_op(struct mutator *m)
{
	return rng_below(&m->rng, m->prog.nr_ops);
}

/* Mostly 1, now and then up to max. */
static uint32_t random_length(struct mutator *m, uint32_t max)
{
	if (max > RANGE_MAX)
		max = RANGE_MAX;
	if (max < 2 || rng_below(&m->rng, 2))
		return 1;
	return 1 + rng_below(&m->rng, max);
}

static void edit_insert(struct mutator *m)
{
	records_insert_op(&m->prog, rng_below(&m->rng, m->prog.nr_ops + 1),
			  generate_op(m));
}

static void edit_remove(struct mutator *m)
{
	uint32_t at = random_op(m);

	records_remove(&m->prog, at, random_length(m, m->prog.nr_ops - at));
}

static void edit_replace(struct mutator *m)
{
	m->prog.ops[random_op(m)] = generate_op(m);
}

static void edit_swap(struct mutator *m)
{
	uint32_t i = random_op(m), j = random_op(m);

	if (i < j)
		records_swap(&m->prog, i, j);
	else
		records_swap(&m->prog, j, i);
}

static uint8_t tweaked(struct rng *rng, uint8_t byte)
{
	switch (rng_below(rng, 5)) {
	case 0:
		return byte + 1;
	case 1:
		return byte - 1;
	case 2:
		return byte ^ (uint8_t)(1u << rng_below(rng, 8));
	case 3:
		return (uint8_t)rng_below(rng, 16);
	default:
		return rng_byte(rng);
	}
}

/* One operand; often it becomes that of another operation. */
static void edit_tweak(struct mutator *m)
{
	struct record *r = &m->prog.ops[random_op(m)];
	const struct record *like = &m->prog.ops[random_op(m)];
	uint32_t operand = rng_below(&m->rng, 3);
	bool copy = rng_one_in(&m->rng, 4);

	if (operand == 0)
		r->a = copy ? like->a : tweaked(&m->rng, r->a);
	else if (operand == 1)
		r->b = copy ? like->b : tweaked(&m->rng, r->b);
	else
		r->c = copy ? like->c : tweaked(&m->rng, r->c);
}

/* Half of the copies do the same elsewhere: operand a of one value, most often
 * a block, becomes another in the whole copy. */
static void edit_duplicate(struct mutator *m)
{
	uint32_t from = random_op(m), to, i;
	uint32_t nr = 1 + rng_below(&m->rng, RANGE_MAX);

	if (nr > m->prog.nr_ops - from)
		nr = m->prog.nr_ops - from;
	m->other.nr_ops = m->other.nr_choices = 0;
	records_insert(&m->other, 0, &m->prog, from, nr);
	if (rng_below(&m->rng, 2)) {
		uint8_t old = m->other.ops[rng_below(&m->rng, nr)].a;
		uint8_t new = (uint8_t)rng_below(&m->rng, 16);

		for (i = 0; i < nr; i++)
			if (m->other.ops[i].a == old)
				m->other.ops[i].a = new;
	}
	to = rng_below(&m->rng, m->prog.nr_ops + 1);
	records_insert(&m->prog, to, &m->other, 0, nr);
}

/* The same choice at the operation before or behind. */
static void move_choice(struct mutator *m, uint32_t i)
{
	struct record_choice choice = m->prog.choices[i];

	records_remove_choice(&m->prog, i);
	choice.op += rng_below(&m->rng, 2) ? 1 : UINT32_MAX;
	records_add_choice(&m->prog, choice);
}

static void edit_choice(struct mutator *m)
{
	struct records *p = &m->prog;
	uint32_t i;

	if (!p->nr_choices || rng_below(&m->rng, 2)) {
		records_add_choice(p, m->sequential || rng_below(&m->rng, 2) ?
					      generate_failure(m) :
					      generate_switch(m));
		return;
	}
	i = rng_below(&m->rng, p->nr_choices);
	switch (rng_below(&m->rng, 5)) {
	case 0:
		p->choices[i].nth = tweaked(&m->rng, p->choices[i].nth);
		break;
	case 1:
		p->choices[i].value = tweaked(&m->rng, p->choices[i].value);
		break;
	case 2:
		move_choice(m, i);
		break;
	default:
		records_remove_choice(p, i);
	}
}

/* One of the bytes of a fresh header. */
static void edit_header(struct mutator *m)
{
	static const uint8_t which[] = { HEADER_VERSION, HEADER_GEOMETRY,
					 HEADER_POLICY, HEADER_CPUS };
	uint8_t i = which[rng_below(&m->rng, sizeof(which))];
	uint8_t kept[MO_HEADER_SIZE];

	memcpy(kept, m->prog.header, MO_HEADER_SIZE);
	generate_header(m);
	kept[i] = m->prog.header[i];
	memcpy(m->prog.header, kept, MO_HEADER_SIZE);
}

struct edit {
	void (*apply)(struct mutator *m);
	uint32_t weight;
};

static const struct edit edits[] = {
	{ edit_insert, 12 }, { edit_remove, 10 }, { edit_replace, 6 },
	{ edit_tweak, 16 },  { edit_swap, 4 },	  { edit_duplicate, 6 },
	{ edit_choice, 8 },  { edit_header, 2 },  { mutate_schedule, 8 },
};
#define EDITS_WEIGHT 72
#define SEQUENTIAL_WEIGHT 64 /* of those before mutate_schedule() */

/* An empty program can only grow. */
static void edit_once(struct mutator *m)
{
	uint32_t weight = rng_below(&m->rng, m->sequential ? SEQUENTIAL_WEIGHT :
							     EDITS_WEIGHT);
	const struct edit *edit = edits;

	if (!m->prog.nr_ops) {
		edit_insert(m);
		return;
	}
	for (; weight >= edit->weight; edit++)
		weight -= edit->weight;
	edit->apply(m);
}

/* One edit, two half as often, three a quarter as often ... */
static void edit_some(struct mutator *m)
{
	do
		edit_once(m);
	while (rng_below(&m->rng, 2));
}

static uint32_t max_records(size_t max_size)
{
	size_t nr;

	if (max_size < MO_HEADER_SIZE)
		return 0;
	nr = (max_size - MO_HEADER_SIZE) / MO_RECORD_SIZE;
	return nr < RECORDS_MAX ? (uint32_t)nr : RECORDS_MAX;
}

static bool is_large_world(const struct vocabulary *words, uint8_t geometry)
{
	uint32_t i;

	for (i = 0; i < words->nr_large_geometries; i++)
		if (words->large_geometries[i] == geometry)
			return true;
	return false;
}

/* The world in which the child of a parent will live.  Few children of a large one live
 * in one: they cost 50 times as much and most of what they reach shows in a small one
 * too.  Where all programs run in one world it is that, or landmarks were those of
 * another. */
static uint8_t inherited_geometry(struct mutator *m, uint8_t geometry)
{
	const struct vocabulary *words = &m->words;

	if (!words->nr_geometries)
		return geometry;
	if (m->world.geometry)
		return words->geometries[0];
	if (is_large_world(words, geometry) && rng_below(&m->rng, LARGE_CHILDREN))
		return words->geometries[rng_below(&m->rng, words->nr_geometries)];
	return geometry;
}

static void begin(struct mutator *m, const uint8_t *data, size_t size,
		  uint64_t seed)
{
	uint8_t *geometry = &m->prog.header[HEADER_GEOMETRY];

	m->rng.state = seed;
	rng_next(&m->rng);
	m->rehearsal.nr_ops = 0;
	records_decode(&m->prog, data, size);
	*geometry = inherited_geometry(m, *geometry);
}

static void regenerate(struct mutator *m, size_t max_size)
{
	generate_header(m);
	generate_swarm(m, max_records(max_size));
}

/* The head of m->prog and the tail of m->other, each cut at a random place; or
 * a stretch of m->other inside m->prog. */
static void splice(struct mutator *m)
{
	uint32_t at = rng_below(&m->rng, m->prog.nr_ops + 1);
	uint32_t from = rng_below(&m->rng, m->other.nr_ops + 1);
	uint32_t nr = m->other.nr_ops - from;

	if (rng_below(&m->rng, 2))
		records_remove(&m->prog, at, m->prog.nr_ops);
	else if (nr)
		nr = random_length(m, nr);
	records_insert(&m->prog, at, &m->other, from, nr);
}

size_t mutate(struct mutator *m, uint8_t *data, size_t size, size_t max_size,
	      uint64_t seed)
{
	begin(m, data, size, seed);
	if (rng_one_in(&m->rng, REGENERATE))
		regenerate(m, max_size);
	else
		edit_some(m);
	return records_encode(&m->prog, data, max_size);
}

size_t mutate_crossover(struct mutator *m, const uint8_t *a, size_t a_size,
			const uint8_t *b, size_t b_size, uint8_t *out,
			size_t max_size, uint64_t seed)
{
	begin(m, a, a_size, seed);
	records_decode(&m->other, b, b_size);
	/* libFuzzer makes every second input here. */
	if (rng_one_in(&m->rng, REGENERATE))
		regenerate(m, max_size);
	else
		splice(m);
	return records_encode(&m->prog, out, max_size);
}

size_t mutate_generate(struct mutator *m, uint8_t *out, size_t max_size,
		       uint64_t seed)
{
	begin(m, NULL, 0, seed);
	regenerate(m, max_size);
	return records_encode(&m->prog, out, max_size);
}
