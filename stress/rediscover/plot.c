/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Survival: how much of all trials has found nothing yet, over the seconds spent, on
 * a logarithmic axis.  One panel for bugs that need no race, one for those that do.
 * Colours of Okabe and Ito, and each line dashed in its own way.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "trials.h"

#define PANEL_WIDTH 400
#define PANEL_HEIGHT 240
#define LEFT 60
#define TOP 44
#define GAP 70
#define FIRST_SECOND 0.001

static const struct {
	const char *colour, *dash;
} styles[ENGINE_NR] = {
	[ENGINE_SWARM] = { "#0072B2", "none" },
	[ENGINE_PCT] = { "#009E73", "8 3" },
	[ENGINE_LIBFUZZER] = { "#D55E00", "3 2" },
	[ENGINE_AFL] = { "#CC79A7", "10 3 2 3" },
};

struct panel {
	const char *title, *kind;
	double x;
};

static double x_of(const struct panel *p, double seconds, double budget)
{
	double at = seconds < FIRST_SECOND ? FIRST_SECOND : seconds;

	return p->x + PANEL_WIDTH * log(at / FIRST_SECOND) /
			      log(budget / FIRST_SECOND);
}

static double y_of(double left)
{
	return TOP + PANEL_HEIGHT * (1 - left);
}

static const char *kind_of(const char *bug)
{
	struct mo_named_info info;

	for (unsigned int i = 0; mo_named_info(MO_TABLE_OLDBUG, i, &info); i++)
		if (!strcmp(info.name, bug))
			return info.kind;
	return "";
}

struct end {
	double seconds;
	bool found; /* else the budget was spent: what would have come later is not known */
};

/* Of two at the same time the find comes first, as Kaplan and Meier have it. */
static int by_time(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->seconds != y->seconds)
		return (x->seconds > y->seconds) - (x->seconds < y->seconds);
	return y->found - x->found;
}

/* How the engine's trials on bugs of the panel ended, in order. */
static size_t ends_of(const struct outcomes *all, const struct panel *p,
		      enum engine engine, struct end *ends)
{
	size_t nr = 0;

	for (size_t i = 0; i < all->nr; i++) {
		const struct outcome *o = &all->list[i];

		if (o->engine == engine && !strcmp(kind_of(o->bug), p->kind))
			ends[nr++] = (struct end){ o->seconds, o->found };
	}
	qsort(ends, nr, sizeof(*ends), by_time);
	return nr;
}

/* The estimate of Kaplan and Meier: budgets may differ.  The line ends with the last
 * trial. */
static void line(FILE *out, const struct outcomes *all, const struct panel *p,
		 enum engine engine, double budget, struct end *ends)
{
	size_t nr = ends_of(all, p, engine, ends);
	double left = 1;

	if (!nr)
		return;
	fprintf(out,
		"<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" d=\"M%.1f %.1f",
		styles[engine].colour, styles[engine].dash, p->x, y_of(1));
	for (size_t i = 0; i < nr; i++) {
		if (ends[i].found)
			left *= 1 - 1 / (double)(nr - i);
		if (ends[i].found || i + 1 == nr)
			fprintf(out, "H%.1fV%.1f", x_of(p, ends[i].seconds, budget),
				y_of(left));
	}
	fputs("\"/>\n", out);
}

static void axes(FILE *out, const struct panel *p, double budget)
{
	fprintf(out, "<text x=\"%.0f\" y=\"%d\" font-weight=\"bold\">%s</text>\n",
		p->x, TOP - 10, p->title);
	for (int i = 0; i <= 4; i++)
		fprintf(out,
			"<path stroke=\"#ddd\" d=\"M%.1f %.1fh%d\"/><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%d %%</text>\n",
			p->x, y_of(i / 4.0), PANEL_WIDTH, p->x - 6,
			y_of(i / 4.0) + 4, 25 * i);
	for (double s = FIRST_SECOND; s <= budget; s *= 10)
		fprintf(out,
			"<path stroke=\"#ddd\" d=\"M%.1f %dv%d\"/><text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%g s</text>\n",
			x_of(p, s, budget), TOP, PANEL_HEIGHT,
			x_of(p, s, budget), TOP + PANEL_HEIGHT + 18, s);
	fprintf(out,
		"<path fill=\"none\" stroke=\"#333\" d=\"M%.1f %dv%dh%d\"/>\n", p->x,
		TOP, PANEL_HEIGHT, PANEL_WIDTH);
}

static void legend(FILE *out, const struct outcomes *all)
{
	double x = LEFT, y = TOP + PANEL_HEIGHT + 46;

	for (unsigned int e = 0; e < ENGINE_NR; e++) {
		if (!outcomes_have(all, (enum engine)e))
			continue;
		fprintf(out,
			"<path stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" d=\"M%.0f %.0fh36\"/><text x=\"%.0f\" y=\"%.0f\">%s: %s</text>\n",
			styles[e].colour, styles[e].dash, x, y - 4, x + 42, y,
			engines[e].name, engines[e].text);
		x += 280;
	}
}

void plot_survival(FILE *out, const struct outcomes *all)
{
	const struct panel panels[] = {
		{ "Single-threaded bugs: trials without a find", "ST", LEFT },
		{ "Interleaving bugs: trials without a find", "IL",
		  LEFT + PANEL_WIDTH + GAP },
	};
	struct end *ends = calloc(all->nr + 1, sizeof(*ends));
	double budget = 1;

	if (!ends)
		return;
	for (unsigned int e = 0; e < ENGINE_NR; e++)
		budget = fmax(budget, outcomes_budget(all, (enum engine)e));
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
		LEFT + 2 * PANEL_WIDTH + GAP + 30, TOP + PANEL_HEIGHT + 60);
	for (unsigned int i = 0; i < 2; i++) {
		axes(out, &panels[i], budget);
		for (unsigned int e = 0; e < ENGINE_NR; e++)
			line(out, all, &panels[i], (enum engine)e, budget, ends);
	}
	legend(out, all);
	fputs("</svg>\n", out);
	free(ends);
}
