/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * has_pfn PFN MIB: touches up to MIB of anonymous memory, a page after the other, and
 * stops with status 0 when one of its pages is PFN, with 1 when none is.
 * Runs in the guest, linked statically.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGEMAP_PFN ((1ull << 55) - 1)

int main(int argc, char **argv)
{
	const size_t page = 4096;
	unsigned long wanted;
	size_t bytes;
	char *p;
	int fd;

	if (argc != 3)
		return 2;
	wanted = strtoul(argv[1], NULL, 0);
	bytes = strtoul(argv[2], NULL, 0) << 20;
	fd = open("/proc/self/pagemap", O_RDONLY);
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 || p == MAP_FAILED)
		return 2;
	for (size_t at = 0; at < bytes; at += page) {
		uint64_t entry;

		p[at] = 1;
		if (pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)(p + at) / page * 8)) !=
		    sizeof(entry))
			return 2;
		if ((entry & PAGEMAP_PFN) == wanted)
			return 0;
	}
	return 1;
}
