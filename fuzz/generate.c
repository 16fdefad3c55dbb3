/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation from a seed, without a parent.
 *
 * Uniformly random operations all look alike: a bit of everything and nothing
 * often enough.  A swarm first draws which operations exist in this program, how
 * often each comes, and the few blocks and pageblocks on which they meet
 * (Groce et al., Swarm Testing).
 */
#include <errno.h>
#include <string.h>

#include "mutate.h"

#define NR_HOT 4
#define LARGE_GEOMETRY 1024
/* Added to the weight of an operation of the focus; others have 1 to 100. */
#define FOCUS_WEIGHT 100
/* Programs have 4 to 255 operations, every power of two equally often. */
#define LENGTH_BITS_MIN 2
#define LENGTH_BITS_MAX 7
/* Where one fail point strikes all over, at one operation in so many. */
#define MISFORTUNE_EVERY 4

/* What one program is made of. */
struct swarm {
	uint32_t nr; /* enabled operations */
	uint8_t index[256]; /* into words->ops */
	uint32_t weight_end[256]; /* sum of the weights up to and with i */
	uint8_t hot_a[NR_HOT];
	uint8_t hot_pb[NR_HOT];
	uint8_t b_mask;
	uint8_t cpu_mask;
	uint32_t nr_failures;
	uint32_t nr_switches;
};

static const uint8_t errnos[] = {
	EPERM, ENOENT, EINTR,  EAGAIN, ENOMEM,
	EBUSY, EEXIST, EINVAL, ENOSPC, EOPNOTSUPP,
};

/* One definer of objects of this kind, -1 if nothing defines them. */
static int random_definer(struct mutator *m, uint8_t kind)
{
	uint32_t i, nr = 0;
	int found = -1;

	for (i = 0; i < m->words.nr_ops; i++)
		if (m->words.ops[i].def == kind && rng_one_in(&m->rng, ++nr))
			found = (int)i;
	return found;
}

/* Enables about density quarters of all operations, and for each user of an
 * object somebody who creates one. */
static void draw_enabled(struct mutator *m, bool enabled[256])
{
	const struct vocabulary *words = &m->words;
	/* With a focus the others are there to disturb. */
	uint32_t density = 1 + rng_below(&m->rng, words->nr_focus ? 2 : 3);
	uint32_t defined = 0, i;

	for (i = 0; i < words->nr_ops; i++) {
		enabled[i] = rng_below(&m->rng, 4) <
			     (words->ops[i].focus ? 3 : density);
		if (enabled[i])
			defined |= 1u << words->ops[i].def;
	}
	for (i = 0; i < words->nr_ops; i++) {
		uint8_t kind = words->ops[i].use;
		int definer;

		if (!enabled[i] || !kind || defined & 1u << kind)
			continue;
		definer = random_definer(m, kind);
		if (definer >= 0)
			enabled[definer] = true;
		defined |= 1u << kind;
	}
	enabled[rng_below(&m->rng, words->nr_ops)] = true;
}

static void draw_swarm(struct mutator *m, struct swarm *s)
{
	static const uint8_t cpu_masks[] = { 0, 0, 1, 3 };
	struct rng *rng = &m->rng;
	bool enabled[256] = { false };
	uint32_t total = 0, i;

	draw_enabled(m, enabled);
	s->nr = 0;
	for (i = 0; i < m->words.nr_ops; i++) {
		if (!enabled[i])
			continue;
		total += 1 + rng_below(rng, 100) +
			 (m->words.ops[i].focus ? FOCUS_WEIGHT : 0);
		s->index[s->nr] = (uint8_t)i;
		s->weight_end[s->nr++] = total;
	}
	for (i = 0; i < NR_HOT; i++) {
		s->hot_a[i] = rng_one_in(rng, 4) ? rng_byte(rng) :
						   (uint8_t)rng_below(rng, 16);
		s->hot_pb[i] =
			(uint8_t)rng_below(rng, rng_one_in(rng, 4) ? 64 : 8);
	}
	/* Often fewer than NR_HOT different ones. */
	for (i = 1 + rng_below(rng, NR_HOT); i < NR_HOT; i++) {
		s->hot_a[i] = s->hot_a[0];
		s->hot_pb[i] = s->hot_pb[0];
	}
	s->b_mask = rng_byte(rng) | rng_byte(rng);
	s->cpu_mask = cpu_masks[rng_below(rng, sizeof(cpu_masks))];
	s->nr_failures = rng_one_in(rng, 3) ? 1 + rng_below(rng, 4) : 0;
	/* A race needs one or two of them, each at its place. */
	s->nr_switches =
		s->cpu_mask && rng_one_in(rng, 2) ? 1 + rng_below(rng, 8) : 0;
}

static struct record draw_record(struct mutator *m, const struct swarm *s)
{
	struct rng *rng = &m->rng;
	uint32_t weight = rng_below(rng, s->weight_end[s->nr - 1]);
	struct record r;
	uint32_t i = 0;

	while (s->weight_end[i] <= weight)
		i++;
	i = s->index[i];
	r.code = m->words.ops[i].code;
	/* Which object: any of the live ones; which block: a hot one. */
	r.a = s->hot_a[rng_below(rng, NR_HOT)];
	if (m->words.ops[i].use || rng_one_in(rng, 8))
		r.a = rng_byte(rng);
	r.b = rng_byte(rng) & s->b_mask;
	r.c = s->hot_pb[rng_below(rng, NR_HOT)];
	if (rng_one_in(rng, 8))
		r.c = (uint8_t)rng_below(rng, 64);
	r.c = (uint8_t)(r.c << 2) | (rng_byte(rng) & s->cpu_mask);
	return r;
}

/* One fail point, which strikes all over the program: it meets the operation that
 * passes it more often than one that is drawn for a single operation. */
static void draw_one_misfortune(struct mutator *m)
{
	struct record_choice choice = generate_failure(m);

	for (choice.op = 0; choice.op < m->prog.nr_ops; choice.op++)
		if (rng_one_in(&m->rng, MISFORTUNE_EVERY))
			records_add_choice(&m->prog, choice);
}

static void draw_choices(struct mutator *m, const struct swarm *s)
{
	uint32_t i;

	if (s->nr_failures && rng_one_in(&m->rng, 2))
		draw_one_misfortune(m);
	else
		for (i = 0; i < s->nr_failures; i++)
			records_add_choice(&m->prog, generate_failure(m));
	for (i = 0; i < s->nr_switches; i++)
		records_add_choice(&m->prog, generate_switch(m));
}

void generate_swarm(struct mutator *m, uint32_t max_ops)
{
	uint32_t bits =
		LENGTH_BITS_MIN +
		rng_below(&m->rng, LENGTH_BITS_MAX - LENGTH_BITS_MIN + 1);
	uint32_t nr = (1u << bits) + rng_below(&m->rng, 1u << bits);
	uint32_t i;
	struct swarm s;

	draw_swarm(m, &s);
	if (nr > max_ops)
		nr = max_ops;
	m->prog.nr_choices = 0;
	for (i = 0; i < nr; i++)
		m->prog.ops[i] = draw_record(m, &s);
	m->prog.nr_ops = nr;
	if (nr)
		draw_choices(m, &s);
}

static uint8_t one_of(struct rng *rng, const uint8_t *ids, uint32_t nr)
{
	return nr ? ids[rng_below(rng, nr)] : 0;
}

/* Real sizes cost 50 times as much as the others: now and then is enough. */
static uint8_t draw_geometry(struct mutator *m)
{
	const struct vocabulary *words = &m->words;

	if (words->nr_large_geometries && rng_one_in(&m->rng, LARGE_GEOMETRY))
		return one_of(&m->rng, words->large_geometries,
			      words->nr_large_geometries);
	return one_of(&m->rng, words->geometries, words->nr_geometries);
}

void generate_header(struct mutator *m)
{
	const struct vocabulary *words = &m->words;
	uint8_t *header = m->prog.header;

	memset(header, 0, MO_HEADER_SIZE);
	header[HEADER_VERSION] = 1;
	header[HEADER_GEOMETRY] = draw_geometry(m);
	header[HEADER_POLICY] =
		one_of(&m->rng, words->policies, words->nr_policies);
	header[HEADER_POLICY] |=
		(uint8_t)(one_of(&m->rng, words->drains, words->nr_drains)
			  << 4);
	if (rng_one_in(&m->rng, 8))
		header[HEADER_CPUS] = (uint8_t)(1 + rng_below(&m->rng, 4));
}

/* Any operation; every other time one of the focus, if there is one. */
static uint8_t draw_code(struct mutator *m)
{
	const struct vocabulary *words = &m->words;
	uint32_t i = rng_below(&m->rng, words->nr_ops);

	if (words->nr_focus && rng_below(&m->rng, 2))
		while (!words->ops[i].focus)
			i = (i + 1) % words->nr_ops;
	return words->ops[i].code;
}

struct record generate_op(struct mutator *m)
{
	struct rng *rng = &m->rng;
	struct record r;

	if (m->prog.nr_ops && rng_one_in(rng, 2)) {
		r = m->prog.ops[rng_below(rng, m->prog.nr_ops)];
	} else {
		r.a = rng_one_in(rng, 4) ? rng_byte(rng) :
					   (uint8_t)rng_below(rng, 16);
		r.b = rng_byte(rng) & rng_byte(rng);
		r.c = (uint8_t)(rng_below(rng, 8) << 2);
		if (rng_one_in(rng, 4))
			r.c |= rng_byte(rng) & 3;
	}
	r.code = draw_code(m);
	return r;
}

static uint8_t draw_nth(struct mutator *m)
{
	return rng_one_in(&m->rng, 4) ? (uint8_t)rng_below(&m->rng, 8) : 0;
}

struct record_choice generate_failure(struct mutator *m)
{
	struct rng *rng = &m->rng;
	struct record_choice choice = {
		.op = rng_below(rng, m->prog.nr_ops),
		.point = one_of(rng, m->words.fail_points,
				m->words.nr_fail_points),
		.nth = draw_nth(m),
	};

	if (rng_one_in(rng, 4))
		choice.value = errnos[rng_below(rng, sizeof(errnos))];
	return choice;
}

struct record_choice generate_switch(struct mutator *m)
{
	struct rng *rng = &m->rng;

	return (struct record_choice){
		.op = rng_below(rng, m->prog.nr_ops),
		.point = RECORD_SWITCH | one_of(rng, m->words.sched_points,
						m->words.nr_sched_points),
		.nth = draw_nth(m),
		.value = (uint8_t)rng_below(rng, 4),
	};
}

struct record_choice generate_order(struct mutator *m)
{
	struct rng *rng = &m->rng;

	return (struct record_choice){
		.op = rng_below(rng, m->prog.nr_ops),
		.point = (uint8_t)(RECORD_ORDER | rng_below(rng, 4) |
				   (draw_nth(m) & 7) << 2),
		.nth = one_of(rng, m->words.sched_points,
			      m->words.nr_sched_points),
		.value = one_of(rng, m->words.sched_points,
				m->words.nr_sched_points),
	};
}
