/* SPDX-License-Identifier: GPL-2.0-only */
/* Workers: processes, or threads of one.  Each has a library handle of its own. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "soak.h"

struct worker {
	struct soak *s;
	uint32_t id;
	pid_t pid;
	pthread_t thread;
	struct mo *mo;
	uint8_t *data; /* [MO_INPUT_MAX] */
	struct mo_outcome *outcomes; /* [episode]; NULL: nobody counts */
};

static uint64_t seed_of(const struct soak *s, uint64_t unit)
{
	uint64_t seed = s->seed * UINT64_C(0xd6e8feb86659fd93);

	seed ^= s->combos[unit % s->nr_combos].salt;
	return seed + unit / s->nr_combos * UINT64_C(0x9e3779b97f4a7c15);
}

size_t soak_unit(const struct soak *s, struct mo *mo, uint64_t unit,
		 uint8_t *data)
{
	const struct soak_combo *c = &s->combos[unit % s->nr_combos];

	return mo_workload_bytes(mo, c->load->load, c->policy, seed_of(s, unit),
				 s->episode, s->blocks, data, MO_INPUT_MAX);
}

static void run_unit(struct worker *w, uint64_t unit)
{
	struct soak *s = w->s;
	unsigned int i = (unsigned int)(unit % s->nr_combos);
	struct mo_options options = s->options;
	struct mo_result result;
	size_t size = soak_unit(s, w->mo, unit, w->data);
	int ret;

	options.outcomes = w->outcomes;
	options.max_outcomes = w->outcomes ? s->episode : 0;
	mo_run_bytes(w->mo, w->data, size, &options, &result);
	if (w->outcomes)
		soak_count_reached(s, i, &result, w->outcomes);
	atomic_fetch_add(&s->shared->ops_of[i], result.nr_ops);
	atomic_fetch_add(&s->shared->excused_of[i], result.excused != NULL);
	atomic_fetch_add(&s->shared->nr_noops, result.nr_noops);
	if (!result.invariant)
		return;
	ret = soak_found(s, w->mo, unit, &result, w->data, size);
	if (ret) {
		atomic_store(&s->shared->failed_errno, ret);
		atomic_store(&s->shared->stop, true);
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct soak_shared *shared = w->s->shared;

	while (!atomic_load(&shared->stop)) {
		uint64_t unit;

		atomic_store(&shared->at[w->id], atomic_load(&shared->next_unit));
		unit = atomic_fetch_add(&shared->next_unit, 1);
		if (w->s->nr_units && unit >= w->s->nr_units)
			break;
		atomic_store(&shared->at[w->id], unit);
		run_unit(w, unit);
		/* A finding that could not be kept is not done. */
		if (atomic_load(&shared->failed_errno))
			return NULL;
	}
	atomic_store(&shared->at[w->id], SOAK_IDLE);
	return NULL;
}

static void worker_create(struct worker *w)
{
	w->mo = mo_create();
	w->data = malloc(MO_INPUT_MAX);
	if (w->s->reaches)
		w->outcomes = calloc(w->s->episode, sizeof(*w->outcomes));
	if (!w->mo || !w->data || (w->s->reaches && !w->outcomes))
		errx(EXIT_USAGE, "out of memory");
}

static void worker_destroy(struct worker *w)
{
	if (w->mo)
		mo_destroy(w->mo);
	free(w->data);
	free(w->outcomes);
}

static void start_process(struct worker *w)
{
	pid_t parent = getpid();

	fflush(stdout);
	w->pid = fork();
	if (w->pid < 0)
		err(EXIT_USAGE, "fork");
	if (w->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	if (getppid() != parent)
		_exit(0);
	worker_create(w);
	work(w);
	worker_destroy(w);
	_exit(0);
}

static void start_thread(struct worker *w)
{
	worker_create(w);
	errno = pthread_create(&w->thread, NULL, work, w);
	if (errno)
		err(EXIT_USAGE, "pthread_create");
}

/* The harness itself crashed: the input is kept, the next unit goes on. */
static void process_crashed(struct worker *w)
{
	struct worker here = { .s = w->s };
	const struct mo_result none = { 0 };
	uint64_t unit = atomic_load(&w->s->shared->at[w->id]);
	size_t size;

	worker_create(&here);
	size = soak_unit(w->s, here.mo, unit, here.data);
	atomic_store(&w->s->shared->failed_errno,
		     soak_found(w->s, here.mo, unit, &none, here.data, size));
	worker_destroy(&here);
	atomic_store(&w->s->shared->at[w->id], SOAK_IDLE);
	start_process(w);
}

/* How many processes are left. */
static uint32_t reap(struct worker *workers, uint32_t nr)
{
	uint32_t nr_left = 0;

	for (uint32_t i = 0; i < nr; i++) {
		int status;

		if (workers[i].pid && waitpid(workers[i].pid, &status, WNOHANG) > 0) {
			workers[i].pid = 0;
			if (WIFSIGNALED(status) || WEXITSTATUS(status))
				process_crashed(&workers[i]);
		}
		nr_left += workers[i].pid != 0;
	}
	return nr_left;
}

static bool threads_left(const struct soak *s)
{
	for (uint32_t i = 0; i < s->nr_workers; i++)
		if (atomic_load(&s->shared->at[i]) != SOAK_IDLE)
			return !atomic_load(&s->shared->failed_errno);
	return false;
}

static bool running(struct soak *s, struct worker *workers)
{
	return s->threads ? threads_left(s) : reap(workers, s->nr_workers) > 0;
}

void soak_work(struct soak *s, void (*tick)(struct soak *s))
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	struct worker *workers = calloc(s->nr_workers, sizeof(*workers));

	if (!workers)
		errx(EXIT_USAGE, "out of memory");
	for (uint32_t i = 0; i < s->nr_workers; i++)
		atomic_store(&s->shared->at[i], s->first_unit);
	for (uint32_t i = 0; i < s->nr_workers; i++) {
		workers[i].s = s;
		workers[i].id = i;
		if (s->threads)
			start_thread(&workers[i]);
		else
			start_process(&workers[i]);
	}
	while (running(s, workers)) {
		nanosleep(&pause, NULL);
		tick(s);
	}
	for (uint32_t i = 0; i < s->nr_workers; i++) {
		if (s->threads)
			pthread_join(workers[i].thread, NULL);
		worker_destroy(&workers[i]);
	}
	free(workers);
}
