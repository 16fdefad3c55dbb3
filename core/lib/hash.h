/* SPDX-License-Identifier: GPL-2.0-only */
/* L0: a 64-bit hash of memory, for telling states apart.  Not for adversaries. */
#ifndef MO_LIB_HASH_H
#define MO_LIB_HASH_H

#include <stdint.h>
#include <string.h>

static inline uint64_t hash_u64(uint64_t h, uint64_t value)
{
	h = (h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* The finish of splitmix64: every bit of h reaches every bit of the result. */
static inline uint64_t hash_finish(uint64_t h)
{
	h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 31;
}

/*
 * Of memory as it is: padding and dead slots of a stack are no news to
 * MemorySanitizer.  At worst they make two states look different that are not.
 */
#ifdef __clang__
#define HASHES_ANYTHING __attribute__((no_sanitize("memory")))
#else
#define HASHES_ANYTHING
#endif

HASHES_ANYTHING static inline uint64_t hash_bytes(uint64_t h, const void *data, size_t size)
{
	const char *p = data;
	uint64_t word;

	for (; size >= sizeof(word); p += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = hash_u64(h, word);
	}
	if (!size)
		return h;
	word = 0;
	memcpy(&word, p, size);
	return hash_u64(h, word);
}

#endif
