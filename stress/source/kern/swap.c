/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's mm/swap.c (mm/folio.c since 7.3), and a look at its private per-CPU batches. */
#if __has_include("mm/swap.c")
#include "mm/swap.c"
#else
#include "mm/folio.c"
#endif

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
