/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L4: how checkers see a subject.  The model implements it with these inlines;
 * the source lane implements the same names over the real struct page.
 * Nothing here writes, and nothing here counts as an access by the kernel: a
 * page of an offline section reads as view_page_poisoned().
 */
#ifndef MO_CHECK_VIEW_H
#define MO_CHECK_VIEW_H

#include "../mm/page_alloc.h"
#include "../mm/page_offline.h"

#endif
