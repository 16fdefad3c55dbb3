/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "events.h"

enum event {
#define EVENT(name, counter, text) EVENT_##name,
#include "events.def"
#undef EVENT
	EVENT_NR
};

_Static_assert(EVENT_NR <= MO_MAX_EVENTS, "raise MO_MAX_EVENTS");

static const struct {
	const char *name;
	const char *text;
} events[] = {
#define EVENT(name_, counter, text_) { #name_, text_ },
#include "events.def"
#undef EVENT
};

const char *event_name(unsigned int id)
{
	return id < EVENT_NR ? events[id].name : NULL;
}

const char *event_text(unsigned int id)
{
	return id < EVENT_NR ? events[id].text : NULL;
}

int event_by_name(const char *name)
{
	for (unsigned int id = 0; id < EVENT_NR; id++)
		if (!strcmp(events[id].name, name))
			return (int)id;
	return -1;
}

void events_read(const struct world *w, uint32_t counts[MO_MAX_EVENTS])
{
#define EVENT(name, counter, text) counts[EVENT_##name] = w->stats.counter;
#include "events.def"
#undef EVENT
}
