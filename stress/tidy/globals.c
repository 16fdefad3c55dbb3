/* SPDX-License-Identifier: GPL-2.0-only */
/* Compiled so that objects.sh has something to find: three variables, no more. */

int global_variables(int n);

static int counter;
static _Thread_local int per_thread;
static const char *const constant_names[] = { "zero", "one" };

int global_variables(int n)
{
	static int calls = 1;

	counter += n;
	per_thread -= n;
	return calls++ + counter + per_thread + constant_names[n & 1][0];
}
