/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzz target that keeps the contract of OSS-Fuzz, and with a macro breaks one
 * line of it: bites.sh shows that check-oss-fuzz.sh notices.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef NEEDS_LIBRARY
/* libbsd's, shared. */
long long strtonum(const char *s, long long min, long long max, const char **why);
#endif

static volatile unsigned int sink;

/* A hundred edges and more, and something to check in each. */
#define EDGE(n)                                                                \
	if (size > (n) % 8 && data[(n) % 8] == (n))                            \
		sink = sink + (table[(n) % 16] << 1);
#define EDGES_4(n)  EDGE(n) EDGE((n) + 1) EDGE((n) + 2) EDGE((n) + 3)
#define EDGES_16(n) EDGES_4(n) EDGES_4((n) + 4) EDGES_4((n) + 8) EDGES_4((n) + 12)
#define EDGES_64(n) EDGES_16(n) EDGES_16((n) + 16) EDGES_16((n) + 32) EDGES_16((n) + 48)

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
#ifdef NEEDS_FILE
	if (!fopen(NEEDS_FILE, "r"))
		exit(1);
#endif
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned int table[16], nr_runs;

	nr_runs++;
	EDGES_64(0)
	EDGES_64(64)
#ifdef BREAKS
	if (size > 2 && !memcmp(data, "ok", 2))
		abort();
#endif
#ifdef KEEPS_STATE
	if (nr_runs % 3 == 0 && size > 3)
		sink = sink + 1;
#endif
#ifdef ENDS
	if (nr_runs > 50)
		exit(3);
#endif
#ifdef NEEDS_LIBRARY
	sink += (unsigned int)strtonum("1", 0, 1, NULL);
#endif
	return 0;
}
