/* SPDX-License-Identifier: GPL-2.0-only */
/* From a workload and a seed to a program. */
#include "../sched/oracle.h"
#include "workload.h"

/* So often an operation is drawn for a place before it stays empty: what needs an
 * object does not fit while there is none. */
#define TRIES 8
/* A failure or a switch strikes at one of the first so many times. */
#define NTH 4

struct generator {
	const struct workload *load;
	struct program *p;
	const struct mo_geometry *geo;
	struct liveness live;
	uint64_t rng;
	uint32_t blocks;
	unsigned int nr_cpus;
	uint32_t next[LOAD_MAX_TURNS];
	uint8_t in_turn[LOAD_MAX_OPS][MO_MAX_FIELDS];
};

static uint8_t draw_value(struct generator *g, uint32_t op, unsigned int field)
{
	const struct load_op *l = &g->load->ops[op];
	const struct load_value *v = &l->values[field];
	uint32_t nr = v->to - v->from + 1u;

	if (v->how == LOAD_FIXED)
		return v->from;
	if (v->whole && l->desc->fields[field].kind == FIELD_BLOCK && g->blocks)
		nr = mo_min(nr, g->blocks);
	if (v->how == LOAD_DRAWN)
		return (uint8_t)(v->from + oracle_below(&g->rng, nr));
	return (uint8_t)(v->from + g->in_turn[op][field]++ % nr);
}

static unsigned int draw_object(struct generator *g, const struct load_op *l)
{
	unsigned int nr = g->live.nr[l->desc->use];

	if (!nr || l->pick == LOAD_OLDEST)
		return 0;
	return l->pick == LOAD_NEWEST ? nr - 1 : oracle_below(&g->rng, nr);
}

/* False: it does not fit here. */
static bool put_op(struct generator *g, uint32_t index)
{
	const struct load_op *l = &g->load->ops[index];
	struct op *op = &g->p->ops[g->p->nr_ops];

	*op = (struct op){ .code = l->code };
	op->cpu = (uint8_t)(l->cpu >= 0 ? (unsigned int)l->cpu :
					  oracle_below(&g->rng, g->nr_cpus));
	if (!live_apply(&g->live, l->desc, op, draw_object(g, l)))
		return false;
	for (unsigned int i = 0; l->desc->fields[i].kind != FIELD_END; i++)
		op->value[i] = draw_value(g, index, i);
	return true;
}

static void put_nop(struct generator *g)
{
	g->p->ops[g->p->nr_ops] = (struct op){ .code = OP_nop };
}

static uint32_t draw_mix(struct generator *g)
{
	const struct load_section *mix = &g->load->mix;
	uint32_t weight = oracle_below(&g->rng,
				       g->load->ops[mix->end - 1].weight_end);
	uint32_t i = mix->first;

	while (g->load->ops[i].weight_end <= weight)
		i++;
	return i;
}

/* The turn that is due at this operation, -1: none. */
static int turn_due(const struct generator *g)
{
	for (uint32_t i = 0; i < g->load->nr_turns; i++) {
		uint32_t every = g->load->turns[i].every;

		/* Turns with the same period stand beside each other. */
		if (g->p->nr_ops % every == i % every)
			return (int)i;
	}
	return -1;
}

static uint32_t next_in_turn(struct generator *g, unsigned int turn)
{
	const struct load_section *s = &g->load->turns[turn];

	return s->first + g->next[turn]++ % (s->end - s->first);
}

static void put_choice(struct generator *g, const struct choice *c)
{
	struct program *p = g->p;
	struct op *op = &p->ops[p->nr_ops];

	/* Distances take fillers: one for 255 operations at most. */
	if (p->nr_choices + p->nr_ops / UINT8_MAX + 1 >= MO_MAX_CHOICES)
		return;
	if (!op->nr_choices++)
		op->first_choice = p->nr_choices;
	p->choices[p->nr_choices++] = *c;
}

/* Ids have gaps. */
static uint8_t draw_point(struct generator *g)
{
	unsigned int id;

	do
		id = 1 + oracle_below(&g->rng, SP_MAX - 1);
	while (!sched_point_name(id));
	return (uint8_t)id;
}

static void draw_choices(struct generator *g)
{
	const struct workload *load = g->load;

	for (uint32_t i = 0; i < load->nr_fails; i++)
		if (!oracle_below(&g->rng, load->fails[i].every))
			put_choice(g, &(struct choice){
				.point = load->fails[i].point,
				.nth = (uint8_t)oracle_below(&g->rng, NTH),
				.value = load->fails[i].err,
			});
	if (load->switch_every && !oracle_below(&g->rng, load->switch_every))
		put_choice(g, &(struct choice){
			.point = CHOICE_SCHED | draw_point(g),
			.nth = (uint8_t)oracle_below(&g->rng, NTH),
			.value = (uint8_t)oracle_below(&g->rng, g->nr_cpus),
		});
}

static void put_next(struct generator *g)
{
	int turn = turn_due(g);
	bool put = turn >= 0 && put_op(g, next_in_turn(g, (unsigned int)turn));

	for (unsigned int i = 0; !put && i < TRIES && g->load->mix.end; i++)
		put = put_op(g, draw_mix(g));
	for (unsigned int i = 0; !put && i < TRIES && g->load->nr_turns; i++)
		put = put_op(g, next_in_turn(g, i % g->load->nr_turns));
	if (!put)
		put_nop(g);
	draw_choices(g);
	g->p->nr_ops++;
}

void workload_generate(const struct workload *load, struct program *p,
		       uint64_t seed, uint32_t nr_ops, uint32_t blocks)
{
	struct generator g = {
		.load = load, .p = p, .rng = seed, .blocks = blocks,
	};

	p->geometry = load->geometry;
	p->config = load->config;
	p->nr_ops = p->nr_choices = 0;
	g.geo = mo_geometry_by_id(load->geometry);
	g.nr_cpus = program_nr_cpus(p);
	live_init(&g.live);
	for (uint32_t i = 0; i < load->nr_ops; i++)
		for (unsigned int f = 0; f < MO_MAX_FIELDS; f++)
			g.in_turn[i][f] = (uint8_t)oracle_draw(&g.rng);
	while (p->nr_ops < nr_ops && p->nr_ops < MO_MAX_OPS)
		put_next(&g);
}
