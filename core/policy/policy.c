/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of designs. */
#include <string.h>

#include "range.h"

static const struct page_offline_ops *const policies[MO_POLICY_MAX] = {
#define POLICY(id, name, text, breaks) [id] = &page_offline_##name,
#include "policies.def"
#undef POLICY
};

const struct page_offline_ops *page_offline_by_id(unsigned int id)
{
	return id < MO_POLICY_MAX ? policies[id] : NULL;
}

const struct page_offline_ops *page_offline_by_name(const char *name)
{
	for (unsigned int i = 0; i < MO_POLICY_MAX; i++)
		if (policies[i] && !strcmp(policies[i]->name, name))
			return policies[i];
	return NULL;
}
