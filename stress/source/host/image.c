/* SPDX-License-Identifier: GPL-2.0-only */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../lane.h"
#include "image.h"
#include "lib/base.h"

#define NR_REGIONS 4
#define PAGE 4096ul
#define RESETS_BEFORE_FAULTS 64

struct region {
	char *start, *image;
	unsigned long bytes;
	char *first, *end;	/* whole pages: these are protected */
	uint8_t *written;	/* one a page, since the seal */
};

static struct region regions[NR_REGIONS];
static unsigned int nr_resets;
static struct sigaction before;	/* who had SIGSEGV, ASan or libFuzzer */

/*
 * memcpy() that no sanitizer sees: between the kernel's variables stand redzones,
 * freed objects are poisoned, and the image has all of it.
 */
static void copy(void *to, const void *from, unsigned long bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)
			 : : "memory");
}

static void put_back(const struct region *r, char *from, char *end)
{
	copy(from, r->image + (from - r->start), (unsigned long)(end - from));
}

/* --- which pages were written --- */

static struct region *region_of(const char *p)
{
	for (unsigned int i = 0; i < NR_REGIONS; i++)
		if (p >= regions[i].first && p < regions[i].end)
			return &regions[i];
	return NULL;
}

/* A page stays writable once it was written, and is put back by each reset. */
static void first_write(int sig, siginfo_t *info, void *context)
{
	char *page = (char *)((uintptr_t)info->si_addr & ~(PAGE - 1));
	struct region *r = region_of(page);

	if (r && !r->written[(page - r->first) / (long)PAGE]) {
		r->written[(page - r->first) / (long)PAGE] = 1;
		MUST(!mprotect(page, PAGE, PROT_READ | PROT_WRITE));
		return;
	}
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(sig, info, context);
		return;
	}
	signal(sig, SIG_DFL); /* it comes again, and ends the process */
}

static void protect(void)
{
	const struct sigaction action = {
		.sa_sigaction = first_write,
		.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK,
	};

	MUST(!sigaction(SIGSEGV, &action, &before));
	for (unsigned int i = 0; i < NR_REGIONS; i++) {
		struct region *r = &regions[i];
		unsigned long bytes = (unsigned long)(r->end - r->first);

		r->written = calloc(bytes / PAGE + 1, 1);
		MUST(r->written);
		if (bytes)
			MUST(!mprotect(r->first, bytes, PROT_READ));
	}
}

/* --- the image --- */

static void seal(struct region *r, unsigned int i)
{
	void *start;

	r->bytes = lane_region(i, &start);
	r->start = start;
	r->image = malloc(r->bytes + 1);
	MUST(r->image);
	copy(r->image, r->start, r->bytes);
	r->first = (char *)(((uintptr_t)start + PAGE - 1) & ~(PAGE - 1));
	r->end = (char *)(((uintptr_t)start + r->bytes) & ~(PAGE - 1));
	if (r->end < r->first)
		r->end = r->first;
}

void image_seal(void)
{
	for (unsigned int i = 0; i < NR_REGIONS; i++)
		seal(&regions[i], i);
}

static void restore_written(const struct region *r)
{
	if (r->first == r->end) {
		put_back(r, r->start, r->start + r->bytes);
		return;
	}
	put_back(r, r->start, r->first);
	for (char *p = r->first; p < r->end; p += PAGE)
		if (r->written[(p - r->first) / (long)PAGE])
			put_back(r, p, p + PAGE);
	put_back(r, r->end, r->start + r->bytes);
}

void image_restore(void)
{
	const bool all = nr_resets < RESETS_BEFORE_FAULTS;

	for (unsigned int i = 0; i < NR_REGIONS; i++) {
		struct region *r = &regions[i];

		if (all)
			put_back(r, r->start, r->start + r->bytes);
		else
			restore_written(r);
	}
	if (all && ++nr_resets == RESETS_BEFORE_FAULTS)
		protect();
}
