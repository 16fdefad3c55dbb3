/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world to break: one per test program, reset before each test.
 *
 *   id = raised(f, fn)	  runs fn(f), then nothing: the kernel's own assertions
 *   id = judged(f, level) runs the checkers
 *
 * both NULL when clean.  Longjmp out of the modelled kernel, as the executor does.
 */
#ifndef TEST_CHECK_FIXTURE_H
#define TEST_CHECK_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "check/view.h"
#include "drivers/balloon.h"
#include "drivers/fake_offline.h"
#include "drivers/slab.h"
#include "drivers/zsmalloc.h"
#include "mm/compaction.h"
#include "mm/hugetlb.h"
#include "mm/memory.h"
#include "mm/memory_failure.h"
#include "mm/memory_hotplug.h"
#include "mm/migrate.h"
#include "mm/page_isolation.h"
#include "mm/swap.h"
#include "policy/policy.h"

struct fixture {
	struct world *w;
	struct check *c;
	jmp_buf env;
	/* What a preparation leaves for the test that follows. */
	struct page *page;
	unsigned long pfn;
	unsigned int zone;
};

typedef void (*fixture_fn)(struct fixture *f);

__attribute__((unused)) static void fixture_leave(struct violation *v, void *arg)
{
	struct fixture *f = arg;

	(void)v;
	longjmp(f->env, 1);
}

__attribute__((unused)) static struct fixture *
fixture_create(const char *geometry)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *error = NULL;

	assert_non_null(f);
	f->w = world_create(mo_geometry_by_name(geometry), &error);
	assert_null(error);
	f->w->violation.leave = fixture_leave;
	f->w->violation.arg = f;
	f->c = check_create(f->w);
	assert_non_null(f->c);
	return f;
}

__attribute__((unused)) static void fixture_destroy(struct fixture *f)
{
	check_destroy(f->c);
	world_destroy(f->w);
	free(f);
}

/* A new run under the given policy; the first operation has begun on cpu 0. */
__attribute__((unused)) static void fixture_begin(struct fixture *f,
						  enum mo_policy policy)
{
	struct mo_config config = f->w->config;

	config.policy = (uint8_t)policy;
	world_reset(f->w, &config);
	check_begin(f->c, f->w);
	f->page = NULL;
	world_begin_op(f->w, 0);
}

/* Id of the invariant that fn breaks inside the kernel; NULL: none. */
__attribute__((unused)) static const char *raised(struct fixture *f,
						  fixture_fn fn)
{
	if (setjmp(f->env))
		return f->w->violation.id;
	fn(f);
	return NULL;
}

/* Id of the invariant that the checkers of this level find broken. */
__attribute__((unused)) static const char *judged(struct fixture *f, int level)
{
	if (setjmp(f->env))
		return f->w->violation.id;
	check_step(f->c, f->w, level);
	return NULL;
}

/* The world as it stands breaks nothing, at any level. */
__attribute__((unused)) static void assert_clean(struct fixture *f)
{
	const char *id = judged(f, 3);

	if (id)
		fail_msg("not clean: %s: %s", id, f->w->violation.message);
}

/* --- what tests do with memory --- */

/* The next operation: the list of touched pages starts anew. */
__attribute__((unused)) static void next_op(struct fixture *f)
{
	world_begin_op(f->w, 0);
}

/* Pages of an owner that does not move. */
__attribute__((unused)) static struct page *
own_pages(struct fixture *f, gfp_t gfp, unsigned int order, unsigned int owner)
{
	struct page *page = alloc_pages(f->w, gfp, order, 0);

	assert_non_null(page);
	check_owned(f->c, f->w, page_to_pfn(f->w, page), 1ul << order, owner);
	return page;
}

/* A folio on the LRU that owner maps. */
__attribute__((unused)) static struct page *
own_folio(struct fixture *f, unsigned int order, unsigned int owner)
{
	gfp_t gfp = GFP_HIGHUSER_MOVABLE | (order ? __GFP_COMP : 0);
	struct page *page = alloc_pages(f->w, gfp, order, 0);

	assert_non_null(page);
	page->mapping = (uint16_t)(owner + 1);
	f->w->rmap[owner] = (uint32_t)page_to_pfn(f->w, page) + 1;
	check_owned(f->c, f->w, page_to_pfn(f->w, page), 1ul << order, owner);
	folio_add_lru(f->w, page);
	lru_add_drain_all(f->w);
	return page;
}

/* First free page of a zone and its order; touched, so that level 2 sees it. */
__attribute__((unused)) static struct page *
any_free_page(struct fixture *f, unsigned int zone)
{
	struct world *w = f->w;

	for (int order = (int)w->max_page_order; order >= 0; order--)
		for (unsigned int mt = 0; mt < MIGRATE_TYPES; mt++) {
			struct page *page = TAILQ_FIRST(
				&w->zones[zone].free_area[order].free_list[mt]);

			if (!page)
				continue;
			page_touch(w, page);
			return page;
		}
	fail_msg("zone %u has no free page", zone);
	return NULL;
}

/* A memory block that booted online in ZONE_MOVABLE / ZONE_NORMAL of node 0. */
__attribute__((unused)) static unsigned long movable_block(const struct fixture *f)
{
	return f->w->geo.boot_normal;
}

__attribute__((unused)) static unsigned long absent_block(const struct fixture *f)
{
	return f->w->geo.boot_normal + f->w->geo.boot_movable;
}

#endif
