/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutations of the schedule: where tasks switch, who waits for whom, which task
 * does what.  Operations and their operands stay.
 */
#include "mutate.h"

static bool is_schedule(const struct record_choice *c)
{
	return c->point & RECORD_SWITCH || record_is_order(c->point);
}

/* Index of a random choice for which is() holds; nr_choices: there is none. */
static uint32_t random_choice(struct mutator *m,
			      bool (*is)(const struct record_choice *c))
{
	const struct records *p = &m->prog;
	uint32_t nr = 0, i;

	for (i = 0; i < p->nr_choices; i++)
		nr += is(&p->choices[i]);
	if (!nr)
		return p->nr_choices;
	nr = rng_below(&m->rng, nr);
	for (i = 0; !is(&p->choices[i]) || nr; i++)
		nr -= is(&p->choices[i]);
	return i;
}

static bool is_order(const struct record_choice *c)
{
	return record_is_order(c->point);
}

void schedule_add_switch(struct mutator *m)
{
	records_add_choice(&m->prog, generate_switch(m));
}

void schedule_add_order(struct mutator *m)
{
	records_add_choice(&m->prog, generate_order(m));
}

/* Two operations that do something meet, and one of them where it really comes by. */
void schedule_add_encounter(struct mutator *m)
{
	uint32_t op = rng_below(&m->rng, m->prog.nr_ops), i;

	mutator_rehearse(m);
	for (i = op; i < m->rehearsal.nr_ops; i++)
		if (m->rehearsal.nr_cues[i]) {
			generate_encounter(m, i);
			break;
		}
	/* Other edits may follow. */
	m->rehearsal.nr_ops = 0;
}

void schedule_drop(struct mutator *m)
{
	uint32_t i = random_choice(m, is_schedule);

	if (i < m->prog.nr_choices)
		records_remove_choice(&m->prog, i);
}

void schedule_drop_order(struct mutator *m)
{
	uint32_t i = random_choice(m, is_order);

	if (i < m->prog.nr_choices)
		records_remove_choice(&m->prog, i);
}

/* The next operation of the same CPU in that direction, or op. */
static uint32_t neighbour(const struct records *p, uint32_t op, bool forward)
{
	uint32_t i = op;

	while (forward ? ++i < p->nr_ops : i-- > 0)
		if ((p->ops[i].c & 3) == (p->ops[op].c & 3))
			return i;
	return op;
}

/* A little earlier or later: another pass of the point, another point, or the same
 * in the operation before or behind. */
void schedule_move(struct mutator *m)
{
	struct records *p = &m->prog;
	uint32_t i = random_choice(m, is_schedule);
	bool forward = rng_below(&m->rng, 2);
	struct record_choice c;

	if (i == p->nr_choices)
		return;
	c = p->choices[i];
	switch (rng_below(&m->rng, 3)) {
	case 0:
		p->choices[i].nth += !is_order(&c) ? forward ? 1 : 255 : 0;
		break;
	case 1:
		records_remove_choice(p, i);
		c.op = neighbour(p, c.op, forward);
		records_add_choice(p, c);
		break;
	default:
		c = is_order(&c) ? generate_order(m) : generate_switch(m);
		p->choices[i].point = c.point;
		if (is_order(&c))
			p->choices[i].nth = c.nth;
	}
}

static uint8_t swapped(uint8_t cpu, uint8_t a, uint8_t b)
{
	return cpu == a ? b : cpu == b ? a : cpu;
}

/* In a stretch of the program what CPU a did is done by b, and the other way
 * round; choices go along and name them the other way round. */
void schedule_swap_segments(struct mutator *m)
{
	struct records *p = &m->prog;
	uint32_t from = rng_below(&m->rng, p->nr_ops);
	uint32_t to = from + 1 + rng_below(&m->rng, p->nr_ops - from), i;
	uint8_t a = p->ops[from].c & 3;
	uint8_t b = (uint8_t)((a + 1 + rng_below(&m->rng, 3)) & 3);

	/* Few machines have four: most often the other one of the first two. */
	if (a < 2 && rng_below(&m->rng, 4))
		b = a ^ 1;
	for (i = from; i < to; i++)
		p->ops[i].c = (uint8_t)((p->ops[i].c & ~3) |
					swapped(p->ops[i].c & 3, a, b));
	for (i = 0; i < p->nr_choices; i++) {
		struct record_choice *c = &p->choices[i];

		if (c->op < from || c->op >= to)
			continue;
		if (c->point & RECORD_SWITCH)
			c->value = swapped(c->value & 3, a, b);
		else if (is_order(c))
			c->point = (uint8_t)((c->point & ~3) |
					     swapped(c->point & 3, a, b));
	}
}

void mutate_schedule(struct mutator *m)
{
	static void (*const edits[])(struct mutator *m) = {
		schedule_add_switch, schedule_add_switch,   schedule_add_order,
		schedule_drop,	     schedule_drop_order,   schedule_move,
		schedule_move,	     schedule_swap_segments, schedule_add_encounter,
		schedule_add_encounter,
	};

	edits[rng_below(&m->rng, sizeof(edits) / sizeof(edits[0]))](m);
}
