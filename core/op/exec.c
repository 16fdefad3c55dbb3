/* SPDX-License-Identifier: GPL-2.0-only */
/* The loop over a program, and what stands around each operation. */
#include <string.h>

#include "../sched/oracle.h"
#include "exec.h"
#include "features.h"
#include "handlers.h"
#include "look.h"
#include "text.h"
#include "trace.h"
#include "watch.h"

typedef int32_t (*handler_fn)(struct exec *x, const struct op *op);

static const handler_fn handlers[256] = {
#define OP(code, name, def, use, fields, text) [code] = exec_##name,
#include "ops.def"
#undef OP
};

int32_t exec_nop(struct exec *x, const struct op *op)
{
	(void)x;
	(void)op;
	return OP_NOOP;
}

unsigned long exec_object_pfn(const struct exec *x, unsigned int slot)
{
	const struct object *o = &x->objects[slot];

	if (o->kind == OBJ_NONE)
		return o->held_by_pins ? o->pin_pfn : NO_PFN;
	if (o->kind != OBJ_PAGE || o->flavour == FLAVOUR_KERNEL)
		return o->pfn;
	return view_owner_pfn(x->w, slot);
}

/*
 * Offlining went round several times and nothing changed.  If something may
 * legitimately hold it up, the operator presses Ctrl-C as in reality; if not,
 * offlining has forgotten how to make progress.
 */
void exec_stall(struct world *w, unsigned long start_pfn, unsigned long end_pfn)
{
	struct exec *x = w->executor;

	if (!x->options->level ||
	    (x->options->excuse_drain_once && w->sched.concurrent &&
	     w->config.drain == MO_DRAIN_ONCE) ||
	    check_stall_excused(x->check, w, start_pfn, end_pfn)) {
		w->signal_pending = true;
		return;
	}
	violation_raise(&w->violation, "offline_progress",
			look_in_the_way(w, start_pfn, end_pfn), __func__,
			"offlining [%#lx, %#lx) stands still and nothing in there excuses it",
			start_pfn, end_pfn);
}

static bool is_expected(const struct exec *x, const char *id)
{
	const struct expect *e = x->expects ? expects_violation(x->expects) : NULL;

	return e && !strcmp(invariant_desc(e->index)->id, id);
}

static bool is_excused(const struct exec *x)
{
	return x->options->excuse_design &&
	       mo_policy_breaks(x->program->config.policy,
				x->w->violation.id) &&
	       check_breaks_by_design(x->check, x->w);
}

static void leave(struct violation *v, void *arg)
{
	struct exec *x = arg;

	if (x->die && !is_expected(x, v->id) && !is_excused(x))
		x->die(x);
	if (x->w->sched.on_fiber)
		sched_abandon(&x->w->sched);
	longjmp(x->env, 1);
}

static bool arm_switch(struct exec *x, const struct op *op,
		       const struct choice *c)
{
	const bool hold = choice_is_hold(c->point);
	const struct sched_switch sw = hold ? (struct sched_switch){
		.point = c->nth,
		.cpu = c->point & 3,
		.nth = (c->point >> 2 & (CHOICE_HOLD_NTH_MAX - 1)) + 1u,
		.until = c->value,
	} : (struct sched_switch){
		.point = c->point & ~CHOICE_SCHED,
		.cpu = c->value,
		.nth = c->nth + 1u,
	};

	return sched_add_switch(&x->w->sched, op->cpu, &sw);
}

static bool arm_fail(struct exec *x, const struct choice *c)
{
	int err = c->value ? -c->value : fail_point_errno(c->point);

	return fail_arm(&x->w->fail, c->point,
			c->nth == CHOICE_EVERY_TIME ? 0 : c->nth + 1u, err);
}

static void arm_choices(struct exec *x, const struct op *op)
{
	for (uint32_t i = 0; i < op->nr_choices; i++) {
		const struct choice *c =
			&x->program->choices[op->first_choice + i];

		/* An oracle takes the place of the program's choices. */
		if (choice_is_schedule(c->point) && x->oracle)
			continue;
		if (!(choice_is_schedule(c->point) ?
			      x->w->sched.concurrent && arm_switch(x, op, c) :
			      arm_fail(x, c)))
			x->nr_skipped++;
	}
}

static void hash_state(struct world *w, int32_t ret)
{
	sched_hash(&w->sched, (uint32_t)ret);
	for (unsigned int i = 0; i < view_nr_zones(w); i++)
		sched_hash(&w->sched,
			   (uint64_t)view_zone_nr_free(w, i) << 32 ^
				   (uint64_t)view_zone_managed(w, i) << 16 ^
				   (uint64_t)view_zone_nr_isolate_pageblock(w, i));
}

static void count_result(struct exec *x, const struct op *op, int32_t ret)
{
	x->results[op - x->program->ops] = ret;
	x->nr_done++;
	x->nr_noops += ret == OP_NOOP;
	x->nr_skipped += ret == OP_SKIPPED;
}

static void check_op(struct exec *x)
{
	const struct mo_options *o = x->options;

	if (!o->level)
		return;
	check_step(x->check, x->w, o->level < 2 ? o->level : 2);
	if (o->paranoid)
		check_end(x->check, x->w, 3);
}

/*
 * Isolators and pfn walkers keep memory from going offline under them, as
 * get_online_mems() does.  The kernel's own callers do not all do so.
 */
static const bool walks_memory[256] = {
	[OP_alloc_hugetlb_folio] = true,
	[OP_compact_zone] = true,
	[OP_start_isolate_page_range] = true,
	[OP_undo_isolate_page_range] = true,
	[OP_test_pages_isolated] = true,
	[OP_alloc_contig_range] = true,
	[OP_alloc_contig_pages] = true,
	[OP_cma_alloc] = true,
	[OP_alloc_offline_page_range] = true,
	[OP_set_max_huge_pages] = true,
	[OP_dissolve_free_hugetlb_folio] = true,
	[OP_memtrace_enable_set] = true,
	[OP_pin_user_pages] = true,
	[OP_hugetlb_fault] = true,
	[OP_hugetlb_acct_memory] = true,
	[OP_demote_pool_huge_page] = true,
};

static inline void forget_lost(struct exec *x)
{
	/* Pages are gone at the one, the memmap is at the other. */
	uint32_t gone = x->w->stats.offlined_sections +
			x->w->stats.garbage_memmaps;

	if (likely(gone == x->offlined_sections))
		return;
	x->offlined_sections = gone;
	exec_forget_lost(x);
}

/* An operation that this subject cannot express: what it defines is empty. */
static int32_t skip(struct exec *x, const struct op *op)
{
	if (op_desc(op->code)->def != OBJ_NONE)
		new_object(x, op);
	return OP_SKIPPED;
}

static inline int32_t call(struct exec *x, const struct op *op)
{
	return likely(subject_supports(op->code, op->value)) ?
		       handlers[op->code](x, op) :
		       skip(x, op);
}

/* Others are under way: the object is ours, and memory stays where it is. */
static int32_t call_in_company(struct exec *x, const struct op *op)
{
	struct world *w = x->w;
	int32_t ret = OP_NOOP;
	struct object *o;

	sched_begin_in_company(&w->sched);
	sched_window(w, SP_OP_BEGIN);
	subject_begin_in_company(w);
	if (walks_memory[op->code])
		subject_get_online_mems(w);
	forget_lost(x);
	o = exec_claim_object(x, op);
	if (o) {
		o->busy = true;
		subject_settle(w, op->slot);
		ret = call(x, op);
		o->busy = false;
	}
	if (walks_memory[op->code])
		subject_put_online_mems(w);
	return ret;
}

void exec_op(struct exec *x, const struct op *op)
{
	struct world *w = x->w;
	int32_t ret;

	world_begin_op(w, op->cpu);
	if (unlikely(op->nr_choices))
		arm_choices(x, op);
	if (unlikely(x->options->step))
		step_op(x, MO_STEP_BEGIN, op, 0);
	if (unlikely(x->options->watch))
		watch_op_begins(x, op);
	ret = likely(!w->sched.concurrent) ? call(x, op) :
					     call_in_company(x, op);
	if (unlikely(x->options->watch))
		watch_could_fail(x);
	fail_disarm_all(&w->fail);
	forget_lost(x);
	sched_end_op(&w->sched);
	count_result(x, op, ret);
	hash_state(w, ret);
	if (unlikely(x->options->outcomes))
		outcome_record(x, op, ret);
	if (x->features)
		features_op(x->features, x, op, ret);
	if (unlikely(x->options->trace))
		trace_op(x, op, ret);
	if (unlikely(x->options->watch))
		watch_op_ended(x, op, ret);
	w->sched.current_task->in_flight = false;
	if (unlikely(x->options->step))
		step_op(x, MO_STEP_END, op, ret);
	/* With others under way the world is between two states. */
	if (likely(!w->sched.concurrent) || !sched_nr_in_flight(&w->sched))
		check_op(x);
	if (unlikely(w->sched.concurrent))
		exec_op_ended(x);
}

static noinline void expect_failed(struct exec *x, const struct expect *e,
				   const char *why)
{
	if (x->nr_failed_expects++)
		return;
	x->error->len = 0;
	sbuf_printf(x->error, "%s:%u: %s, expected '%.*s'", x->expects->name,
		    e->line_nr, why, (int)mo_min(e->line_len, 200), e->line);
}

/* The expectations that stand here. */
static void check_expects(struct exec *x)
{
	const struct expects *list = x->expects;

	while (x->next_expect < list->nr &&
	       list->list[x->next_expect].at == x->op) {
		const struct expect *e = &list->list[x->next_expect++];
		char buf[160] = "";
		struct sbuf why = SBUF(buf);

		/* `expect violation` speaks of the whole run. */
		if (e->kind != EXPECT_VIOLATION && !expect_holds(x, e, &why))
			expect_failed(x, e, buf);
	}
}

void exec_expects_until(struct exec *x, uint32_t op)
{
	if (!x->expects)
		return;
	for (x->op = 0; x->op <= op; x->op++)
		check_expects(x);
}

/* id: what broke, NULL: nothing. */
static void judge_violation(struct exec *x, const char *id)
{
	const struct expect *e = expects_violation(x->expects);
	char buf[160];
	struct sbuf why = SBUF(buf);

	if (e && (!id || !is_expected(x, id))) {
		sbuf_printf(&why, "the run broke %s", id ? id : "no invariant");
		expect_failed(x, e, buf);
	}
	/* What was not reached did not hold; the violation is the message. */
	if (!e && id)
		x->nr_failed_expects += x->expects->nr - x->next_expect;
}

static void run_sequential(struct exec *x)
{
	const struct program *p = x->program;

	for (x->op = 0; x->op < p->nr_ops; x->op++) {
		if (unlikely(x->expects))
			check_expects(x);
		exec_op(x, &p->ops[x->op]);
	}
	if (x->expects)
		check_expects(x);
}

static bool has_switches(const struct program *p)
{
	for (uint32_t i = 0; i < p->nr_choices; i++)
		if (choice_is_schedule(p->choices[i].point))
			return true;
	return false;
}

static void run(struct exec *x)
{
	if (!x->options->sequential && subject_interleaves() &&
	    unlikely(x->oracle || has_switches(x->program)))
		exec_run_concurrent(x);
	else
		run_sequential(x);
	if (x->options->level >= 3 && !(x->oracle && x->oracle->cut))
		check_end(x->check, x->w, 3);
}

bool exec_run(struct exec *x)
{
	struct world *w = x->w;

	w->executor = x;
	w->stall = exec_stall;
	w->violation.leave = leave;
	w->violation.arg = x;
	x->nr_done = x->nr_noops = x->nr_skipped = 0;
	x->nr_failed_expects = x->next_expect = 0;
	x->nr_slots = x->offlined_sections = 0;
	x->excused = false;
	x->saw = 0;
	memset(x->removing, 0, sizeof(x->removing));
	memset(x->coming, 0, sizeof(x->coming));
	w->keeps_touched = x->options->level >= 2 || x->features || x->oracle;
	if (_setjmp(x->env)) {
		if (x->options->trace)
			trace_violation(x);
		if (x->options->step)
			step_end(x, MO_STEP_VIOLATION);
		if (x->expects)
			judge_violation(x, x->w->violation.id);
		return x->excused = is_excused(x);
	}
	if (x->options->level)
		check_begin(x->check, w);
	if (unlikely(x->options->step))
		step_begin(x);
	if (unlikely(x->options->watch))
		watch_begin(x);
	run(x);
	if (unlikely(x->options->step))
		step_end(x, MO_STEP_DONE);
	if (x->expects)
		judge_violation(x, NULL);
	return true;
}
