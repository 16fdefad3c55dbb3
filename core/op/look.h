/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as a person looks at it: the map of memory, the CPUs, the counters.
 * Reads, never touches: looking at a run does not change it.
 */
#ifndef MO_OP_LOOK_H
#define MO_OP_LOOK_H

#include "exec.h"

enum page_state {
#define PAGE_STATE(letter, name, text) PAGE_##name,
#include "page_states.def"
#undef PAGE_STATE
	PAGE_STATE_NR
};

/* Its letter; its text; NULL behind the last. */
char page_state_letter(unsigned int state);
const char *page_state_name(unsigned int state);
const char *page_state_text(unsigned int state);

/* One letter per cell of pages_per_cell pages, a power of two; start_pfn is a
 * multiple of it.  Cells behind the end of memory are blank. */
void look_map(const struct exec *x, unsigned long start_pfn, size_t nr_cells,
	      unsigned long pages_per_cell, char *cells);
/* The first page of the range that is neither free nor PageOffline; start_pfn when
 * there is none. */
unsigned long look_in_the_way(const struct world *w, unsigned long start_pfn,
			      unsigned long end_pfn);
/* One letter per pageblock, as show_migration_types() has them: U M E H C, small
 * when isolated; '-' offline, '_' not added. */
void look_pageblocks(const struct exec *x, unsigned long first, size_t nr,
		     char *letters);
void look_machine(const struct exec *x, struct mo_machine_info *info);
/* False behind the last. */
bool look_block(const struct exec *x, unsigned int index,
		struct mo_block_info *info);
bool look_cpu(const struct exec *x, unsigned int index, struct mo_cpu_info *info);
bool look_counter(const struct exec *x, unsigned int index,
		  struct mo_counter_info *info);

/* --- step.c: mo_options->step --- */

void step_begin(struct exec *x);
void step_op(struct exec *x, enum mo_step_kind kind, const struct op *op,
	     int32_t ret);
void step_end(struct exec *x, enum mo_step_kind kind);

#endif
