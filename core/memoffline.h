/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memoffline: a model of Linux memory offlining that one can fuzz.
 *
 * The public interface: everything that fuzz/, stress/ and outside programs use.
 * Self-contained; no other header of core/ is installed.
 *
 *   struct mo *mo = mo_create();
 *   struct mo_result r;
 *   mo_run_bytes(mo, data, size, &(struct mo_options){ .level = 3 }, &r);
 *   if (r.invariant)
 *           puts(mo_report(mo));
 *   mo_destroy(mo);
 *
 * A struct mo belongs to one thread at a time; several may exist, they share
 * nothing.  Nothing is allocated by a run except a world the first time its
 * geometry is seen.  Sizes are in bytes, times are counts of operations.
 */
#ifndef MEMOFFLINE_H
#define MEMOFFLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MO_HEADER_SIZE 8
#define MO_RECORD_SIZE 4
/* No input needs more: 65,536 operations and as many choices. */
#define MO_INPUT_MAX (MO_HEADER_SIZE + 2 * MO_RECORD_SIZE * 65536)

#define MO_MAX_EVENTS 16

struct mo;

/* NULL: out of memory. */
struct mo *mo_create(void);
void mo_destroy(struct mo *mo);

struct mo_result;

/* Called after each operation; text is one line without newline, valid during
 * the call. */
typedef void (*mo_trace_fn)(void *arg, const char *text);

/*
 * What one operation did, in terms that all designs of PageOffline share, so that
 * runs under different policies can be compared.
 */
struct mo_outcome {
	uint8_t code;
	uint8_t saw;	/* MO_SAW_*: in the pageblocks it was to work on, before it did */
	int32_t ret;	/* >= 0, negative errno, MO_RET_* */
	uint64_t state;	/* digest of the counters of zones, nodes and pools, afterwards */
};

#define MO_SAW_DRIVERS 1	/* PageOffline pages that a driver answers for */
#define MO_SAW_NOBODYS 2	/* others, that do not migrate */
#define MO_SAW_KERNEL_ZONE 4 /* pageblocks outside ZONE_MOVABLE */
#define MO_SAW_POISONED 8	/* PageOffline pages that are poisoned */
#define MO_SAW_CMM 16		/* the balloon of CMM worked */
#define MO_RET_NOOP INT32_MIN	/* nothing to work on */
#define MO_RET_SKIPPED (INT32_MIN + 1)

/*
 * A run in slow motion: called around each operation, at each preemption point that
 * one passes, and at the end.  mo_look_*() show the machine at that moment.
 */
enum mo_step_kind { MO_STEP_BEGIN, MO_STEP_POINT, MO_STEP_END, MO_STEP_VIOLATION, MO_STEP_DONE };

struct mo_step {
	enum mo_step_kind kind;
	uint32_t op;		/* its index; of MO_STEP_DONE their number */
	unsigned int cpu;
	const char *point;	/* MO_STEP_POINT: its name, else NULL */
	const char *text;	/* operation (END: " = result"), place of a point, finding */
};

typedef void (*mo_step_fn)(void *arg, const struct mo_step *step);

/* The same for programs that look into the library (stress/unit), and faster. */
struct world;
struct mo_watch {
	void (*op_begins)(void *arg, const struct world *w, uint8_t code);
	void (*step)(void *arg, const struct world *w, unsigned int point); /* may be NULL */
	void (*op_ended)(void *arg, const struct world *w, uint8_t code, int32_t ret);
	void *arg;
};

struct mo_options {
	int level;		/* checks: 0 the kernel's own, 1 counters, 2 pages touched, after each
				 * operation; 3 adds all memory touched, at the end of the input */
	bool paranoid;		/* level 3 after every operation */
	bool abort_on_violation; /* print the report to stderr and abort() */
	mo_trace_fn trace;	/* NULL: silent */
	void *trace_arg;
	mo_step_fn step;	/* NULL: none */
	void *step_arg;
	const char *input;	/* its path: the report names the commands that work on it; may be NULL */
	bool sequential;	/* one operation after the other: choices of the schedule are skipped */
	bool excuse_drain_once;	/* do not report that drain=once never ends when operations
				 * interleave (the race of 2020): it is known */
	bool excuse_design;	/* a violation that the policy is known to lead to
				 * (policies.def) ends the run, which counts as clean */
	/* Who decides at preemption points.  NULL or "tape": the switches of the input,
	 * which an oracle replaces by its own: "random:SEED", "pct:SEED,DEPTH", or
	 * "dfs:BOUND" for every schedule with at most BOUND preemptions, until one
	 * breaks an invariant.  The report and mo_last_text() have the switches made. */
	const char *oracle;
	/* dfs: called after each schedule; false ends the search, and a violation does
	 * not.  so_far: of this schedule, but for the counts of the search. */
	bool (*after_schedule)(void *arg, const struct mo_result *so_far);
	void *after_schedule_arg;
	bool no_state_hash;	/* dfs: do not cut at states that were seen before */
	const struct mo_watch *watch; /* NULL: nobody; not together with step */
	/* With watch, before its op_ended: the fail points evaluated, a bit each.  NULL: not wanted */
	void (*could_fail)(void *arg, const struct world *w, uint64_t fail_points);
	struct mo_outcome *outcomes; /* filled in, one an operation; NULL: not wanted */
	uint32_t max_outcomes;	/* room for so many */
	/* Memory blocks of the world, most of them absent, beside those that the
	 * operations can name; 0: as the geometry says.  At most 131,072. */
	uint32_t world_blocks;
	/* Overrides of the header; NULL: what the input says. */
	const char *geometry;
	const char *policy;
	const char *drain;
	const char *oldbug;	/* "none": switched off */
	const char *era;	/* "6.17": the reference */
};

struct mo_result {
	const char *invariant;	/* id of what broke, NULL: clean */
	const char *excused;	/* id of what excuse_design kept silent about */
	unsigned int violation_op; /* index of the operation that broke it */
	uint64_t trace_hash;	/* same input, same hash: on any machine */
	uint64_t pages;		/* with outcomes: what every page is at the end; 0 for worlds of
				 * more than 4096 pages and after a violation */
	uint32_t nr_ops;	/* executed, no-ops included */
	uint32_t nr_noops;	/* found nothing to work on */
	uint32_t nr_skipped;	/* outside what this subject supports */
	uint32_t nr_failed_expects; /* expect lines that did not hold */
	uint64_t steps;		/* preemption points passed */
	/* Of a search (dfs), else 0. */
	uint64_t nr_schedules;	/* runs, those included that were ... */
	uint64_t nr_cut;	/* ... cut at a state that was seen before */
	uint64_t nr_states;	/* different ones, at questions to the oracle */
	bool complete;		/* that were all schedules within the bound */
	uint32_t nr_oldbug;	/* times that the code of the chosen old bug was passed */
	uint32_t events[MO_MAX_EVENTS]; /* what happened, counted by id of MO_TABLE_EVENT */
};

/* Any bytes are an input.  Returns 0: clean, 1: violation. */
int mo_run_bytes(struct mo *mo, const uint8_t *data, size_t size,
		 const struct mo_options *options, struct mo_result *result);

/*
 * A scenario in text (.ops).  Returns 0: clean and every expect holds; 1: a
 * violation, or an expect that does not hold (mo_error() tells); 2: the text is
 * wrong, mo_error() is "name:line: what is wrong, what was expected".
 */
int mo_run_text(struct mo *mo, const char *name, const char *text, size_t size,
		const struct mo_options *options, struct mo_result *result);

/* Valid until the next call on mo. */
const char *mo_error(struct mo *mo);
/* After a violation: the whole report, with scenario, page and zones. */
const char *mo_report(struct mo *mo);

/* --- looking at the machine: from mo_step_fn, or after a violation; a clean run ends
 * with the machine as it booted --- */

#define MO_NO_PAGE UINT64_MAX

struct mo_machine_info {
	const char *geometry;
	unsigned int nr_cpus, nr_nodes, nr_blocks;
	uint64_t nr_pages, pages_per_block, pages_per_pageblock;
	uint64_t guilty_page;	/* of the violation, MO_NO_PAGE: it names none */
};
/* state: "MEM_ONLINE" .., "ABSENT"; zone: "Normal", "Movable" or NULL while offline */
struct mo_block_info { const char *state, *zone; unsigned int node; uint64_t nr_hwpoison; };
/* in_flight: in the middle of operation op; names of locks, "" for none */
struct mo_cpu_info { bool in_flight; uint32_t op; char holds[160], waits_for[64]; };
struct mo_counter_info { char name[64]; int64_t value; };

/* False when nothing has run, and with an index behind the last. */
bool mo_look_machine(struct mo *mo, struct mo_machine_info *info);
bool mo_look_block(struct mo *mo, unsigned int index, struct mo_block_info *info);
bool mo_look_cpu(struct mo *mo, unsigned int index, struct mo_cpu_info *info);
bool mo_look_counter(struct mo *mo, unsigned int index, struct mo_counter_info *info);
/* A letter (MO_TABLE_PAGE_STATE) per cell of pages_per_cell pages, a power of two of
 * which start_page is a multiple: of the states in it the one that matters most. */
bool mo_look_pages(struct mo *mo, uint64_t start_page, size_t nr_cells,
		   uint64_t pages_per_cell, char *cells);
/* A letter per pageblock: its type U M E H C; small: isolated, '-' offline, '_' absent. */
bool mo_look_pageblocks(struct mo *mo, uint64_t first, size_t nr, char *letters);
/* dump_page(); of MO_NO_PAGE show_mem().  Returns the length. */
size_t mo_look_text(struct mo *mo, uint64_t page, char *text, size_t size);

/* --- the two forms of an input --- */

/* Text of the program that ran last, with the schedule that an oracle made.
 * Returns its length, or 0 when size is too small. */
size_t mo_last_text(struct mo *mo, char *text, size_t size);

/* Text of the program in data.  Returns its length, or 0 when size is too small. */
size_t mo_bytes_to_text(struct mo *mo, const uint8_t *data, size_t data_size,
			char *text, size_t size);
/* Canonical bytes; 0 and mo_error() when the text is wrong or size too small. */
size_t mo_text_to_bytes(struct mo *mo, const char *name, const char *text,
			size_t text_size, uint8_t *data, size_t size);

/* --- workloads: programs of any length from a few lines and a seed --- */

struct mo_workload;

/* Of a text (.load, op/workload.h).  NULL: mo_error() is "name:line: what is wrong,
 * what was expected".  The caller destroys it; mo may be destroyed before. */
struct mo_workload *mo_workload_create(struct mo *mo, const char *name,
				       const char *text, size_t size);
void mo_workload_destroy(struct mo_workload *load);
/* It is meant for this design of PageOffline. */
bool mo_workload_takes(const struct mo_workload *load, const char *policy);
/*
 * A program of nr_ops operations, at most 65,536, under a design by name; blocks: `+` and `?` stay below this
 * memory block, 0: no limit.  Same seed, same bytes.  Returns their size, at most
 * MO_INPUT_MAX; 0 when size is too small.
 */
size_t mo_workload_bytes(struct mo *mo, const struct mo_workload *load,
			 const char *policy, uint64_t seed, uint32_t nr_ops,
			 uint32_t blocks, uint8_t *data, size_t size);

/* What its programs do, so that a workload that has come to nothing is noticed. */
struct mo_reach {
	char what[64];		/* an operation that succeeds, or fails so, or an event */
	uint32_t nr;		/* at least so often in 100,000 operations */
};

/* False behind the last. */
bool mo_workload_reach(const struct mo_workload *load, unsigned int index,
		       struct mo_reach *reach);
/* How often one program did that; outcomes: all of its. */
uint64_t mo_workload_reached(const struct mo_workload *load, unsigned int index,
			     const struct mo_result *result,
			     const struct mo_outcome *outcomes);

/* --- the tables, for mutators, documentation and outside tools --- */

struct mo_op_info {
	uint8_t code;
	const char *name;
	const char *text;
	const char *def; /* "page", "iso", "contig", "offline", "slab" or NULL */
	const char *use;
	bool eats;
	bool amount; /* byte a says how much, not where */
};

struct mo_invariant_info {
	const char *id;
	int level;
	const char *when;
	const char *sentence;
	const char *source;
	const char *reference;
};

struct mo_named_info { /* geometries, policies, fail points, points, old bugs, events */
	unsigned int id;
	const char *name;
	const char *text;
	/* old bugs only */
	const char *invariant;	/* what it must break */
	const char *kind;	/* "ST", "IL", "OPEN" */
	const char *source;	/* who fixed it, when, and how sure that is */
	const char *policies;	/* names, separated by blanks; "": all */
	const char *locks; /* preemption points: held there, "-" for none */
	uint64_t pages;	/* geometries: of the whole machine */
};

enum mo_table { MO_TABLE_GEOMETRY, MO_TABLE_POLICY, MO_TABLE_DRAIN, MO_TABLE_FAIL_POINT,
		MO_TABLE_SCHED_POINT, MO_TABLE_OLDBUG, MO_TABLE_EVENT, MO_TABLE_ERA,
		MO_TABLE_PAGE_STATE /* id is the letter, in order of what matters */ };

/* False behind the last. */
bool mo_op_info(unsigned int index, struct mo_op_info *info);
bool mo_invariant_info(unsigned int index, struct mo_invariant_info *info);
bool mo_named_info(enum mo_table table, unsigned int index,
		   struct mo_named_info *info);

/* --- feedback beyond edge coverage --- */

/*
 * Abstract state reached, one byte a feature, saturating counters: page-state
 * transitions, block states, (operation, errno).  NULL switches it off.  The
 * array must have mo_feature_bytes() bytes and outlive the runs.
 */
size_t mo_feature_bytes(void);
void mo_set_features(struct mo *mo, uint8_t *features);

#ifdef __cplusplus
}
#endif

#endif
