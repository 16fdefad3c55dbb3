/* SPDX-License-Identifier: GPL-2.0-only */
/* SPARSEMEM's pfn_valid() instead of um's flat one. */
#include_next <asm/page.h>
#ifndef LANE_ASM_PAGE_H
#define LANE_ASM_PAGE_H

#undef pfn_valid

#endif
