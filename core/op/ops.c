/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of the language: operations, fields, names of values. */
#include <errno.h>
#include <string.h>

#include "../mm/page_alloc.h"
#include "../policy/policy.h"
#include "op.h"

#define NONE OBJ_NONE
#define PAGE OBJ_PAGE
#define ISO OBJ_ISO
#define CONTIG OBJ_CONTIG
#define OFFLINE OBJ_OFFLINE
#define SLAB OBJ_SLAB
#define NO_USE .use = OBJ_NONE
#define USE(kind) .use = kind
#define EAT(kind) .use = kind, .eats = true
#define BYTE_A 1
#define BYTE_B 2
#define BYTE_C 3
#define F(kind_, byte_, shift_, width_, key_)                                  \
	{ .kind = FIELD_##kind_, .byte = BYTE_##byte_, .shift = (shift_),      \
	  .width = (width_), .key = (key_) },
#define FIELDS(...) { __VA_ARGS__ }

/* Every list of fields is shorter than MO_MAX_FIELDS, so it ends with FIELD_END
 * by being zero. */
const struct op_desc op_descs[256] = {
#define OP(code, name_, def_, use_, fields_, text_)                            \
	[code] = { .name = #name_, .text = (text_), .def = (def_), use_,       \
		   .fields = fields_ },
#include "ops.def"
#undef OP
};

int op_code_by_name(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(op_descs); i++)
		if (op_descs[i].name && !strcmp(op_descs[i].name, name))
			return (int)i;
	return -1;
}

unsigned int op_kind_limit(const struct mo_geometry *geo,
			   enum op_field_kind kind)
{
	switch (kind) {
	case FIELD_ORDER:
		return geo->max_page_order + 1;
	case FIELD_ZONE:
		return MAX_NR_ZONES;
	case FIELD_MT:
		return MIGRATE_PCPTYPES;
	case FIELD_NODE:
		return geo->nr_nodes;
	case FIELD_BLOCK:
		return geo->nr_blocks;
	case FIELD_PB:
		return geo->sections_per_block
		       << (geo->section_order - geo->pageblock_order);
	case FIELD_BOOL:
		return 2;
	case FIELD_MODE:
		return PB_ISOLATE_MODE_NR;
	case FIELD_HSTATE:
		return MO_MAX_HSTATE;
	case FIELD_ONLINE:
		return 3;
	case FIELD_BALLOON:
		return BALLOON_NR;
	case FIELD_AUTO_ONLINE:
		return 4;
	case FIELD_DEVICE_ORDER: /* up to four memory blocks */
		return geo->section_order + 3 +
		       (unsigned int)__builtin_ctz(geo->sections_per_block);
	case FIELD_VIRTIO_MEM_MODE:
		return VIRTIO_MEM_MODE_NR;
	case FIELD_NR:
	case FIELD_NUM:
	case FIELD_END:
	case FIELD_KIND_NR:
		break;
	}
	return FIELD_VALUES_MAX;
}

unsigned int op_field_limit(const struct mo_geometry *geo,
			    const struct op_field *field)
{
	return (unsigned int)mo_min(1u << field->width,
				    op_kind_limit(geo, field->kind));
}

const char *op_field_value_name(enum op_field_kind kind, unsigned int value)
{
	static const char *const zones[] = { "normal", "movable" };
	static const char *const types[] = { "unmovable", "movable",
					     "reclaimable" };
	static const char *const modes[] = { "offline", "cma", "other" };
	static const char *const onlines[] = { "online", "kernel", "movable" };
	static const char *const balloons[BALLOON_NR] = {
		[BALLOON_VIRTIO] = "virtio", [BALLOON_VMWARE] = "vmware",
		[BALLOON_CMM] = "cmm",	     [BALLOON_XEN] = "xen",
		[BALLOON_HYPERV] = "hyperv",
	};
	static const char *const auto_onlines[] = { "offline", "online",
						    "kernel", "movable" };
	static const char *const virtio_mem_modes[] = { "auto", "sbm", "bbm" };

	if (kind == FIELD_ZONE && value < ARRAY_SIZE(zones))
		return zones[value];
	if (kind == FIELD_MT && value < ARRAY_SIZE(types))
		return types[value];
	if (kind == FIELD_MODE && value < ARRAY_SIZE(modes))
		return modes[value];
	if (kind == FIELD_ONLINE && value < ARRAY_SIZE(onlines))
		return onlines[value];
	if (kind == FIELD_BALLOON && value < ARRAY_SIZE(balloons))
		return balloons[value];
	if (kind == FIELD_AUTO_ONLINE && value < ARRAY_SIZE(auto_onlines))
		return auto_onlines[value];
	if (kind == FIELD_VIRTIO_MEM_MODE &&
	    value < ARRAY_SIZE(virtio_mem_modes))
		return virtio_mem_modes[value];
	return NULL;
}

const char *op_object_name(enum op_object kind)
{
	static const char *const names[OBJ_NR] = {
		[OBJ_PAGE] = "page", [OBJ_ISO] = "iso", [OBJ_CONTIG] = "contig",
		[OBJ_OFFLINE] = "offline", [OBJ_SLAB] = "slab",
	};

	return kind < OBJ_NR ? names[kind] : NULL;
}

/* --- header values --- */

struct named {
	const char *name;
	const char *text;
};

static const char *const policy_breaks[MO_POLICY_MAX] = {
#define POLICY(id, name_, text_, breaks_) [id] = breaks_,
#include "../policy/policies.def"
#undef POLICY
};

static const struct named policies[MO_POLICY_MAX] = {
#define POLICY(id, name_, text_, breaks_) [id] = { #name_, text_ },
#include "../policy/policies.def"
#undef POLICY
};

static const struct named drains[MO_DRAIN_NR] = {
	[MO_DRAIN_DISABLE] = { "disable",
		"per-CPU lists are disabled for the whole attempt (since v5.11)" },
	[MO_DRAIN_ONCE] = { "once",
		"drained once, before isolation is tested (v5.8)" },
	[MO_DRAIN_REDRAIN] = { "redrain",
		"drained again after each failed isolation test (v5.9, v5.10)" },
};

static const char *const geometry_texts[] = {
#define GEOMETRY(id, name, cpus, nodes, pbo, maxo, seco, spb, blocks, normal,  \
		 movable, cma, vmemmap, batch, high, lru, device, text_)       \
	[id] = text_,
#include "../mm/geometry.def"
#undef GEOMETRY
};

const char *mo_policy_name(unsigned int policy)
{
	return policy < MO_POLICY_MAX ? policies[policy].name : NULL;
}

const char *mo_policy_text(unsigned int policy)
{
	return policy < MO_POLICY_MAX ? policies[policy].text : NULL;
}

bool mo_policy_breaks(unsigned int policy, const char *invariant)
{
	const char *list = policy < MO_POLICY_MAX ? policy_breaks[policy] : NULL;
	size_t n = strlen(invariant);

	while (list && *list) {
		size_t word = strcspn(list, " ");

		if (word == n && !strncmp(list, invariant, n))
			return true;
		list += word + (list[word] == ' ');
	}
	return false;
}

const char *mo_drain_name(unsigned int drain)
{
	return drain < MO_DRAIN_NR ? drains[drain].name : NULL;
}

static const struct {
	const char *name;
	uint8_t code;	/* in the header; a code never changes its meaning */
} eras[MO_ERA_NR] = {
	[MO_ERA_6_17] = { "6.17", 0 },
	[MO_ERA_7_2] = { "7.2", 3 },
	[MO_ERA_6_12] = { "6.12", 1 },
	[MO_ERA_6_1] = { "6.1", 2 },
};

const char *mo_era_name(unsigned int era)
{
	return era < MO_ERA_NR ? eras[era].name : NULL;
}

uint8_t mo_era_code(unsigned int era)
{
	return eras[era].code;
}

uint8_t mo_era_by_code(uint8_t code)
{
	for (uint8_t era = 0; MO_HAVE_OLDBUGS && era < MO_ERA_NR; era++)
		if (eras[era].code == code)
			return era;
	return 0;
}

const char *mo_drain_text(unsigned int drain)
{
	return drain < MO_DRAIN_NR ? drains[drain].text : NULL;
}

const char *mo_geometry_text(unsigned int geometry)
{
	return geometry < ARRAY_SIZE(geometry_texts) ? geometry_texts[geometry] :
						       NULL;
}

/* --- errno --- */

/* include/uapi/asm-generic/errno{-base,}.h; synonyms are left out. */
#define ERRNO_NAMES(X)                                                         \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG)          \
	X(ENOEXEC) X(EBADF) X(ECHILD) X(EAGAIN) X(ENOMEM) X(EACCES) X(EFAULT)  \
	X(ENOTBLK) X(EBUSY) X(EEXIST) X(EXDEV) X(ENODEV) X(ENOTDIR) X(EISDIR)  \
	X(EINVAL) X(ENFILE) X(EMFILE) X(ENOTTY) X(ETXTBSY) X(EFBIG) X(ENOSPC)  \
	X(ESPIPE) X(EROFS) X(EMLINK) X(EPIPE) X(EDOM) X(ERANGE) X(EDEADLK)     \
	X(ENAMETOOLONG) X(ENOLCK) X(ENOSYS) X(ENOTEMPTY) X(ELOOP) X(ENOMSG)    \
	X(EIDRM) X(ENODATA) X(ETIME) X(EPROTO) X(EBADMSG) X(EOVERFLOW)         \
	X(EILSEQ) X(EUSERS) X(EMSGSIZE) X(EOPNOTSUPP) X(ENOBUFS) X(EISCONN)    \
	X(ETIMEDOUT) X(EALREADY) X(EINPROGRESS) X(ESTALE) X(EDQUOT)            \
	X(ECANCELED) X(EOWNERDEAD) X(ENOTRECOVERABLE) X(EHWPOISON)

static const char *const errno_names[] = {
#define X(name) [name] = #name,
	ERRNO_NAMES(X)
#undef X
};

const char *errno_name(int err)
{
	return err > 0 && (size_t)err < ARRAY_SIZE(errno_names) ?
		       errno_names[err] :
		       NULL;
}

int errno_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (errno_names[i] && !strcmp(errno_names[i], name))
			return (int)i;
	return -1;
}
