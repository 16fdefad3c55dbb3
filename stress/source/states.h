/* SPDX-License-Identifier: GPL-2.0-only */
/* Between conform.c and states.c, which are one machine and one build. */
#ifndef LANE_STATES_H
#define LANE_STATES_H

#include "trace.h"

#define STATES_INPUT_MAX (MO_HEADER_SIZE + 2 * MO_RECORD_SIZE * TRACE_OPS)
#define STATES_NO_TEXT UINT32_MAX

struct states_request {
	uint32_t size;	/* of the input behind it */
	uint32_t show;	/* text of the state behind this operation, STATES_NO_TEXT: a trace */
};

#endif
