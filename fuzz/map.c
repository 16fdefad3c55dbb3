/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "map.h"

uint64_t map_pages_per_cell(const struct mo_machine_info *machine)
{
	uint64_t pages = 1;

	while (machine->pages_per_block / pages > MAP_CELLS_PER_BLOCK)
		pages *= 2;
	return pages;
}

struct map {
	struct mo *mo;
	FILE *out;
	bool color;
	struct mo_machine_info machine;
	uint64_t pages_per_cell;
	unsigned int cells_per_block;
	unsigned int cells_per_pageblock; /* 0: a cell is larger */
	bool seen[128];			/* letters, for the legend */
};

/* Background of a letter, of the 256 colours; by kind, as in the timeline. */
static int background(char letter)
{
	static const struct {
		const char *letters;
		int color;
	} kinds[] = {
		{ "murhc", 153 },	/* free: light blue */
		{ "p", 117 },
		{ "i", 220 },		/* isolated: yellow */
		{ "A", 250 },		/* used: grey */
		{ "LZgG", 115 },	/* movable: green */
		{ "RX", 208 },		/* in the way: orange */
		{ "t", 228 },
		{ "NOSF", 176 },	/* PageOffline: purple */
		{ "W", 203 },		/* poisoned: red */
		{ "V", 180 },
		{ "B", 216 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strchr(kinds[i].letters, letter))
			return kinds[i].color;
	return 0;
}

static void put_cell(struct map *m, char letter, bool guilty)
{
	int color = background(letter);

	m->seen[letter & 127] = true;
	if (m->color && guilty)
		fprintf(m->out, "\033[1;97;41m%c\033[0m", letter);
	else if (m->color && color)
		fprintf(m->out, "\033[30;48;5;%dm%c\033[0m", color, letter);
	else
		fputc(letter, m->out);
}

static bool is_guilty(const struct map *m, uint64_t page)
{
	return m->machine.guilty_page != MO_NO_PAGE &&
	       m->machine.guilty_page / m->pages_per_cell == page / m->pages_per_cell;
}

static void put_cells(struct map *m, unsigned int block)
{
	uint64_t start = block * m->machine.pages_per_block;
	char cells[MAP_CELLS_PER_BLOCK], type;

	mo_look_pages(m->mo, start, m->cells_per_block, m->pages_per_cell, cells);
	for (unsigned int i = 0; i < m->cells_per_block; i++) {
		uint64_t page = start + i * m->pages_per_cell;

		if (m->cells_per_pageblock > 1 && i % m->cells_per_pageblock == 0) {
			mo_look_pageblocks(m->mo, page / m->machine.pages_per_pageblock,
					   1, &type);
			fprintf(m->out, " %c:", type);
		}
		put_cell(m, cells[i], is_guilty(m, page));
	}
}

static bool is_absent(const struct mo_block_info *info)
{
	return !strcmp(info->state, "ABSENT");
}

static void put_block(struct map *m, unsigned int block,
		      const struct mo_block_info *info)
{
	const char *state = strncmp(info->state, "MEM_", 4) ? info->state :
							      info->state + 4;

	fprintf(m->out, "block %3u %-13s %-7s ", block, state,
		info->zone ? info->zone : "");
	put_cells(m, block);
	fputc('\n', m->out);
}

static void put_blocks(struct map *m)
{
	struct mo_block_info info, next;

	for (unsigned int i = 0; mo_look_block(m->mo, i, &info); i++) {
		unsigned int first = i;

		if (!is_absent(&info)) {
			put_block(m, i, &info);
			continue;
		}
		while (mo_look_block(m->mo, i + 1, &next) && is_absent(&next))
			i++;
		fprintf(m->out, "block %3u", first);
		if (i > first)
			fprintf(m->out, " to %u", i);
		fputs(" not added\n", m->out);
	}
}

static void put_legend(struct map *m)
{
	struct mo_named_info info;

	fprintf(m->out, "one letter: %" PRIu64 " page%s", m->pages_per_cell,
		m->pages_per_cell > 1 ? "s, the state that matters most" : "");
	if (m->cells_per_pageblock > 1)
		fputs("; before ':' the type of the pageblock, small while isolated",
		      m->out);
	fputc('\n', m->out);
	for (unsigned int i = 0; mo_named_info(MO_TABLE_PAGE_STATE, i, &info); i++) {
		if (!m->seen[info.id & 127])
			continue;
		fputs("  ", m->out);
		put_cell(m, (char)info.id, false);
		fprintf(m->out, "  %s\n", info.text);
	}
}

static void put_cpus(struct map *m)
{
	struct mo_cpu_info info;

	for (unsigned int i = 0; mo_look_cpu(m->mo, i, &info); i++) {
		if (!info.in_flight && !*info.holds)
			continue;
		fprintf(m->out, "cpu%u", i);
		if (info.in_flight)
			fprintf(m->out, " in operation %u", info.op);
		if (*info.holds)
			fprintf(m->out, ", holds %s", info.holds);
		if (*info.waits_for)
			fprintf(m->out, ", waits for %s", info.waits_for);
		fputc('\n', m->out);
	}
}

static void put_guilty(struct map *m)
{
	uint64_t page = m->machine.guilty_page;
	char text[2048];

	if (page >= m->machine.nr_pages)
		return;
	fprintf(m->out, "guilty: page %" PRIu64 " of block %" PRIu64 "\n",
		page % m->machine.pages_per_block,
		page / m->machine.pages_per_block);
	mo_look_text(m->mo, page, text, sizeof(text));
	fputs(text, m->out);
}

void map_print(struct mo *mo, FILE *out)
{
	struct map m = { .mo = mo, .out = out, .color = cli_has_color(out) };
	char text[8192];

	if (!mo_look_machine(mo, &m.machine))
		return;
	m.pages_per_cell = map_pages_per_cell(&m.machine);
	m.cells_per_block = (unsigned int)(m.machine.pages_per_block /
					   m.pages_per_cell);
	m.cells_per_pageblock = (unsigned int)(m.machine.pages_per_pageblock /
					       m.pages_per_cell);
	mo_look_text(mo, MO_NO_PAGE, text, sizeof(text));
	fputs(text, out);
	put_cpus(&m);
	put_blocks(&m);
	put_legend(&m);
	put_guilty(&m);
}
