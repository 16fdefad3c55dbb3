/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expectations of a scenario: `expect ...` lines, checked where they stand.
 * They exist in text only; bytes carry none.
 *
 *   expect cpu0.1 -EINTR          result of the operation of CPU 0 counted 1
 *                                 from 0: errno, number, noop or skipped
 *   expect clean                  all invariants hold, level 3 included
 *   expect violation ID           the run ends by breaking this invariant
 *   expect block=1 online         online, offline, absent
 *   expect page=1:5 free          page 5 of block 1 (words: see below)
 *   expect p0 block=2             or refcount=2, or gone
 *   expect notified MEM_CANCEL_OFFLINE 1
 *   expect nr_free node=0 zone=normal 128
 *   expect managed node=0 zone=normal 128
 *   expect nr_isolate_pageblock 0 of all zones together
 *   expect hit SCAN 3             times that a preemption point was passed or a
 *                                 fail point fired
 *
 * Words of a page: buddy pcp free offline lru hwpoison hugetlb zsmalloc allocated
 * isolated (its pageblock) poisoned (memmap of an offline section) refcount=N.
 */
#ifndef MO_OP_EXPECT_H
#define MO_OP_EXPECT_H

#include "op.h"
#include "sbuf.h"

#define MO_MAX_EXPECTS 4096

enum expect_kind {
	EXPECT_RESULT,
	EXPECT_CLEAN,
	EXPECT_VIOLATION,
	EXPECT_BLOCK,
	EXPECT_PAGE,
	EXPECT_OBJECT_BLOCK,
	EXPECT_OBJECT_REFCOUNT,
	EXPECT_OBJECT_GONE,
	EXPECT_NOTIFIED,
	EXPECT_NR_FREE,
	EXPECT_MANAGED,
	EXPECT_NR_ISOLATE,
	EXPECT_HIT,
	EXPECT_FIRED,
};

/* Bits of expect->words. */
enum page_word {
	WORD_BUDDY,
	WORD_PCP,
	WORD_FREE,
	WORD_OFFLINE,
	WORD_LRU,
	WORD_HWPOISON,
	WORD_HUGETLB,
	WORD_ZSMALLOC,
	WORD_ALLOCATED,
	WORD_ISOLATED,
	WORD_POISONED,
	WORD_REFCOUNT,
	WORD_NR
};

extern const char *const expect_page_words[WORD_NR];

struct expect {
	const char *line;	/* the line in the scenario, not terminated */
	uint32_t line_len;
	uint32_t line_nr;
	uint32_t at;		/* operations that stand before it */
	uint8_t kind;		/* enum expect_kind */
	bool ended;		/* object: the name was over already */
	uint16_t words;		/* page: BIT(enum page_word) */
	uint32_t index;		/* op, slot, block, point, zone, invariant ... */
	uint64_t pfn;
	int64_t value;
};

struct expects {
	const char *name;	/* of the scenario, for messages */
	uint32_t nr;
	struct expect list[MO_MAX_EXPECTS]; /* at ascends */
};

struct parser;
struct exec;

/* The rest of a line that began with "expect". */
bool expect_parse(struct parser *ps, struct expects *expects);
/* The line that names the invariant that the scenario breaks; NULL: none. */
const struct expect *expects_violation(const struct expects *expects);
/* Does e hold now?  If not, why says what was found. */
bool expect_holds(struct exec *x, const struct expect *e, struct sbuf *why);

#endif
