/* SPDX-License-Identifier: GPL-2.0-only */
/* An outside program: what a user of the installed library writes. */
#include <memoffline.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	const char *scenario = "# An idle memory block goes offline.\n"
			       "memoffline 1 geometry=tiny\n"
			       "cpu0 offline_pages block=1\n";
	struct mo *mo = mo_create();
	struct mo_options options = { .level = 3 };
	struct mo_result result;
	int ret = mo_run_text(mo, "idle.ops", scenario, strlen(scenario), &options, &result);

	printf("%s, %u operation(s)\n", ret ? mo_error(mo) : "clean", result.nr_ops);
	mo_destroy(mo);
	return ret;
}
