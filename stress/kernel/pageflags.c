/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pageflags BIT FROM TO: the pfns of [FROM, TO) whose flag BIT of /proc/kpageflags
 * is set, one a line.  Runs in the guest, linked statically.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned long pfn, end;
	unsigned int bit;
	uint64_t flags;
	int fd;

	if (argc != 4)
		return 2;
	bit = (unsigned int)strtoul(argv[1], NULL, 0);
	pfn = strtoul(argv[2], NULL, 0);
	end = strtoul(argv[3], NULL, 0);
	fd = open("/proc/kpageflags", O_RDONLY);
	if (fd < 0)
		return 1;
	for (; pfn < end; pfn++)
		if (pread(fd, &flags, sizeof(flags), (off_t)(pfn * 8)) == sizeof(flags) &&
		    flags >> bit & 1)
			printf("%lu\n", pfn);
	return 0;
}
