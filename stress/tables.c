/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tables NAME: prints one of the project's tables as Markdown, for README.md
 * (scripts/update-readme.sh).  Without a name: the names, one a line.  Exit
 * status 4: this build has no such table (old bugs, without MO_OLDBUGS).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memoffline.h"
#include "op/op.h"

/* A '|' would end the table's cell. */
static void put_cell(const char *text)
{
	for (; text && *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
}

/* order, zone=normal/movable, nr=1..16: the first value is what is not named. */
static void put_operand(const struct op_field *f)
{
	const char *name = op_field_value_name(f->kind, 0);

	printf("`%s", f->key);
	if (f->kind == FIELD_NR)
		printf("=1..%u", 1u << f->width);
	else if (f->kind == FIELD_BOOL)
		printf("=0/1");
	for (unsigned int i = 0; name && i < 1u << f->width;
	     name = op_field_value_name(f->kind, ++i))
		printf("%c%s", i ? '/' : '=', name);
	putchar('`');
}

static int print_ops(enum mo_table unused)
{
	struct mo_op_info op;

	(void)unused;
	puts("| code | operation | operands | what it does | defines | uses |\n|---|---|---|---|---|---|");
	for (unsigned int i = 0; mo_op_info(i, &op); i++) {
		const struct op_field *f = op_desc(op.code)->fields;

		printf("| %02x | `%s` | ", op.code, op.name);
		for (; f->kind != FIELD_END; f++) {
			put_operand(f);
			putchar(' ');
		}
		printf("| ");
		put_cell(op.text);
		printf(" | %s | %s%s |\n", op.def ? op.def : "",
		       op.use ? op.use : "", op.eats ? ", ends its name" : "");
	}
	return EXIT_SUCCESS;
}

static void put_blocks(unsigned int first, unsigned int nr, const char *what)
{
	if (nr)
		printf("%u..%u %s, ", first, first + nr - 1, what);
}

/* Which memory block is what after boot: see boot() of core/mm/world.c. */
static int print_geometries(enum mo_table table)
{
	struct mo_named_info info;

	puts("| name | CPUs | pages of a pageblock, of a block | memory blocks at boot | what it is for |\n|---|---|---|---|---|");
	for (unsigned int i = 0; mo_named_info(table, i, &info); i++) {
		const struct mo_geometry *g = mo_geometry_by_id(info.id);
		unsigned int per_node = g->nr_blocks / g->nr_nodes;

		printf("| `%s` | %u | %u, %u | ", info.name, g->nr_cpus,
		       1u << g->pageblock_order,
		       g->sections_per_block << g->section_order);
		for (unsigned int nid = 0; nid < g->nr_nodes; nid++) {
			bool empty = nid && !g->boot_movable;
			unsigned int first = nid * per_node;
			unsigned int normal = empty ? 0 : g->boot_normal;
			unsigned int movable = empty ? 0 : g->boot_movable;

			if (g->nr_nodes > 1)
				printf("%snode %u: ", nid ? "; " : "", nid);
			put_blocks(first, normal, "NORMAL");
			put_blocks(first + normal, movable, "MOVABLE");
			printf("%u..%u absent", first + normal + movable,
			       first + per_node - 1);
		}
		printf(" | ");
		put_cell(info.text);
		puts(" |");
	}
	return EXIT_SUCCESS;
}

static int print_invariants(enum mo_table unused)
{
	struct mo_invariant_info inv;

	(void)unused;
	puts("| invariant | level | when | what must hold | kernel source |\n|---|---|---|---|---|");
	for (unsigned int i = 0; mo_invariant_info(i, &inv); i++) {
		printf("| `%s` | %d | ", inv.id, inv.level);
		put_cell(inv.when);
		printf(" | ");
		put_cell(inv.sentence);
		printf(" | ");
		put_cell(inv.source);
		puts(" |");
	}
	return EXIT_SUCCESS;
}

static int print_named(enum mo_table table)
{
	struct mo_named_info info;

	puts("| name | meaning |\n|---|---|");
	for (unsigned int i = 0; mo_named_info(table, i, &info); i++) {
		printf("| `%s` | ", info.name);
		put_cell(info.text);
		puts(" |");
	}
	return EXIT_SUCCESS;
}

static int print_points(enum mo_table table)
{
	struct mo_named_info info;

	puts("| name | kernel place | locks held there |\n|---|---|---|");
	for (unsigned int i = 0; mo_named_info(table, i, &info); i++) {
		printf("| `%s` | ", info.name);
		put_cell(info.text);
		printf(" | ");
		put_cell(info.locks);
		puts(" |");
	}
	return EXIT_SUCCESS;
}

static int print_oldbugs(enum mo_table table)
{
	struct mo_named_info info;

	if (!mo_named_info(table, 0, &info))
		return 4;
	puts("| old bug | kind | fixed by (kernel) [how sure] | must break | what was wrong |\n|---|---|---|---|---|");
	for (unsigned int i = 0; mo_named_info(table, i, &info); i++) {
		printf("| `%s` | %s | ", info.name, info.kind);
		put_cell(info.source);
		printf(" | `%s` | ", info.invariant);
		put_cell(info.text);
		if (*info.policies)
			printf(" (%s only)", info.policies);
		puts(" |");
	}
	return EXIT_SUCCESS;
}

static const struct {
	const char *name;
	int (*print)(enum mo_table table);
	enum mo_table table;
} tables[] = {
	{ "operations", print_ops, 0 },
	{ "invariants", print_invariants, 0 },
	{ "points", print_points, MO_TABLE_SCHED_POINT },
	{ "fail-points", print_named, MO_TABLE_FAIL_POINT },
	{ "policies", print_named, MO_TABLE_POLICY },
	{ "old-bugs", print_oldbugs, MO_TABLE_OLDBUG },
	{ "geometries", print_geometries, MO_TABLE_GEOMETRY },
	{ "drains", print_named, MO_TABLE_DRAIN },
};

#define NR_TABLES (sizeof(tables) / sizeof(tables[0]))

int main(int argc, char **argv)
{
	for (size_t i = 0; i < NR_TABLES; i++) {
		if (argc == 1) {
			puts(tables[i].name);
		} else if (argc == 2 && !strcmp(argv[1], tables[i].name)) {
			return tables[i].print(tables[i].table);
		}
	}
	if (argc == 1)
		return EXIT_SUCCESS;
	fprintf(stderr, "tables: no table '%s', expected one of those that 'tables' alone lists\n",
		argv[1]);
	return 2;
}
