/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes to program.  Total: no input is rejected. */
#include <stdlib.h>
#include <string.h>

#include "../mm/page_offline.h"
#include "op.h"

struct program *program_create(void)
{
	return calloc(1, sizeof(struct program));
}

void program_destroy(struct program *p)
{
	free(p);
}

unsigned int program_nr_cpus(const struct program *p)
{
	return p->config.nr_cpus ? p->config.nr_cpus :
				   mo_geometry_by_id(p->geometry)->nr_cpus;
}

/* An unassigned value means the default, which is 0 everywhere. */
static void decode_header(struct program *p, const uint8_t *header, int geometry)
{
	unsigned int policy = header[2] & 15, drain = header[2] >> 4;
	const struct mo_geometry *geo;

	p->geometry = geometry >= 0			? (uint8_t)geometry :
		      mo_geometry_by_id(header[1])	? header[1] :
							  0;
	geo = mo_geometry_by_id(p->geometry);
	p->config = (struct mo_config){
		.policy = mo_policy_name(policy) ? (uint8_t)policy : 0,
		.drain = drain < MO_DRAIN_NR ? (uint8_t)drain : 0,
		.era = mo_era_by_code(header[3]),
		.oldbug = oldbug_desc(header[4]) ? header[4] : 0,
		.nr_cpus = header[5] < geo->nr_cpus ? header[5] : 0,
	};
}

struct decoder {
	struct program *p;
	const struct mo_geometry *geo;
	unsigned int nr_cpus;
	uint16_t limits[FIELD_KIND_NR]; /* op_kind_limit(), looked up once */
	struct liveness live;
};

static void decoder_init(struct decoder *d, struct program *p)
{
	d->p = p;
	d->geo = mo_geometry_by_id(p->geometry);
	d->nr_cpus = program_nr_cpus(p);
	for (unsigned int kind = 0; kind < FIELD_KIND_NR; kind++)
		d->limits[kind] = (uint16_t)mo_min(
			op_kind_limit(d->geo, (enum op_field_kind)kind),
			FIELD_VALUES_MAX);
	live_init(&d->live);
}

static void decode_fields(const struct decoder *d, const struct op_desc *desc,
			  struct op *op, const uint8_t *record)
{
	for (unsigned int i = 0; desc->fields[i].kind != FIELD_END; i++) {
		const struct op_field *f = &desc->fields[i];
		unsigned int limit = d->limits[f->kind];
		unsigned int raw = record[f->byte] >> f->shift;

		raw &= (1u << f->width) - 1;
		if (raw >= limit)
			raw %= limit;
		op->value[i] = (uint8_t)(raw + op_field_default(f));
	}
}

static void decode_op(struct decoder *d, struct op *op, const uint8_t *record)
{
	const struct op_desc *desc = op_desc(record[0]);
	unsigned int cpu = record[3] & 3;

	*op = (struct op){
		.code = OP_nop,
		.cpu = (uint8_t)(cpu < d->nr_cpus ? cpu : cpu % d->nr_cpus),
	};
	if (!desc)
		return;
	op->code = record[0];
	if (live_apply(&d->live, desc, op, record[1]))
		decode_fields(d, desc, op, record);
	else
		op->code = OP_nop;
	if (op->code == OP_virtio_mem_probe)
		op_virtio_mem_repair(d->geo, op);
}

/* False: the record carries no choice. */
static bool decode_choice(const struct decoder *d, struct choice *c,
			  const uint8_t *record)
{
	unsigned int point = record[1];

	*c = (struct choice){ .point = record[1], .nth = record[2],
			      .value = record[3] };
	if (point & CHOICE_SCHED) {
		c->value = (uint8_t)(c->value % d->nr_cpus);
		return sched_point_name(point & ~CHOICE_SCHED);
	}
	if (choice_is_hold(point)) {
		c->point = (uint8_t)((point & ~3u) | (point & 3) % d->nr_cpus);
		return sched_point_name(c->nth) && sched_point_name(c->value);
	}
	if (point == FAIL_NONE || !fail_point_name(point))
		return false;
	if (c->value == -fail_point_errno(point))
		c->value = 0;
	return true;
}

/* back: the record behind the first choice.  Their operations only ascend, so
 * the choices of one operation stand together. */
static void decode_choices(const struct decoder *d, const uint8_t *back,
			   uint32_t nr)
{
	struct program *p = d->p;
	uint32_t at = 0; /* < 2^24: MO_MAX_CHOICES distances of one byte */

	for (uint32_t i = 0; i < nr; i++) {
		const uint8_t *record = back - (i + 1) * MO_RECORD_BYTES;
		struct op *op;

		at += record[0];
		if (at >= p->nr_ops)
			return;
		op = &p->ops[at];
		if (!decode_choice(d, &p->choices[p->nr_choices], record))
			continue;
		if (!op->nr_choices++)
			op->first_choice = p->nr_choices;
		p->nr_choices++;
	}
}

void program_decode(struct program *p, const uint8_t *data, size_t size,
		    int geometry)
{
	uint8_t header[MO_HEADER_BYTES] = { 0 };
	size_t nr_records = 0, nr_choices = 0;
	struct decoder d;

	if (size)
		memcpy(header, data, mo_min(size, sizeof(header)));
	decode_header(p, header, geometry);
	p->nr_ops = p->nr_choices = 0;
	if (size <= MO_HEADER_BYTES)
		return;
	decoder_init(&d, p);
	data += MO_HEADER_BYTES;
	nr_records = (size - MO_HEADER_BYTES) / MO_RECORD_BYTES;
	nr_choices = mo_min(header[6] | header[7] << 8, nr_records);
	p->nr_ops = (uint32_t)mo_min(nr_records - nr_choices, MO_MAX_OPS);
	for (uint32_t i = 0; i < p->nr_ops; i++)
		decode_op(&d, &p->ops[i], data + i * MO_RECORD_BYTES);
	decode_choices(&d, data + nr_records * MO_RECORD_BYTES,
		       (uint32_t)nr_choices);
}
