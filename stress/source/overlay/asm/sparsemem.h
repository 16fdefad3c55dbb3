/* SPDX-License-Identifier: GPL-2.0-only */
/* ARCH=um has none.  Kbuild itself runs without a geometry: any that compiles. */
#ifndef LANE_ASM_SPARSEMEM_H
#define LANE_ASM_SPARSEMEM_H

#ifdef LANE_SECTION_ORDER
#define SECTION_SIZE_BITS (12 + LANE_SECTION_ORDER)
#else
#define SECTION_SIZE_BITS 24
#endif
#define MAX_PHYSMEM_BITS 36

#endif
