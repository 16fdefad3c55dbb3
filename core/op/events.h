/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run is made of, counted (events.def). */
#ifndef MO_OP_EVENTS_H
#define MO_OP_EVENTS_H

#include "../memoffline.h"
#include "../mm/world.h"

/* NULL behind the last. */
const char *event_name(unsigned int id);
const char *event_text(unsigned int id);
/* -1: no such event. */
int event_by_name(const char *name);
/* Since the reset. */
void events_read(const struct world *w, uint32_t counts[MO_MAX_EVENTS]);

#endif
