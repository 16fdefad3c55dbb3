/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of a machine as conform.sh compares it; for the model and the lane. */
#ifndef LANE_STATE_H
#define LANE_STATE_H

#include <stddef.h>
#include <stdint.h>

struct world;

uint64_t state_hash(const struct world *w);
/* The same as text, a fact a line.  Returns the length, cut at size. */
size_t state_text(const struct world *w, char *text, size_t size);

#endif
