/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "trial.h"

/* The clocks are read this often: a read costs as much as a short program. */
#define CLOCK_EVERY 16

bool trial_open(struct trial *t, const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *map;

	if (fd < 0)
		return false;
	map = mmap(NULL, sizeof(*t->state), PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	snprintf(t->scenario, sizeof(t->scenario), "%s.ops", path);
	t->state = map;
	t->cpu_at_start = cli_cpu_time();
	/* A process before this one was restarted by its engine. */
	t->state->cpu = t->state->over.cpu;
	if (!t->state->started)
		t->state->started = cli_wall_time();
	return true;
}

static void happens(struct trial *t, struct trial_event *event)
{
	event->execs = t->state->execs;
	event->cpu = t->state->cpu + cli_cpu_time() - t->cpu_at_start;
}

/* The same input without the bug. */
static void run_without(struct trial *t, const uint8_t *data, size_t size,
			struct mo_result *result)
{
	struct mo_options options = t->options;

	options.oldbug = "none";
	mo_run_bytes(t->mo, data, size, &options, result);
}

/* What broke it, as text; with the schedule that an oracle made. */
static void keep_scenario(struct trial *t)
{
	static char text[1 << 20];
	size_t size = mo_last_text(t->mo, text, sizeof(text));
	FILE *out = fopen(t->scenario, "w");

	if (!out)
		return;
	fwrite(text, 1, size, out);
	fclose(out);
}

/* The library tells of its last run. */
static void run_again(struct trial *t, const uint8_t *data, size_t size)
{
	struct mo_result result;

	mo_run_bytes(t->mo, data, size, &t->options, &result);
}

/*
 * The bug was passed, or something broke.  What breaks without the bug as well is no
 * find: the trial goes on.
 */
static void judge(struct trial *t, const uint8_t *data, size_t size,
		  const struct mo_result *result)
{
	struct trial_state *s = t->state;
	bool off = !strcmp(t->options.oldbug, "none");
	struct mo_result without = { 0 };

	if (!off)
		run_without(t, data, size, &without);
	if (without.invariant) {
		s->nr_alarms++;
		return;
	}
	if (!off && !s->triggered.execs &&
	    without.trace_hash != result->trace_hash)
		happens(t, &s->triggered);
	if (!result->invariant)
		return;
	strncpy(s->invariant, result->invariant, sizeof(s->invariant) - 1);
	if (!off && !s->triggered.execs)
		happens(t, &s->triggered);
	happens(t, &s->detected);
	happens(t, &s->over);
	run_again(t, data, size);
	keep_scenario(t);
}

bool trial_run(struct trial *t, const uint8_t *data, size_t size)
{
	struct trial_state *s = t->state;
	struct mo_result result;

	if (s->detected.execs)
		return false;
	mo_run_bytes(t->mo, data, size, &t->options, &result);
	s->execs++;
	if (result.nr_oldbug && !s->reached.execs)
		happens(t, &s->reached);
	if (result.invariant || (result.nr_oldbug && !s->triggered.execs))
		judge(t, data, size, &result);
	if (!(s->execs % CLOCK_EVERY))
		happens(t, &s->over);
	return !s->detected.execs && s->over.cpu < t->budget;
}
