/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An input as a list that can be edited: operations from the front, choices
 * from the back, each choice held by the index of its operation instead of by
 * distance.  An edit moves the choices along with their operations.
 *
 * Knows the shape of the bytes (MO_HEADER_SIZE, MO_RECORD_SIZE) and nothing of
 * what they mean.
 */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include "memoffline.h"

#define RECORDS_MAX 65535

/* Bytes of the header that somebody draws or changes; the rest is kept. */
enum {
	HEADER_VERSION = 0,
	HEADER_GEOMETRY = 1,
	HEADER_POLICY = 2, /* bits 0-3 policy, 4-7 drain */
	HEADER_CPUS = 5,
	HEADER_NR_CHOICES = 6, /* and 7, little endian */
};

struct record {
	uint8_t code;
	uint8_t a;
	uint8_t b;
	uint8_t c;
};

/* Flag in point: a preemption point, not a fail point. */
#define RECORD_SWITCH 0x80
/* An order constraint: CPU in bits 0-1, which pass of the point in bits 2-4; nth is
 * the point where the operation is held, value the one that the CPU must pass. */
#define RECORD_ORDER 0x60

static inline bool record_is_order(uint8_t point)
{
	return (point & 0xe0) == RECORD_ORDER;
}

struct record_choice {
	uint32_t op; /* index of its operation, < nr_ops */
	uint8_t point;
	uint8_t nth;
	uint8_t value;
};

/* choices are sorted by op; those of one operation keep their order. */
struct records {
	uint8_t header[MO_HEADER_SIZE];
	uint32_t nr_ops;
	uint32_t nr_choices;
	struct record ops[RECORDS_MAX];
	struct record_choice choices[RECORDS_MAX];
};

/* Any bytes; choices of operations that do not exist are left out. */
void records_decode(struct records *r, const uint8_t *data, size_t size);

/*
 * Length of the result, at most size.  What does not fit is dropped from the
 * tails; choices take half of the room at most.  r is cut alike.
 */
size_t records_encode(struct records *r, uint8_t *data, size_t size);

/* Copies src->ops[from..from + nr) with their choices in front of r->ops[at], as
 * many as there is room for.  src is not r. */
void records_insert(struct records *r, uint32_t at, const struct records *src,
		    uint32_t from, uint32_t nr);
/* Makes room for one operation and stores it.  False: full. */
bool records_insert_op(struct records *r, uint32_t at, struct record op);
/* With their choices. */
void records_remove(struct records *r, uint32_t at, uint32_t nr);
/* Operations i < j change places, choices follow. */
void records_swap(struct records *r, uint32_t i, uint32_t j);
/* Behind the other choices of the same operation.  False: full, or no choice. */
bool records_add_choice(struct records *r, struct record_choice choice);
void records_remove_choice(struct records *r, uint32_t i);

#endif
