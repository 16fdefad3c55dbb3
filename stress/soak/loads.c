/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is to do: files that a person names, and the workloads of folders. */
#include <dirent.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "inputs.h"
#include "soak.h"

#define PATH_LEN 4096
/* A link that leads upwards would never end. */
#define DEPTH_MAX 40

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

static void add_file(struct collect *c, char *path)
{
	c->broken |= inputs_walk((char *[]){ path, NULL }, add_load, c) > 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_load(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, ".load");
}

/* Workloads alone are opened: a folder may hold anything else, of any size. */
static void add_folder(struct collect *c, const char *folder, unsigned int depth)
{
	struct dirent **entries;
	int nr = scandir(folder, &entries, not_hidden, by_name);

	if (nr < 0)
		err(EXIT_USAGE, "%s", folder);
	if (depth == DEPTH_MAX)
		errx(EXIT_USAGE, "%s: %d folders deep, a loop?", folder, DEPTH_MAX);
	for (int i = 0; i < nr; i++) {
		char path[PATH_LEN];

		if (snprintf(path, sizeof(path), "%s/%s", folder,
			     entries[i]->d_name) >= PATH_LEN)
			errx(EXIT_USAGE, "%s: path too long", folder);
		if (is_folder(path))
			add_folder(c, path, depth + 1);
		else if (is_load(entries[i]->d_name))
			add_file(c, path);
		free(entries[i]);
	}
	free(entries);
}

/* A file that a person names may have any name. */
void soak_add(struct soak *s, struct mo *mo, char *path)
{
	struct collect c = { s, mo, false };
	unsigned int nr_before = s->nr_loads;
	size_t n = strlen(path);

	if (!is_folder(path)) {
		add_file(&c, path);
	} else {
		/* "folder/" means folder */
		while (n > 1 && path[n - 1] == '/')
			path[--n] = '\0';
		add_folder(&c, path, 0);
	}
	if (c.broken)
		exit(EXIT_USAGE);
	if (s->nr_loads == nr_before)
		errx(EXIT_USAGE, "%s: no workload in this folder, expected one (.load) at least",
		     path);
}
