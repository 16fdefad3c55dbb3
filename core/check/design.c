/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policies.def names invariants that a design cannot keep.  Here is by which
 * mechanism it breaks each: what breaks it in another way is a bug as anywhere.
 */
#include <string.h>

#include "inv.h"

/* isolate_notifier: what its driver released in MEM_GOING_OFFLINE and did not get
 * back, which the driver or its device still has. */
static bool by_release(const struct check *c, const struct world *w)
{
	const struct violation *v = &w->violation;

	(void)c;
	return v->pfn < view_nr_pfns(w) && view_pb_released(w, v->pfn);
}

static bool by_failed_attempt(const struct check *c, const struct world *w)
{
	return c->attempts[view_current_task(w)].only_released;
}

/* legacy, skippable: somebody else under way has a reference. */
static bool by_walker(const struct check *c, const struct world *w)
{
	(void)c;
	return view_nr_in_flight(w) > 1;
}

static const struct {
	const char *invariant;
	bool (*is_cause)(const struct check *c, const struct world *w);
} mechanisms[] = {
	{ "failed_attempt_restores", by_failed_attempt },
	{ "unplugged_never_free", by_release },
	{ "fake_offline_refcount", by_walker },
};

bool check_breaks_by_design(const struct check *c, const struct world *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++)
		if (!strcmp(mechanisms[i].invariant, w->violation.id))
			return mechanisms[i].is_cause(c, w);
	return false;
}
