/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables as the public interface shows them. */
#include "../check/violation.h"
#include "../memoffline.h"
#include "events.h"
#include "look.h"
#include "op.h"

static bool is_amount(const struct op_desc *desc)
{
	for (const struct op_field *f = desc->fields; f->kind != FIELD_END; f++)
		if (f->byte == 1 && (f->kind == FIELD_NUM || f->kind == FIELD_NR))
			return true;
	return false;
}

bool mo_op_info(unsigned int index, struct mo_op_info *info)
{
	for (unsigned int code = 0; code < 256; code++) {
		const struct op_desc *desc = op_desc(code);

		if (!desc || index--)
			continue;
		*info = (struct mo_op_info){
			.code = (uint8_t)code,
			.name = desc->name,
			.text = desc->text,
			.def = op_object_name(desc->def),
			.use = op_object_name(desc->use),
			.eats = desc->eats,
			.amount = is_amount(desc),
		};
		return true;
	}
	return false;
}

bool mo_invariant_info(unsigned int index, struct mo_invariant_info *info)
{
	const struct invariant *inv = invariant_desc(index);

	if (!inv)
		return false;
	*info = (struct mo_invariant_info){
		.id = inv->id,
		.level = inv->level,
		.when = inv->when,
		.sentence = inv->sentence,
		.source = inv->source,
		.reference = inv->reference,
	};
	return true;
}

/* What a machine of this geometry can have, all memory blocks added. */
static uint64_t geometry_pages(const struct mo_geometry *geo)
{
	return (uint64_t)geo->nr_blocks * geo->sections_per_block
	       << geo->section_order;
}

/* Fills info for an id of a table; leaves name NULL where it is unassigned. */
static void named_by_id(enum mo_table table, unsigned int id,
			struct mo_named_info *info)
{
	const struct oldbug_desc *bug;

	*info = (struct mo_named_info){ .id = id };
	switch (table) {
	case MO_TABLE_GEOMETRY:
		info->text = mo_geometry_text(id);
		info->name = info->text ? mo_geometry_by_id(id)->name : NULL;
		info->pages = info->text ? geometry_pages(mo_geometry_by_id(id)) : 0;
		break;
	case MO_TABLE_POLICY:
		info->name = mo_policy_name(id);
		info->text = mo_policy_text(id);
		break;
	case MO_TABLE_DRAIN:
		info->name = mo_drain_name(id);
		info->text = mo_drain_text(id);
		break;
	case MO_TABLE_ERA:
		info->name = MO_HAVE_OLDBUGS || !id ? mo_era_name(id) : NULL;
		break;
	case MO_TABLE_FAIL_POINT:
		info->name = fail_point_name(id);
		info->text = fail_point_text(id);
		break;
	case MO_TABLE_SCHED_POINT:
		info->name = sched_point_name(id);
		info->text = sched_point_place(id);
		info->locks = sched_point_locks(id);
		break;
	case MO_TABLE_EVENT:
		info->name = event_name(id);
		info->text = event_text(id);
		break;
	case MO_TABLE_PAGE_STATE:
		info->name = page_state_name(id);
		info->text = page_state_text(id);
		info->id = (unsigned char)page_state_letter(id);
		break;
	case MO_TABLE_OLDBUG:
		bug = oldbug_desc(id);
		info->name = bug ? bug->name : NULL;
		info->text = bug ? bug->text : NULL;
		if (!bug)
			break;
		info->invariant = bug->invariant;
		info->kind = bug->kind;
		info->source = bug->fix;
		info->policies = bug->policies;
		break;
	}
}

bool mo_named_info(enum mo_table table, unsigned int index,
		   struct mo_named_info *info)
{
	for (unsigned int id = 0; id < 256; id++) {
		named_by_id(table, id, info);
		if (info->name && !index--)
			return true;
	}
	return false;
}
