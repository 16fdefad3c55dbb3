/* SPDX-License-Identifier: GPL-2.0-only */
/* The public interface: inputs in, results out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/hash.h"
#include "../mm/show_mem.h"
#include "events.h"
#include "exec.h"
#include "explore.h"
#include "features.h"
#include "look.h"
#include "outcome.h"
#include "subject.h"
#include "report.h"
#include "text.h"
#include "workload.h"

#define GEOMETRY_MAX 64
#define ERROR_MAX 512
#define REPORT_MAX 65536

_Static_assert(MO_HEADER_SIZE == MO_HEADER_BYTES, "public copy");
_Static_assert(MO_RECORD_SIZE == MO_RECORD_BYTES, "public copy");

/* A machine of one geometry, kept for all later runs. */
struct machine {
	struct world *w;
	struct check *check;
	struct features features;
	bool pristine; /* as after world_reset() */
};

struct mo {
	struct program *program;
	struct exec *exec;
	struct text *text;		/* tables, made for the first text */
	struct expects *expects;
	struct explore *explore;	/* made for the first oracle */
	uint8_t *features;		/* NULL: off */
	/* Kept: an input executes the same whatever came before it. */
	struct machine machines[MO_ERA_NR][GEOMETRY_MAX];
	struct machine large;		/* mo_options.world_blocks */
	struct mo_geometry large_geometry;
	struct sbuf error;
	char error_text[ERROR_MAX];
	char report[REPORT_MAX];
};

struct mo *mo_create(void)
{
	struct mo *mo = calloc(1, sizeof(*mo));

	if (!mo)
		return NULL;
	mo->error = (struct sbuf){ mo->error_text, ERROR_MAX, 0 };
	mo->program = program_create();
	mo->exec = calloc(1, sizeof(*mo->exec));
	if (mo->program && mo->exec)
		return mo;
	mo_destroy(mo);
	return NULL;
}

static void machine_destroy(struct machine *m);

void mo_destroy(struct mo *mo)
{
	if (!mo)
		return;
	for (unsigned int era = 0; era < MO_ERA_NR; era++)
		for (unsigned int i = 0; i < GEOMETRY_MAX; i++)
			machine_destroy(&mo->machines[era][i]);
	machine_destroy(&mo->large);
	text_destroy(mo->text);
	free(mo->expects);
	explore_destroy(mo->explore);
	if (mo->exec)
		exec_destroy(mo->exec);
	free(mo->exec);
	program_destroy(mo->program);
	free(mo);
}

const char *mo_error(struct mo *mo)
{
	return mo->error_text;
}

const char *mo_report(struct mo *mo)
{
	return mo->report;
}

static void begin(struct mo *mo)
{
	mo->error.len = 0;
	mo->error_text[0] = '\0';
	mo->report[0] = '\0';
}

/* --- machines --- */

static bool machine_create(struct mo *mo, struct machine *m,
			   const struct mo_geometry *geometry)
{
	const char *why = NULL;

	m->w = world_create(geometry, &why);
	if (!m->w) {
		sbuf_printf(&mo->error, "geometry %s, %u blocks: %s",
			    geometry->name, geometry->nr_blocks, why);
		return false;
	}
	m->check = check_create(m->w);
	if (m->check)
		return true;
	world_destroy(m->w);
	m->w = NULL;
	sbuf_puts(&mo->error, "out of memory");
	return false;
}

static void machine_destroy(struct machine *m)
{
	if (!m->w)
		return;
	features_destroy(&m->features);
	check_destroy(m->check);
	world_destroy(m->w);
	*m = (struct machine){ 0 };
}

/* What the program asks for, by the kernel that it asks for. */
static struct mo_geometry geometry_of(const struct mo *mo, uint32_t blocks)
{
	struct mo_geometry geometry = *mo_geometry_by_id(mo->program->geometry);

	geometry.era = mo->program->config.era;
	if (blocks)
		geometry.nr_blocks = blocks;
	return geometry;
}

/* One of another size than the geometry says; the last one is kept. */
static struct machine *machine_large(struct mo *mo, uint32_t blocks)
{
	const struct mo_geometry geometry = geometry_of(mo, blocks);
	const struct mo_geometry *last = &mo->large_geometry;

	if (mo->large.w && (last->nr_blocks != geometry.nr_blocks ||
			    last->era != geometry.era ||
			    strcmp(last->name, geometry.name)))
		machine_destroy(&mo->large);
	mo->large_geometry = geometry;
	return &mo->large;
}

/*
 * Each input puts back what it touched itself, so that what it executes does not
 * depend on the one before it (AFL++ calls that stability).  Behind a violation the
 * world stays as it is, for the report.
 */
static void machine_reset(struct machine *m)
{
	if (m->features.page_states)
		features_reset(&m->features, m->w);
	world_reset(m->w, NULL);
	m->pristine = true;
}

/* The machine for the program, reset; NULL with an error. */
static struct machine *machine_get(struct mo *mo, uint32_t blocks)
{
	unsigned int id = mo->program->geometry;
	unsigned int era = mo->program->config.era;
	struct machine *m = blocks ? machine_large(mo, blocks) :
				     &mo->machines[era][id];

	MUST(id < GEOMETRY_MAX && era < MO_ERA_NR);
	if (unlikely(!m->w)) {
		const struct mo_geometry geometry = geometry_of(mo, blocks);

		if (!machine_create(mo, m, &geometry))
			return NULL;
	}
	m->features.bytes = mo->features;
	if (mo->features && !m->features.page_states &&
	    !features_init(&m->features, m->w)) {
		sbuf_puts(&mo->error, "out of memory");
		return NULL;
	}
	if (!m->pristine)
		machine_reset(m);
	m->pristine = false;
	world_configure(m->w, &mo->program->config);
	return m;
}

/* --- overrides --- */

/* -1: none, -2: unknown (with an error). */
static int override_geometry(struct mo *mo, const struct mo_options *options)
{
	int id;

	if (!options->geometry)
		return -1;
	id = mo_geometry_id(options->geometry);
	if (id >= 0)
		return id;
	sbuf_printf(&mo->error, "'%s': no such geometry, expected one of geometry.def, such as tiny",
		    options->geometry);
	return -2;
}

static bool override_policy(struct mo *mo, const char *name)
{
	for (unsigned int i = 0; mo_policy_name(i); i++) {
		if (strcmp(mo_policy_name(i), name))
			continue;
		mo->program->config.policy = (uint8_t)i;
		return true;
	}
	sbuf_printf(&mo->error, "'%s': no such policy, expected one of policies.def, such as legacy",
		    name);
	return false;
}

static bool override_drain(struct mo *mo, const char *name)
{
	for (unsigned int i = 0; mo_drain_name(i); i++) {
		if (strcmp(mo_drain_name(i), name))
			continue;
		mo->program->config.drain = (uint8_t)i;
		return true;
	}
	sbuf_printf(&mo->error, "'%s': no such drain strategy, expected disable, once or redrain",
		    name);
	return false;
}

static bool override_oldbug(struct mo *mo, const char *name)
{
	mo->program->config.oldbug = (uint8_t)oldbug_by_name(name);
	if (mo->program->config.oldbug || !strcmp(name, "none"))
		return true;
	sbuf_printf(&mo->error, "'%s': %s", name,
		    MO_HAVE_OLDBUGS ?
			    "no such old bug, expected one of oldbugs.def" :
			    "this build has no old bugs, expected one with MO_OLDBUGS=ON");
	return false;
}

static bool override_era(struct mo *mo, const char *name)
{
	for (unsigned int i = 0; mo_era_name(i); i++) {
		if (strcmp(mo_era_name(i), name) || (i && !MO_HAVE_OLDBUGS))
			continue;
		mo->program->config.era = (uint8_t)i;
		return true;
	}
	sbuf_printf(&mo->error, "'%s': %s", name,
		    MO_HAVE_OLDBUGS ?
			    "no such era, expected 6.17, 7.2, 6.12 or 6.1" :
			    "this build has no eras, expected one with MO_OLDBUGS=ON");
	return false;
}

static bool override_config(struct mo *mo, const struct mo_options *options)
{
	if (options->policy && !override_policy(mo, options->policy))
		return false;
	if (options->drain && !override_drain(mo, options->drain))
		return false;
	if (options->era && !override_era(mo, options->era))
		return false;
	return !options->oldbug || override_oldbug(mo, options->oldbug);
}

/* --- runs --- */

static const struct mo_options default_options = { .level = 3 };

static void die(struct exec *x)
{
	struct mo *mo = x->arg;
	struct sbuf out = SBUF(mo->report);

	if (x->oracle)
		explore_record(mo->explore, x->oracle, mo->program);
	report_violation(x, &out);
	fputs(mo->report, stderr);
	abort();
}

static void fill_result(struct mo_result *r, const struct exec *x, bool clean)
{
	*r = (struct mo_result){
		.invariant = clean ? NULL : x->w->violation.id,
		.excused = x->excused ? x->w->violation.id : NULL,
		.violation_op = clean ? 0 : x->op,
		.trace_hash = x->w->sched.hash,
		.pages = clean && !x->excused && x->options->outcomes ?
				 outcome_pages(x->w) : 0,
		.nr_ops = x->nr_done,
		.nr_noops = x->nr_noops,
		.nr_skipped = x->nr_skipped,
		.nr_failed_expects = x->nr_failed_expects,
		.steps = x->w->sched.steps,
		.nr_oldbug = x->w->stats.oldbug_hits,
	};
	events_read(x->w, r->events);
}

/* False: no memory, or no such oracle. */
static bool begin_oracle(struct mo *mo, const struct mo_options *options)
{
	struct oracle_spec spec;

	if (!oracle_parse(&spec, options->oracle, &mo->error))
		return false;
	mo->exec->oracle = NULL;
	if (spec.kind == ORACLE_TAPE)
		return true;
	if (!mo->explore)
		mo->explore = explore_create();
	if (!mo->explore || (spec.kind == ORACLE_DFS &&
			     !explore_create_dfs(mo->explore))) {
		sbuf_puts(&mo->error, "out of memory");
		return false;
	}
	mo->exec->oracle = explore_begin(mo->explore, &spec, mo->exec);
	return true;
}

/* One run of mo->program; its result.  False: a violation. */
static bool run_once(struct mo *mo, struct mo_result *result)
{
	struct exec *x = mo->exec;
	bool clean = exec_run(x);

	if (x->oracle)
		explore_record(mo->explore, x->oracle, mo->program);
	if (!clean)
		report_violation(x, &(struct sbuf)SBUF(mo->report));
	fill_result(result, x, clean);
	return clean;
}

/* Every schedule of mo->program, from a machine that was just reset. */
static bool search(struct mo *mo, struct mo_result *result)
{
	const struct mo_options *options = mo->exec->options;
	struct oracle_dfs *dfs = &mo->explore->dfs;
	uint64_t hash = 0;
	uint32_t nr_ops = 0;
	bool clean, more, go_on;

	do {
		clean = run_once(mo, result);
		more = oracle_dfs_next(dfs);
		hash = hash_u64(hash, result->trace_hash);
		result->trace_hash = hash;
		/* A run that was cut has not seen all of them. */
		nr_ops = (uint32_t)mo_max(nr_ops, result->nr_ops);
		result->nr_ops = nr_ops;
		result->nr_schedules = dfs->nr_schedules;
		result->nr_cut = dfs->nr_cut;
		result->nr_states = dfs->nr_states;
		result->complete = !more && !dfs->clipped;
		go_on = options->after_schedule ?
				options->after_schedule(
					options->after_schedule_arg, result) :
				clean;
		if (go_on && more)
			machine_get(mo, options->world_blocks);
	} while (go_on && more);
	return clean;
}

/* Runs mo->program.  0: as expected, 1: not, 2: could not run. */
static int run_program(struct mo *mo, const struct expects *expects,
		       const struct mo_options *options,
		       struct mo_result *result)
{
	struct mo_result unwanted;
	struct exec *x = mo->exec;
	struct machine *m;
	const char *why;
	bool clean;

	x->options = options;
	if (!override_config(mo, options) || !begin_oracle(mo, options))
		return 2;
	why = subject_refuses(mo->program->geometry, &mo->program->config);
	if (unlikely(why)) {
		sbuf_puts(&mo->error, why);
		return 2;
	}
	m = machine_get(mo, options->world_blocks);
	if (!m)
		return 2;
	/* They speak of the schedule in the program. */
	if (x->oracle)
		expects = NULL;
	x->w = m->w;
	x->check = m->check;
	x->features = mo->features ? &m->features : NULL;
	x->program = mo->program;
	x->expects = expects;
	x->error = &mo->error;
	x->die = options->abort_on_violation ? die : NULL;
	x->arg = mo;
	result = result ? result : &unwanted;
	clean = mo->explore && x->oracle == &mo->explore->dfs.base ?
			search(mo, result) : run_once(mo, result);
	if (clean)
		machine_reset(m);
	if (expects && expects_violation(expects))
		return x->nr_failed_expects != 0;
	return !clean || x->nr_failed_expects;
}

int mo_run_bytes(struct mo *mo, const uint8_t *data, size_t size,
		 const struct mo_options *options, struct mo_result *result)
{
	int geometry;

	begin(mo);
	options = options ? options : &default_options;
	geometry = override_geometry(mo, options);
	if (geometry < -1)
		return 2;
	program_decode(mo->program, data, size, geometry);
	return run_program(mo, NULL, options, result);
}

static bool tables_create(struct mo *mo)
{
	if (!mo->text)
		mo->text = text_create();
	if (!mo->expects)
		mo->expects = malloc(sizeof(*mo->expects));
	return mo->text && mo->expects;
}

/* Parses into mo->program and mo->expects. */
static bool parse(struct mo *mo, const char *name, const char *text,
		  size_t size, int geometry)
{
	if (tables_create(mo))
		return text_parse(mo->text, mo->program, mo->expects, name,
				  text, size, geometry, &mo->error);
	sbuf_puts(&mo->error, "out of memory");
	return false;
}

int mo_run_text(struct mo *mo, const char *name, const char *text, size_t size,
		const struct mo_options *options, struct mo_result *result)
{
	int geometry, ret;

	begin(mo);
	options = options ? options : &default_options;
	geometry = override_geometry(mo, options);
	if (geometry < -1 || !parse(mo, name, text, size, geometry))
		return 2;
	ret = run_program(mo, mo->expects, options, result);
	if (ret == 1 && !mo->error.len)
		sbuf_printf(&mo->error, "%s: breaks %s, expected no violation",
			    name, mo->exec->w->violation.id);
	return ret;
}

/* --- looking --- */

bool mo_look_machine(struct mo *mo, struct mo_machine_info *info)
{
	if (mo->exec->w)
		look_machine(mo->exec, info);
	return mo->exec->w;
}

bool mo_look_block(struct mo *mo, unsigned int index, struct mo_block_info *info)
{
	return mo->exec->w && look_block(mo->exec, index, info);
}

bool mo_look_cpu(struct mo *mo, unsigned int index, struct mo_cpu_info *info)
{
	return mo->exec->w && look_cpu(mo->exec, index, info);
}

bool mo_look_counter(struct mo *mo, unsigned int index,
		     struct mo_counter_info *info)
{
	return mo->exec->w && look_counter(mo->exec, index, info);
}

bool mo_look_pages(struct mo *mo, uint64_t start_page, size_t nr_cells,
		   uint64_t pages_per_cell, char *cells)
{
	if (mo->exec->w)
		look_map(mo->exec, start_page, nr_cells, pages_per_cell, cells);
	return mo->exec->w;
}

bool mo_look_pageblocks(struct mo *mo, uint64_t first, size_t nr, char *letters)
{
	if (mo->exec->w)
		look_pageblocks(mo->exec, first, nr, letters);
	return mo->exec->w;
}

size_t mo_look_text(struct mo *mo, uint64_t page, char *text, size_t size)
{
	if (!mo->exec->w)
		return 0;
	view_sync(mo->exec->w);
	return page == MO_NO_PAGE ? show_mem(mo->exec->w, text, size) :
				    dump_page(mo->exec->w, page, "asked for", text, size);
}

/* --- the two forms --- */

size_t mo_bytes_to_text(struct mo *mo, const uint8_t *data, size_t data_size,
			char *text, size_t size)
{
	struct sbuf out = { text, size, 0 };

	begin(mo);
	if (!size)
		return 0;
	program_decode(mo->program, data, data_size, -1);
	text_print(mo->program, &out);
	return sbuf_truncated(&out) ? 0 : out.len;
}

size_t mo_last_text(struct mo *mo, char *text, size_t size)
{
	struct sbuf out = { text, size, 0 };

	if (!size)
		return 0;
	text_print(mo->program, &out);
	return sbuf_truncated(&out) ? 0 : out.len;
}

size_t mo_text_to_bytes(struct mo *mo, const char *name, const char *text,
			size_t text_size, uint8_t *data, size_t size)
{
	size_t needed;

	begin(mo);
	if (!parse(mo, name, text, text_size, -1))
		return 0;
	needed = program_encode(mo->program, data, size);
	if (needed <= size)
		return needed;
	sbuf_printf(&mo->error, "%s: needs %zu bytes, expected at most %zu",
		    name, needed, size);
	return 0;
}

/* --- feedback --- */

size_t mo_feature_bytes(void)
{
	return FEATURE_BYTES;
}

void mo_set_features(struct mo *mo, uint8_t *features)
{
	mo->features = features;
}

/* --- workloads --- */

struct mo_workload {
	struct workload load;
};

struct mo_workload *mo_workload_create(struct mo *mo, const char *name,
				       const char *text, size_t size)
{
	struct mo_workload *load = calloc(1, sizeof(*load));

	begin(mo);
	if (!load) {
		sbuf_puts(&mo->error, "out of memory");
		return NULL;
	}
	if (workload_parse(&load->load, mo->program, name, text, size,
			   &mo->error))
		return load;
	free(load);
	return NULL;
}

void mo_workload_destroy(struct mo_workload *load)
{
	free(load);
}

bool mo_workload_takes(const struct mo_workload *load, const char *policy)
{
	for (unsigned int i = 0; mo_policy_name(i); i++)
		if (!strcmp(mo_policy_name(i), policy))
			return load->load.policies & BIT(i);
	return false;
}

size_t mo_workload_bytes(struct mo *mo, const struct mo_workload *load,
			 const char *policy, uint64_t seed, uint32_t nr_ops,
			 uint32_t blocks, uint8_t *data, size_t size)
{
	size_t need;

	begin(mo);
	workload_generate(&load->load, mo->program, seed, nr_ops, blocks);
	if (!override_policy(mo, policy))
		return 0;
	need = program_encode(mo->program, data, size);
	return need <= size ? need : 0;
}

bool mo_workload_reach(const struct mo_workload *load, unsigned int index,
		       struct mo_reach *reach)
{
	const struct load_reach *r;
	const char *what;

	if (index >= load->load.nr_reaches)
		return false;
	r = &load->load.reaches[index];
	reach->nr = r->nr;
	what = r->event >= 0 ? event_name((unsigned int)r->event) :
			       op_desc(r->code)->name;
	if (errno_name(r->err))
		snprintf(reach->what, sizeof(reach->what), "%s -%s", what,
			 errno_name(r->err));
	else if (r->err)
		snprintf(reach->what, sizeof(reach->what), "%s -%d", what, r->err);
	else
		snprintf(reach->what, sizeof(reach->what), "%s", what);
	return true;
}

uint64_t mo_workload_reached(const struct mo_workload *load, unsigned int index,
			     const struct mo_result *result,
			     const struct mo_outcome *outcomes)
{
	const struct load_reach *r = &load->load.reaches[index];
	uint64_t nr = 0;

	if (r->event >= 0)
		return result->events[r->event];
	for (uint32_t i = 0; i < result->nr_ops; i++)
		nr += outcomes[i].code == r->code &&
		      (r->err ? outcomes[i].ret == -r->err : outcomes[i].ret >= 0);
	return nr;
}
