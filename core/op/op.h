/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L5: the operation language.  Bytes and text say the same thing:
 *
 *   bytes = header (8) + operations (4 each, from the front)
 *                      + choices (4 each, from the back)
 *
 *   header   0 version (1)   1 geometry id       2 policy | drain << 4
 *            3 era switches  4 old bug id        5 CPUs (0: the geometry's)
 *            6-7 number of choices, little endian
 *   record   0 opcode        1 a                 2 b           3 c: CPU in bits 0-1
 *   choice   0 operations since the operation of the choice before
 *            1 point: 0 filler, 1-31 fail point, 128 + id preemption point
 *            2 nth time that the point is passed in that operation, minus 1
 *            3 fail point: errno (0: the point's default); preemption: CPU
 *   The first choice is the last record of the input, the second stands before it.
 *
 * Decoding is total: every byte string is a program.  Too many choices for the
 * size are clamped, records behind MO_MAX_OPS are ignored, an unassigned value
 * of a header byte means its default, trailing bytes are ignored.
 *
 * Objects are resolved while decoding: byte a modulo the number of names that
 * are live at that place, in order of their creation.  A name is live from the
 * operation that defines it to the one that eats it; whether the operation
 * succeeded at run time plays no part.  An operation that needs an object while
 * none is live, or that would define one while MO_MAX_LIVE are, decodes to nop.
 * get_page keeps a name alive past __free_pages until its put_page.
 */
#ifndef MO_OP_H
#define MO_OP_H

#include "../mm/world.h"

#define MO_FORMAT_VERSION 1
#define MO_HEADER_BYTES 8
#define MO_RECORD_BYTES 4
#define MO_MAX_OPS 65536
#define MO_MAX_CHOICES 65535
#define MO_MAX_LIVE 128		/* live names, all kinds together */
#define MO_MAX_FIELDS 8

enum op_code {
#define OP(code, name, def, use, fields, text) OP_##name = (code),
#include "ops.def"
#undef OP
};

enum op_object { OBJ_NONE, OBJ_PAGE, OBJ_ISO, OBJ_CONTIG, OBJ_NR };

enum op_field_kind {
	FIELD_END,
	FIELD_ORDER,
	FIELD_ZONE,
	FIELD_MT,
	FIELD_NODE,
	FIELD_BLOCK,
	FIELD_PB,
	FIELD_NR,	/* shown and held as 1..2^width */
	FIELD_NUM,
	FIELD_BOOL,
	FIELD_MODE,
	FIELD_HSTATE,
	FIELD_ONLINE,
};

struct op_field {
	uint8_t kind;	/* enum op_field_kind */
	uint8_t byte;	/* 1 a, 2 b, 3 c */
	uint8_t shift;
	uint8_t width;
	const char *key;
};

struct op_desc {
	const char *name;
	const char *text;
	uint8_t def;	/* enum op_object */
	uint8_t use;	/* enum op_object */
	bool eats;
	struct op_field fields[MO_MAX_FIELDS]; /* ends with FIELD_END */
};

/* NULL for an unassigned opcode. */
const struct op_desc *op_desc(unsigned int code);
/* -1: no such operation. */
int op_code_by_name(const char *name);
/* Number of values of a field in this geometry, at least 1. */
unsigned int op_field_limit(const struct mo_geometry *geo,
			    const struct op_field *field);
/* "movable", "cma" ...; NULL when the kind is shown as a number. */
const char *op_field_value_name(enum op_field_kind kind, unsigned int value);

/* One decoded operation. */
struct op {
	uint8_t code;	/* enum op_code; OP_nop for everything unassigned */
	uint8_t cpu;
	uint8_t slot;	/* executor slot of the object used or defined */
	uint8_t value[MO_MAX_FIELDS]; /* by field, reduced to its limit */
	uint16_t name;	/* ordinal of the object: p0, i3, c1; unique per kind */
	uint16_t nr_choices;
	uint32_t first_choice; /* index into program->choices */
};

#define CHOICE_SCHED 0x80 /* flag in choice->point */

struct choice {
	uint8_t point;	/* enum fail_point, or CHOICE_SCHED | enum sched_point_id */
	uint8_t nth;	/* 1..256 as 0..255 */
	uint8_t value;
};

/* A whole input.  Allocated once per process: program_create(). */
struct program {
	uint8_t geometry;	/* id in mm/geometry.def */
	struct mo_config config;
	uint32_t nr_ops;
	uint32_t nr_choices;
	struct op ops[MO_MAX_OPS];
	struct choice choices[MO_MAX_CHOICES];
};

struct program *program_create(void);
void program_destroy(struct program *p);

/* op/decode.c, op/encode.c.  decode never fails. */
void program_decode(struct program *p, const uint8_t *data, size_t size);
/* Bytes of the canonical form; written only while they fit into size. */
size_t program_encode(const struct program *p, uint8_t *data, size_t size);

/* --- text (.ops); see text.h --- */

/* --- execution --- */

/* errno-style result, or one of: */
#define OP_NOOP INT32_MIN	/* nothing to work on: counted, not an error */
#define OP_SKIPPED (INT32_MIN + 1) /* outside what this subject supports */

struct op_result {
	int32_t ret;	/* >= 0, negative errno, OP_NOOP, OP_SKIPPED */
};

#endif
