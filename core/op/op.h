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
 *            1 point: 0 filler, 1-63 fail point, 128 + id preemption point,
 *              96-127 order constraint (CHOICE_HOLD)
 *            2 nth time that the point is passed in that operation, minus 1;
 *              255 of a fail point: every time
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
 *
 * Canonical form: what program_encode() writes of a decoded program.  No larger
 * than the input it came from but for a missing header, and a fixed point.
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

enum op_object { OBJ_NONE, OBJ_PAGE, OBJ_ISO, OBJ_CONTIG, OBJ_OFFLINE, OBJ_SLAB,
		 OBJ_NR };

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
	FIELD_BALLOON,
	FIELD_AUTO_ONLINE,
	FIELD_DEVICE_ORDER,	/* log2 of the pages of a virtio-mem device block */
	FIELD_VIRTIO_MEM_MODE,
	FIELD_KIND_NR
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

#define FIELD_VALUES_MAX 256

extern const struct op_desc op_descs[256];

/* NULL for an unassigned opcode. */
static inline const struct op_desc *op_desc(unsigned int code)
{
	return code < ARRAY_SIZE(op_descs) && op_descs[code].name ?
		       &op_descs[code] : NULL;
}

/* -1: no such operation. */
int op_code_by_name(const char *name);
/* Number of values that make sense in this geometry, whatever the width. */
unsigned int op_kind_limit(const struct mo_geometry *geo,
			   enum op_field_kind kind);
/* Number of values of a field in this geometry, at least 1. */
unsigned int op_field_limit(const struct mo_geometry *geo,
			    const struct op_field *field);
/* "movable", "cma" ...; NULL when the kind is shown as a number. */
const char *op_field_value_name(enum op_field_kind kind, unsigned int value);
/* The value of a field that the text does not name: 0, or 1 of FIELD_NR. */
static inline unsigned int op_field_default(const struct op_field *field)
{
	return field->kind == FIELD_NR;
}

/* "page", "iso", "contig"; NULL for OBJ_NONE. */
const char *op_object_name(enum op_object kind);
/* Names of header values; NULL when unassigned. */
const char *mo_policy_name(unsigned int policy);
const char *mo_policy_text(unsigned int policy);
/* The design cannot keep it, even if everybody keeps to the contract. */
bool mo_policy_breaks(unsigned int policy, const char *invariant);
const char *mo_drain_name(unsigned int drain);
/* "6.17" .., NULL behind the last. */
const char *mo_era_name(unsigned int era);
/* Of an era in the header; of a code there, 0 when it is none. */
uint8_t mo_era_code(unsigned int era);
uint8_t mo_era_by_code(uint8_t code);
const char *mo_drain_text(unsigned int drain);
const char *mo_geometry_text(unsigned int geometry);
/* "EBUSY"; NULL when the number has no name. */
const char *errno_name(int err);
/* -1: no such name. */
int errno_by_name(const char *name);

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

#define CHOICE_SCHED 0x80 /* flag in choice->point: a switch */

/*
 * An order constraint: the operation is held at a point, when it passes that for
 * the nth time, until a CPU has passed another point.  choice->point is
 * CHOICE_HOLD | CPU in bits 0-1 | nth - 1 in bits 2-4; nth is the point where it is
 * held, value the point that the CPU must pass (enum sched_point_id).
 */
#define CHOICE_HOLD 0x60
#define CHOICE_HOLD_MASK 0xe0
#define CHOICE_HOLD_NTH_MAX 8

static inline bool choice_is_hold(unsigned int point)
{
	return (point & CHOICE_HOLD_MASK) == CHOICE_HOLD;
}

/* Switch or order constraint: of the schedule, and no fail point. */
static inline bool choice_is_schedule(unsigned int point)
{
	return point & CHOICE_SCHED || choice_is_hold(point);
}

struct choice {
	uint8_t point;	/* enum fail_point, or CHOICE_SCHED | enum sched_point_id */
	uint8_t nth;	/* 1..256 as 0..255; CHOICE_EVERY_TIME */
	uint8_t value;	/* errno, 0: the point's default; or the CPU to run */
};

#define CHOICE_EVERY_TIME 255 /* nth of a fail point */

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

/* op/decode.c, op/encode.c.  decode never fails.  geometry: id that overrides
 * the header's, -1 for none. */
void program_decode(struct program *p, const uint8_t *data, size_t size,
		    int geometry);
/* Bytes of the canonical form; written only while they fit into size. */
size_t program_encode(const struct program *p, uint8_t *data, size_t size);
/* Choices with their fillers; the format has room for MO_MAX_CHOICES. */
uint32_t program_choice_records(const struct program *p);

/* CPUs that take part in a run. */
unsigned int program_nr_cpus(const struct program *p);

/*
 * --- liveness: which names are there at each place ---
 *
 * Shared by decoder, encoder and parser, so that the three agree.
 */

struct live_name {
	uint32_t pins;	/* get_page minus put_page */
	uint16_t name;
	uint8_t slot;
	bool eaten;	/* lives on because of its pins */
};

/* Initialised by live_init(); the name arrays are filled as far as nr says. */
struct liveness {
	uint64_t free_slots[MO_MAX_LIVE / 64];
	uint16_t next_name[OBJ_NR];
	uint8_t nr[OBJ_NR];
	struct live_name names[OBJ_NR][MO_MAX_LIVE]; /* in order of creation */
};

void live_init(struct liveness *l);
/* Position of a name, -1: not live. */
int live_find(const struct liveness *l, enum op_object kind, unsigned int name);
/*
 * Gives op its slot and name and applies what op does to the live set.  pos:
 * position of the object used; reduced modulo their number.  False, and nothing
 * done, when op has no object to use or no room for the one it defines.
 */
bool live_apply(struct liveness *l, const struct op_desc *desc, struct op *op,
		unsigned int pos);

/* --- device.c: the device that virtio_mem_probe describes --- */

struct virtio_mem_config op_virtio_mem_config(const struct mo_geometry *geo,
					      const struct op *op);
/* Decoding is total: the nearest device that the geometry can have. */
void op_virtio_mem_repair(const struct mo_geometry *geo, struct op *op);

/* --- text (.ops); see text.h --- */

/* --- execution --- */

/* errno-style result, or one of: */
#define OP_NOOP INT32_MIN	/* nothing to work on: counted, not an error */
#define OP_SKIPPED (INT32_MIN + 1) /* outside what this subject supports */

struct op_result {
	int32_t ret;	/* >= 0, negative errno, OP_NOOP, OP_SKIPPED */
};

#endif
