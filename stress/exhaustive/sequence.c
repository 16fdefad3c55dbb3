/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sequences, numbered: first those of one operation, then of two ...  Digit k
 * of the number, to the base letters times CPUs, is operation k.
 *
 * Left out is only what provably does the same as another sequence: an operation
 * whose object cannot exist, because nothing before it defines one, decodes to a
 * nop, and a nop changes nothing, so the shorter sequence without it has done the
 * same.  CPUs are not taken for alike: the boot ran on CPU 0, and drains go by
 * number.
 */
#include <err.h>
#include <string.h>

#include "exhaustive.h"

struct letter {
	const char *op;
	uint8_t a;
	uint8_t b;
	uint8_t c;	/* without the CPU in bits 0-1 */
};

/*
 * Every operation that can meet another in one block: block 4, the first of
 * ZONE_MOVABLE in tiny and flat, where movable pages are handed out first, and
 * block 8, which is absent.  Objects are always the oldest.
 */
static const struct letter letters[] = {
	{ "folio_alloc", 0, 0, 0 },
	{ "alloc_pages", 2, 1, 0 },	/* order 2, ZONE_MOVABLE */
	{ "zs_malloc", 0, 0, 0 },
	{ "__free_pages", 0, 0, 0 },
	{ "get_page", 0, 0, 0 },
	{ "put_page", 0, 0, 0 },
	{ "folio_isolate_lru", 0, 0, 0 },
	{ "folio_putback_lru", 0, 0, 0 },
	{ "migrate_pages", 0, 0, 0 },
	{ "drain_all_pages", 0, 0, 0 },
	{ "lru_add_drain_all", 0, 0, 0 },
	{ "compact_zone", 0, 1, 0 },
	{ "kpageflags_read", 4, 0, 0 },
	{ "start_isolate_page_range", 4, 0, 0 },
	{ "undo_isolate_page_range", 0, 0, 0 },
	{ "alloc_contig_range", 4, 1, 0 },
	{ "free_contig_range", 0, 0, 0 },
	{ "fake_offline", 4, 0, 0 },
	{ "fake_online", 4, 0, 0 },
	{ "offline_pages", 4, 0, 0 },
	{ "online_pages", 4, 2, 0 },	/* type=movable */
	{ "add_memory", 8, 0, 0 },
	{ "online_pages", 8, 2, 0 },
	{ "offline_and_remove_memory", 4, 0, 0 },
	{ "memory_failure", 0, 0, 0 },
	{ "memory_failure_pfn", 4, 0, 0 },
	{ "unpoison_memory", 4, 0, 0 },
	{ "set_max_huge_pages", 0, 1, 0 },
	{ "alloc_hugetlb_folio", 0, 0, 0 },
};

#define NR_LETTERS (sizeof(letters) / sizeof(letters[0]))

static struct mo_op_info ops[NR_LETTERS];

static bool find_op(const char *name, struct mo_op_info *info)
{
	for (unsigned int i = 0; mo_op_info(i, info); i++)
		if (!strcmp(info->name, name))
			return true;
	return false;
}

unsigned int letters_init(void)
{
	for (unsigned int i = 0; i < NR_LETTERS; i++)
		if (!find_op(letters[i].op, &ops[i]))
			errx(EXIT_USAGE, "%s: no such operation", letters[i].op);
	return NR_LETTERS;
}

static void put_letter(uint8_t *record, unsigned int which, uint64_t cpu)
{
	const struct letter *l = &letters[which];

	record[0] = ops[which].code;
	record[1] = l->a;
	record[2] = l->b;
	record[3] = (uint8_t)(l->c | cpu);
}

static void put_header(uint8_t *data)
{
	memset(data, 0, MO_HEADER_SIZE);
	data[0] = 1;
}

size_t letters_bytes(uint8_t *data)
{
	put_header(data);
	for (unsigned int i = 0; i < NR_LETTERS; i++)
		put_letter(data + MO_HEADER_SIZE + i * MO_RECORD_SIZE, i, 0);
	return MO_HEADER_SIZE + NR_LETTERS * MO_RECORD_SIZE;
}

static uint64_t base(const struct plan *p)
{
	return (uint64_t)p->nr_letters * p->nr_cpus;
}

uint64_t nr_sequences(const struct plan *p)
{
	uint64_t total = 0, power = 1;

	for (unsigned int length = 1; length <= p->length; length++) {
		power *= base(p);
		total += power;
	}
	return total;
}

/* Does anything among the first nr operations define an object of this kind? */
static bool is_defined(const unsigned int *which, unsigned int nr,
		       const char *kind)
{
	for (unsigned int i = 0; i < nr; i++)
		if (ops[which[i]].def && !strcmp(ops[which[i]].def, kind))
			return true;
	return false;
}

size_t sequence_bytes(const struct plan *p, uint64_t number, uint8_t *data)
{
	unsigned int which[LENGTH_MAX], length = 1;
	uint64_t power = base(p);

	for (; number >= power; power *= base(p), length++)
		number -= power;
	put_header(data);
	for (unsigned int i = 0; i < length; i++, number /= base(p)) {
		which[i] = (unsigned int)(number % base(p) / p->nr_cpus);
		if (ops[which[i]].use && !is_defined(which, i, ops[which[i]].use))
			return 0;
		put_letter(data + MO_HEADER_SIZE + i * MO_RECORD_SIZE, which[i],
			   number % p->nr_cpus);
	}
	return MO_HEADER_SIZE + length * MO_RECORD_SIZE;
}
