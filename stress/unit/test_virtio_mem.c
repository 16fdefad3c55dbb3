/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-mem: each row of core/drivers/virtio_mem_transitions.def happens in the
 * scenario that it names, and bad devices are refused in clear words.
 */
#include "test_check_fixture.h"

#include "drivers/virtio_mem_internal.h"
#include "memoffline.h"
#include "op/exec.h"
#include "op/sbuf.h"
#include "op/text.h"

#define SCENARIO_MAX 4096

/* --- the table --- */

static const struct row {
	const char *text;
	const char *scenario;
} rows[VIRTIO_MEM_NR_ROWS] = {
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

struct runner {
	struct world *worlds[16]; /* by geometry */
	struct program *program;
	struct text *text;
	struct exec *exec;
};

static struct runner *runner_create(void)
{
	struct runner *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->program = program_create();
	r->text = text_create();
	r->exec = calloc(1, sizeof(*r->exec));
	assert_true(r->program && r->text && r->exec);
	return r;
}

static void runner_destroy(struct runner *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->worlds); i++)
		world_destroy(r->worlds[i]);
	exec_destroy(r->exec);
	free(r->exec);
	text_destroy(r->text);
	program_destroy(r->program);
	free(r);
}

static size_t read_scenario(const char *name, char *buf)
{
	char path[512];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/scenario/%s.ops", MO_SOURCE_DIR,
		 name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("there is no %s", path);
	len = fread(buf, 1, SCENARIO_MAX, f);
	assert_true(len && len < SCENARIO_MAX);
	fclose(f);
	return len;
}

/* Runs a scenario; what happened is in seen. */
static void run_scenario(struct runner *r, const char *name, uint64_t seen[2])
{
	static const struct mo_options options = { .level = 0 };
	char buf[SCENARIO_MAX], error_text[256];
	struct sbuf error = SBUF(error_text);
	const char *why = NULL;
	struct world **w;

	if (!text_parse(r->text, r->program, NULL, name, buf,
			read_scenario(name, buf), -1, &error))
		fail_msg("%s", error_text);
	w = &r->worlds[r->program->geometry];
	if (!*w)
		*w = world_create(mo_geometry_by_id(r->program->geometry), &why);
	assert_null(why);
	world_reset(*w, &r->program->config);
	r->exec->w = *w;
	r->exec->program = r->program;
	r->exec->error = &error;
	r->exec->options = &options;
	if (!exec_run(r->exec))
		fail_msg("%s breaks %s", name, (*w)->violation.id);
	memcpy(seen, (*w)->virtio_mem.seen, sizeof((*w)->virtio_mem.seen));
}

static bool row_is_seen(const uint64_t seen[2], unsigned int row)
{
	return seen[row / 64] >> (row % 64) & 1;
}

/* Rows that their scenario, or the one given for all, does not hit. */
static unsigned int nr_gaps(struct runner *r, const char *scenario, bool say)
{
	unsigned int nr = 0;
	uint64_t seen[2];

	for (unsigned int row = 0; row < VIRTIO_MEM_NR_ROWS; row++) {
		const char *name = scenario ? scenario : rows[row].scenario;

		run_scenario(r, name, seen);
		if (row_is_seen(seen, row))
			continue;
		nr++;
		if (say)
			print_error("%s does not show: %s\n", name,
				    rows[row].text);
	}
	return nr;
}

static void each_row_has_its_scenario(void **state)
{
	struct runner *r = runner_create();

	(void)state;
	assert_int_equal(nr_gaps(r, NULL, true), 0);
	runner_destroy(r);
}

/* The test above bites: one scenario alone leaves gaps, none leaves nothing. */
static void a_gap_is_noticed(void **state)
{
	struct runner *r = runner_create();
	unsigned int nr = nr_gaps(r, "virtio-mem-sbm-plug", false);

	(void)state;
	assert_int_equal(nr, VIRTIO_MEM_NR_ROWS - 2); /* it adds, and ends with 0 */
	assert_int_equal(nr_gaps(r, "offline-free-block", false),
			 VIRTIO_MEM_NR_ROWS);
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
