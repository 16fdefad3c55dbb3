/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts executions and operations for the status line of scripts/fuzz.sh, in a
 * file that the script reads while the target runs: MEMOFFLINE_STATS names it.
 *
 * Linked around the calls (ld --wrap), so that no target has a line for it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "known_edges.h"
#include "memoffline.h"

struct stats {
	uint64_t nr_executions;
	uint64_t nr_ops;
};

static struct stats unread;
static struct stats *stats = &unread;

int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __real_mo_run_bytes(struct mo *mo, const uint8_t *data, size_t size,
			const struct mo_options *options, struct mo_result *result);
int __wrap_mo_run_bytes(struct mo *mo, const uint8_t *data, size_t size,
			const struct mo_options *options, struct mo_result *result);

/* Any failure leaves the counts where nobody reads them. */
__attribute__((constructor)) static void open_stats(void)
{
	const char *path = getenv("MEMOFFLINE_STATS");
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	void *map = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, sizeof(*stats)))
		map = mmap(NULL, sizeof(*stats), PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
	if (map != MAP_FAILED)
		stats = map;
	if (fd >= 0)
		close(fd);
}

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int ret;

	stats->nr_executions++;
	ret = __real_LLVMFuzzerTestOneInput(data, size);
	known_edges_forget();
	return ret;
}

int __wrap_mo_run_bytes(struct mo *mo, const uint8_t *data, size_t size,
			const struct mo_options *options, struct mo_result *result)
{
	int ret = __real_mo_run_bytes(mo, data, size, options, result);

	if (ret != 2) /* refused: there is no result */
		stats->nr_ops += result ? result->nr_ops : 0;
	return ret;
}
