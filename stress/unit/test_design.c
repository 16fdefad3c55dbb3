/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a design is known to break (policies.def) is excused, and only by its own
 * mechanism: the same invariants broken in any other way are reported under it.
 */
#include "test_check_fixture.h"

#include "check/inv.h"
#include "memoffline.h"

/* --- by the mechanism --- */

static const struct known {
	const char *invariant;
	int level;
	const char *header;
	const char *ops;
} knowns[] = {
	{ "failed_attempt_restores", 2, "policy=isolate_notifier",
	  "cpu0 fake_offline block=4 nr=2\n"
	  "cpu0 alloc_offline_page_range block=5 nr=3 -> o\n"
	  "cpu0 offline_pages block=4 (fail SIGNAL)\n" },
	{ "failed_attempt_restores", 2, "policy=isolate_notifier",
	  "cpu0 balloon_devinfo_init dev=cmm\n"
	  "cpu0 balloon_page_enqueue dev=cmm nr=30\n"
	  "cpu0 balloon_page_enqueue dev=cmm nr=30\n"
	  "cpu0 offline_pages block=1 (fail SIGNAL)\n" },
	/* Somebody else ran: the attempt itself is not judged. */
	{ "unplugged_never_free", 1, "policy=isolate_notifier cpus=2",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4 @SCAN>cpu1 (fail SIGNAL)\n"
	  "cpu1 nop\n"
	  "cpu0 alloc_contig_range block=4\n" },
	/* The driver went in between: nobody keeps its pages out when they come back. */
	{ "unplugged_never_free", 1, "policy=isolate_notifier cpus=2",
	  "cpu0 fake_offline block=4\n"
	  "cpu0 offline_pages block=4 @SCAN>cpu1 (fail SIGNAL)\n"
	  "cpu1 nop\n"
	  "cpu0 fake_offline_module\n"
	  "cpu0 offline_pages block=4\n"
	  "cpu0 online_pages block=4\n"
	  "cpu0 alloc_contig_range block=4\n" },
	{ "fake_offline_refcount", 1, "policy=legacy cpus=2",
	  "cpu0 fake_offline block=4\n"
	  "cpu1 get_page_unless_zero block=4 @PFN_WALKER>cpu0\n"
	  "cpu0 offline_pages block=4\n" },
};

static int run_text(struct mo *mo, const char *name, const char *text,
		    const struct mo_options *options, struct mo_result *result)
{
	int ret = mo_run_text(mo, name, text, strlen(text), options, result);

	if (ret == 2)
		fail_msg("%s", mo_error(mo));
	return ret;
}

static void the_mechanism_is_excused(void **state)
{
	struct mo *mo = mo_create();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(knowns); i++) {
		struct mo_options options = { .level = knowns[i].level };
		struct mo_result result;
		char text[1024];

		snprintf(text, sizeof(text), "memoffline 1 geometry=tiny %s\n%s",
			 knowns[i].header, knowns[i].ops);
		/* It breaks ... */
		if (!run_text(mo, "known", text, &options, &result) ||
		    !result.invariant ||
		    strcmp(result.invariant, knowns[i].invariant))
			fail_msg("%zu breaks %s, not %s", i,
				 result.invariant ? result.invariant : "nothing",
				 knowns[i].invariant);
		/* ... and that is known. */
		options.excuse_design = true;
		assert_int_equal(run_text(mo, "known", text, &options, &result), 0);
		assert_string_equal(result.excused, knowns[i].invariant);
	}
	mo_destroy(mo);
}

/* --- what a driver released is not released again --- */

static const char *const once[] = {
	"memoffline 1 geometry=tiny policy=isolate_notifier cpus=2\n"
	"cpu0 fake_offline block=4\n"
	"cpu0 offline_pages block=4 @SCAN>cpu1 (fail SIGNAL)\n"
	"cpu1 nop\n"
	"cpu0 fake_online block=4\n",
	/* A balloon has the page by now. */
	"memoffline 1 geometry=tiny policy=isolate_notifier\n"
	"cpu0 fake_offline block=4\n"
	"cpu0 offline_pages block=4 (fail SIGNAL)\n"
	"cpu0 balloon_page_enqueue nr=32\n"
	"cpu0 balloon_page_enqueue nr=32\n"
	"cpu0 balloon_page_enqueue nr=32\n"
	"cpu0 balloon_page_enqueue nr=32\n"
	"cpu0 offline_pages block=4\n",
};

static void what_was_released_stays_so(void **state)
{
	const struct mo_options options = { .level = 1 };
	struct mo *mo = mo_create();
	struct mo_result result;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(once); i++)
		if (run_text(mo, "once", once[i], &options, &result))
			fail_msg("%zu breaks %s", i, result.invariant);
	mo_destroy(mo);
}

/* --- in another way: old bugs --- */

static const struct {
	const char *file;
	const char *invariant;
} reproducers[] = {
	{ "isolate_undo_short", "failed_attempt_restores" },
	{ "node_span_reads_memmap", "offline_memmap_access" },
};

static size_t read_reproducer(const char *name, char *buf, size_t size)
{
	char path[512];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/oldbugs/%s.ops", MO_SOURCE_DIR,
		 name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("there is no %s", path);
	len = fread(buf, 1, size - 1, f);
	fclose(f);
	buf[len] = 0;
	return len;
}

static void an_old_bug_is_reported_all_the_same(void **state)
{
	const struct mo_options options = {
		.level = 3, .excuse_design = true, .policy = "isolate_notifier",
	};
	struct mo *mo = mo_create();
	struct mo_named_info info;
	struct mo_result result;
	char text[4096];

	(void)state;
	if (!mo_named_info(MO_TABLE_OLDBUG, 0, &info)) {
		mo_destroy(mo);
		skip(); /* built without them */
	}
	for (size_t i = 0; i < ARRAY_SIZE(reproducers); i++) {
		size_t len = read_reproducer(reproducers[i].file, text,
					     sizeof(text));

		mo_run_text(mo, reproducers[i].file, text, len, &options,
			    &result);
		if (result.excused || !result.invariant ||
		    strcmp(result.invariant, reproducers[i].invariant))
			fail_msg("%s: %s%s", reproducers[i].file,
				 result.excused ? "excused: " : "",
				 result.excused ? result.excused :
				 result.invariant ? result.invariant : "clean");
	}
	mo_destroy(mo);
}

/* --- in another way: beside pages that were released --- */

/* Two pageblocks are fake-offline, MEM_GOING_OFFLINE has released them. */
static void a_release(struct fixture *f)
{
	struct world *w = f->w;
	unsigned long block = movable_block(f);

	f->pfn = block_start_pfn(w, block);
	assert_int_equal(fake_offline(w, f->pfn >> w->pageblock_order, 2), 0);
	f->page = alloc_offline_page(w, GFP_HIGHUSER_MOVABLE, 0,
				     OFFLINE_UNMOVABLE);
	assert_non_null(f->page);
	assert_int_equal(pfn_to_block(w, page_to_pfn(w, f->page)), block);
	check_attempt_begin(f->c, w, ATTEMPT_OFFLINE, f->pfn,
			    block_start_pfn(w, block + 1));
	w->page_offline->going_offline(w, f->pfn, 2 * pageblock_nr_pages(w));
}

static void the_attempt_fails(struct fixture *f)
{
	check_attempt_end(f->c, f->w, -EINTR);
}

static void a_counter_is_spoilt(struct fixture *f)
{
	f->w->zones[ZONE_MOVABLE].managed_pages++;
	the_attempt_fails(f);
}

static void somebodys_page_is_freed(struct fixture *f)
{
	free_offline_page(f->w, f->page);
	the_attempt_fails(f);
}

static void a_reference_of_somebodys_page_is_lost(struct fixture *f)
{
	page_touch(f->w, f->page);
	f->page->_refcount = 2;
	the_attempt_fails(f);
}

static void more_is_gone_than_was_released(struct fixture *f)
{
	f->w->stats.released--;
	the_attempt_fails(f);
}

static void a_pageblock_stays_isolated(struct fixture *f)
{
	unsigned long pfn = f->pfn + 2 * pageblock_nr_pages(f->w);

	block_touch(f->w, pfn_to_block(f->w, pfn));
	pfn_to_pageblock(f->w, pfn)->isolated = true;
	the_attempt_fails(f);
}

/* Handed to a device without a word, where nothing was released. */
static void an_unplugged_page_is_free(struct fixture *f)
{
	unsigned long pfn = page_to_pfn(f->w, any_free_page(f, ZONE_MOVABLE));
	unsigned long pb = pfn >> f->w->pageblock_order;

	f->w->unplugged[pb / 64] |= 1ul << (pb % 64);
	check_page(f->w, pfn, view_page(f->w, pfn));
}

static void another_page_is_typed_twice(struct fixture *f)
{
	__page_set_type(f->w, f->page, PGTY_slab);
}

static void another_page_is_freed_out_of_a_balloon(struct fixture *f)
{
	set_page_flag(f->w, f->page, PG_ballooned);
	free_offline_page(f->w, f->page);
}

static void a_count_is_wrong_and_nobody_else_runs(struct fixture *f)
{
	violation_raise(&f->w->violation, "fake_offline_refcount", f->pfn,
			__func__, "as if");
}

static const struct other {
	const char *name;
	fixture_fn spoil;
	const char *invariant;
	bool by_design;
} others[] = {
#define OTHER(spoil, invariant) { #spoil, spoil, invariant, false }
	OTHER(a_counter_is_spoilt, "failed_attempt_restores"),
	OTHER(somebodys_page_is_freed, "failed_attempt_restores"),
	OTHER(a_reference_of_somebodys_page_is_lost, "failed_attempt_restores"),
	OTHER(more_is_gone_than_was_released, "failed_attempt_restores"),
	OTHER(a_pageblock_stays_isolated, "failed_attempt_restores"),
	OTHER(an_unplugged_page_is_free, "unplugged_never_free"),
	OTHER(another_page_is_typed_twice, "page_type_single"),
	OTHER(another_page_is_freed_out_of_a_balloon, "bad_page"),
	OTHER(a_count_is_wrong_and_nobody_else_runs, "fake_offline_refcount"),
#undef OTHER
	/* The same preparation and nothing spoilt: only here it is the design. */
	{ "the_attempt_fails", the_attempt_fails, "failed_attempt_restores", true },
};

static void another_way_is_not_excused(void **state)
{
	struct fixture *f = fixture_create("tiny");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const char *id;

		fixture_begin(f, MO_POLICY_isolate_notifier);
		id = raised(f, a_release);
		if (id)
			fail_msg("preparation broke %s", id);
		id = raised(f, others[i].spoil);
		if (!id || strcmp(id, others[i].invariant))
			fail_msg("%s breaks %s", others[i].name,
				 id ? id : "nothing");
		if (check_breaks_by_design(f->c, f->w) != others[i].by_design)
			fail_msg("%s: %s", others[i].name,
				 f->w->violation.message);
	}
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mechanism_is_excused),
		cmocka_unit_test(what_was_released_stays_so),
		cmocka_unit_test(an_old_bug_is_reported_all_the_same),
		cmocka_unit_test(another_way_is_not_excused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
