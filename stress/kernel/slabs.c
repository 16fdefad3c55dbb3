/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slabs BLOCK NR: puts the memory block into ZONE_NORMAL and takes it off line again, says
 * "clean" when that worked; then the same with NR looks for names in sysfs that are not
 * there in between: each leaves a negative dentry, and their slab pages come from the
 * preferred zone, which is this block's.  Says "slab N" of how many pages there then, and
 * "ended ERRNO" when the second attempt ends.  Nobody else should allocate meanwhile: no
 * process is started, all is done before by one that has its memory.
 * Runs in the guest, linked statically.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define KPF_SLAB 7
#define PAGES_AT_ONCE 512

/* 0 or -errno. */
static int set_state(int fd, const char *state)
{
	return pwrite(fd, state, strlen(state), 0) < 0 ? -errno : 0;
}

static void look_for_names(unsigned long nr)
{
	struct stat st;
	char name[32];

	for (unsigned long i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "/sys/n%lu", i); /* stands in the dentry itself */
		stat(name, &st);
	}
}

static unsigned long slab_pages(int kpageflags, unsigned long first,
				unsigned long nr)
{
	static uint64_t flags[PAGES_AT_ONCE];
	unsigned long slab = 0;

	for (unsigned long i = 0; i < nr; i += PAGES_AT_ONCE) {
		if (pread(kpageflags, flags, sizeof(flags), (off_t)((first + i) * 8)) !=
		    (ssize_t)sizeof(flags))
			exit(2);
		for (unsigned int j = 0; j < PAGES_AT_ONCE; j++)
			slab += flags[j] >> KPF_SLAB & 1;
	}
	return slab;
}

int main(int argc, char **argv)
{
	unsigned long block, nr, pages = (128ul << 20) / 4096;
	char path[64];
	int state, kpageflags, err = -EBUSY;

	if (argc != 3)
		return 2;
	block = strtoul(argv[1], NULL, 10);
	nr = strtoul(argv[2], NULL, 10);
	snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%lu/state", block);
	state = open(path, O_RDWR);
	kpageflags = open("/proc/kpageflags", O_RDONLY);
	if (state < 0 || kpageflags < 0 || mlockall(MCL_CURRENT | MCL_FUTURE))
		return 2;
	setvbuf(stdout, NULL, _IONBF, 0);
	look_for_names(100); /* what is needed besides is there then */
	slab_pages(kpageflags, 0, PAGES_AT_ONCE);
	sleep(2); /* whoever started it sleeps now, too */
	for (int i = 0; i < 20 && err; i++) {
		if (set_state(state, "online_kernel"))
			return 2;
		err = set_state(state, "offline");
		usleep(100000);
	}
	if (err) {
		printf("dirty %s\n", strerror(-err));
		return 1;
	}
	puts("clean");
	if (set_state(state, "online_kernel"))
		return 2;
	look_for_names(nr);
	printf("slab %lu\n", slab_pages(kpageflags, block * pages, pages));
	err = set_state(state, "offline");
	printf("ended %s\n", err ? strerror(-err) : "off line");
	return 0;
}
