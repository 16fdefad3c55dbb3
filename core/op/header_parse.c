/* SPDX-License-Identifier: GPL-2.0-only */
/* The header line: memoffline 1 geometry=G policy=P cpus=N drain=D oldbug=B era=E. */
#include <string.h>

#include "parser.h"

static const char *geometry_name(unsigned int id)
{
	return mo_geometry_by_id(id) ? mo_geometry_by_id(id)->name : NULL;
}

/* name(id) is NULL behind the last. */
static bool unknown_value(struct parser *ps, const char *what,
			  const char *(*name)(unsigned int id))
{
	char list[256];
	struct sbuf out = SBUF(list);

	for (unsigned int i = 0; name(i); i++)
		sbuf_printf(&out, "%s%s", i ? ", " : "", name(i));
	return parse_error(ps, "'%s': no such %s, expected one of %s", ps->word,
			   what, list);
}

static bool header_geometry(struct parser *ps, const char *value, int override)
{
	int id = mo_geometry_id(value);

	if (id < 0)
		return unknown_value(ps, "geometry", geometry_name);
	if (override < 0)
		ps->program->geometry = (uint8_t)id;
	return true;
}

static bool header_policy(struct parser *ps, const char *value)
{
	for (unsigned int i = 0; mo_policy_name(i); i++) {
		if (strcmp(mo_policy_name(i), value))
			continue;
		ps->program->config.policy = (uint8_t)i;
		return true;
	}
	return unknown_value(ps, "policy", mo_policy_name);
}

static bool header_drain(struct parser *ps, const char *value)
{
	for (unsigned int i = 0; i < MO_DRAIN_NR; i++) {
		if (strcmp(mo_drain_name(i), value))
			continue;
		ps->program->config.drain = (uint8_t)i;
		return true;
	}
	return unknown_value(ps, "drain", mo_drain_name);
}

static bool header_oldbug(struct parser *ps, const char *value)
{
	ps->program->config.oldbug = (uint8_t)oldbug_by_name(value);
	if (ps->program->config.oldbug)
		return true;
	return parse_error(ps, MO_HAVE_OLDBUGS ?
			   "'%s': no such old bug, expected one of oldbugs.def" :
			   "'%s': this build has no old bugs, expected one with MO_OLDBUGS=ON",
			   ps->word);
}

static bool header_era(struct parser *ps, const char *value)
{
	for (unsigned int i = 0; i < MO_ERA_NR && MO_HAVE_OLDBUGS; i++) {
		if (strcmp(mo_era_name(i), value))
			continue;
		ps->program->config.era = (uint8_t)i;
		return true;
	}
	if (MO_HAVE_OLDBUGS)
		return unknown_value(ps, "era", mo_era_name);
	return parse_error(ps, "'%s': this build has no eras, expected one with MO_OLDBUGS=ON",
			   ps->word);
}

static bool header_cpus(struct parser *ps, const char *value)
{
	long cpus = 0;

	if (!parse_number(ps, value, 1, MO_MAX_CPUS, &cpus))
		return false;
	ps->program->config.nr_cpus = (uint8_t)cpus;
	return true;
}

/* seen: keys that the header had so far. */
static bool header_word(struct parser *ps, uint32_t *seen, int override)
{
	static const char *const keys[] = { "geometry=", "cpus=", "policy=",
					    "drain=", "oldbug=", "era=" };
	unsigned int key = 0;
	const char *value = NULL;

	while (key < ARRAY_SIZE(keys) && !(value = word_after(ps, keys[key])))
		key++;
	if (*seen & BIT(key))
		return parse_error(ps, "'%s': this key was given twice, expected once",
				   ps->word);
	*seen |= BIT(key);
	switch (key) {
	case 0:
		return header_geometry(ps, value, override);
	case 1:
		return header_cpus(ps, value);
	case 2:
		return header_policy(ps, value);
	case 3:
		return header_drain(ps, value);
	case 4:
		return header_oldbug(ps, value);
	case 5:
		return header_era(ps, value);
	}
	return parse_error(ps, "'%s': expected geometry=, cpus=, policy=, drain=, oldbug= or era=",
			   ps->word);
}

/* The geometry may stand behind cpus=, so their agreement is checked last. */
static bool header_finish(struct parser *ps, int override)
{
	struct mo_config *config = &ps->program->config;

	ps->geo = mo_geometry_by_id(ps->program->geometry);
	if (config->nr_cpus > ps->geo->nr_cpus && override < 0)
		return parse_error(ps, "cpus=%u: geometry %s has %u, expected 1 to %u",
				   config->nr_cpus, ps->geo->name,
				   ps->geo->nr_cpus, ps->geo->nr_cpus);
	if (config->nr_cpus >= ps->geo->nr_cpus)
		config->nr_cpus = 0;
	return true;
}

bool parse_header_keys(struct parser *ps, int override)
{
	uint32_t seen = 0;
	long version = 0;

	if (!need_word(ps, "the version of the format, 1") ||
	    !parse_number(ps, ps->word, MO_FORMAT_VERSION, MO_FORMAT_VERSION,
			  &version))
		return false;
	while (next_word(ps))
		if (!header_word(ps, &seen, override))
			return false;
	return header_finish(ps, override);
}

bool parse_header(struct parser *ps, int override)
{
	if (strcmp(ps->word, "memoffline"))
		return parse_error(ps, "'%s': the header is missing, expected 'memoffline %d geometry=tiny policy=legacy'",
				   ps->word, MO_FORMAT_VERSION);
	return parse_header_keys(ps, override);
}
