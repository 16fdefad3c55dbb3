/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An oops is a finding like any other: what the kernel did with garbage that it took for
 * a pointer.  Only where nobody else has SIGSEGV: ASan and libFuzzer say more.
 */
#include <signal.h>
#include <stddef.h>

#include "lane_world.h"
#include "oops.h"

/* On the stack of the task, which nobody goes on with. */
static void oops(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (lane_world && lane_world->violation.leave)
		violation_raise(&lane_world->violation, "kernel_assertion",
				VIOLATION_NO_PFN, "oops",
				"the kernel touches address %#lx, where nothing is",
				(unsigned long)info->si_addr);
	signal(sig, SIG_DFL); /* it comes again, and ends the process */
}

void oops_init(void)
{
	const struct sigaction action = {
		.sa_sigaction = oops,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	struct sigaction before;

	MUST(!sigaction(SIGSEGV, NULL, &before));
	if (!(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_DFL)
		MUST(!sigaction(SIGSEGV, &action, NULL));
}
