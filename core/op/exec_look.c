/* SPDX-License-Identifier: GPL-2.0-only */
/* Handlers: who looks at memory that nobody keeps, and the console. */
#include "handlers.h"

static unsigned long looked_at(const struct exec *x, const struct op *op)
{
	/* block pb off */
	const uint8_t *v = op->value;
	unsigned long pfn = pageblock_pfn(x->w, v[0], v[1]) +
			    v[2] % pageblock_nr_pages(x->w);

	return pfn < x->w->nr_pfns ? pfn : NO_PFN;
}

int32_t exec_page_ext_get(struct exec *x, const struct op *op)
{
	unsigned long pfn = looked_at(x, op);

	return pfn == NO_PFN ? OP_NOOP : subject_page_ext_look(x->w, pfn);
}

int32_t exec_pfn_valid(struct exec *x, const struct op *op)
{
	/* block pb */
	const uint8_t *v = op->value;
	unsigned long pfn = pageblock_pfn(x->w, v[0], v[1]);

	return pfn < x->w->nr_pfns ? subject_pfn_valid_look(x->w, pfn) : OP_NOOP;
}

int32_t exec_read_kcore(struct exec *x, const struct op *op)
{
	unsigned long pfn = looked_at(x, op);

	return pfn == NO_PFN ? OP_NOOP : subject_kcore_read(x->w, pfn);
}

int32_t exec_tty_buffer_alloc(struct exec *x, const struct op *op)
{
	(void)op;
	return subject_tty_receive(x->w);
}
