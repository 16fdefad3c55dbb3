/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is to do: files that a person names, and the workloads of folders. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "inputs.h"
#include "soak.h"

struct collect {
	struct soak *s;
	struct mo *mo;
	bool broken;		/* and said so */
};

static void add_load(void *arg, const struct input *input)
{
	struct collect *c = arg;
	struct soak_load *load = &c->s->loads[c->s->nr_loads];
	const char *slash = strrchr(input->path, '/');
	const char *base = slash ? slash + 1 : input->path;
	const char *dot = strrchr(base, '.');

	if (c->s->nr_loads == SOAK_MAX_LOADS)
		errx(EXIT_USAGE, "more than %d workloads, expected fewer", SOAK_MAX_LOADS);
	load->load = mo_workload_create(c->mo, input->path,
					(const char *)input->data, input->size);
	if (!load->load) {
		warnx("%s", mo_error(c->mo));
		c->broken = true;
		return;
	}
	load->path = strdup(input->path);
	load->name = strndup(base, dot ? (size_t)(dot - base) : strlen(base));
	if (!load->path || !load->name)
		errx(EXIT_USAGE, "out of memory");
	load->hash = soak_hash(input->data, input->size);
	c->s->nr_loads++;
}

void soak_add(struct soak *s, struct mo *mo, char *path)
{
	struct collect c = { s, mo, false };
	unsigned int nr_before = s->nr_loads;

	/* "folder/" means folder */
	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	if (inputs_walk_suffix((char *[]){ path, NULL }, ".load", add_load, &c) || c.broken)
		exit(EXIT_USAGE);
	if (s->nr_loads == nr_before)
		errx(EXIT_USAGE, "%s: no workload in this folder, expected one (.load) at least",
		     path);
}
