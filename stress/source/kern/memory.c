/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmalloc, per-CPU memory, the memmap.  The arena stands in pages of the machine
 * that belong to no zone, so that virt_to_page() works and the image has it.
 * What is free is poisoned under ASan.
 */
#include <linux/cacheinfo.h>
#include <linux/percpu.h>
#include <linux/vmalloc.h>

#include "env.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LANE_ASAN
#endif
#endif

#ifdef LANE_ASAN
void __asan_poison_memory_region(void const volatile *addr, size_t size);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
#define poison(p, n) __asan_poison_memory_region(p, n)
#define unpoison(p, n) __asan_unpoison_memory_region(p, n)
#else
#define poison(p, n) do { } while (0)
#define unpoison(p, n) do { } while (0)
#endif

#define MIN_SHIFT 5
#define NR_CLASSES 14		/* 32 bytes .. 256 KiB */
#define HEADER 16		/* class of the object that follows */

static char *arena_start, *arena, *arena_end;
static void *free_objects[NR_CLASSES];

void lane_arena_init(unsigned long pfn, unsigned long nr_pages)
{
	arena_start = arena = __va(PFN_PHYS(pfn));
	arena_end = arena + nr_pages * PAGE_SIZE;
}

static unsigned int size_class(unsigned long bytes)
{
	unsigned int class = 0;

	while ((1ul << (class + MIN_SHIFT)) < bytes)
		class++;
	return class;
}

void *lane_kmalloc(unsigned long bytes)
{
	unsigned int class = size_class(bytes);
	unsigned long size = 1ul << (class + MIN_SHIFT);
	void *p;

	if (class >= NR_CLASSES)
		return NULL;
	p = free_objects[class];
	if (p) {
		unpoison(p, size);
		free_objects[class] = *(void **)p;
	} else {
		if (arena + HEADER + size > arena_end)
			return NULL;
		*(unsigned int *)arena = class;
		p = arena + HEADER;
		arena += HEADER + size;
	}
	memset(p, 0, size);
	return p;
}

void kfree(const void *p)
{
	unsigned int class;

	if (ZERO_OR_NULL_PTR(p))
		return;
	class = *(unsigned int *)((char *)p - HEADER);
	if (class >= NR_CLASSES)
		lane_host_broken("kfree() of something else", "", 0,
				 LANE_NO_PFN);
	*(void **)p = free_objects[class];
	free_objects[class] = (void *)p;
	poison(p, 1ul << (class + MIN_SHIFT));
}

void lane_unpoison(void)
{
	unpoison(arena_start, arena - arena_start);
}

/* Of free objects the first word is read. */
void lane_repoison(void)
{
	for (unsigned int class = 0; class < NR_CLASSES; class++)
		for (void *p = free_objects[class], *next; p; p = next) {
			next = *(void **)p;
			poison(p, 1ul << (class + MIN_SHIFT));
		}
}

/* Bytes of the arena that were ever given out. */
unsigned long lane_arena_used(void **start)
{
	*start = arena_start;
	return arena - arena_start;
}

bool slab_is_available(void)
{
	return system_state == SYSTEM_RUNNING;
}

#ifdef HAVE_KMALLOC_NOPROF
void *__kmalloc_noprof(size_t size, gfp_t gfp)
{
	return lane_kmalloc(size);
}

void *__kmalloc_node_noprof(size_t size, gfp_t gfp, int node)
{
	return lane_kmalloc(size);
}

void *__kmalloc_cache_noprof(struct kmem_cache *c, gfp_t gfp, size_t size)
{
	return lane_kmalloc(size);
}

void *__kmalloc_cache_node_noprof(struct kmem_cache *c, gfp_t gfp, int node,
				  size_t size)
{
	return lane_kmalloc(size);
}

void *kmem_cache_alloc_noprof(struct kmem_cache *c, gfp_t gfp)
{
	return lane_kmalloc(1024);
}

void *kmem_cache_alloc_lru_noprof(struct kmem_cache *c, struct list_lru *lru,
				  gfp_t gfp)
{
	return lane_kmalloc(1024);
}

void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved,
				 gfp_t gfp)
{
	return (void __percpu *)lane_kmalloc(size);
}
#else
void *__kmalloc(size_t size, gfp_t gfp)
{
	return lane_kmalloc(size);
}

void *__kmalloc_node(size_t size, gfp_t gfp, int node)
{
	return lane_kmalloc(size);
}

void *kmalloc_trace(struct kmem_cache *c, gfp_t gfp, size_t size)
{
	return lane_kmalloc(size);
}

void *kmalloc_node_trace(struct kmem_cache *c, gfp_t gfp, int node, size_t size)
{
	return lane_kmalloc(size);
}

void *kmem_cache_alloc(struct kmem_cache *c, gfp_t gfp)
{
	return lane_kmalloc(1024);
}

void *kmem_cache_alloc_lru(struct kmem_cache *c, struct list_lru *lru, gfp_t gfp)
{
	return lane_kmalloc(1024);
}

void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return (void __percpu *)lane_kmalloc(size);
}
#endif

/* The states of one more block, which alone are kept there. */
#ifdef HAVE_VZALLOC_NOPROF
void *vzalloc_noprof(unsigned long size)
#else
void *vzalloc(unsigned long size)
#endif
{
	return lane_host_fail(LANE_FAIL_VIRTIO_MEM_STATES) ? NULL :
							     lane_kmalloc(size);
}

void vfree(const void *p)
{
	kfree(p);
}

void kmem_cache_free(struct kmem_cache *c, void *p)
{
	kfree(p);
}

void free_percpu(void __percpu *p)
{
}

#ifdef HAVE_KMEMDUP_NOPROF
void *kmemdup_noprof(const void *src, size_t len, gfp_t gfp)
#else
void *kmemdup(const void *src, size_t len, gfp_t gfp)
#endif
{
	void *p = lane_kmalloc(len);

	return p ? memcpy(p, src, len) : NULL;
}

/*
 * --- memmap: one array for the whole machine, it is never unmapped.  What would be
 * taken for it from a block's own pages is counted, by the tree's allocator. ---
 */

struct page *lane_vmemmap;
unsigned long uml_physmem;

int vmemmap_populate(unsigned long start, unsigned long end, int nid,
		     struct vmem_altmap *altmap)
{
	if (!altmap)
		return 0;
	for (unsigned long i = 0; i < PFN_UP(end - start); i++)
		if (!vmemmap_alloc_block_buf(PAGE_SIZE, nid, altmap))
			return -ENOMEM;
	return 0;
}

void vmemmap_free(unsigned long start, unsigned long end,
		  struct vmem_altmap *altmap)
{
	if (altmap)
		vmem_altmap_free(altmap, PFN_UP(end - start));
}

/* Garbage that no accessor mistakes for a page. */
void page_init_poison(struct page *page, size_t size)
{
	memset(page, 0xff, size);
}

struct cpu_cacheinfo *get_cpu_cacheinfo(unsigned int cpu)
{
	static struct cpu_cacheinfo none;

	return &none;
}
