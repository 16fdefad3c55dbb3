/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"

struct explore *explore_create(void)
{
	return calloc(1, sizeof(struct explore));
}

void explore_destroy(struct explore *e)
{
	if (e)
		oracle_dfs_destroy(&e->dfs);
	free(e);
}

bool explore_create_dfs(struct explore *e)
{
	return e->dfs.nodes || oracle_dfs_create(&e->dfs);
}

static const char spec_forms[] =
	"tape, random:SEED, pct:SEED,DEPTH with a DEPTH of 1 to 16, or dfs:BOUND with a BOUND of 0 to 15";

/* A number at *at that ends with the given character; moves behind it. */
static bool spec_number(const char **at, char end, uint64_t max,
			uint64_t *value)
{
	char *behind;

	if (!isdigit((unsigned char)**at))
		return false;
	*value = strtoull(*at, &behind, 10);
	if (*behind != end || *value > max)
		return false;
	*at = end ? behind + 1 : behind;
	return true;
}

static bool spec_args(struct oracle_spec *spec, const char *text)
{
	uint64_t depth, bound;

	if (!strcmp(text, "tape")) {
		spec->kind = ORACLE_TAPE;
		return true;
	}
	if (!strncmp(text, "random:", 7)) {
		text += 7;
		spec->kind = ORACLE_RANDOM;
		return spec_number(&text, '\0', UINT64_MAX, &spec->seed);
	}
	if (!strncmp(text, "dfs:", 4)) {
		text += 4;
		spec->kind = ORACLE_DFS;
		if (!spec_number(&text, '\0', DFS_MAX_BOUND, &bound))
			return false;
		spec->bound = (unsigned int)bound;
		return true;
	}
	if (strncmp(text, "pct:", 4))
		return false;
	text += 4;
	spec->kind = ORACLE_PCT;
	if (!spec_number(&text, ',', UINT64_MAX, &spec->seed) ||
	    !spec_number(&text, '\0', PCT_MAX_DEPTH, &depth))
		return false;
	spec->depth = (unsigned int)depth;
	return depth;
}

bool oracle_parse(struct oracle_spec *spec, const char *text,
		  struct sbuf *error)
{
	*spec = (struct oracle_spec){ .kind = ORACLE_TAPE };
	if (!text || spec_args(spec, text))
		return true;
	sbuf_printf(error, "'%s': no such oracle, expected %s", text, spec_forms);
	return false;
}

static uint64_t state_hash(void *x)
{
	return exec_state_hash(x);
}

struct sched_oracle *explore_begin(struct explore *e,
				   const struct oracle_spec *spec,
				   struct exec *x)
{
	switch (spec->kind) {
	case ORACLE_RANDOM:
		oracle_random_init(&e->oracle.random, spec->seed);
		return &e->oracle.base;
	case ORACLE_PCT:
		oracle_pct_init(&e->oracle.pct, spec->seed, spec->depth);
		return &e->oracle.base;
	case ORACLE_DFS:
		oracle_dfs_init(&e->dfs, spec->bound);
		e->dfs.state_hash = x->options->no_state_hash ? NULL : state_hash;
		e->dfs.arg = x;
		return &e->dfs.base;
	case ORACLE_TAPE:
		break;
	}
	return NULL;
}

/* --- the record --- */

/* Decisions that one CPU's operations took: they stand in the order of these. */
struct cursor {
	const struct sched_oracle *o;
	const struct program *p;
	uint32_t at;
	uint8_t cpu;
};

static const struct sched_decision *cursor_peek(struct cursor *c)
{
	for (; c->at < c->o->nr_taken; c->at++)
		if (c->p->ops[c->o->taken[c->at].op].cpu == c->cpu)
			return &c->o->taken[c->at];
	return NULL;
}

static void add_choice(struct program *p, struct op *op, const struct choice *c)
{
	if (p->nr_choices == MO_MAX_CHOICES)
		return;
	if (!op->nr_choices++)
		op->first_choice = p->nr_choices;
	p->choices[p->nr_choices++] = *c;
}

/* Fail points stay, switches become those that were made. */
static void rewrite_op(struct program *p, struct op *op,
		       const struct choice *old, struct cursor *cursor)
{
	uint32_t nr = op->nr_choices, first = op->first_choice;
	const struct sched_decision *d;

	op->nr_choices = 0;
	for (uint32_t i = first; i < first + nr; i++)
		if (!choice_is_schedule(old[i].point))
			add_choice(p, op, &old[i]);
	for (; (d = cursor_peek(cursor)) && &p->ops[d->op] == op; cursor->at++)
		add_choice(p, op, &(struct choice){
			.point = (uint8_t)(CHOICE_SCHED | d->point),
			.nth = (uint8_t)(d->nth - 1),
			.value = d->cpu,
		});
}

void explore_record(struct explore *e, const struct sched_oracle *o,
		    struct program *p)
{
	struct cursor cursors[MO_MAX_CPUS];

	memcpy(e->scratch, p->choices, p->nr_choices * sizeof(p->choices[0]));
	p->nr_choices = 0;
	for (unsigned int cpu = 0; cpu < MO_MAX_CPUS; cpu++)
		cursors[cpu] = (struct cursor){ .o = o, .p = p,
						.cpu = (uint8_t)cpu };
	for (uint32_t i = 0; i < p->nr_ops; i++)
		rewrite_op(p, &p->ops[i], e->scratch, &cursors[p->ops[i].cpu]);
}
