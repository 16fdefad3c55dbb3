/* SPDX-License-Identifier: GPL-2.0-only */
#include <err.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lane_child.h"

void lane_child_start(struct lane_child *c, const char *program)
{
	int to[2], from[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(to) || pipe(from))
		err(2, "pipe");
	c->program = program;
	c->pid = fork();
	if (c->pid < 0)
		err(2, "fork");
	if (!c->pid) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close(to[0]);
		close(to[1]);
		close(from[0]);
		close(from[1]);
		execl(program, program, (char *)NULL);
		err(127, "%s", program);
	}
	close(to[0]);
	close(from[1]);
	c->to = to[1];
	c->from = from[0];
}

void lane_child_stop(struct lane_child *c)
{
	int status;

	close(c->to);
	close(c->from);
	waitpid(c->pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) > 1)
		errx(2, "%s cannot run", c->program);
}

/* What cannot be written is not answered either. */
static void put(int fd, const void *p, size_t size)
{
	for (const char *at = p; size;) {
		ssize_t n = write(fd, at, size);

		if (n <= 0)
			return;
		at += n;
		size -= (size_t)n;
	}
}

void lane_child_ask(struct lane_child *c, const uint8_t *data, size_t size,
		    uint32_t show)
{
	const struct states_request ask = { (uint32_t)size, show };

	put(c->to, &ask, sizeof(ask));
	put(c->to, data, size);
}

static bool get(int fd, void *p, size_t size)
{
	for (char *at = p; size;) {
		ssize_t n = read(fd, at, size);

		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

bool lane_child_answer(struct lane_child *c, void *answer, size_t size)
{
	uint32_t n = 0;

	if (get(c->from, &n, sizeof(n)) && n < size && get(c->from, answer, n)) {
		memset((char *)answer + n, 0, size - n > 64 ? 64 : size - n);
		return true;
	}
	lane_child_stop(c);
	lane_child_start(c, c->program);
	return false;
}
