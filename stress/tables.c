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

/* A '|' would end the table's cell. */
static void put_cell(const char *text)
{
	for (; text && *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
}

static int print_ops(enum mo_table unused)
{
	struct mo_op_info op;

	(void)unused;
	puts("| code | operation | what it does | defines | uses |\n|---|---|---|---|---|");
	for (unsigned int i = 0; mo_op_info(i, &op); i++) {
		printf("| %02x | `%s` | ", op.code, op.name);
		put_cell(op.text);
		printf(" | %s | %s%s |\n", op.def ? op.def : "",
		       op.use ? op.use : "", op.eats ? ", ends its name" : "");
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
	{ "geometries", print_named, MO_TABLE_GEOMETRY },
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
