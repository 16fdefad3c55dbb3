/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pinner FIRST LAST MIB: touches up to MIB of anonymous memory, a page after the other,
 * until one is a pfn in [FIRST, LAST]; keeps a reference to that one in a pipe, so that it
 * cannot be migrated, gives the others back, and prints its pfn.  Ends, and lets it go,
 * when /release exists; status 1: there was none.
 * Runs in the guest, linked statically.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE ((size_t)4096)
#define PAGEMAP_PFN ((1ull << 55) - 1)

static unsigned long pfn_of(int pagemap, const char *p)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry), (off_t)((uintptr_t)p / PAGE * 8)) !=
	    sizeof(entry))
		exit(2);
	return entry & PAGEMAP_PFN;
}

/* A page is in the pipe as it is: nothing is copied. */
static void keep(char *p)
{
	const struct iovec page = { .iov_base = p, .iov_len = PAGE };
	int ends[2];

	if (pipe(ends) || vmsplice(ends[1], &page, 1, 0) != (ssize_t)PAGE)
		exit(2);
}

int main(int argc, char **argv)
{
	unsigned long first, last, pfn = 0;
	size_t bytes, at;
	int pagemap;
	char *p;

	if (argc != 4)
		return 2;
	first = strtoul(argv[1], NULL, 0);
	last = strtoul(argv[2], NULL, 0);
	bytes = strtoul(argv[3], NULL, 0) << 20;
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pagemap < 0 || p == MAP_FAILED)
		return 2;
	madvise(p, bytes, MADV_NOHUGEPAGE); /* fails where there are none */
	for (at = 0; at < bytes; at += PAGE) {
		p[at] = 1;
		pfn = pfn_of(pagemap, p + at);
		if (pfn >= first && pfn <= last)
			break;
	}
	if (at == bytes)
		return 1;
	keep(p + at);
	if ((at && munmap(p, at)) ||
	    (at + PAGE < bytes && munmap(p + at + PAGE, bytes - at - PAGE)))
		return 2;
	printf("%lu\n", pfn);
	fflush(stdout);
	while (access("/release", F_OK))
		usleep(100000);
	return 0;
}
