/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/base.h"
#include "../lib/hash.h"
#include "fiber.h"

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifndef FIBER_ASAN
#define FIBER_ASAN 0
#endif

#if FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
/* Redzones make frames several times larger. */
#define FIBER_STACK_BYTES (256u << 10)
#else
#define FIBER_STACK_BYTES (64u << 10)
#define __sanitizer_start_switch_fiber(save, bottom, size) ((void)0)
#define __sanitizer_finish_switch_fiber(save, bottom, size) ((void)0)
#define __asan_unpoison_memory_region(addr, size) ((void)0)
#endif

/* Deeper than operations get. */
#define FIBER_SCRUB_BYTES (8u << 10)

/* First code on a new stack. */
static _Noreturn void fiber_main(struct fiber *f)
{
	__sanitizer_finish_switch_fiber(NULL, &f->came_from->bottom,
					&f->came_from->bottom_bytes);
	f->entry(f->arg);
	MUST(!"a fiber's entry returned");
	abort();
}

#if defined(__x86_64__) && !defined(MO_FIBER_UCONTEXT)

/*
 * Saves what the ABI makes the callee keep; the control words of SSE and x87 are
 * the same in every fiber.  Leaves by jump, not by ret: a mispredicted return
 * costs more than the rest together.
 */
void mo_fiber_swap(void **save, void *sp);
void mo_fiber_start(void);
__asm__(".text\n"
	".globl mo_fiber_swap\n"
	".hidden mo_fiber_swap\n"
	".type mo_fiber_swap, @function\n"
	"mo_fiber_swap:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	popq %rcx\n"
	"	jmp *%rcx\n"
	".size mo_fiber_swap, .-mo_fiber_swap\n"
	".globl mo_fiber_start\n"
	".hidden mo_fiber_start\n"
	".type mo_fiber_start, @function\n"
	"mo_fiber_start:\n"
	"	.cfi_startproc\n"
	"	.cfi_undefined rip\n"
	"	movq %r12, %rdi\n"
	"	call *%r13\n"
	"	ud2\n"
	"	.cfi_endproc\n"
	".size mo_fiber_start, .-mo_fiber_start\n");

static void *first_frame(struct fiber *f, uintptr_t top)
{
	/* r15 r14 r13 r12 rbx rbp rip, then 16-byte alignment at the call. */
	uintptr_t *frame = (uintptr_t *)(top - 16) - 7;

	memset(frame, 0, 7 * sizeof(*frame));
	frame[2] = (uintptr_t)fiber_main;
	frame[3] = (uintptr_t)f;
	frame[6] = (uintptr_t)mo_fiber_start;
	return frame;
}

#define FIBER_ASM 1

#elif defined(__aarch64__) && !defined(MO_FIBER_UCONTEXT)

void mo_fiber_swap(void **save, void *sp);
void mo_fiber_start(void);
__asm__(".text\n"
	".globl mo_fiber_swap\n"
	".hidden mo_fiber_swap\n"
	".type mo_fiber_swap, %function\n"
	"mo_fiber_swap:\n"
	"	sub sp, sp, #160\n"
	"	stp x19, x20, [sp, #0]\n"
	"	stp x21, x22, [sp, #16]\n"
	"	stp x23, x24, [sp, #32]\n"
	"	stp x25, x26, [sp, #48]\n"
	"	stp x27, x28, [sp, #64]\n"
	"	stp x29, x30, [sp, #80]\n"
	"	stp d8, d9, [sp, #96]\n"
	"	stp d10, d11, [sp, #112]\n"
	"	stp d12, d13, [sp, #128]\n"
	"	stp d14, d15, [sp, #144]\n"
	"	mov x9, sp\n"
	"	str x9, [x0]\n"
	"	mov sp, x1\n"
	"	ldp x19, x20, [sp, #0]\n"
	"	ldp x21, x22, [sp, #16]\n"
	"	ldp x23, x24, [sp, #32]\n"
	"	ldp x25, x26, [sp, #48]\n"
	"	ldp x27, x28, [sp, #64]\n"
	"	ldp x29, x30, [sp, #80]\n"
	"	ldp d8, d9, [sp, #96]\n"
	"	ldp d10, d11, [sp, #112]\n"
	"	ldp d12, d13, [sp, #128]\n"
	"	ldp d14, d15, [sp, #144]\n"
	"	add sp, sp, #160\n"
	"	br x30\n"
	".size mo_fiber_swap, .-mo_fiber_swap\n"
	".globl mo_fiber_start\n"
	".hidden mo_fiber_start\n"
	".type mo_fiber_start, %function\n"
	"mo_fiber_start:\n"
	"	.cfi_startproc\n"
	"	.cfi_undefined x30\n"
	"	mov x0, x19\n"
	"	blr x20\n"
	"	brk #1\n"
	"	.cfi_endproc\n"
	".size mo_fiber_start, .-mo_fiber_start\n");

static void *first_frame(struct fiber *f, uintptr_t top)
{
	uintptr_t *frame = (uintptr_t *)(top - 160);

	memset(frame, 0, 160);
	frame[0] = (uintptr_t)f;	    /* x19 */
	frame[1] = (uintptr_t)fiber_main;   /* x20 */
	frame[11] = (uintptr_t)mo_fiber_start; /* x30 */
	return frame;
}

#define FIBER_ASM 1

#else

#include <ucontext.h>

static void ucontext_main(unsigned int hi, unsigned int lo)
{
	fiber_main((struct fiber *)((uintptr_t)hi << 32 | lo));
}

#define FIBER_ASM 0

#endif

#if FIBER_ASM

static void prepare_sp(struct fiber *f)
{
	f->sp = first_frame(f, (uintptr_t)f->stack + f->stack_bytes);
}

static void swap(struct fiber *from, struct fiber *to)
{
	mo_fiber_swap(&from->sp, to->sp);
}

static bool context_create(struct fiber *f)
{
	(void)f;
	return true;
}

static void context_destroy(struct fiber *f)
{
	(void)f;
}

#else

static void prepare_sp(struct fiber *f)
{
	ucontext_t *uc = f->sp;

	getcontext(uc);
	uc->uc_stack.ss_sp = f->stack;
	uc->uc_stack.ss_size = f->stack_bytes;
	makecontext(uc, (void (*)(void))(uintptr_t)ucontext_main, 2,
		    (unsigned int)((uintptr_t)f >> 32),
		    (unsigned int)(uintptr_t)f);
}

static void swap(struct fiber *from, struct fiber *to)
{
	swapcontext(from->sp, to->sp);
}

static bool context_create(struct fiber *f)
{
	f->sp = calloc(1, sizeof(ucontext_t));
	return f->sp;
}

static void context_destroy(struct fiber *f)
{
	free(f->sp);
}

#endif

bool fiber_create_main(struct fiber *f)
{
	memset(f, 0, sizeof(*f));
	return context_create(f);
}

bool fiber_create(struct fiber *f)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	char *map;

	memset(f, 0, sizeof(*f));
	map = mmap(NULL, guard + FIBER_STACK_BYTES, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	f->stack = map + guard;
	f->stack_bytes = FIBER_STACK_BYTES;
	f->bottom = f->stack;
	f->bottom_bytes = f->stack_bytes;
	if (mprotect(f->stack, FIBER_STACK_BYTES, PROT_READ | PROT_WRITE) ||
	    !context_create(f)) {
		munmap(map, guard + FIBER_STACK_BYTES);
		f->stack = NULL;
		return false;
	}
	return true;
}

void fiber_destroy(struct fiber *f)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);

	if (f->stack) {
		/* Of frames that were abandoned; whatever is mapped there next has none. */
		__asan_unpoison_memory_region(f->stack, f->stack_bytes);
		munmap((char *)f->stack - guard, guard + f->stack_bytes);
	}
	context_destroy(f);
	memset(f, 0, sizeof(*f));
}

void fiber_prepare(struct fiber *f, void (*entry)(void *), void *arg)
{
	/* Frames that were abandoned there left their redzones poisoned. */
	__asan_unpoison_memory_region(f->stack, f->stack_bytes);
	f->entry = entry;
	f->arg = arg;
	f->fake_stack = NULL;
	prepare_sp(f);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	to->came_from = from;
	__sanitizer_start_switch_fiber(&from->fake_stack, to->bottom,
				       to->bottom_bytes);
	swap(from, to);
	/* Back: whoever switched here may have been seen for the first time. */
	__sanitizer_finish_switch_fiber(from->fake_stack,
					&from->came_from->bottom,
					&from->came_from->bottom_bytes);
}

/* Reads redzones too. */
HASHES_ANYTHING __attribute__((no_sanitize("address"))) static uint64_t
hash_words(uint64_t hash, const uint64_t *from, const uint64_t *to)
{
	for (; from < to; from++)
		hash = hash_u64(hash, *from);
	return hash;
}

bool fiber_hash(const struct fiber *f, uint64_t *hash)
{
	if (!FIBER_ASM || f->fake_stack)
		return false;
	*hash = hash_words(*hash, f->sp,
			   (const uint64_t *)((uintptr_t)f->stack +
					      f->stack_bytes));
	return true;
}

void fiber_scrub(struct fiber *f)
{
	if (FIBER_ASM && !FIBER_ASAN)
		memset((char *)f->sp - FIBER_SCRUB_BYTES, 0, FIBER_SCRUB_BYTES);
}
