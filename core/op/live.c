/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Static liveness: which names exist at each place of a program, whatever the
 * operations return when they run.
 */
#include <string.h>

#include "op.h"

void live_init(struct liveness *l)
{
	memset(l, 0, offsetof(struct liveness, names));
	memset(l->free_slots, 0xff, sizeof(l->free_slots));
}

int live_find(const struct liveness *l, enum op_object kind, unsigned int name)
{
	for (unsigned int i = 0; i < l->nr[kind]; i++)
		if (l->names[kind][i].name == name)
			return (int)i;
	return -1;
}

/* The lowest free executor slot, -1: none. */
static int slot_take(struct liveness *l)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(l->free_slots); i++) {
		uint64_t word = l->free_slots[i];

		if (!word)
			continue;
		l->free_slots[i] = word & (word - 1);
		return (int)(i * 64) + __builtin_ctzll(word);
	}
	return -1;
}

static void live_end(struct liveness *l, enum op_object kind, unsigned int pos)
{
	struct live_name *names = l->names[kind];
	unsigned int slot = names[pos].slot;

	l->free_slots[slot / 64] |= 1ull << (slot % 64);
	l->nr[kind]--;
	memmove(&names[pos], &names[pos + 1],
		(l->nr[kind] - pos) * sizeof(*names));
}

static bool live_define(struct liveness *l, const struct op_desc *desc,
			struct op *op)
{
	int slot = slot_take(l);

	if (slot < 0)
		return false;
	op->slot = (uint8_t)slot;
	op->name = l->next_name[desc->def]++;
	l->names[desc->def][l->nr[desc->def]++] = (struct live_name){
		.name = op->name, .slot = op->slot,
	};
	return true;
}

/* A pinned object outlives the end of its name until the last put_page. */
static void live_use(struct liveness *l, const struct op_desc *desc,
		     struct op *op, unsigned int pos)
{
	struct live_name *n = &l->names[desc->use][pos];

	op->slot = n->slot;
	op->name = n->name;
	if (op->code == OP_get_page || op->code == OP_pin_user_pages)
		n->pins++;
	else if ((op->code == OP_put_page || op->code == OP_unpin_user_page) &&
		 n->pins)
		n->pins--;
	n->eaten |= desc->eats;
	if (n->eaten && !n->pins)
		live_end(l, desc->use, pos);
}

bool live_apply(struct liveness *l, const struct op_desc *desc, struct op *op,
		unsigned int pos)
{
	unsigned int nr = l->nr[desc->use];

	if (desc->def)
		return live_define(l, desc, op);
	if (!desc->use)
		return true;
	if (!nr)
		return false;
	live_use(l, desc, op, pos < nr ? pos : pos % nr);
	return true;
}
