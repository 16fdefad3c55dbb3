/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What same-code.sh must find: an old bug that leaves a trace in a normal build.
 * Compiled twice; only MO_OLDBUG_REMOVED takes it out.
 */
#include <stdbool.h>

#ifdef MO_OLDBUG_REMOVED
#define oldbug(w, NAME) false
#else
#define oldbug(w, NAME) (*(w) == 'o')
#endif

int reads_the_selector(const char *w);
int reads_the_selector(const char *w)
{
	if (oldbug(w, ANY))
		return 1;
	return *w == 'x';
}
