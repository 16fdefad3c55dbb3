/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a generator has to know and no table says: which preemption points an operation
 * passes, so that a switch is drawn where it can fall, and where the memory of a
 * geometry begins, where things meet.  Learnt from runs of generated programs,
 * always the same ones: a new operation or point needs no change here.
 */
#include <string.h>

#include "mutate.h"

/* Programs and their size.  Most points show within a thirtieth of them; what is special
 * somewhere came out alike for four series of seeds. */
#define NR_LESSONS 2400
#define LESSON_BYTES 512
/* It does something so often in a geometry, so many times as often as elsewhere, and
 * there at most once in so many. */
#define SPECIAL_MIN 16
#define SPECIAL_TIMES 2
#define SPECIAL_ELSEWHERE 6

struct lesson {
	struct knowledge *known;
	uint8_t geometry, code; /* of the operation that runs */
	uint8_t passes[POINTS_MAX]; /* by it */
	bool active;
};

static void op_begins(void *arg, const struct world *w, uint8_t code)
{
	struct lesson *l = arg;

	(void)w;
	l->code = code;
	l->active = false;
	memset(l->passes, 0, sizeof(l->passes));
}

static void op_passes(void *arg, const struct world *w, unsigned int point)
{
	struct lesson *l = arg;
	uint8_t *most = &l->known->passed[l->code].most[point];

	(void)w;
	l->active = true;
	if (l->passes[point] == UINT8_MAX)
		return;
	l->known->seen[point] += !l->passes[point];
	if (++l->passes[point] > *most)
		*most = l->passes[point];
}

static void lesson_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	struct lesson *l = arg;

	(void)w;
	(void)ret;
	l->known->activity[l->geometry][code].nr++;
	l->known->activity[l->geometry][code].active += l->active;
}

static void op_ended(void *arg, const struct world *w, uint8_t code, int32_t ret)
{
	(void)arg;
	(void)w;
	(void)code;
	(void)ret;
}

static void op_could_fail(void *arg, const struct world *w, uint64_t points)
{
	struct lesson *l = arg;

	(void)w;
	l->known->failures[l->code] |= points;
	for (; points; points &= points - 1)
		l->known->could_fail[l->code][__builtin_ctzll(points)]++;
}

/* How many times as often as elsewhere, where it mostly does nothing, in 256ths; 0: it
 * is no special one. */
static uint64_t speciality(const struct vocabulary *words, uint8_t geometry,
			   uint8_t code)
{
	const struct knowledge *k = &words->known;
	uint64_t nr = k->activity[geometry][code].nr;
	uint64_t active = k->activity[geometry][code].active;
	uint64_t nr_else = 0, active_else = 0;

	for (uint32_t i = 0; i < words->nr_geometries; i++) {
		nr_else += k->activity[words->geometries[i]][code].nr;
		active_else += k->activity[words->geometries[i]][code].active;
	}
	nr_else -= nr;
	active_else -= active;
	if (active < SPECIAL_MIN || SPECIAL_ELSEWHERE * active_else >= nr_else)
		return 0;
	return 256 * active * nr_else / nr / (active_else ? active_else : 1);
}

static void find_special(struct vocabulary *words, uint8_t geometry)
{
	uint64_t most = SPECIAL_TIMES * 256;

	for (uint32_t i = 0; i < words->nr_ops; i++) {
		uint64_t times = speciality(words, geometry, words->ops[i].code);

		if (times < most)
			continue;
		most = times;
		words->known.special[geometry] = (uint16_t)(i + 1);
	}
}

/* Sequentially, in the world that the programs are for. */
static struct mo_options tried_out(const struct mutator *m, const struct mo_watch *watch)
{
	struct mo_options options = m->world;

	options.sequential = true;
	options.watch = watch;
	return options;
}

static void learn_points(struct mutator *m)
{
	struct lesson l = { .known = &m->words.known };
	const struct mo_watch watch = { op_begins, op_passes, lesson_ended, &l };
	struct mo_options options = tried_out(m, &watch);
	struct mo_result result;
	uint8_t data[LESSON_BYTES];

	options.could_fail = op_could_fail;
	for (uint64_t seed = 0; seed < NR_LESSONS; seed++) {
		size_t size = mutate_generate(m, data, sizeof(data), seed);

		l.geometry = m->prog.header[HEADER_GEOMETRY];
		mo_run_bytes(m->mo, data, size, &options, &result);
	}
	for (uint32_t i = 0; i < m->words.nr_geometries; i++)
		find_special(&m->words, m->words.geometries[i]);
}

/* In the order of their ids. */
static void list_points(struct knowledge *known)
{
	for (unsigned int code = 0; code < 256; code++)
		for (unsigned int point = 0; point < POINTS_MAX; point++)
			if (known->passed[code].most[point])
				known->passed[code].points[known->passed[code].nr++] =
					(uint8_t)point;
}

struct survey {
	struct mo *mo;
	struct knowledge *known;
	unsigned int geometry;
};

static bool same(const struct mo_block_info *a, const struct mo_block_info *b)
{
	return a->node == b->node && !strcmp(a->state, b->state) &&
	       !a->zone == !b->zone &&
	       (!a->zone || !strcmp(a->zone, b->zone));
}

/* Blocks that are not like the one before. */
static void look_around(void *arg, const struct mo_step *step)
{
	const struct survey *s = arg;
	struct mo_block_info before = { 0 }, block;
	uint8_t *nr = &s->known->landmarks[s->geometry].nr;

	if (step->kind != MO_STEP_BEGIN)
		return;
	for (unsigned int i = 0; i < 256 && *nr < LANDMARKS_MAX &&
				 mo_look_block(s->mo, i, &block); i++) {
		if (!i || !same(&block, &before))
			s->known->landmarks[s->geometry].blocks[(*nr)++] =
				(uint8_t)i;
		before = block;
	}
}

static bool is_large(const struct mutator *m, unsigned int geometry)
{
	for (unsigned int i = 0; i < m->words.nr_large_geometries; i++)
		if (m->words.large_geometries[i] == geometry)
			return true;
	return false;
}

/* Of a program of one operation that does nothing. */
static void learn_landmarks(struct mutator *m)
{
	static const uint8_t nothing[MO_HEADER_SIZE + MO_RECORD_SIZE] = { 1 };
	struct survey s = { m->mo, &m->words.known, 0 };
	struct mo_named_info geometry;
	struct mo_result result;

	for (unsigned int i = 0; mo_named_info(MO_TABLE_GEOMETRY, i, &geometry); i++) {
		struct mo_options options = { .step = look_around, .step_arg = &s,
					      .geometry = geometry.name };

		if (is_large(m, geometry.id))
			continue;
		s.geometry = geometry.id;
		mo_run_bytes(m->mo, nothing, sizeof(nothing), &options, &result);
	}
}

void mutator_learn(struct mutator *m)
{
	uint32_t nr_large = m->words.nr_large_geometries;

	memset(&m->words.known, 0, sizeof(m->words.known));
	m->rehearsal.nr_ops = 0;
	if (!m->mo)
		return;
	learn_landmarks(m);
	m->words.nr_large_geometries = 0; /* too slow for this */
	learn_points(m);
	m->words.nr_large_geometries = nr_large;
	list_points(&m->words.known);
}

/* --- the program at hand --- */

static void rehearsed_begins(void *arg, const struct world *w, uint8_t code)
{
	struct rehearsal *r = arg;

	(void)w;
	(void)code;
	if (r->nr_ops < REHEARSED_MAX)
		r->nr_cues[r->nr_ops++] = 0;
}

static void rehearsed_passes(void *arg, const struct world *w, unsigned int point)
{
	struct rehearsal *r = arg;
	uint32_t op = r->nr_ops - 1, i;
	struct cue *cues = r->cues[op];

	(void)w;
	for (i = 0; i < r->nr_cues[op] && cues[i].point != point; i++)
		;
	if (i == CUES_MAX)
		return;
	if (i == r->nr_cues[op])
		cues[r->nr_cues[op]++] = (struct cue){ (uint8_t)point, 0 };
	cues[i].nr += cues[i].nr < UINT8_MAX;
}

static void rehearsed_could_fail(void *arg, const struct world *w, uint64_t points)
{
	struct rehearsal *r = arg;

	(void)w;
	r->failures[r->nr_ops - 1] = points;
}

void mutator_rehearse(struct mutator *m)
{
	const struct mo_watch watch = { rehearsed_begins,
					m->sequential ? NULL : rehearsed_passes,
					op_ended, &m->rehearsal };
	struct mo_options options = tried_out(m, &watch);
	struct mo_result result;
	uint8_t data[MO_HEADER_SIZE + 2 * REHEARSED_MAX * MO_RECORD_SIZE];

	options.could_fail = rehearsed_could_fail;
	m->rehearsal.nr_ops = 0;
	if (m->mo && m->prog.nr_ops <= REHEARSED_MAX &&
	    m->prog.nr_choices < REHEARSED_MAX &&
	    !is_large(m, m->prog.header[HEADER_GEOMETRY]))
		mo_run_bytes(m->mo, data,
			     records_encode(&m->prog, data, sizeof(data)), &options,
			     &result);
}
