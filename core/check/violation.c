/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../mm/world.h"
#include "violation.h"

static const struct invariant table[INV_NR] = {
#define INVARIANT(id, level, when, sentence, source, reference)                \
	[INV_##id] = { #id, level, #when, sentence, source, reference },
#include "invariants.def"
#undef INVARIANT
};

/* The function whose name is on the stack when the invariant breaks. */
static const char *const checkers[INV_NR] = {
#define INVARIANT(id, level, when, sentence, source, reference)                \
	[INV_##id] = "inv_" #id,
#include "invariants.def"
#undef INVARIANT
};

const struct invariant *invariant_desc(unsigned int index)
{
	return index < INV_NR ? &table[index] : NULL;
}

const struct invariant *invariant_by_id(const char *id)
{
	if (!id)
		return NULL;
	for (unsigned int i = 0; i < INV_NR; i++)
		if (!strcmp(table[i].id, id))
			return &table[i];
	return NULL;
}

_Noreturn cold noinline void violation(const struct world *w,
				       enum invariant_id id, unsigned long pfn,
				       const char *fmt, ...)
{
	/* Worlds are never const objects: checkers see them through a const
	 * pointer because this struct is all that they may write. */
	struct violation *v = (struct violation *)&w->violation;
	char message[sizeof(v->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	violation_raise(v, table[id].id, pfn, checkers[id], "%s", message);
}
