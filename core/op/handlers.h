/* SPDX-License-Identifier: GPL-2.0-only */
/* One handler an operation, exec_<name>(); what they share. */
#ifndef MO_OP_HANDLERS_H
#define MO_OP_HANDLERS_H

#include "exec.h"
#include "outcome.h"
#include "subject.h"

#define OP(code, name, def, use, fields, text)                                 \
	int32_t exec_##name(struct exec *x, const struct op *op);
#include "ops.def"
#undef OP

static inline struct object *op_object(struct exec *x, const struct op *op)
{
	return &x->objects[op->slot];
}

/* The object that op defines, empty.  Slots are given out lowest first. */
static inline struct object *new_object(struct exec *x, const struct op *op)
{
	struct object *o = op_object(x, op);

	*o = (struct object){ .name = o->name, .named_kind = o->named_kind,
			      .busy = o->busy, .kind = OBJ_NONE };
	if (x->nr_slots <= op->slot)
		x->nr_slots = op->slot + 1;
	return o;
}

/* exec.c: one operation from its beginning to its end. */
void exec_op(struct exec *x, const struct op *op);
void exec_expects_until(struct exec *x, uint32_t op);
/* exec_concurrent.c: the loop over a program that has choices of the schedule. */
void exec_run_concurrent(struct exec *x);
/* On the stack of the task: its operation is over, who goes on? */
void exec_op_ended(struct exec *x);
/* The object of op, for its exclusive use; NULL: there is nothing to work on. */
struct object *exec_claim_object(struct exec *x, const struct op *op);

/* exec_lost.c: memory went offline, objects that lay there are gone. */
void exec_forget_lost(struct exec *x);
/* exec_range.c: does an operation in flight claim one of the memory blocks?  By CPU. */
bool exec_is_claimed(const struct block_claim *claims, unsigned long first,
		     unsigned long last);

/* First page of pageblock pb of a memory block. */
static inline unsigned long pageblock_pfn(const struct world *w,
					  unsigned int block, unsigned int pb)
{
	return block_start_pfn(w, block) + pb * pageblock_nr_pages(w);
}

/* exec_range.c: what every caller in the kernel guarantees before it isolates,
 * memory that is online and belongs to one zone. */
bool range_usable(const struct world *w, unsigned long start, unsigned long end);

/* pfn of any memory block, or behind the last */
static inline bool subject_pfn_online(const struct world *w, unsigned long pfn)
{
	return pfn < view_nr_pfns(w) && view_section_online(w, pfn);
}

static inline void shadow_own(struct exec *x, unsigned long pfn,
			      unsigned long nr_pages, unsigned int slot)
{
	if (x->options->level)
		check_owned(x->check, x->w, pfn, nr_pages, slot);
}

static inline void shadow_disown(struct exec *x, unsigned long pfn,
				 unsigned long nr_pages, unsigned int slot)
{
	if (x->options->level)
		check_disowned(x->check, x->w, pfn, nr_pages, slot);
}

static inline void attempt_begin(struct exec *x, enum check_attempt kind,
				 unsigned long start_pfn, unsigned long end_pfn)
{
	if (unlikely(x->options->outcomes))
		outcome_look(x, start_pfn, end_pfn);
	if (x->options->level >= 2)
		check_attempt_begin(x->check, x->w, kind, start_pfn, end_pfn);
}

/* Hands ret through. */
static inline int attempt_end(struct exec *x, int ret)
{
	if (x->options->level >= 2)
		check_attempt_end(x->check, x->w, ret);
	return ret;
}

#endif
