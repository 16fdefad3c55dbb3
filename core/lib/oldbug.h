/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L0: old bugs on a switch.  In a normal build oldbug() (mm/world.h) is false, and
 * neither the table nor the selector reaches the object code: a test compares it with
 * that of a build in which the preprocessor removes every oldbug().
 */
#ifndef MO_LIB_OLDBUG_H
#define MO_LIB_OLDBUG_H

#include "base.h"

enum oldbug_id {
	OLDBUG_NONE = 0,
#define OLDBUG(id, name, row, fix, kind, inv, ...) OLDBUG_##name = (id),
#include "oldbugs.def"
#undef OLDBUG
	OLDBUG_MAX = 256
};

#ifdef MO_OLDBUGS
#define MO_HAVE_OLDBUGS true
#else
#define MO_HAVE_OLDBUGS false
#endif

struct oldbug_desc {
	const char *name;
	int row;
	const char *fix;
	const char *kind;
	const char *invariant;
	const char *text;
	const char *policies; /* names, separated by blanks; "": all */
};

/* NULL: unassigned id, or a build without old bugs. */
const struct oldbug_desc *oldbug_desc(unsigned int id);
/* OLDBUG_NONE: no such name, or a build without old bugs. */
enum oldbug_id oldbug_by_name(const char *name);

#endif
