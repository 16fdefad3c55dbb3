/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The predicates of the comparison (stress/compare/claims.def): for each claim that
 * some design breaks a scenario that a person wrote, which its predicate must
 * notice; and one under every design in which all claims hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../compare/compare.h"
#include "check/view.h"
#include "op/op.h"

static struct mo *mo;
static struct observer *observer;

/* Between the run and the observer; NULL: nobody. */
static const struct mo_watch *spoiler;

static uint32_t claims_broken_by(const char *world, const char *header,
				 const char *ops)
{
	struct mo_options options = { .level = 1 };
	struct mo_result result;
	char text[2048];
	int n = snprintf(text, sizeof(text), "memoffline 1 geometry=%s %s\n%s",
			 world, header, ops);

	options.watch = observer_begin(observer);
	if (spoiler)
		options.watch = spoiler;
	if (mo_run_text(mo, "test", text, (size_t)n, &options, &result) == 2)
		fail_msg("%s", mo_error(mo));
	return observer_broken(observer, &result);
}

static const struct {
	enum claim claim;
	const char *header;
	const char *ops;
} breakers[] = {
	{ CLAIM_not_in_the_buddy, "policy=isolate_notifier",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4 (fail SIGNAL)\n" },
	{ CLAIM_dump_tools, "policy=isolate_notifier",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_bbm_kept_offline, "policy=isolate_notifier",
	  "cpu0 auto_online_blocks type=movable\n"
	  "cpu0 virtio_mem_config_changed size=1\n"
	  "cpu0 virtio_mem_run_wq\n"
	  "cpu0 virtio_mem_config_changed\n"
	  "cpu0 virtio_mem_run_wq\n" },
	{ CLAIM_owner_keeps_pages, "policy=isolate_notifier",
	  "cpu0 alloc_offline_page_range block=4 nr=1 -> o\n"
	  "cpu0 memory_failure_pfn block=4\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_one_drain, "policy=legacy drain=once",
	  "cpu1 alloc_pages zone=movable -> p\n"
	  "cpu1 __free_pages p @PCP_FREE>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_one_drain, "policy=frozen drain=redrain",
	  "cpu1 alloc_pages zone=movable -> p\n"
	  "cpu1 __free_pages p @PCP_FREE>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_always_ends, "policy=skippable drain=once",
	  "cpu1 alloc_pages zone=movable -> p\n"
	  "cpu1 __free_pages p @PCP_FREE>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_not_allocated, "policy=legacy drain=redrain",
	  "cpu1 zs_malloc -> p\n"
	  "cpu0 offline_pages block=4 @ISOLATE_PAGEBLOCK>cpu1 @DRAIN_CPU>cpu1\n"
	  "cpu1 zs_malloc -> q\n"
	  "cpu1 zs_malloc -> r\n" },
	{ CLAIM_cancel_restores, "policy=isolate_notifier",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4 (fail MEM_GOING_OFFLINE)\n" },
	{ CLAIM_no_count_read, "policy=legacy",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_stray_reference, "policy=legacy",
	  "cpu0 fake_offline block=4\n"
	  "cpu1 get_page_unless_zero block=4 @PFN_WALKER>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_stray_reference, "policy=skippable",
	  "cpu0 fake_offline block=4\n"
	  "cpu1 get_page_unless_zero block=4 @PFN_WALKER>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
	/* What no design breaks, a mistake of a driver does. */
	{ CLAIM_owner_keeps_pages, "policy=frozen oldbug=UNLOAD_LEAVES_SKIPPABLE",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 fake_offline_module\n"
	  "cpu0 offline_pages block=4\n" },
	{ CLAIM_reonline_hides, "policy=skippable oldbug=UNLOAD_LEAVES_SKIPPABLE",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 fake_offline_module\n"
	  "cpu0 offline_pages block=4\n"
	  "cpu0 online_pages block=4\n" },
};

static bool needs_oldbugs(const char *header)
{
	struct mo_named_info info;

	return strstr(header, "oldbug=") &&
	       !mo_named_info(MO_TABLE_OLDBUG, 0, &info);
}

static void each_breaker_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(breakers) / sizeof(breakers[0]); i++) {
		const enum claim claim = breakers[i].claim;

		if (needs_oldbugs(breakers[i].header))
			continue;
		if (!(claims_broken_by(claim_texts[claim].world,
				       breakers[i].header, breakers[i].ops) >>
		      claim & 1))
			fail_msg("%s: breaker %zu is not noticed",
				 claim_texts[claim].id, i);
		if (!(observer_tested(observer) >> claim & 1))
			fail_msg("%s: breaker %zu is no test of it",
				 claim_texts[claim].id, i);
	}
}

/* What a run says that it tested: nothing, where nothing is offline. */
static void an_idle_machine_tests_nothing(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NR_CLAIMS; i++) {
		claims_broken_by(claim_texts[i].world, "policy=legacy",
				 "cpu0 folio_alloc -> p\ncpu0 __free_pages p\n");
		assert_int_equal(observer_tested(observer), 0);
	}
	claims_broken_by("tiny", "policy=legacy",
			 "cpu0 fake_offline block=4\n"
			 "cpu0 offline_pages block=4\n"
			 "cpu0 online_pages block=4\n");
	assert_true(observer_tested(observer) >> CLAIM_reonline_hides & 1);
}

/* --- what no design and no old bug breaks: the observer is told of it --- */

#define PLUG_AND_SHRINK                                                        \
	"cpu0 auto_online_blocks type=movable\n"                               \
	"cpu0 virtio_mem_config_changed size=1\n"                              \
	"cpu0 virtio_mem_run_wq\n"                                             \
	"cpu0 virtio_mem_config_changed\n"

static const char unplug_works[] = PLUG_AND_SHRINK "cpu0 virtio_mem_run_wq\n";
/* A notifier says no. */
static const char unplug_fails[] =
	PLUG_AND_SHRINK "cpu0 virtio_mem_run_wq (fail MEM_GOING_OFFLINE nth=every)\n";

static const struct mo_watch *inner;

static void begins_as_it_is(void *arg, const struct world *w, uint8_t code)
{
	(void)arg;
	inner->op_begins(inner->arg, w, code);
}

static void step_as_it_is(void *arg, const struct world *w, unsigned int point)
{
	(void)arg;
	inner->step(inner->arg, w, point);
}

static void ended_as_it_is(void *arg, const struct world *w, uint8_t code,
			   int32_t ret)
{
	(void)arg;
	inner->op_ended(inner->arg, w, code, ret);
}

/* Offlining comes by twice where it did once. */
static void step_round_twice(void *arg, const struct world *w, unsigned int point)
{
	(void)arg;
	inner->step(inner->arg, w, point);
	if (point == SP_DISSOLVE)
		inner->step(inner->arg, w, point);
}

/* One page is forgotten. */
static void ended_with_a_page_left(void *arg, const struct world *w, uint8_t code,
				   int32_t ret)
{
	unsigned long pfn = view_virtio_mem_first_id(w) * view_virtio_mem_unit(w);
	struct page *page = (struct page *)(uintptr_t)view_page(w, pfn);
	struct page was;

	(void)arg;
	if (code != OP_virtio_mem_run_wq || !page) {
		inner->op_ended(inner->arg, w, code, ret);
		return;
	}
	was = *page;
	page->page_type = PGTY_offline;
	inner->op_ended(inner->arg, w, code, ret);
	*page = was;
}

/* Judged on one CPU, one operation after the other. */
static bool notices(const struct mo_watch *watch, const char *ops,
		    enum claim claim)
{
	uint32_t broken;

	inner = observer_begin(observer);
	spoiler = watch;
	broken = claims_broken_by("bbm", "policy=legacy", ops);
	spoiler = NULL;
	return broken >> claim & 1;
}

static void what_the_observer_is_told_is_noticed(void **state)
{
	const struct mo_watch as_it_is = { begins_as_it_is, step_as_it_is,
					   ended_as_it_is, NULL };
	const struct mo_watch twice = { begins_as_it_is, step_round_twice,
					ended_as_it_is, NULL };
	const struct mo_watch left = { begins_as_it_is, step_as_it_is,
				       ended_with_a_page_left, NULL };

	(void)state;
	assert_false(notices(&as_it_is, unplug_fails, CLAIM_bbm_rolls_back));
	assert_true(notices(&left, unplug_fails, CLAIM_bbm_rolls_back));
	assert_true(observer_tested(observer) >> CLAIM_bbm_rolls_back & 1);
	assert_false(notices(&as_it_is, unplug_works, CLAIM_bbm_never_loops));
	assert_true(notices(&twice, unplug_works, CLAIM_bbm_never_loops));
}

/* What is unplugged and owned in all ways, goes and comes back and fails to. */
static const char cycle[] =
	"cpu0 fake_offline block=4 nr=2\n"
	"cpu0 alloc_offline_page_range block=5 nr=3 -> o\n"
	"cpu0 balloon_page_enqueue nr=2\n"
	"cpu0 folio_alloc -> p\n"
	"cpu0 offline_pages block=5 (fail SIGNAL)\n"
	"cpu0 offline_pages block=1\n"
	"cpu0 online_pages block=1 type=kernel\n"
	"cpu0 free_offline_page_range o\n"
	"cpu0 get_page_unless_zero block=4\n";

static void nothing_is_noticed_where_nothing_breaks(void **state)
{
	/* Only frozen pages have no count to read. */
	const uint32_t not_frozen = ~(1u << CLAIM_no_count_read);

	(void)state;
	assert_int_equal(claims_broken_by("tiny", "policy=frozen", cycle), 0);
	assert_int_equal(claims_broken_by("tiny", "policy=legacy", cycle) & not_frozen, 0);
	assert_int_equal(claims_broken_by("tiny", "policy=skippable", cycle) & not_frozen,
			 0);
	assert_int_equal(claims_broken_by("tiny", "policy=isolate_notifier", cycle) &
				 not_frozen, 0);
}

static int setup(void **state)
{
	(void)state;
	mo = mo_create();
	observer = observer_create();
	return mo && observer ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	observer_destroy(observer);
	mo_destroy(mo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_breaker_is_noticed),
		cmocka_unit_test(an_idle_machine_tests_nothing),
		cmocka_unit_test(what_the_observer_is_told_is_noticed),
		cmocka_unit_test(nothing_is_noticed_where_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
