/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command-line programs of fuzz/ and stress/ have in common: options
 * that take numbers or names of tables, clocks, JSON.  Bad usage leaves with 2.
 */
#ifndef FUZZ_CLI_H
#define FUZZ_CLI_H

#include <stdio.h>

#include "memoffline.h"

#define EXIT_VIOLATION 1
#define EXIT_USAGE 2

/* A number within bounds, or one line on stderr and exit. */
long long cli_number(const char *option, const char *arg, long long min,
		     long long max);
/* A name of the table, or one line that lists them all and exit. */
const char *cli_name(const char *option, const char *arg, enum mo_table table);

/* Seconds: of the wall, and of this process's CPU. */
double cli_wall_time(void);
double cli_cpu_time(void);

bool cli_is_folder(const char *path);
/* Both are there, and one file. */
bool cli_same_file(const char *a, const char *b);

/* With quotes; non-ASCII bytes are taken for UTF-8. */
void cli_json_string(FILE *out, const char *s);

/* As text or the value of an attribute; what XML cannot say is left out. */
void cli_xml_text(FILE *out, const char *s);

/* May colour and a moving status line go there?  (terminal, NO_COLOR) */
bool cli_is_terminal(FILE *out);
bool cli_has_color(FILE *out);

#endif
