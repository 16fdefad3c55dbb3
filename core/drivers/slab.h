/* SPDX-License-Identifier: GPL-2.0-only */
/* L3: whoever has memory for small objects.  mm/slub.c, 7.2. */
#ifndef MO_DRIVERS_SLAB_H
#define MO_DRIVERS_SLAB_H

#include "../mm/world.h"

/* One page of the kernel's zones, frozen; NULL: no memory. */
struct page *alloc_slab_page(struct world *w, unsigned int nid);
/* Locks: none.  Nobody else can have got a reference. */
void free_slab_page(struct world *w, struct page *page);

#endif
