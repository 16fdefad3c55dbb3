/* SPDX-License-Identifier: GPL-2.0-only */
/* L3: a user of movable_ops that is not a balloon.  mm/zsmalloc.c, 6.17. */
#ifndef MO_DRIVERS_ZSMALLOC_H
#define MO_DRIVERS_ZSMALLOC_H

#include "../mm/world.h"

void zs_init(struct world *w);
/* One movable order-0 page, refcount 1; NULL: no memory. */
struct page *zs_malloc(struct world *w, unsigned int nid);
/* False while the page is isolated for migration. */
bool zs_free(struct world *w, struct page *page);

#endif
