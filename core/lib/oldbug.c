/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "oldbug.h"

#ifdef MO_OLDBUGS

static const struct oldbug_desc descs[OLDBUG_MAX] = {
#define OLDBUG(id, name, row, fix, kind, inv, text, ...)                       \
	[id] = { #name, row, fix, #kind, inv, text, "" __VA_ARGS__ },
#include "oldbugs.def"
#undef OLDBUG
};

const struct oldbug_desc *oldbug_desc(unsigned int id)
{
	return id < OLDBUG_MAX && descs[id].name ? &descs[id] : NULL;
}

enum oldbug_id oldbug_by_name(const char *name)
{
	for (unsigned int i = 1; i < OLDBUG_MAX; i++)
		if (descs[i].name && !strcmp(descs[i].name, name))
			return (enum oldbug_id)i;
	return OLDBUG_NONE;
}

#else

const struct oldbug_desc *oldbug_desc(unsigned int id)
{
	(void)id;
	return NULL;
}

enum oldbug_id oldbug_by_name(const char *name)
{
	(void)name;
	return OLDBUG_NONE;
}

#endif
