/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of the benchmark about schedules: a switch of tasks with all that belongs to
 * it, and the search over all schedules.  Linked into bench (stress/bench.c).
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bench.h"
#include "memoffline.h"

#define NR_DRAINS 400
#define TEXT_MAX 65536

struct sched_bench {
	struct mo *mo;
	struct mo_options options;
	uint8_t data[TEXT_MAX];
	size_t size;
	struct mo_result result; /* of the last run */
};

static void to_bytes(struct sched_bench *b, const char *text)
{
	b->size = mo_text_to_bytes(b->mo, "bench", text, strlen(text), b->data,
				   sizeof(b->data));
	if (!b->size)
		errx(2, "%s", mo_error(b->mo));
}

static void run(void *arg, uint64_t nr)
{
	struct sched_bench *b = arg;

	while (nr--)
		if (mo_run_bytes(b->mo, b->data, b->size, &b->options, &b->result))
			errx(1, "%s", mo_report(b->mo));
}

/*
 * drain_all_pages() on two CPUs, which passes one point for each CPU.  switches: the
 * other CPU goes on at each of them; else at the last one only, so that tasks run on
 * fibers all the same.
 */
static void drains(struct sched_bench *b, bool switches)
{
	static char text[TEXT_MAX];
	FILE *f = fmemopen(text, sizeof(text), "w");

	if (!f)
		err(2, "fmemopen");
	fputs("memoffline 1 geometry=tiny\n", f);
	for (unsigned int i = 0; i < NR_DRAINS; i++) {
		fprintf(f, "cpu%u drain_all_pages", i % 2);
		if (switches || i == NR_DRAINS - 1)
			fprintf(f, " @DRAIN_CPU>cpu%u @DRAIN_CPU#2>cpu%u", !(i % 2),
				!(i % 2));
		fputc('\n', f);
	}
	fclose(f);
	to_bytes(b, text);
}

static void bench_switch(struct mo *mo)
{
	static struct sched_bench with, without, sequential;
	struct bench_item items[] = { { run, &with, 0 },
				      { run, &without, 0 },
				      { run, &sequential, 0 } };
	double points;

	with.mo = without.mo = sequential.mo = mo;
	sequential.options.sequential = true;
	drains(&with, true);
	drains(&without, false);
	drains(&sequential, false);
	bench_together(items, 3);
	points = (double)with.result.steps;
	bench_row(&(struct bench_row){ "switch of tasks, all-in",
		(items[0].ns - items[1].ns) / points, "ns",
		"from the sequential run",
		(items[0].ns - items[2].ns) / points, "<= 100, ASan <= 300" });
	bench_row(&(struct bench_row){ "  point passed on a fiber",
		items[1].ns / points, "ns", "sequential",
		items[2].ns / points, "" });
}

static void bench_search(struct mo *mo)
{
	static struct sched_bench cuts, all;
	static const char text[] = "memoffline 1 geometry=tiny drain=disable\n"
				   "cpu1 folio_alloc -> p\n"
				   "cpu1 lru_add_drain_all\n"
				   "cpu1 __free_pages p\n"
				   "cpu0 offline_pages block=4\n";
	struct bench_item items[] = { { run, &cuts, 0 }, { run, &all, 0 } };

	cuts.mo = all.mo = mo;
	cuts.options.level = all.options.level = 3;
	cuts.options.oracle = all.options.oracle = "dfs:3";
	all.options.no_state_hash = true;
	to_bytes(&cuts, text);
	to_bytes(&all, text);
	bench_together(items, 2);
	bench_row(&(struct bench_row){ "dfs:3 of the race of 2020, schedules/s",
		(double)cuts.result.nr_schedules * 1e6 / items[0].ns, "k",
		"without cutting",
		(double)all.result.nr_schedules * 1e6 / items[1].ns, "" });
	bench_row(&(struct bench_row){ "  the whole search", items[0].ns / 1e6,
		"ms", "without cutting", items[1].ns / 1e6, "" });
}

void bench_sched(void)
{
	struct mo *mo = mo_create();

	if (!mo)
		err(2, "mo_create");
	bench_switch(mo);
	bench_search(mo);
	mo_destroy(mo);
}
