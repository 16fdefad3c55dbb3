/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Eras: what the header says of them, and one thing that each does as no other.  That
 * they are those kernels is stress/source/'s to show (conform.sh).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "memoffline.h"

static struct mo *create_or_skip(void)
{
	struct mo_named_info info;
	struct mo *mo;

	if (!mo_named_info(MO_TABLE_ERA, 1, &info))
		skip(); /* a build without MO_OLDBUGS */
	mo = mo_create();
	assert_non_null(mo);
	return mo;
}

/* What a file of bytes said stays what it says: a code never changes its meaning. */
static void test_codes_in_the_header(void **state)
{
	static const struct {
		const char *era;
		uint8_t code;
	} codes[] = { { "6.12", 1 }, { "6.1", 2 }, { "7.2", 3 } };
	struct mo *mo = create_or_skip();

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char text[128], again[4096];
		uint8_t data[256];
		size_t size;

		snprintf(text, sizeof(text), "# x\nmemoffline 1 geometry=tiny policy=legacy era=%s\ncpu0 nop\n",
			 codes[i].era);
		size = mo_text_to_bytes(mo, "t", text, strlen(text), data,
					sizeof(data));
		assert_true(size >= MO_HEADER_SIZE);
		assert_int_equal(data[3], codes[i].code);
		assert_true(mo_bytes_to_text(mo, data, size, again, sizeof(again)));
		snprintf(text, sizeof(text), "era=%s", codes[i].era);
		assert_non_null(strstr(again, text));
	}
	mo_destroy(mo);
}

static void test_unassigned_code_is_the_reference(void **state)
{
	struct mo *mo = create_or_skip();
	const uint8_t data[MO_HEADER_SIZE] = { 1, 0, 0, 200 };
	char text[4096];

	(void)state;
	assert_true(mo_bytes_to_text(mo, data, sizeof(data), text, sizeof(text)));
	assert_null(strstr(text, "era="));
	mo_destroy(mo);
}

/* The same operations in two eras: every expectation holds in each. */
static void expect(struct mo *mo, const char *era, const char *geometry,
		   const char *ops, const char *expected)
{
	const struct mo_options options = { .level = 3 };
	struct mo_result result;
	char text[1024];

	snprintf(text, sizeof(text), "# x\nmemoffline 1 geometry=%s policy=legacy era=%s\n%s%s",
		 geometry, era, ops, expected);
	if (mo_run_text(mo, era, text, strlen(text), &options, &result))
		fail_msg("%s", mo_error(mo));
}

/* 7.2 gives a range back in pages as large as fit, the others page by page. */
static void test_contig_range_is_freed_in_chunks(void **state)
{
	static const char ops[] = "cpu0 alloc_contig_range block=4 nr=4 -> c0\ncpu0 free_contig_range c0\n";
	struct mo *mo = create_or_skip();

	(void)state;
	expect(mo, "7.2", "tiny", ops, "expect page=4:0 buddy\n");
	expect(mo, "6.12", "tiny", ops, "expect page=4:0 pcp\n");
	expect(mo, "6.1", "tiny", ops, "expect page=4:0 pcp\n");
	mo_destroy(mo);
}

/* What has no struct page may be mapped by a device, since 7.0: nobody has. */
static void test_memory_failure_without_struct_page(void **state)
{
	static const char ops[] = "cpu0 memory_failure_pfn block=9\n";
	struct mo *mo = create_or_skip();

	(void)state;
	expect(mo, "7.2", "tiny", ops, "expect cpu0.0 -EBUSY\n");
	expect(mo, "6.12", "tiny", ops, "expect cpu0.0 -ENXIO\n");
	mo_destroy(mo);
}

/* mm/balloon.c: a page stays PageOffline until it is free, which a poisoned one never
 * is. */
static void test_balloon_page_keeps_its_type(void **state)
{
	static const char ops[] = "cpu0 memory_failure_pfn block=4 pb=1\n"
				  "cpu0 balloon_page_enqueue nr=4\n"
				  "cpu0 soft_offline_page_pfn block=4\n";
	struct mo *mo = create_or_skip();

	(void)state;
	expect(mo, "7.2", "tiny", ops, "expect page=4:0 offline hwpoison refcount=1\n");
	expect(mo, "6.12", "tiny", ops, "expect page=4:0 hwpoison refcount=1\n");
	mo_destroy(mo);
}

/* Published bugs come with the age. */
static void test_open_bugs_are_published(void **state)
{
	static const char ops[] = "cpu0 alloc_contig_range block=4 nr=4 -> c0\n"
				  "cpu0 start_isolate_page_range block=4 pb=0 -> i0\n"
				  "cpu0 start_isolate_page_range block=4 pb=1 -> i1\n"
				  "cpu0 free_contig_range c0\n"
				  "cpu0 drain_all_pages\n"
				  "cpu0 undo_isolate_page_range i0\n";
	struct mo *mo = create_or_skip();

	(void)state;
	expect(mo, "6.17", "tiny", ops, "");
	expect(mo, "7.2", "tiny", ops, "expect violation free_list_type\n");
	expect(mo, "6.12", "tiny", ops, "expect violation free_list_type\n");
	mo_destroy(mo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_in_the_header),
		cmocka_unit_test(test_unassigned_code_is_the_reference),
		cmocka_unit_test(test_contig_range_is_freed_in_chunks),
		cmocka_unit_test(test_memory_failure_without_struct_page),
		cmocka_unit_test(test_balloon_page_keeps_its_type),
		cmocka_unit_test(test_open_bugs_are_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
