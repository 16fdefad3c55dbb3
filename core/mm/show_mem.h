/* SPDX-License-Identifier: GPL-2.0-only */
/* L2: dump_page() and show_mem() into a buffer.  mm/debug.c, mm/show_mem.c. */
#ifndef MO_MM_SHOW_MEM_H
#define MO_MM_SHOW_MEM_H

#include <stddef.h>

#include "world.h"

/* Bytes written without the final NUL, at most size - 1.  Never touch the world:
 * a page of an offline section is shown as poisoned. */
size_t dump_page(const struct world *w, unsigned long pfn, const char *reason,
		 char *buf, size_t size);
size_t show_mem(const struct world *w, char *buf, size_t size);
const char *migratetype_name(enum migratetype mt);
const char *pagetype_name(enum pagetype type);

#endif
