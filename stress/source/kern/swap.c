/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/swap.c, and a look at its private per-CPU batches. */
#include "mm/swap.c"

#include "env.h"

int lane_lru_batch(unsigned int *pfns, int max)
{
	struct folio_batch *fbatch = &per_cpu(cpu_fbatches, 0).lru_add;
	int nr = min_t(int, folio_batch_count(fbatch), max);

	for (int i = 0; i < nr; i++)
		pfns[i] = folio_pfn(fbatch->folios[i]);
	return nr;
}

int lane_lru_disable_count(void)
{
	return atomic_read(&lru_disable_count);
}
