/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "records.h"

/* A choice further than this behind the one before needs a filler record. */
#define DISTANCE_MAX 255
#define NR_CHOICES_MAX 65535

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Fillers between a choice and the one before it. */
static uint32_t nr_fillers(uint32_t distance)
{
	return distance ? (distance - 1) / DISTANCE_MAX : 0;
}

static void decode_choices(struct records *r, const uint8_t *end, uint32_t nr)
{
	uint64_t op = 0;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		const uint8_t *p = end - MO_RECORD_SIZE * ((size_t)i + 1);

		op += p[0];
		if (op >= r->nr_ops)
			break;
		if (p[1] == 0)
			continue;
		r->choices[r->nr_choices++] = (struct record_choice){
			.op = (uint32_t)op,
			.point = p[1],
			.nth = p[2],
			.value = p[3],
		};
	}
}

void records_decode(struct records *r, const uint8_t *data, size_t size)
{
	size_t nr, nr_choices;

	r->nr_ops = r->nr_choices = 0;
	memset(r->header, 0, sizeof(r->header));
	if (size)
		memcpy(r->header, data,
		       size < MO_HEADER_SIZE ? size : MO_HEADER_SIZE);
	if (size < MO_HEADER_SIZE + MO_RECORD_SIZE)
		return;

	nr = (size - MO_HEADER_SIZE) / MO_RECORD_SIZE;
	nr_choices = r->header[HEADER_NR_CHOICES] |
		     r->header[HEADER_NR_CHOICES + 1] << 8;
	if (nr_choices > nr)
		nr_choices = nr;
	r->nr_ops = nr - nr_choices < RECORDS_MAX ?
			    (uint32_t)(nr - nr_choices) :
			    RECORDS_MAX;
	memcpy(r->ops, data + MO_HEADER_SIZE, r->nr_ops * sizeof(r->ops[0]));
	decode_choices(r, data + MO_HEADER_SIZE + nr * MO_RECORD_SIZE,
		       (uint32_t)nr_choices);
}

/* Drops choices from the tail until they take at most max records.  Returns
 * the records that they take. */
static uint32_t limit_choices(struct records *r, uint32_t max)
{
	uint32_t total = 0, last = 0, i;

	for (i = 0; i < r->nr_choices; i++) {
		uint32_t cost = 1 + nr_fillers(r->choices[i].op - last);

		if (total + cost > max)
			break;
		total += cost;
		last = r->choices[i].op;
	}
	r->nr_choices = i;
	return total;
}

static void encode_choices(const struct records *r, uint8_t *end)
{
	uint32_t last = 0, i;

	for (i = 0; i < r->nr_choices; i++) {
		const struct record_choice *c = &r->choices[i];
		uint32_t distance = c->op - last;

		for (; distance > DISTANCE_MAX; distance -= DISTANCE_MAX) {
			end -= MO_RECORD_SIZE;
			memcpy(end, (uint8_t[]){ DISTANCE_MAX, 0, 0, 0 },
			       MO_RECORD_SIZE);
		}
		end -= MO_RECORD_SIZE;
		end[0] = (uint8_t)distance;
		end[1] = c->point;
		end[2] = c->nth;
		end[3] = c->value;
		last = c->op;
	}
}

size_t records_encode(struct records *r, uint8_t *data, size_t size)
{
	uint32_t max, nr_choices, nr;
	size_t ops_bytes;

	if (size < MO_HEADER_SIZE) {
		r->nr_ops = r->nr_choices = 0;
		memcpy(data, r->header, size);
		return size;
	}
	max = size / MO_RECORD_SIZE < 2 * RECORDS_MAX ?
		      (uint32_t)((size - MO_HEADER_SIZE) / MO_RECORD_SIZE) :
		      2 * RECORDS_MAX;
	nr_choices = limit_choices(r, min_u32(max / 2, NR_CHOICES_MAX));
	if (r->nr_ops > max - nr_choices) {
		records_remove(r, max - nr_choices, r->nr_ops);
		nr_choices = limit_choices(r, NR_CHOICES_MAX);
	}

	r->header[HEADER_NR_CHOICES] = nr_choices & 0xff;
	r->header[HEADER_NR_CHOICES + 1] = (uint8_t)(nr_choices >> 8);
	memcpy(data, r->header, MO_HEADER_SIZE);
	ops_bytes = r->nr_ops * sizeof(r->ops[0]);
	memcpy(data + MO_HEADER_SIZE, r->ops, ops_bytes);
	nr = r->nr_ops + nr_choices;
	encode_choices(r, data + MO_HEADER_SIZE + (size_t)nr * MO_RECORD_SIZE);
	return MO_HEADER_SIZE + (size_t)nr * MO_RECORD_SIZE;
}

/* Index of the first choice that belongs to operation op or a later one. */
static uint32_t first_choice(const struct records *r, uint32_t op)
{
	uint32_t lo = 0, hi = r->nr_choices;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (r->choices[mid].op < op)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* A gap of nr entries in front of choice i. */
static void open_choices(struct records *r, uint32_t i, uint32_t nr)
{
	memmove(&r->choices[i + nr], &r->choices[i],
		(r->nr_choices - i) * sizeof(r->choices[0]));
	r->nr_choices += nr;
}

void records_insert(struct records *r, uint32_t at, const struct records *src,
		    uint32_t from, uint32_t nr)
{
	uint32_t first, last, to, i;

	nr = min_u32(nr, min_u32(src->nr_ops - from, RECORDS_MAX - r->nr_ops));
	memmove(&r->ops[at + nr], &r->ops[at],
		(r->nr_ops - at) * sizeof(r->ops[0]));
	memcpy(&r->ops[at], &src->ops[from], nr * sizeof(r->ops[0]));
	r->nr_ops += nr;

	to = first_choice(r, at);
	for (i = to; i < r->nr_choices; i++)
		r->choices[i].op += nr;
	first = first_choice(src, from);
	last = first_choice(src, from + nr);
	last = min_u32(last, first + RECORDS_MAX - r->nr_choices);
	open_choices(r, to, last - first);
	for (i = first; i < last; i++, to++) {
		r->choices[to] = src->choices[i];
		r->choices[to].op = src->choices[i].op - from + at;
	}
}

bool records_insert_op(struct records *r, uint32_t at, struct record op)
{
	uint32_t i;

	if (r->nr_ops == RECORDS_MAX)
		return false;
	memmove(&r->ops[at + 1], &r->ops[at],
		(r->nr_ops - at) * sizeof(r->ops[0]));
	r->ops[at] = op;
	r->nr_ops++;
	for (i = first_choice(r, at); i < r->nr_choices; i++)
		r->choices[i].op++;
	return true;
}

void records_remove(struct records *r, uint32_t at, uint32_t nr)
{
	uint32_t first, last, i;

	nr = min_u32(nr, r->nr_ops - at);
	first = first_choice(r, at);
	last = first_choice(r, at + nr);
	memmove(&r->ops[at], &r->ops[at + nr],
		(r->nr_ops - at - nr) * sizeof(r->ops[0]));
	r->nr_ops -= nr;
	memmove(&r->choices[first], &r->choices[last],
		(r->nr_choices - last) * sizeof(r->choices[0]));
	r->nr_choices -= last - first;
	for (i = first; i < r->nr_choices; i++)
		r->choices[i].op -= nr;
}

static void reverse_choices(struct record_choice *c, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr / 2; i++) {
		struct record_choice tmp = c[i];

		c[i] = c[nr - 1 - i];
		c[nr - 1 - i] = tmp;
	}
}

static void set_choices_op(struct records *r, uint32_t first, uint32_t nr,
			   uint32_t op)
{
	while (nr--)
		r->choices[first++].op = op;
}

/* The choices of i, those between and those of j stand in a row; reversing all
 * of them and then each group swaps the outer two in linear time. */
void records_swap(struct records *r, uint32_t i, uint32_t j)
{
	uint32_t first, nr_i, nr_mid, nr_j;
	struct record tmp = r->ops[i];

	if (i >= j)
		return;
	r->ops[i] = r->ops[j];
	r->ops[j] = tmp;

	first = first_choice(r, i);
	nr_i = first_choice(r, i + 1) - first;
	nr_mid = first_choice(r, j) - first - nr_i;
	nr_j = first_choice(r, j + 1) - first - nr_i - nr_mid;
	reverse_choices(&r->choices[first], nr_i + nr_mid + nr_j);
	reverse_choices(&r->choices[first], nr_j);
	reverse_choices(&r->choices[first + nr_j], nr_mid);
	reverse_choices(&r->choices[first + nr_j + nr_mid], nr_i);
	set_choices_op(r, first, nr_j, i);
	set_choices_op(r, first + nr_j + nr_mid, nr_i, j);
}

bool records_add_choice(struct records *r, struct record_choice choice)
{
	uint32_t i;

	if (r->nr_choices == RECORDS_MAX || choice.op >= r->nr_ops ||
	    !choice.point)
		return false;
	i = first_choice(r, choice.op + 1);
	open_choices(r, i, 1);
	r->choices[i] = choice;
	return true;
}

void records_remove_choice(struct records *r, uint32_t i)
{
	memmove(&r->choices[i], &r->choices[i + 1],
		(r->nr_choices - i - 1) * sizeof(r->choices[0]));
	r->nr_choices--;
}
