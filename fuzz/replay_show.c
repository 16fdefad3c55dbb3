/* SPDX-License-Identifier: GPL-2.0-only */
/* replay -v, --map, --until: one more run, to be looked at. */
#include <err.h>
#include <string.h>

#include "map.h"
#include "replay.h"

struct show {
	struct replay *r;
	bool done;	/* the machine was shown */
	unsigned int nr_passed;	/* times that the point of --until was passed */
};

static void print_trace(void *arg, const char *text)
{
	const struct show *show = arg;

	if (show->r->verbose && !show->done)
		printf("  %s\n", text);
}

/* Is this what --until waits for? */
static bool is_reached(struct show *show, const struct mo_step *s)
{
	const struct replay *r = show->r;

	if (r->until < 0 || s->op != (uint32_t)r->until)
		return false;
	if (!r->until_point)
		return s->kind == MO_STEP_END;
	return s->kind == MO_STEP_POINT && !strcmp(s->point, r->until_point) &&
	       ++show->nr_passed == r->until_nth;
}

static void step(void *arg, const struct mo_step *s)
{
	struct show *show = arg;
	struct replay *r = show->r;

	if (show->done)
		return;
	if (is_reached(show, s))
		printf("%s operation %u%s%s: %s\n", s->point ? "in" : "after", s->op,
		       s->point ? " at " : "", s->point ? s->point : "", s->text);
	else if (s->kind == MO_STEP_VIOLATION)
		printf("at the violation, operation %u: %s\n", s->op, s->text);
	else if (s->kind == MO_STEP_DONE)
		printf("at the end, after %u operations\n", s->op);
	else
		return;
	show->done = true;
	map_print(r->mo, stdout);
}

void check_unchanged(const struct mo_result *seen, const struct mo_result *before)
{
	if (seen->trace_hash != before->trace_hash)
		errx(EXIT_VIOLATION, "the run that was looked at is another one: an error of ours");
}

void show_run(struct replay *r, const struct input *in,
	      const struct mo_options *options, const struct verdict *v)
{
	struct mo_options o = *options;
	struct show show = { .r = r };
	struct mo_result result;

	o.trace = print_trace;
	o.trace_arg = &show;
	o.step = r->map ? step : NULL;
	o.step_arg = &show;
	run_once(r, in, &o, &result);
	check_unchanged(&result, &v->result);
}
