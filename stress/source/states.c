/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The source lane's half of conform.sh: takes inputs from stdin, says on stdout what
 * they did.  A request is struct states_request and the bytes of the input; the answer
 * a size and so many bytes of struct trace, or of text.
 */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "lane_world.h"
#include "states.h"

/* False: end of input. */
static bool get(void *p, size_t size)
{
	for (char *at = p; size;) {
		ssize_t n = read(STDIN_FILENO, at, size);

		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static void put(const void *p, size_t size)
{
	for (const char *at = p; size;) {
		ssize_t n = write(STDOUT_FILENO, at, size);

		if (n < 0)
			err(2, "states");
		at += n;
		size -= (size_t)n;
	}
}

static void answer(const void *p, size_t size)
{
	uint32_t n = (uint32_t)size;

	put(&n, sizeof(n));
	put(p, size);
}

int main(void)
{
	static uint8_t data[STATES_INPUT_MAX];
	static char text[TRACE_TEXT];
	static struct trace trace;
	const struct trace_subject subject = { NULL, "none" };
	struct states_request ask;
	struct mo *mo = mo_create();

	if (!mo)
		errx(2, "out of memory");
	lane_is_compared = true;
	while (get(&ask, sizeof(ask))) {
		bool show = ask.show != STATES_NO_TEXT;

		if (ask.size > sizeof(data) || !get(data, ask.size))
			errx(2, "states: a request without its input");
		if (!trace_run(mo, &subject, data, ask.size, &trace, ask.show,
			       show ? text : NULL))
			errx(2, "states: %s", mo_error(mo));
		if (show)
			answer(text, strlen(text));
		else
			answer(&trace, trace_size(&trace));
	}
	mo_destroy(mo);
	return 0;
}
