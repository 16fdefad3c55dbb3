/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory map in letters, for a terminal; and how many pages a letter is. */
#ifndef FUZZ_MAP_H
#define FUZZ_MAP_H

#include <stdio.h>

#include "memoffline.h"

/* Letters of one memory block, at most. */
#define MAP_CELLS_PER_BLOCK 64

/* Pages that a cell stands for: 1 on small machines, up to a pageblock and more. */
uint64_t map_pages_per_cell(const struct mo_machine_info *machine);

/* The whole machine as it is now: zones, CPUs, map, legend. */
void map_print(struct mo *mo, FILE *out);

#endif
