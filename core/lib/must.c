/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>

#include "base.h"

_Noreturn cold noinline void must_failed(const char *expr, const char *file,
					 int line)
{
	fprintf(stderr, "memoffline: internal error: %s:%d: MUST(%s)\n", file,
		line, expr);
	abort();
}
