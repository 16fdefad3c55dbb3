/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L0: the few words every layer speaks.  Knows nothing of memory.
 */
#ifndef MO_LIB_BASE_H
#define MO_LIB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define noinline __attribute__((noinline))
#define cold __attribute__((cold))
#define __printf(f, a) __attribute__((format(printf, f, a)))
#define __must_check __attribute__((warn_unused_result))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (1u << (n))

#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN_UP(x, a) ALIGN_DOWN((x) + (__typeof__(x))(a)-1, a)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)

/*
 * As in the kernel: the compiler forgets where x came from.  Keeps gcc from
 * computing the address of an array's element anew at each use.
 */
#define OPTIMIZER_HIDE_VAR(x) __asm__("" : "+r"(x))

static inline unsigned long mo_min(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

static inline unsigned long mo_max(unsigned long a, unsigned long b)
{
	return a > b ? a : b;
}

/* include/linux/bitops.h */
static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return map[nr / 64] >> (nr % 64) & 1;
}

/*
 * MUST(x): a mistake of ours (never of the modelled kernel), checked in every
 * build.  Prints the place and aborts: nothing that it guards can be undone.
 */
#define MUST(x)                                                                \
	do {                                                                   \
		if (unlikely(!(x)))                                            \
			must_failed(#x, __FILE__, __LINE__);                   \
	} while (0)

_Noreturn void must_failed(const char *expr, const char *file, int line);

#endif
