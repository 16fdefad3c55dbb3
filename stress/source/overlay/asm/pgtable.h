/* SPDX-License-Identifier: GPL-2.0-only */
/* A place for the array of SPARSEMEM_VMEMMAP. */
#include_next <asm/pgtable.h>
#ifndef LANE_ASM_PGTABLE_H
#define LANE_ASM_PGTABLE_H

struct page;
extern struct page *lane_vmemmap;

#define vmemmap lane_vmemmap

#endif
