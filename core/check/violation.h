/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: the table of invariants, and the one way in which a checker says that one
 * of them is broken.
 */
#ifndef MO_CHECK_VIOLATION_H
#define MO_CHECK_VIOLATION_H

#include "../lib/violation.h"

struct world;

enum invariant_id {
#define INVARIANT(id, level, when, sentence, source, reference) INV_##id,
#include "invariants.def"
#undef INVARIANT
	INV_NR
};

struct invariant {
	const char *id;
	int level;
	const char *when;	/* "STEP", "END", "KERNEL" */
	const char *sentence;
	const char *source;
	const char *reference;
};

/* By position in the table; NULL behind the last. */
const struct invariant *invariant_desc(unsigned int index);
/* By id, as in struct violation; NULL: not in the table, or id is NULL. */
const struct invariant *invariant_by_id(const char *id);

/*
 * Raises invariant id on page pfn (VIOLATION_NO_PFN: none).  The only write of
 * this layer into a world: its struct violation.
 */
_Noreturn void violation(const struct world *w, enum invariant_id id,
			 unsigned long pfn, const char *fmt, ...)
	__printf(4, 5);

#endif
