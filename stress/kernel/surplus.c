/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * surplus SECONDS: a huge page migrates between nodes 0 and 1, over and over, while
 * nr_hugepages is set to 0 and 1.  Every second all stops, and the counters must be
 * those of one huge page in use.  Prints "HUGE SURPLUS MIGRATIONS", status 0 when more
 * are surplus than there are, 1 when that never happened.
 * Runs in the guest, linked statically.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POOL "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define HUGE_BYTES (2ul << 20)
/* Also of pages that several processes map: the child has it too. */
#define MPOL_MF_MOVE_ALL 4

static long value(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -1;
	close(fd);
	return atol(text);
}

static void set(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

/* Until it is killed. */
static void write_sizes(void)
{
	for (;;) {
		set(POOL "nr_hugepages", "0");
		set(POOL "nr_hugepages", "1");
	}
}

static long migrate_for_a_second(void *page)
{
	const time_t end = time(NULL) + 1;
	long migrations = 0;

	while (time(NULL) <= end)
		for (int node = 1; node >= 0; node--) {
			int status = -1;

			syscall(SYS_move_pages, 0, 1ul, &page, &node, &status, MPOL_MF_MOVE_ALL);
			migrations += status == node;
		}
	return migrations;
}

int main(int argc, char **argv)
{
	long seconds = argc == 2 ? atol(argv[1]) : 60;
	long migrations = 0, huge = 0, surplus = 0;
	char *page;

	set(POOL "nr_hugepages", "2");
	page = mmap(NULL, HUGE_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (page == MAP_FAILED)
		return 2;
	*page = 1;
	while (seconds-- > 0 && surplus <= huge) {
		pid_t child = fork();

		if (!child)
			write_sizes();
		migrations += migrate_for_a_second(page);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		huge = value(POOL "nr_hugepages");
		surplus = value(POOL "surplus_hugepages");
	}
	printf("%ld %ld %ld\n", huge, surplus, migrations);
	return surplus <= huge;
}
