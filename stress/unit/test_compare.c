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

static struct mo *mo;
static struct observer *observer;

static uint32_t claims_broken_by(const char *header, const char *ops)
{
	struct mo_options options = { .level = 1 };
	struct mo_result result;
	char text[2048];
	int n = snprintf(text, sizeof(text), "memoffline 1 geometry=tiny %s\n%s",
			 header, ops);

	options.watch = observer_begin(observer);
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
	for (size_t i = 0; i < sizeof(breakers) / sizeof(breakers[0]); i++)
		if (!needs_oldbugs(breakers[i].header) &&
		    !(claims_broken_by(breakers[i].header, breakers[i].ops) >>
		      breakers[i].claim & 1))
			fail_msg("%s: breaker %zu is not noticed",
				 claim_texts[breakers[i].claim].id, i);
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
	assert_int_equal(claims_broken_by("policy=frozen", cycle), 0);
	assert_int_equal(claims_broken_by("policy=legacy", cycle) & not_frozen, 0);
	assert_int_equal(claims_broken_by("policy=skippable", cycle) & not_frozen,
			 0);
	assert_int_equal(claims_broken_by("policy=isolate_notifier", cycle) &
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
		cmocka_unit_test(nothing_is_noticed_where_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
