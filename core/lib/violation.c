/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "violation.h"

_Noreturn cold noinline void violation_raise(struct violation *v,
					     const char *id, unsigned long pfn,
					     const char *site, const char *fmt,
					     ...)
{
	va_list ap;

	v->id = id;
	v->pfn = pfn;
	v->site = site;
	va_start(ap, fmt);
	vsnprintf(v->message, sizeof(v->message), fmt, ap);
	va_end(ap);
	if (v->leave)
		v->leave(v, v->arg);
	fprintf(stderr, "ASSERTION FAILED: %s\n%s: %s\n", id, site, v->message);
	abort();
}
