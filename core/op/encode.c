/* SPDX-License-Identifier: GPL-2.0-only */
/* Program to canonical bytes. */
#include <string.h>

#include "op.h"

struct encoder {
	uint8_t *data;
	size_t size;
};

static void put_record(const struct encoder *e, size_t index, uint8_t b0,
		       uint8_t b1, uint8_t b2, uint8_t b3)
{
	size_t at = MO_HEADER_BYTES + index * MO_RECORD_BYTES;

	if (at + MO_RECORD_BYTES <= e->size)
		memcpy(e->data + at, (uint8_t[]){ b0, b1, b2, b3 },
		       MO_RECORD_BYTES);
}

static void encode_op(const struct encoder *e, struct liveness *live,
		      const struct op *op, size_t index)
{
	const struct op_desc *desc = op_desc(op->code);
	uint8_t r[MO_RECORD_BYTES] = { op->code, 0, 0, op->cpu };
	struct op scratch = *op;
	int pos = 0;

	if (desc->use) {
		pos = live_find(live, desc->use, op->name);
		MUST(pos >= 0);
		r[1] = (uint8_t)pos;
	}
	MUST(live_apply(live, desc, &scratch, (unsigned int)pos));
	MUST(scratch.slot == op->slot && scratch.name == op->name);
	for (unsigned int i = 0; desc->fields[i].kind != FIELD_END; i++) {
		const struct op_field *f = &desc->fields[i];
		unsigned int raw = op->value[i] - op_field_default(f);

		r[f->byte] |= (uint8_t)(raw << f->shift);
	}
	put_record(e, index, r[0], r[1], r[2], r[3]);
}

/*
 * Visits the choice records in order, fillers included: a distance above 255
 * operations needs one filler per 255.  Writes them backwards from record
 * `behind`; returns their number.
 */
static uint32_t encode_choices(const struct encoder *e, const struct program *p,
			       size_t behind, bool write)
{
	uint32_t nr = 0, last = 0;

	for (uint32_t i = 0; i < p->nr_ops; i++) {
		const struct op *op = &p->ops[i];

		for (uint32_t k = 0; k < op->nr_choices; k++) {
			const struct choice *c =
				&p->choices[op->first_choice + k];

			for (; i - last > UINT8_MAX; last += UINT8_MAX, nr++)
				if (write)
					put_record(e, behind - nr - 1,
						   UINT8_MAX, FAIL_NONE, 0, 0);
			if (write)
				put_record(e, behind - nr - 1,
					   (uint8_t)(i - last), c->point,
					   c->nth, c->value);
			last = i;
			nr++;
		}
	}
	return nr;
}

uint32_t program_choice_records(const struct program *p)
{
	return encode_choices(NULL, p, 0, false);
}

size_t program_encode(const struct program *p, uint8_t *data, size_t size)
{
	const struct encoder e = { data, size };
	uint32_t nr_choices = program_choice_records(p);
	struct liveness live;
	const uint8_t header[MO_HEADER_BYTES] = {
		MO_FORMAT_VERSION,
		p->geometry,
		(uint8_t)(p->config.policy | p->config.drain << 4),
		mo_era_code(p->config.era),
		p->config.oldbug,
		p->config.nr_cpus,
		(uint8_t)nr_choices,
		(uint8_t)(nr_choices >> 8),
	};

	if (size >= sizeof(header))
		memcpy(data, header, sizeof(header));
	live_init(&live);
	for (uint32_t i = 0; i < p->nr_ops; i++)
		encode_op(&e, &live, &p->ops[i], i);
	encode_choices(&e, p, p->nr_ops + nr_choices, true);
	return MO_HEADER_BYTES +
	       ((size_t)p->nr_ops + nr_choices) * MO_RECORD_BYTES;
}
