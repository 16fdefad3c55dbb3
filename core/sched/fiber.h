/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L1: stackful coroutines, so that modelled kernel code stays straight-line C
 * and can still be suspended at any sched_point(), to any depth.
 *
 * x86-64 and arm64 switch in a dozen instructions; elsewhere (or with
 * -DMO_FIBER_UCONTEXT=ON) glibc's swapcontext does the same 20 to 100 times slower.
 * Under ASan every switch is annotated, so that stack traces and use-after-return
 * stay right.  Stacks live as long as the process and have a guard page below.
 */
#ifndef MO_SCHED_FIBER_H
#define MO_SCHED_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fiber {
	void *sp;	/* saved stack pointer, or ucontext_t * */
	void *stack;	/* lowest usable byte; NULL: the thread's own stack */
	size_t stack_bytes;
	void (*entry)(void *arg); /* must never return */
	void *arg;
	/* ASan */
	void *fake_stack;
	const void *bottom;
	size_t bottom_bytes;
	struct fiber *came_from;
};

/* The thread's own stack as a fiber.  False: no memory. */
bool fiber_create_main(struct fiber *f);
/* False: no memory.  Maps the stack once; fiber_prepare() may follow many times. */
bool fiber_create(struct fiber *f);
void fiber_destroy(struct fiber *f);
/* The next switch to f calls entry(arg) on a fresh stack.  What was suspended on
 * it is forgotten. */
void fiber_prepare(struct fiber *f, void (*entry)(void *), void *arg);
/* Suspends from (the running one) and continues to. */
void fiber_switch(struct fiber *from, struct fiber *to);

/*
 * Mixes into *hash what a suspended fiber will find when it goes on: its stack,
 * saved registers included.  False: something of it is elsewhere (ucontext, ASan's
 * fake stacks).
 */
bool fiber_hash(const struct fiber *f, uint64_t *hash);
/* Clears what lies behind the stack pointer, so that frames to come hold no
 * remains of another run.  Does nothing under ASan. */
void fiber_scrub(struct fiber *f);

#endif
