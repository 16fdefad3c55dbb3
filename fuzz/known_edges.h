/* SPDX-License-Identifier: GPL-2.0-only */
/* What libFuzzer need not be told again.  Other engines keep what they count. */
#ifndef FUZZ_KNOWN_EDGES_H
#define FUZZ_KNOWN_EDGES_H

#ifdef MO_KNOWN_EDGES
/* To be called when an input has run, before the engine reads the counters. */
void known_edges_forget(void);
#else
static inline void known_edges_forget(void)
{
}
#endif

#endif
