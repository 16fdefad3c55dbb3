/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * offliner FIRST LAST SECONDS PATIENCE: takes the memory blocks [FIRST, LAST] off line
 * and back on line (online_movable), over and over.  An attempt that lasts for more than
 * PATIENCE seconds is left as it is: prints "stuck BLOCK PID ATTEMPTS", status 0.
 * Prints "none 0 0 ATTEMPTS" when SECONDS are over, status 1.  The first word of
 * /offliner.progress is the number of attempts that have ended.
 * Runs in the guest, linked statically.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct progress {
	volatile long attempts; /* that ended */
	volatile long block;	/* of the one under way */
};

static bool set_state(long block, const char *state)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%ld/state", block);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return false;
	done = write(fd, state, strlen(state)) > 0;
	close(fd);
	return done;
}

static void work(struct progress *p, long first, long last)
{
	for (;;)
		for (long block = last; block >= first; block--) {
			p->block = block;
			set_state(block, "offline");
			p->attempts++;
			set_state(block, "online_movable");
		}
}

/* Watches the child; true when it is stuck. */
static bool watch(const struct progress *p, time_t seconds, time_t patience)
{
	const time_t end = time(NULL) + seconds;
	time_t since = time(NULL);
	long seen = -1;

	while (time(NULL) < end) {
		if (p->attempts != seen)
			since = time(NULL);
		seen = p->attempts;
		if (time(NULL) - since > patience)
			return true;
		usleep(200000);
	}
	return false;
}

int main(int argc, char **argv)
{
	struct progress *p;
	pid_t child;
	int fd;

	if (argc != 5)
		return 2;
	fd = open("/offliner.progress", O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(*p)))
		return 2;
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return 2;
	child = fork();
	if (child < 0)
		return 2;
	if (!child)
		work(p, atol(argv[1]), atol(argv[2]));
	if (watch(p, atol(argv[3]), atol(argv[4]))) {
		printf("stuck %ld %d %ld\n", p->block, (int)child, p->attempts);
		return 0;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	printf("none 0 0 %ld\n", p->attempts);
	return 1;
}
