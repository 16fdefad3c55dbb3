/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L0: the single exit through which every broken invariant leaves.
 *
 * Lower layers cannot see check/invariants.def, so they name an invariant by
 * its id; check/violation.c maps the id to its sentence and source, and a unit
 * test fails when an id used here is missing from the table.
 */
#ifndef MO_LIB_VIOLATION_H
#define MO_LIB_VIOLATION_H

#include <stdint.h>

#include "base.h"

#define VIOLATION_NO_PFN (~0ul)

/* What is known at the moment an invariant broke.  Filled once. */
struct violation {
	const char *id;	       /* name in check/invariants.def, NULL: none */
	unsigned long pfn;     /* guilty page, VIOLATION_NO_PFN if none */
	const char *site;      /* function that noticed */
	char message[160];     /* variable details, never part of the key */
	/* Must not return: abort(), siglongjmp() ...  Set by the executor. */
	void (*leave)(struct violation *v, void *arg);
	void *arg;
};

_Noreturn void violation_raise(struct violation *v, const char *id,
			       unsigned long pfn, const char *site,
			       const char *fmt, ...) __printf(5, 6);

#endif
