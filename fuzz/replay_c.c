/* SPDX-License-Identifier: GPL-2.0-only */
/* replay --to-c: the run as a C program that stands alone. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "scenario.h"

struct listing {
	const char **results;	/* [nr]: what each operation returned, "0", "-EBUSY" */
	uint32_t nr;
	struct pool pool;
};

static void note(void *arg, const struct mo_step *s)
{
	struct listing *l = arg;
	const char *result = s->kind == MO_STEP_END ? strstr(s->text, " = ") : NULL;

	if (result && s->op < l->nr)
		l->results[s->op] = pool_copy(&l->pool, result + 3, strlen(result + 3));
}

static const struct mo_invariant_info *invariant_of(const char *id,
						    struct mo_invariant_info *info)
{
	for (unsigned int i = 0; id && mo_invariant_info(i, info); i++)
		if (!strcmp(info->id, id))
			return info;
	return NULL;
}

/* What is shown is one line, without what would end a comment or a string. */
static void put_safe(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= ' ' && !strchr("\"\\*?", *text))
			putchar(*text);
}

static void put_head(const struct input *in, const char *id)
{
	struct mo_invariant_info info;

	puts("/* SPDX-License-Identifier: GPL-2.0-only */\n/*");
	fputs(" * From: ", stdout);
	put_safe(in->name);
	if (invariant_of(id, &info))
		printf("\n * Breaks %s: %s\n * kernel: %s\n", id, info.sentence,
		       info.source);
	else
		puts("\n * Breaks nothing.");
	puts(" *\n"
	     " * Build: cc -std=c11 FILE.c $(pkg-config --cflags --libs memoffline)\n"
	     " * (a library with MO_OLDBUGS=ON where the header says oldbug=).\n"
	     " * Exit status: 0 it does what is said above, 1 it does not, 2 it cannot run.\n"
	     " */\n"
	     "#include <memoffline.h>\n"
	     "#include <stdio.h>\n"
	     "#include <string.h>\n");
}

/* One call a line, with what it returned. */
static void put_calls(const struct scenario *s, const struct listing *l)
{
	printf("static const char machine[] = \"%s\\n\";\n\n", s->header);
	puts("/* Who calls what, and what it returned. */\n"
	     "static const char *const calls[] = {");
	for (uint32_t i = 0; i < s->nr; i++) {
		printf("\t\"%s\\n\",", s->lines[i]);
		if (l->results[i])
			printf(" /* %s */\n", l->results[i]);
		else
			puts(" /* does not return */");
	}
	puts("};\n");
}

static void put_main(const char *id)
{
	printf("static const char *const breaks = %s%s%s;\n", id ? "\"" : "",
	       id ? id : "NULL", id ? "\"" : "");
	puts("\n"
	     "/* Printed after each call: \"op 3 cpu0 offline_pages block=4 = -EBUSY\". */\n"
	     "static void show(void *arg, const char *text)\n"
	     "{\n"
	     "\t(void)arg;\n"
	     "\tputs(text);\n"
	     "}\n"
	     "\n"
	     "int main(void)\n"
	     "{\n"
	     "\tstruct mo_options options = { .level = 3, .trace = show };\n"
	     "\tstatic char scenario[sizeof(calls) / sizeof(*calls) * 512 + sizeof(machine)];\n"
	     "\tstruct mo *mo = mo_create();\n"
	     "\tstruct mo_result result = { 0 };\n"
	     "\tint same;\n"
	     "\n"
	     "\tstrcpy(scenario, machine);\n"
	     "\tfor (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)\n"
	     "\t\tstrcat(scenario, calls[i]);\n"
	     "\tif (!mo || mo_run_text(mo, \"scenario\", scenario, strlen(scenario), &options,\n"
	     "\t\t\t       &result) == 2) {\n"
	     "\t\tfputs(mo ? mo_error(mo) : \"out of memory\", stderr);\n"
	     "\t\treturn 2;\n"
	     "\t}\n"
	     "\tfputs(mo_report(mo), stdout);\n"
	     "\tsame = result.invariant && breaks ? !strcmp(result.invariant, breaks) :\n"
	     "\t\t\t\t\t    !result.invariant && !breaks;\n"
	     "\tmo_destroy(mo);\n"
	     "\treturn !same;\n"
	     "}");
}

/* No line is longer than what the program reserves for it. */
static void check_lengths(const struct scenario *s, const struct input *in)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if (strlen(s->lines[i]) > 500)
			errx(EXIT_USAGE, "%s: an operation with dozens of choices, minimise it first",
			     in->path);
}

void print_as_c(struct replay *r, const struct input *in)
{
	struct mo_options options = r->options;
	struct scenario s = { 0 };
	struct listing l = { 0 };
	char *text = input_text(r, in);
	struct mo_result result = { 0 };

	if (!text)
		return;
	scenario_read(&s, &l.pool, text);
	check_lengths(&s, in);
	l.nr = s.nr;
	l.results = calloc(s.nr ? s.nr : 1, sizeof(*l.results));
	if (!l.results)
		err(EXIT_USAGE, "calloc");
	options.step = note;
	options.step_arg = &l;
	mo_run_text(r->mo, in->path, text, strlen(text), &options, &result);
	put_head(in, result.invariant);
	put_calls(&s, &l);
	put_main(result.invariant);
	free(l.results);
	free(text);
	scenario_free(&s);
	pool_free(&l.pool);
}
