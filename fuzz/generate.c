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
/* Of a handful: up to 31. */
#define LENGTH_BITS_FEW 4
/* Operations this far apart in the table are of a kind. */
#define NEAR 3
/* Of what is special somewhere: so many of its kin are drawn, from a bit further. */
#define SPECIAL_NEAR 4
#define SPECIAL_KIN 5
/* A vocabulary of so many words is drawn from as a whole. */
#define HANDFUL 32
/* Where one fail point strikes all over, at one operation in so many. */
#define MISFORTUNE_EVERY 4

/* Seen fewer than 256 times in all lessons. */
#define RARE 64

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
	bool few; /* a handful of operations, see draw_few() */
	uint32_t encounter_every; /* operations; 0: none */
};

/* What few operations came by is drawn more often: from 1 to 256. */
static uint32_t rarity(uint32_t seen)
{
	uint32_t bits = 0;

	for (; seen; seen >>= 1)
		bits++;
	return bits < 16 ? (16 - bits) * (16 - bits) : 1;
}

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

/* One operation; of the focus, if there is one, three times out of four. */
static uint32_t random_word(struct mutator *m)
{
	const struct vocabulary *words = &m->words;
	uint32_t i = rng_below(&m->rng, words->nr_ops);

	if (words->nr_focus && rng_below(&m->rng, 4))
		while (!words->ops[i].focus)
			i = (i + 1) % words->nr_ops;
	return i;
}

/* Of those that stand near it in the table, where those of a kind stand together. */
static uint32_t random_relative(struct mutator *m, uint32_t word, uint32_t near)
{
	uint32_t first = word < near ? 0 : word - near;
	uint32_t last = word + near < m->words.nr_ops ? word + near :
							m->words.nr_ops - 1;

	return first + rng_below(&m->rng, last - first + 1);
}

static uint32_t random_further(struct mutator *m, uint32_t first)
{
	switch (rng_below(&m->rng, 4)) {
	case 0:
		return random_word(m);
	case 1:
		return random_relative(m, m->words.subject, NEAR);
	default:
		return random_relative(m, first, NEAR);
	}
}

/*
 * What a handful is about: any operation; half of the time, where there is one, the
 * special one of the geometry, with its kin: a device is of no use without requests.
 */
static uint32_t draw_first(struct mutator *m, bool enabled[256])
{
	uint16_t special = m->words.known.special[m->prog.header[HEADER_GEOMETRY]];
	uint32_t i;

	if (!special || rng_below(&m->rng, 2))
		return random_word(m);
	for (i = 0; i < SPECIAL_KIN; i++)
		enabled[random_relative(m, special - 1u, SPECIAL_NEAR)] = true;
	return special - 1u;
}

/* Somebody who gives back what this operation creates, if anybody does. */
static void enable_eater(struct mutator *m, bool enabled[256], uint8_t kind)
{
	const struct vocabulary *words = &m->words;
	uint32_t i, nr = 0, found = words->nr_ops;

	for (i = 0; kind && i < words->nr_ops; i++)
		if (words->ops[i].use == kind && words->ops[i].eats &&
		    rng_one_in(&m->rng, ++nr))
			found = i;
	enabled[found] |= found < words->nr_ops;
}

/*
 * A handful of operations, with who creates what they use and gives back what they
 * create, and most often the subject of it all: what takes three or four operations
 * in the right order comes much sooner than among forty kinds.
 */
static void draw_few(struct mutator *m, bool enabled[256])
{
	const struct vocabulary *words = &m->words;
	const uint32_t first = draw_first(m, enabled);
	uint32_t nr = 1 + rng_below(&m->rng, 4), i;

	enabled[first] = true;
	if (rng_below(&m->rng, 4))
		enabled[words->subject] = true;
	/* Memory in use, of whatever kind: what makes offlining hard. */
	if (rng_below(&m->rng, 2) && (i = (uint32_t)random_definer(m, 1)) < 256)
		enabled[i] = true;
	while (nr--)
		enabled[random_further(m, first)] = true;
	for (i = 0; i < words->nr_ops; i++) {
		int definer;

		if (!enabled[i])
			continue;
		definer = words->ops[i].use ?
				  random_definer(m, words->ops[i].use) : -1;
		if (definer >= 0)
			enabled[definer] = true;
	}
	for (i = 0; i < words->nr_ops; i++)
		if (enabled[i] && words->ops[i].def && rng_below(&m->rng, 4))
			enable_eater(m, enabled, words->ops[i].def);
}

/* A memory block, most often a low one; every other time where a zone begins. */
static uint8_t random_block(struct mutator *m)
{
	const struct knowledge *k = &m->words.known;
	uint8_t geometry = m->prog.header[HEADER_GEOMETRY];

	if (k->landmarks[geometry].nr && rng_below(&m->rng, 2))
		return k->landmarks[geometry].blocks[rng_below(
			&m->rng, k->landmarks[geometry].nr)];
	return rng_one_in(&m->rng, 4) ? rng_byte(&m->rng) :
					(uint8_t)rng_below(&m->rng, 16);
}

static void draw_places(struct mutator *m, struct swarm *s)
{
	struct rng *rng = &m->rng;
	uint32_t i;

	for (i = 0; i < NR_HOT; i++) {
		s->hot_a[i] = random_block(m);
		s->hot_pb[i] =
			(uint8_t)rng_below(rng, rng_one_in(rng, 4) ? 64 : 8);
	}
	/* Often fewer than NR_HOT different ones. */
	for (i = 1 + rng_below(rng, NR_HOT); i < NR_HOT; i++) {
		s->hot_a[i] = s->hot_a[0];
		s->hot_pb[i] = s->hot_pb[0];
	}
}

static void draw_swarm(struct mutator *m, struct swarm *s)
{
	static const uint8_t cpu_masks[] = { 0, 0, 1, 3 };
	struct rng *rng = &m->rng;
	bool enabled[257] = { false };
	uint32_t total = 0, i;

	/* Of a vocabulary that is a handful already (stress/compare), all. */
	s->few = m->words.nr_ops > HANDFUL ? rng_below(rng, 3) : 0;
	if (s->few)
		draw_few(m, enabled);
	else
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
	draw_places(m, s);
	s->b_mask = rng_byte(rng) | rng_byte(rng);
	s->cpu_mask = cpu_masks[rng_below(rng, sizeof(cpu_masks))];
	s->nr_failures = rng_one_in(rng, 3) ? 1 + rng_below(rng, 4) : 0;
	/* A race needs one or two of them, each at its place. */
	s->nr_switches =
		s->cpu_mask && rng_one_in(rng, 2) ? 1 + rng_below(rng, 8) : 0;
	s->encounter_every = rng_one_in(rng, 3) ? 0 : 1 + rng_below(rng, 8);
	if (m->sequential)
		s->nr_switches = s->encounter_every = 0;
}

/* Zero half of the time, and less than 8: more once, and less then, is what matters. */
static uint8_t draw_amount(struct rng *rng)
{
	return (uint8_t)rng_below(rng, 1u << rng_below(rng, 4));
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
	else if (m->words.ops[i].amount && rng_below(rng, 2))
		r.a = draw_amount(rng);
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

/* Somewhere that one operation in a hundred comes by. */
static bool passes_rare(const struct mutator *m, uint32_t op)
{
	const struct rehearsal *r = &m->rehearsal;
	uint32_t i;

	for (i = 0; i < r->nr_cues[op]; i++)
		if (rarity(m->words.known.seen[r->cues[op][i].point]) >= RARE)
			return true;
	return false;
}

static void draw_choices(struct mutator *m, const struct swarm *s)
{
	uint32_t i;

	if (s->nr_failures || s->encounter_every)
		mutator_rehearse(m);
	if (s->nr_failures && rng_one_in(&m->rng, 2))
		draw_one_misfortune(m);
	else
		for (i = 0; i < s->nr_failures; i++)
			records_add_choice(&m->prog, generate_failure(m));
	for (i = 0; i < s->nr_switches; i++)
		records_add_choice(&m->prog, generate_switch(m));
	for (i = 0; s->encounter_every && i < m->rehearsal.nr_ops; i++)
		if (m->rehearsal.nr_cues[i] &&
		    (rng_one_in(&m->rng, s->encounter_every) ||
		     passes_rare(m, i)))
			generate_encounter(m, i);
}

void generate_swarm(struct mutator *m, uint32_t max_ops)
{
	struct swarm s;
	uint32_t bits, nr, i;

	draw_swarm(m, &s);
	bits = LENGTH_BITS_MIN +
	       rng_below(&m->rng, (s.few ? LENGTH_BITS_FEW : LENGTH_BITS_MAX) -
				  LENGTH_BITS_MIN + 1);
	nr = (1u << bits) + rng_below(&m->rng, 1u << bits);
	if (nr > max_ops)
		nr = max_ops;
	m->prog.nr_choices = 0;
	m->rehearsal.nr_ops = 0;
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

/* By how much these fail points are drawn for an operation: what its kind seldom comes
 * by, a veto in the middle of a driver's work, more often. */
static uint32_t weight_of(const uint32_t seen[64], uint64_t points)
{
	uint32_t sum = 0;

	for (; points; points &= points - 1)
		sum += rarity(seen[__builtin_ctzll(points)]);
	return sum;
}

/* One of the bits that are set, of which there is one. */
static uint8_t random_bit(struct mutator *m, const uint32_t seen[64], uint64_t bits)
{
	uint32_t sum = rng_below(&m->rng, weight_of(seen, bits));

	for (; rarity(seen[__builtin_ctzll(bits)]) <= sum; bits &= bits - 1)
		sum -= rarity(seen[__builtin_ctzll(bits)]);
	return (uint8_t)__builtin_ctzll(bits);
}

/* Most often one that the operation evaluates. */
static uint8_t fail_point_of(struct mutator *m, uint32_t op)
{
	uint8_t code = m->prog.ops[op].code;
	uint64_t points = op < m->rehearsal.nr_ops ? m->rehearsal.failures[op] :
						     m->words.known.failures[code];

	if (points && rng_below(&m->rng, 16))
		return random_bit(m, m->words.known.could_fail[code], points);
	return one_of(&m->rng, m->words.fail_points, m->words.nr_fail_points);
}

/* One that can fail, if it was rehearsed which do, by the weight of its fail points. */
static uint32_t random_failing(struct mutator *m)
{
	const struct rehearsal *r = &m->rehearsal;
	uint32_t nr = r->nr_ops < m->prog.nr_ops ? r->nr_ops : m->prog.nr_ops;
	uint32_t weight[REHEARSED_MAX], sum = 0, op;

	for (op = 0; op < nr; op++) {
		weight[op] = weight_of(m->words.known.could_fail[m->prog.ops[op].code],
				       r->failures[op]);
		sum += weight[op];
	}
	if (!sum)
		return rng_below(&m->rng, m->prog.nr_ops);
	sum = rng_below(&m->rng, sum);
	for (op = 0; weight[op] <= sum; op++)
		sum -= weight[op];
	return op;
}

struct record_choice generate_failure(struct mutator *m)
{
	struct rng *rng = &m->rng;
	struct record_choice choice = { .op = random_failing(m) };

	choice.point = fail_point_of(m, choice.op);
	choice.nth = draw_nth(m);
	if (rng_one_in(rng, 4))
		choice.value = errnos[rng_below(rng, sizeof(errnos))];
	return choice;
}

/* Most often one that the operation passes; *nth: a pass, 0 the first. */
static uint8_t point_of(struct mutator *m, uint8_t code, uint8_t *nth)
{
	const struct knowledge *k = &m->words.known;
	uint8_t point;

	*nth = draw_nth(m);
	if (!k->passed[code].nr || rng_one_in(&m->rng, 16))
		return one_of(&m->rng, m->words.sched_points,
			      m->words.nr_sched_points);
	point = one_of(&m->rng, k->passed[code].points, k->passed[code].nr);
	if (*nth)
		*nth = (uint8_t)rng_below(&m->rng, k->passed[code].most[point]);
	return point;
}

/* The next operation of another CPU behind this one; this one: none. */
static uint32_t next_elsewhere(const struct records *p, uint32_t op)
{
	uint32_t i;

	for (i = op + 1; i < p->nr_ops; i++)
		if ((p->ops[i].c & 3) != (p->ops[op].c & 3))
			return i;
	return op;
}

static struct record_choice switch_at(struct mutator *m, uint32_t op, uint8_t cpu)
{
	struct record_choice choice = { .op = op, .value = cpu };

	choice.point = RECORD_SWITCH |
		       point_of(m, m->prog.ops[op].code, &choice.nth);
	return choice;
}

struct record_choice generate_switch(struct mutator *m)
{
	uint32_t op = rng_below(&m->rng, m->prog.nr_ops);
	uint32_t next = next_elsewhere(&m->prog, op);

	if (next == op || rng_one_in(&m->rng, 4))
		return switch_at(m, op, (uint8_t)rng_below(&m->rng, 4));
	return switch_at(m, op, m->prog.ops[next].c & 3);
}

/* It waits for something that one of the next operations elsewhere does. */
static struct record_choice order_at(struct mutator *m, uint32_t op)
{
	uint32_t next = next_elsewhere(&m->prog, op), further;
	uint8_t cpu = next == op ? (uint8_t)rng_below(&m->rng, 4) :
				   m->prog.ops[next].c & 3;
	struct record_choice choice = { .op = op };
	uint8_t pass, unused;

	for (further = next; rng_one_in(&m->rng, 3) &&
			     further + 1 < m->prog.nr_ops;)
		if ((m->prog.ops[++further].c & 3) == cpu)
			next = further;
	choice.nth = point_of(m, m->prog.ops[op].code, &pass);
	choice.value = point_of(m, m->prog.ops[next].code, &unused);
	choice.point = (uint8_t)(RECORD_ORDER | cpu | (pass & 7) << 2);
	return choice;
}

struct record_choice generate_order(struct mutator *m)
{
	return order_at(m, rng_below(&m->rng, m->prog.nr_ops));
}

/* Does the operation pass it? */
static bool passes(const struct rehearsal *r, uint32_t op, uint8_t point)
{
	for (uint32_t i = 0; i < r->nr_cues[op]; i++)
		if (r->cues[op][i].point == point)
			return true;
	return false;
}

/*
 * A pass of a point that the operation came by; every other time one that the other
 * operation passes too, if there is any: who meets there works on the same things.
 */
static struct record_choice cue_of(struct mutator *m, uint32_t op, uint32_t other)
{
	const struct rehearsal *r = &m->rehearsal;
	const uint32_t *seen = m->words.known.seen;
	const struct cue *cue = r->cues[op];
	uint32_t weight[CUES_MAX], nr = r->nr_cues[op], sum = 0, common = 0, i;

	for (i = 0; i < nr; i++) {
		weight[i] = rarity(seen[cue[i].point]);
		sum += weight[i];
		if (passes(r, other, cue[i].point))
			common += weight[i];
	}
	if (common && rng_below(&m->rng, 2)) {
		for (sum = common, i = 0; i < nr; i++)
			if (!passes(r, other, cue[i].point))
				weight[i] = 0;
	}
	sum = rng_below(&m->rng, sum);
	for (i = 0; weight[i] <= sum; i++)
		sum -= weight[i];
	return (struct record_choice){
		.op = op,
		.point = cue[i].point,
		.nth = rng_below(&m->rng, 2) ?
			       (uint8_t)rng_below(&m->rng, cue[i].nr) : 0,
	};
}

/* The switch falls there, and the other CPU goes on. */
static void interrupt(struct mutator *m, uint32_t op, uint32_t other, uint8_t cpu)
{
	struct record_choice choice = cue_of(m, op, other);

	choice.point |= RECORD_SWITCH;
	choice.value = cpu;
	records_add_choice(&m->prog, choice);
}

/* The operation is held there until the other one comes to a point of its own. */
static void hold(struct mutator *m, uint32_t op, uint32_t other, uint8_t cpu)
{
	struct record_choice held = cue_of(m, op, other), until = cue_of(m, other, op);

	records_add_choice(&m->prog, (struct record_choice){
		.op = op,
		.point = (uint8_t)(RECORD_ORDER | cpu | (held.nth & 7) << 2),
		.nth = held.point,
		.value = until.point,
	});
}

/* The next operation behind it that does something; nr_ops: none. */
static uint32_t next_active(const struct rehearsal *r, uint32_t op)
{
	do
		op++;
	while (op < r->nr_ops && !r->nr_cues[op]);
	return op;
}

static void set_cpu(struct records *p, uint32_t op, uint8_t cpu)
{
	p->ops[op].c = (uint8_t)((p->ops[op].c & ~3) | cpu);
}

void generate_encounter(struct mutator *m, uint32_t at)
{
	struct records *p = &m->prog;
	uint8_t cpu = p->ops[at].c & 3, other = cpu ^ 1;
	uint32_t next = next_active(&m->rehearsal, at), i;

	if (next >= m->rehearsal.nr_ops)
		return;
	if (rng_one_in(&m->rng, 8))
		other = (uint8_t)rng_below(&m->rng, 4);
	for (i = at + 1; i < next; i++)
		set_cpu(p, i, cpu);
	set_cpu(p, next, other);
	if (rng_one_in(&m->rng, 4)) {
		hold(m, at, next, other);
		return;
	}
	interrupt(m, at, next, other);
	/* What comes then happens in the middle of the first one, too. */
	for (i = next; rng_below(&m->rng, 2) &&
		       next_active(&m->rehearsal, i) < m->rehearsal.nr_ops;) {
		records_add_choice(p, (struct record_choice){
			.op = i, .value = other,
			.point = RECORD_SWITCH | m->words.op_end });
		for (uint32_t last = next_active(&m->rehearsal, i); i < last;)
			set_cpu(p, ++i, other);
	}
	if (rng_below(&m->rng, 2))
		interrupt(m, i, at, cpu);
}
