/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a workload do what it says?  One that has come to nothing finds nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "soak.h"

void soak_count_reached(const struct soak *s, unsigned int combo,
			const struct mo_result *result,
			const struct mo_outcome *outcomes)
{
	const struct mo_workload *load = s->combos[combo].load->load;
	struct mo_reach reach;

	for (unsigned int i = 0; i < SOAK_MAX_REACHES &&
				 mo_workload_reach(load, i, &reach); i++)
		atomic_fetch_add(&s->shared->reached_of[combo][i],
				 mo_workload_reached(load, i, result, outcomes));
}

/* In 100,000 operations. */
static double rate(const struct soak *s, unsigned int combo, unsigned int i)
{
	uint64_t ops = soak_ops_now(s, combo);

	return ops ? (double)atomic_load(&s->shared->reached_of[combo][i]) * 1e5 /
			     (double)ops : 0;
}

static bool print_claim(const struct soak *s, unsigned int combo, unsigned int i,
			const struct mo_reach *reach)
{
	double is = rate(s, combo, i);
	bool reached = is >= reach->nr;

	printf("%-32s %-18s %-30s %8.0f, claims %6" PRIu32 "%s\n",
	       s->combos[combo].load->name, s->combos[combo].policy, reach->what,
	       is, reach->nr, reached ? "" : ": NOT REACHED");
	return reached;
}

unsigned int soak_print_reached(const struct soak *s)
{
	unsigned int nr_short = 0;
	struct mo_reach reach;

	for (unsigned int c = 0; c < s->nr_combos; c++) {
		const struct mo_workload *load = s->combos[c].load->load;

		if (!mo_workload_reach(load, 0, &reach)) {
			printf("%-32s claims nothing: NOT REACHED\n", s->combos[c].load->name);
			nr_short++;
		}
		for (unsigned int i = 0; mo_workload_reach(load, i, &reach); i++)
			nr_short += !print_claim(s, c, i, &reach);
	}
	return nr_short;
}
