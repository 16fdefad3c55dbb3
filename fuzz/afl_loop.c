/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AFL++'s persistent mode, as this project wants it.  Linked around AFL++'s function
 * (ld --wrap), and only in builds of ours: what a service builds is its engine as it is.
 *
 * What an input reached counts, not how often: use_counters=0 of the .options files.
 *
 * Half of the system calls.  Between two inputs AFL++ stops the target with a signal;
 * its parent, the fork server, notices, tells afl-fuzz, and wakes the target up for the
 * next one: three processes take turns.  Here the target talks to afl-fuzz itself, in
 * the fork server's words, and the fork server sleeps until the target dies: then it
 * tells the status and forks, as always.  One race must be kept out: afl-fuzz gives up
 * on an input and kills the target which has just answered; the fork server would
 * answer once more.  So this wants AFL_KILL_SIGNAL=15 (scripts/lib/engine-afl.sh): a
 * signal that the target ignores when it has answered.  Without it, AFL++'s own way.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* AFL++'s config.h; the same in all versions. */
#define FORKSRV_FD 198
/* Of our copies: AFL++ closes its own in the target. */
#define COPIES_FROM 200

/* What waitpid() says of a process that SIGSTOP stopped. */
#define STATUS_STOPPED ((SIGSTOP << 8) | 0x7f)

int __real___afl_persistent_loop(unsigned int max);
int __wrap___afl_persistent_loop(unsigned int max);
extern uint8_t *__afl_area_ptr;
extern uint32_t __afl_map_size;

static int control = -1, status = -1;
static volatile sig_atomic_t is_answered;

/* Before the fork server begins, which is where the target asks for it. */
__attribute__((constructor)) static void copy_pipes(void)
{
	const char *kill_signal = getenv("AFL_KILL_SIGNAL");

	if (!getenv("__AFL_PERSISTENT") || !kill_signal || strcmp(kill_signal, "15"))
		return;
	control = fcntl(FORKSRV_FD, F_DUPFD_CLOEXEC, COPIES_FROM);
	status = fcntl(FORKSRV_FD + 1, F_DUPFD_CLOEXEC, COPIES_FROM);
}

/* afl-fuzz gives up on the input: too late when it was answered.  (Or in the two
 * instructions behind read(): then it waits until the model has run to its end.) */
static void give_up(int signal)
{
	if (!is_answered) {
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
		raise(signal);
	}
}

/* On a stack of its own: the model's fibers have small ones. */
static void take_over(void)
{
	static uint8_t stack[65536];
	stack_t old;

	if (!sigaltstack(NULL, &old) && old.ss_flags & SS_DISABLE)
		sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	sigaction(SIGTERM,
		  &(struct sigaction){ .sa_handler = give_up, .sa_flags = SA_RESTART | SA_ONSTACK },
		  NULL);
}

static void forget_counts(void)
{
	uint8_t *area = __afl_area_ptr;

	for (uint32_t i = 0; i < __afl_map_size; i++)
		area[i] = area[i] != 0;
}

/*
 * The input before is done; true: the next one is there.  Tells the status and,
 * as the answer to the next request, the process that will run it: one write, and
 * afl-fuzz need not wait for it.
 */
static int hand_over(void)
{
	int32_t done_and_next[2] = { STATUS_STOPPED, getpid() };
	int32_t was_killed;

	is_answered = 1;
	if (write(status, done_and_next, sizeof(done_and_next)) !=
	    (ssize_t)sizeof(done_and_next))
		return 0;
	if (read(control, &was_killed, sizeof(was_killed)) !=
	    (ssize_t)sizeof(was_killed))
		return 0;
	is_answered = 0;
	__afl_area_ptr[0] = 1;
	return 1;
}

int __wrap___afl_persistent_loop(unsigned int max)
{
	static bool is_begun;

	if (is_begun) {
		forget_counts();
		return control < 0 ? __real___afl_persistent_loop(max) : hand_over();
	}
	is_begun = true;
	if (control >= 0)
		take_over();
	return __real___afl_persistent_loop(max);
}
