/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The executor: runs a program against a world, one handler an operation.
 *
 * Nothing is allocated and nothing printed; a violation leaves the modelled
 * kernel by longjmp() to exec_run().
 */
#ifndef MO_OP_EXEC_H
#define MO_OP_EXEC_H

#include <setjmp.h>

#include "../check/check.h"
#include "../memoffline.h"
#include "expect.h"
#include "op.h"

struct features;

/* How a page object was allocated, hence how it is freed and whether it moves. */
enum object_flavour {
	FLAVOUR_KERNEL,		/* alloc_pages: never moves */
	FLAVOUR_LRU,
	FLAVOUR_ZS,
	FLAVOUR_HUGETLB,
};

/*
 * What a name stands for at run time.  The place of a page object that can move
 * is w->rmap[slot] - 1: migration updates it, poisoning may clear it.
 */
struct object {
	uint16_t name;		/* ordinal and kind of the name that the slot stands */
	uint8_t named_kind;	/* for, kept when the object is gone */
	bool busy;		/* an operation in flight works on it */
	uint8_t kind;		/* enum op_object; OBJ_NONE: nothing there */
	uint8_t flavour;	/* enum object_flavour */
	uint8_t order;
	bool reserved;		/* PG_reserved is ours to clear */
	bool isolated;		/* folio_isolate_lru() holds a reference */
	bool held_by_pins;	/* freed by its owner, pins keep the memory */
	uint32_t pins;		/* all of them on pin_pfn */
	unsigned long pfn;	/* kernel pages, ranges: first page */
	unsigned long nr_pages;	/* of a range */
	unsigned long pin_pfn;
	unsigned long isolated_pfn;
};

struct exec {
	/* Set by the caller of exec_run(). */
	struct world *w;
	struct check *check;
	struct features *features;	/* NULL: none */
	const struct program *program;
	const struct expects *expects;	/* NULL: none */
	struct sbuf *error;		/* first expect that does not hold */
	const struct mo_options *options;
	struct sched_oracle *oracle;	/* NULL: the choices in the program */
	/* Called on a violation that no expect names, while the guilty code is
	 * still on the stack; may abort().  NULL: exec_run() just returns. */
	void (*die)(struct exec *x);
	void *arg;			/* of the caller */
	/* Results. */
	uint32_t op;			/* the operation that runs; nr_ops: at the end */
	uint32_t nr_done;
	uint32_t nr_noops;
	uint32_t nr_skipped;		/* operations and choices */
	uint32_t nr_failed_expects;
	uint8_t saw;			/* MO_SAW_* of the operation, for outcomes */
	bool excused;			/* ended by what the design cannot keep */
	uint32_t next_expect;
	uint32_t nr_slots;		/* slots below have objects of this run */
	/* w->stats, the same and garbage_memmaps, that objects were told of */
	uint32_t offlined_sections;
	/* Memory blocks that an operation in flight removes, as their owner, or where it
	 * brings a device: by CPU.  Whoever is second gives way. */
	struct block_claim { uint8_t block, nr; } removing[MO_MAX_CPUS], coming[MO_MAX_CPUS];
	jmp_buf env;
	/* Interleaving (exec_concurrent.c); indices of operations by CPU. */
	struct fiber_pool pool;
	bool pool_ready;
	bool parked[MO_MAX_CPUS];	/* the task is between two operations */
	uint32_t running[MO_MAX_CPUS];	/* in flight */
	uint32_t next[MO_MAX_CPUS];	/* begins next; nr_ops: none is left */
	struct object objects[MO_MAX_LIVE];
	struct object no_object;	/* of operations that have none */
	int32_t results[MO_MAX_OPS];
};

/* From a world that was just reset to the end of the program.  False: an
 * invariant broke, w->violation tells which, x->op where; likewise x->excused. */
bool exec_run(struct exec *x);

/* Of the state at a question to the oracle; 0: it cannot be told (state_hash.c). */
uint64_t exec_state_hash(const struct exec *x);

/* Releases what a run left in x: the stacks of its tasks. */
void exec_destroy(struct exec *x);

/* Where the object of a slot is now; NO_PFN: it has no memory. */
unsigned long exec_object_pfn(const struct exec *x, unsigned int slot);

/* stall_fn of the world; w->executor is the struct exec. */
void exec_stall(struct world *w, unsigned long start_pfn, unsigned long end_pfn);

#endif
