/* SPDX-License-Identifier: GPL-2.0-only */
/* One trial: an engine in a process of its own, from an empty corpus. */
#define _GNU_SOURCE /* nftw() */
#include <bsd/string.h>
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "mutate.h"
#include "trials.h"

/* Bytes of an input at most, the same for all engines. */
#define MAX_SIZE 512
#define PCT_DEPTH 3

/* Seeds of trials are far apart: the generator uses those behind its own too. */
static uint64_t trial_seed(const struct campaign *c, unsigned int trial)
{
	return c->seed + ((uint64_t)(trial + 1) << 40);
}

/* --- the generator, in our own process --- */

static _Noreturn void run_generator(const struct campaign *c, const char *bug,
				    bool pct, uint64_t seed, const char *file)
{
	static struct mutator mutator;
	static uint8_t data[MAX_SIZE];
	static char oracle[64];
	struct trial t = {
		.mo = mo_create(),
		.budget = c->budget,
		.options = { .level = 3, .excuse_design = true,
			     .excuse_drain_once = true, .oldbug = bug,
			     .oracle = pct ? oracle : NULL },
	};
	size_t size;

	if (!t.mo || !trial_open(&t, file))
		_exit(2);
	mutator_init(&mutator, &t.options);
	do {
		size = mutate_generate(&mutator, data, sizeof(data), ++seed);
		snprintf(oracle, sizeof(oracle), "pct:%" PRIu64 ",%d", seed,
			 PCT_DEPTH);
	} while (trial_run(&t, data, size));
	_exit(0);
}

/* --- the fuzzers --- */

static void set_environment(const struct campaign *c, const char *bug,
			    const char *file)
{
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%g", c->budget);
	setenv("MEMOFFLINE_OLDBUG", bug, 1);
	setenv("MEMOFFLINE_TRIAL_SECONDS", seconds, 1);
	setenv("MEMOFFLINE_TRIAL", file, 1);
}

static void be_quiet(void)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
}

/* For engines whose seeds are small and to whom 0 means any. */
static uint32_t small_seed(uint64_t seed)
{
	return (uint32_t)(seed * STATS_MAX + (seed >> 40));
}

/* The options of fuzz/fuzz_offline.options, without a dictionary. */
static _Noreturn void run_libfuzzer(const struct campaign *c, uint64_t seed)
{
	char seed_option[40], size_option[40];

	snprintf(seed_option, sizeof(seed_option), "-seed=%" PRIu32,
		 small_seed(seed));
	snprintf(size_option, sizeof(size_option), "-max_len=%d", MAX_SIZE);
	execl(c->target, c->target, seed_option, size_option, "-use_counters=0",
	      "-timeout=60", "-rss_limit_mb=2560", "-print_funcs=0", NULL);
	_exit(2);
}

/* A file to begin with is what AFL++ insists on: one byte, an empty program. */
static _Noreturn void run_afl(const struct campaign *c, uint64_t seed)
{
	char seed_text[32];
	int fd;

	snprintf(seed_text, sizeof(seed_text), "%" PRIu32, small_seed(seed));
	if (mkdir("in", 0700))
		_exit(2);
	fd = open("in/empty", O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, "", 1) != 1)
		_exit(2);
	setenv("AFL_NO_UI", "1", 1);
	setenv("AFL_SKIP_CPUFREQ", "1", 1);
	setenv("AFL_NO_AFFINITY", "1", 1);
	setenv("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1", 1);
	setenv("AFL_FAST_CAL", "1", 1);
	setenv("AFL_CUSTOM_MUTATOR_LIBRARY", c->afl_mutator, 1);
	setenv("AFL_CUSTOM_MUTATOR_ONLY", "1", 1);
	execlp("afl-fuzz", "afl-fuzz", "-i", "in", "-o", "out", "-s", seed_text,
	       "-m", "none", "-t", "5000+", "-G", "512", "--", c->afl_target,
	       NULL);
	_exit(2);
}

static _Noreturn void child(const struct campaign *c, const struct running *r,
			    const char *file)
{
	uint64_t seed = trial_seed(c, r->trial);

	/* Ctrl-C ends the trial, too, and is not only noticed. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	be_quiet();
	if (r->engine == ENGINE_SWARM || r->engine == ENGINE_PCT)
		run_generator(c, r->bug, r->engine == ENGINE_PCT, seed, file);
	set_environment(c, r->bug, file);
	if (chdir(r->folder))
		_exit(2);
	if (r->engine == ENGINE_LIBFUZZER)
		run_libfuzzer(c, seed);
	run_afl(c, seed);
}

/* --- a trial --- */

bool trial_start(const struct campaign *c, struct running *r)
{
	char file[4096 + 8];
	void *map;
	int fd;

	snprintf(r->folder, sizeof(r->folder), "%s/trial.XXXXXX", c->output);
	if (!mkdtemp(r->folder))
		return false;
	snprintf(file, sizeof(file), "%s/state", r->folder);
	fd = open(file, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*r->state)))
		return false;
	map = mmap(NULL, sizeof(*r->state), PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	r->state = map;
	r->pid = fork();
	if (!r->pid)
		child(c, r, file);
	return r->pid > 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* What broke with no bug on is worth more than all that was looked for. */
static void keep_find(const struct campaign *c, const struct running *r,
		      const struct outcome *o)
{
	char from[4096 + 16], to[4200];

	if (strcmp(r->bug, BUG_NONE))
		return;
	snprintf(from, sizeof(from), "%s/state.ops", r->folder);
	snprintf(to, sizeof(to), "%s/alarm-%s-%s-%u.ops", c->output, o->invariant,
		 engines[r->engine].name, r->trial);
	if (rename(from, to))
		warn("%s", to);
}

/* proc(5): fields 14 and 15 of stat, behind a name that may hold anything. */
void trial_watch(struct running *r)
{
	char path[64], line[1024], *behind = NULL;
	unsigned long user, system;
	FILE *in;

	if (!engines[r->engine].outside)
		return;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)r->pid);
	in = fopen(path, "r");
	if (in && fgets(line, sizeof(line), in))
		behind = strrchr(line, ')');
	if (in)
		fclose(in);
	if (behind && sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			     &user, &system) == 2)
		r->outside_cpu = (double)(user + system) /
				 (double)sysconf(_SC_CLK_TCK);
}

void trial_end(const struct campaign *c, struct running *r, struct outcome *o)
{
	const struct trial_state *s = r->state;
	const struct trial_event *end = s->detected.execs ? &s->detected :
							    &s->over;

	*o = (struct outcome){
		.engine = r->engine,
		.trial = r->trial,
		.budget = c->budget,
		.execs = s->detected.execs ? s->detected.execs : s->execs,
		.seconds = end->cpu + r->outside_cpu,
		.reached = s->reached.execs,
		.triggered = s->triggered.execs,
		.alarms = s->nr_alarms,
	};
	/* An input that was begun within the budget may end behind it. */
	o->found = s->detected.execs && o->seconds <= c->budget;
	strlcpy(o->bug, r->bug, sizeof(o->bug));
	strlcpy(o->invariant, o->found ? s->invariant : "-",
		sizeof(o->invariant));
	if (!o->found)
		o->seconds = c->budget;
	munmap(r->state, sizeof(*r->state));
	if (o->found)
		keep_find(c, r, o);
	nftw(r->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
