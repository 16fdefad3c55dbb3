/* SPDX-License-Identifier: GPL-2.0-only */
/* L3: the ids of the designs. */
#ifndef MO_POLICY_POLICY_H
#define MO_POLICY_POLICY_H

#include "../mm/page_offline.h"

enum mo_policy {
#define POLICY(id, name, text, breaks) MO_POLICY_##name = (id),
#include "policies.def"
#undef POLICY
	MO_POLICY_MAX = 16
};

#endif
