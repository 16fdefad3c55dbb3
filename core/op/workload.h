/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workloads (.load): programs of any length from a few lines and a seed.
 *
 *   # One sentence: the real thing that it imitates.
 *   workload 1 geometry=tiny cpus=2 drain=disable
 *   policies legacy skippable frozen
 *   turn every=16
 *   offline_pages block=+4..7
 *   online_pages block=+4..7 type=movable
 *   mix
 *   30 folio_alloc order=0..3
 *   30 __free_pages oldest
 *   fail MIGRATE every=200
 *   switch every=100
 *   reaches 300 offlined_blocks
 *   reaches 20 offline_pages errno=-EBUSY
 *
 * turn: the operations below come one after the other, one of them every N operations
 * of the program; there may be several.  mix: all other operations are drawn from
 * these, by weight.  fail and switch: each operation gets one with a chance of 1 in N.
 *
 * A field is a value, A..B (drawn), +A..B (in turn, from a drawn start), or ? and + for
 * the whole range; not named: 0 (nr: 1).  Of an operation's objects one is drawn, or
 * it is the oldest or newest.  The CPU is drawn, or cpuN stands before the operation.
 *
 * reaches: a claim that a test holds it to: so often in 100,000 operations, at least,
 * an operation succeeds, or fails that way, or an event of events.def happens.
 *
 * The result is an ordinary program: what breaks is replayed, minimised and kept like
 * any input.
 */
#ifndef MO_OP_WORKLOAD_H
#define MO_OP_WORKLOAD_H

#include "op.h"
#include "sbuf.h"

#define LOAD_MAX_OPS 64
#define LOAD_MAX_TURNS 8
#define LOAD_MAX_FAILS 12
#define LOAD_MAX_REACHES 12

struct load_value {
	enum { LOAD_FIXED, LOAD_DRAWN, LOAD_IN_TURN } how;
	uint8_t from; /* of the values, both included */
	uint8_t to;
	bool whole; /* as far as the geometry and blocks= go */
};

struct load_op {
	const struct op_desc *desc;
	uint8_t code;
	int8_t cpu; /* -1: drawn */
	enum { LOAD_ANY, LOAD_OLDEST, LOAD_NEWEST } pick;
	uint32_t weight_end; /* mix: sum of the weights up to and with this one */
	struct load_value values[MO_MAX_FIELDS];
};

/* Operations [first, end) of the list. */
struct load_section {
	uint32_t first;
	uint32_t end;
	uint32_t every;
};

struct load_fail {
	uint8_t point;
	uint8_t err; /* 0: the point's default */
	uint32_t every;
};

struct load_reach {
	int event; /* -1: an operation */
	uint8_t code;
	uint8_t err; /* 0: it succeeds */
	uint32_t nr; /* of 100,000 operations */
};

struct workload {
	uint8_t geometry;
	struct mo_config config;
	uint32_t policies; /* bit by id */
	uint32_t nr_ops;
	uint32_t nr_turns;
	uint32_t nr_fails;
	uint32_t nr_reaches;
	uint32_t switch_every; /* 0: never */
	struct load_section mix; /* empty: there is none */
	struct load_section turns[LOAD_MAX_TURNS];
	struct load_fail fails[LOAD_MAX_FAILS];
	struct load_reach reaches[LOAD_MAX_REACHES];
	struct load_op ops[LOAD_MAX_OPS];
};

/* False: error holds "name:line: what is wrong, what was expected". */
bool workload_parse(struct workload *load, struct program *scratch,
		    const char *name, const char *buf, size_t size,
		    struct sbuf *error);

/*
 * A program of nr_ops operations (at most MO_MAX_OPS).  Same seed, same program.
 * blocks: fields that take whole ranges of memory blocks stay below it, 0: no limit.
 */
void workload_generate(const struct workload *load, struct program *p,
		       uint64_t seed, uint32_t nr_ops, uint32_t blocks);

#endif
