/* SPDX-License-Identifier: GPL-2.0-only */
/* Words, numbers and messages of the text form. */
#include <bsd/stdlib.h>
#include <ctype.h>
#include <string.h>

#include "parser.h"

bool parse_error(struct parser *ps, const char *fmt, ...)
{
	va_list ap;

	ps->error->len = 0;
	sbuf_printf(ps->error, "%s:%u: ", ps->name, ps->line_nr);
	va_start(ap, fmt);
	sbuf_vprintf(ps->error, fmt, ap);
	va_end(ap);
	return false;
}

const char *parser_line(struct parser *ps, const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	ps->line = ps->at = at;
	ps->end = nl ? nl : end;
	ps->line_nr++;
	return nl ? nl + 1 : end;
}

bool parser_line_is_binary(const struct parser *ps)
{
	return memchr(ps->line, '\0', (size_t)(ps->end - ps->line));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool ends_word(const struct parser *ps, const char *s)
{
	return s == ps->end || is_blank(*s) || *s == '(' || *s == ')';
}

/* What is no printable ASCII would garble the terminal in a message. */
static void copy_word(struct parser *ps, const char *s, size_t len)
{
	size_t n = mo_min(len, WORD_MAX - 1);

	for (size_t i = 0; i < n; i++)
		ps->word[i] = isgraph((unsigned char)s[i]) ? s[i] : '?';
	ps->word[n] = '\0';
}

bool next_word(struct parser *ps)
{
	const char *s;

	while (ps->at < ps->end && is_blank(*ps->at))
		ps->at++;
	if (ps->at < ps->end && *ps->at == '#')
		ps->at = ps->end;
	s = ps->at;
	if (s < ps->end && (*s == '(' || *s == ')'))
		ps->at++;
	else
		while (!ends_word(ps, ps->at))
			ps->at++;
	copy_word(ps, s, (size_t)(ps->at - s));
	return ps->at > s;
}

bool need_word(struct parser *ps, const char *what)
{
	if (next_word(ps))
		return true;
	return parse_error(ps, "the line ends too early, expected %s", what);
}

bool end_of_line(struct parser *ps)
{
	if (!next_word(ps))
		return true;
	return parse_error(ps, "'%s': expected the end of the line", ps->word);
}

const char *word_after(const struct parser *ps, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(ps->word, prefix, n) ? NULL : ps->word + n;
}

/* strtonum() would take a leading blank or '+', the printer never writes one. */
static bool is_number(const char *s)
{
	s += *s == '-';
	return isdigit((unsigned char)*s) && !s[strspn(s, "0123456789")];
}

bool parse_number(struct parser *ps, const char *text, long min, long max,
		  long *value)
{
	const char *why = NULL;

	if (is_number(text))
		*value = (long)strtonum(text, min, max, &why);
	else
		why = "invalid";
	if (!why)
		return true;
	return parse_error(ps, "'%s': expected a number from %ld to %ld",
			   ps->word, min, max);
}

bool parse_errno(struct parser *ps, const char *text, long max, long *err)
{
	long number = 0;

	if (*text == '-' && isupper((unsigned char)text[1])) {
		number = errno_by_name(text + 1);
		if (number > 0 && number <= max) {
			*err = number;
			return true;
		}
		return parse_error(ps, "'%s': no such errno, expected a name such as -EBUSY or a number from -%ld to -1",
				   ps->word, max);
	}
	if (!parse_number(ps, text, -max, -1, &number))
		return false;
	*err = -number;
	return true;
}

bool parse_cpu(struct parser *ps, const char *text, long *cpu)
{
	long last = (long)program_nr_cpus(ps->program) - 1;
	const char *why = "invalid";

	if (!strncmp(text, "cpu", 3) && is_number(text + 3))
		*cpu = (long)strtonum(text + 3, 0, last, &why);
	if (!why)
		return true;
	return parse_error(ps, "'%s': expected cpu0 to cpu%ld", ps->word, last);
}
