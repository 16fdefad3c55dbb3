/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: each row of core/drivers/virtio_mem_transitions.def happens in the
 * scenario that it names, and bad devices are refused in clear words.
 */
#include "test_check_fixture.h"

#include "drivers/virtio_mem_internal.h"
#include "memoffline.h"
#include "scenario_run.h"

/* --- the table --- */

static const struct row rows[VIRTIO_MEM_NR_ROWS] = {
#define SBM(from, to, by, scenario)                                            \
	[VIRTIO_MEM_SBM_##from##_##to##_##by] = {                              \
		"SBM " #from " -> " #to " by " #by, #scenario },
#define BBM(from, to, by, scenario)                                            \
	[VIRTIO_MEM_BBM_##from##_##to##_##by] = {                              \
		"BBM " #from " -> " #to " by " #by, #scenario },
#define EVENT(name, what, scenario)                                            \
	[VIRTIO_MEM_EVENT_##name] = { #name, #scenario },
#include "drivers/virtio_mem_transitions.def"
#undef EVENT
#undef BBM
#undef SBM
};

static const uint64_t *virtio_mem_rows(const struct world *w)
{
	return w->virtio_mem.seen;
}

static void each_row_has_its_scenario(void **state)
{
	struct runner *r = runner_create();

	(void)state;
	assert_int_equal(nr_gaps(r, rows, VIRTIO_MEM_NR_ROWS, virtio_mem_rows,
				 NULL), 0);
	runner_destroy(r);
}

/* The test above bites: one scenario alone leaves gaps, none leaves nothing. */
static void a_gap_is_noticed(void **state)
{
	struct runner *r = runner_create();
	unsigned int nr = nr_gaps(r, rows, VIRTIO_MEM_NR_ROWS, virtio_mem_rows,
				  "virtio-mem-sbm-plug");

	(void)state;
	assert_int_equal(nr, VIRTIO_MEM_NR_ROWS - 2); /* it adds, and ends with 0 */
	assert_int_equal(nr_gaps(r, rows, VIRTIO_MEM_NR_ROWS, virtio_mem_rows,
				 "offline-free-block"), VIRTIO_MEM_NR_ROWS);
	runner_destroy(r);
}

/* --- bad devices --- */

static const struct bad_device {
	struct virtio_mem_config config; /* of a tiny machine */
	const char *word;		 /* in what is said about it */
} bad_devices[] = {
	{ { 256, 0, 4, VIRTIO_MEM_MODE_AUTO }, "size zero" },
	{ { 256, 32, 0, VIRTIO_MEM_MODE_AUTO }, "power of two" },
	{ { 256, 32, 12, VIRTIO_MEM_MODE_AUTO }, "power of two" },
	{ { 260, 32, 8, VIRTIO_MEM_MODE_AUTO }, "not aligned" },
	{ { 256, 36, 8, VIRTIO_MEM_MODE_AUTO }, "not aligned" },
	{ { 258, 32, 2, VIRTIO_MEM_MODE_AUTO }, "whole pageblocks" },
	{ { 480, 64, 4, VIRTIO_MEM_MODE_AUTO }, "end of memory" },
	{ { 256, 64, 32, VIRTIO_MEM_MODE_SBM }, "as large as a memory block" },
	{ { 256, 256, 256, VIRTIO_MEM_MODE_AUTO }, "too large" },
};

static void constructor_refuses(void **state)
{
	const char *error;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_devices); i++) {
		struct mo_geometry geo = *mo_geometry_by_name("tiny");

		geo.virtio_mem = bad_devices[i].config;
		error = NULL;
		assert_null(world_create(&geo, &error));
		assert_non_null(error);
		assert_non_null(strstr(error, bad_devices[i].word));
		assert_non_null(strstr(error, "expected"));
	}
}

static void two_nodes_and_limits(void **state)
{
	struct mo_geometry geo = *mo_geometry_by_name("numa");
	const char *error = NULL;

	(void)state;
	geo.virtio_mem = (struct virtio_mem_config){ 11 * 32, 64, 4,
						     VIRTIO_MEM_MODE_AUTO };
	assert_null(world_create(&geo, &error));
	assert_non_null(strstr(error, "two nodes"));
	geo = *mo_geometry_by_name("tiny");
	geo.nr_blocks = 32;
	geo.virtio_mem = (struct virtio_mem_config){ 256, 17 * 32, 4,
						     VIRTIO_MEM_MODE_AUTO };
	assert_null(world_create(&geo, &error));
	assert_non_null(strstr(error, "at most 16"));
	geo.section_order = 9;
	geo.virtio_mem = (struct virtio_mem_config){ 8 << 9, 1 << 9, 4,
						     VIRTIO_MEM_MODE_AUTO };
	assert_null(world_create(&geo, &error));
	assert_non_null(strstr(error, "at most 64"));
}

static void probe_refuses(void **state)
{
	const char *error = NULL;
	struct world *w = world_create(mo_geometry_by_name("tiny"), &error);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_devices); i++)
		assert_int_equal(virtio_mem_probe(w, &bad_devices[i].config),
				 -EINVAL);
	world_destroy(w);
}

static const struct {
	const char *line;
	const char *error;
} bad_lines[] = {
	{ "virtio_mem_probe block=8 nr=0", "nr" },
	{ "virtio_mem_probe block=16", "block" },
	{ "virtio_mem_probe block=8 order=9", "order" },
	{ "virtio_mem_probe block=15 nr=2", "end of memory" },
	{ "virtio_mem_probe block=8 nr=1 order=4 off=3", "not aligned" },
	{ "virtio_mem_probe block=8 order=5 mode=sbm", "as large as a memory block" },
	{ "virtio_mem_probe block=8 nr=1 order=6", "not aligned" },
	{ "virtio_mem_probe block=8 mode=fast", "mode" },
};

static void parser_refuses(void **state)
{
	struct mo *mo = mo_create();
	char text[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		snprintf(text, sizeof(text),
			 "memoffline 1 geometry=tiny policy=legacy\ncpu0 %s\n",
			 bad_lines[i].line);
		assert_int_equal(mo_run_text(mo, "bad.ops", text, strlen(text),
					     NULL, NULL), 2);
		if (strncmp(mo_error(mo), "bad.ops:2: ", 11) ||
		    !strstr(mo_error(mo), bad_lines[i].error) ||
		    !strstr(mo_error(mo), "expected"))
			fail_msg("%s: %s", bad_lines[i].line, mo_error(mo));
	}
	mo_destroy(mo);
}

/* Any bytes are a device that the parser would take, too. */
static void decoder_repairs(void **state)
{
	struct mo *mo = mo_create();
	char text[512];

	(void)state;
	for (unsigned int seed = 0; seed < 7 * 4096; seed++) {
		uint8_t data[12] = { 1, (uint8_t)(seed % 7), 0, 0, 0, 0, 0, 0,
				     0x50, (uint8_t)(seed * 2654435761u >> 24),
				     (uint8_t)(seed * 40503u >> 8),
				     (uint8_t)(seed >> 4) };
		size_t len = mo_bytes_to_text(mo, data, sizeof(data), text,
					      sizeof(text));

		if (!mo_text_to_bytes(mo, "decoded", text, len, data,
				      sizeof(data)))
			fail_msg("%s%s", text, mo_error(mo));
	}
	mo_destroy(mo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_its_scenario),
		cmocka_unit_test(a_gap_is_noticed),
		cmocka_unit_test(constructor_refuses),
		cmocka_unit_test(two_nodes_and_limits),
		cmocka_unit_test(probe_refuses),
		cmocka_unit_test(parser_refuses),
		cmocka_unit_test(decoder_repairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
