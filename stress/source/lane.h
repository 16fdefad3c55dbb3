/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the two halves of the source lane: kern/, compiled with the headers of
 * the user's kernel, and host/, compiled with libc and core/.  Neither includes
 * the other's headers, and no constant of the kernel crosses this line: 6.12.y
 * renumbered MEM_GOING_OFFLINE.  Pages are told by pfn, zones by 0 NORMAL, 1
 * MOVABLE.  Results are 0 or negative errno unless something else is said.
 *
 * The geometry is compiled in: LANE_PAGEBLOCK_ORDER, LANE_MAX_ORDER,
 * LANE_SECTION_ORDER, LANE_NR_BLOCKS, one section a block.  core/ and fuzz/ are compiled
 * once for all of them: nothing that they see here depends on it.
 */
#ifndef LANE_H
#define LANE_H

#ifndef __KERNEL__
#include <stdbool.h>
#endif

#define LANE_NO_PFN (~0ul)
#define LANE_NR_PFNS ((unsigned long)LANE_NR_BLOCKS << LANE_SECTION_ORDER)
#define LANE_NR_PAGEBLOCKS (LANE_NR_PFNS >> LANE_PAGEBLOCK_ORDER)
#define LANE_NR_ZONES 2
#define LANE_LRU_BATCH_MAX 31
/* What no geometry of the lane exceeds. */
#define LANE_MAX_NR_BLOCKS 16
#define LANE_MAX_NR_ORDERS 11
#ifdef LANE_NR_BLOCKS
_Static_assert(LANE_NR_BLOCKS <= LANE_MAX_NR_BLOCKS && LANE_MAX_ORDER < LANE_MAX_NR_ORDERS,
	       "the lane has no room for the geometry");
#endif

/* --- kern/sched.c, kern/company.c, kern/boot.c --- */

/* Boots a machine without usable memory; its blocks are then added by
 * lane_add_memory().  Once. */
void lane_boot(void);
/* Clears what one operation leaves to the next: pending signal, stall counter. */
void lane_begin_op(void);
/* The same for a worker, which gets no signals. */
void lane_begin_work(void);
/* An operation begins on this CPU, others may be in flight: from now on, until the
 * reset, the kernel half calls lane_host_point(). */
void lane_begin_task(unsigned int cpu);
/* Nonzero: nobody else goes on until this operation has ended, or waits. */
void lane_undisturbed(int on);
/* Something was freed, moved or changed for good, or a misfortune is behind us: no livelock
 * yet. */
void lane_progress(void);
void lane_get_online_mems(void);
void lane_put_online_mems(void);
/* Why the operation must not end like this (a lock held, interrupts off); NULL. */
const char *lane_unbalanced(void);
/* Writable state of the kernel half, for the image: region i; 0: no such. */
unsigned long lane_region(unsigned int i, void **start);
/* Before the image is put back, and after it: what ASan must not touch. */
void lane_unpoison(void);
void lane_repoison(void);

/* --- kern/ops.c: one operation of the kernel each --- */

enum lane_gfp {
	LANE_GFP_MOVABLE = 1,
	LANE_GFP_RECLAIMABLE = 2,
	LANE_GFP_THISNODE = 4,
	LANE_GFP_COMP = 8,
	LANE_GFP_HIGH = 16,
	LANE_GFP_HIGHUSER_MOVABLE = 32, /* the whole set, not a bit of it */
};

unsigned long lane_alloc_pages(unsigned int gfp, unsigned int order);
void lane_free_pages(unsigned long pfn, unsigned int order);
void lane_get_page(unsigned long pfn);
void lane_put_page(unsigned long pfn);
void lane_set_reserved(unsigned long pfn, int reserved);
void lane_drain_all_pages(void);
void lane_drain_local_pages(void);
int lane_compact_zone(unsigned int zone);
int lane_start_isolate_page_range(unsigned long start, unsigned long end,
				  int mode);
void lane_undo_isolate_page_range(unsigned long start, unsigned long end,
				  int cma);
int lane_test_pages_isolated(unsigned long start, unsigned long end, int mode);
int lane_alloc_contig_range(unsigned long start, unsigned long end, int cma);
void lane_free_contig_range(unsigned long pfn, unsigned long nr_pages);
/* First pfn, or LANE_NO_PFN. */
unsigned long lane_alloc_contig_pages(unsigned long nr_pages);
int lane_memory_failure(unsigned long pfn);
int lane_soft_offline_page(unsigned long pfn);
int lane_unpoison_memory(unsigned long pfn);
/* It is poisoned, and memory_failure() has no reference to it. */
int lane_poison_untaken(unsigned long pfn);
void lane_init_cma_pageblock(unsigned long pfn);

/* Of order 0. */
unsigned long lane_alloc_slab_page(void);
void lane_free_slab_page(unsigned long pfn);

/* Pages of a driver that never heard of offlining: PageOffline, not managed. */
unsigned long lane_alloc_offline_pages(unsigned int gfp, unsigned int order);
int lane_alloc_offline_page_range(unsigned long pfn, unsigned long nr_pages);
void lane_free_offline_page(unsigned long pfn);
void lane_free_offline_page_range(unsigned long pfn, unsigned long nr_pages);
/* 1: got a reference and dropped it, 0: the page has none to give. */
int lane_walk_page(unsigned long pfn);

/* mode: as enum pb_isolate_mode of core/ */
enum { LANE_ISOLATE_OFFLINE, LANE_ISOLATE_CMA, LANE_ISOLATE_OTHER };

/* --- kern/owner.c: who has a page --- */

/* owner below 65535: the page can be found and moved from now on */
void lane_map(unsigned long pfn, unsigned int owner);
void lane_unmap(unsigned long pfn);
/* 0: nobody had it locked, its owner may go on; else it may be elsewhere by now. */
int lane_wait_for_page(unsigned long pfn);
void lane_folio_add_lru(unsigned long pfn);
int lane_folio_isolate_lru(unsigned long pfn);
void lane_folio_putback_lru(unsigned long pfn);
void lane_lru_add_drain_all(void);
/* Folios left behind; -EBUSY: cannot be isolated. */
int lane_migrate_folio(unsigned long pfn);
unsigned long lane_zs_malloc(void);
void lane_zs_free(unsigned long pfn);

/* --- kern/hotplug.c --- */

enum lane_online { LANE_ONLINE = 1, LANE_ONLINE_KERNEL, LANE_ONLINE_MOVABLE };

/* From now on memory that is added carries its own memmap, as a whole number of
 * pageblocks; -EOPNOTSUPP: not in this kernel. */
int lane_force_memmap_on_memory(void);
int lane_add_memory(unsigned long block);
int lane_remove_memory(unsigned long block);
int lane_offline_and_remove_memory(unsigned long block, unsigned long nr_blocks);
int lane_device_online(unsigned long block, int type);
int lane_device_offline(unsigned long block);
/* How memory that is added comes online by itself: enum lane_online, 0: it does not. */
void lane_set_default_online_type(int type);
void lane_lock_device_hotplug(void);
void lane_unlock_device_hotplug(void);

/* --- kern/fake_offline.c: what virtio-mem does to pageblocks --- */

int lane_fake_offline(unsigned long pb, unsigned long nr);
int lane_fake_online(unsigned long pb, unsigned long nr);
/* A bit for each pageblock. */
const unsigned long *lane_unplugged(void);

/* --- kern/balloon.c: drivers of the tree's mm/balloon_compaction.c --- */

/* By the ids of enum balloon_id of core/.  The pages of the last two cannot move. */
enum lane_balloon { LANE_BALLOON_VIRTIO, LANE_BALLOON_VMWARE, LANE_BALLOON_CMM,
		    LANE_BALLOON_XEN, LANE_BALLOON_HYPERV, LANE_NR_BALLOONS };

/* Loads a driver, or loads it anew; -EBUSY: its balloon is not empty. */
int lane_balloon_probe(unsigned int id, int deflate_on_oom);
/* Pages, or why not one of them; a driver that is not loaded is. */
int lane_balloon_inflate(unsigned int id, unsigned int nr);
int lane_balloon_deflate(unsigned int id, unsigned int nr);
/* The OOM notifiers: pages that they freed. */
int lane_balloon_oom_notify(void);
/* Everything out, unasked: pages. */
int lane_vmballoon_reset(void);

/* From now on, or no longer, memory that comes online starts in Xen's balloon. */
int lane_xen_hotplug(int on);
int lane_xen_is_hotplugged(void);
/* Another trace buffer of nr_pages in the place of the last one, 0: none.  1: there is
 * one now. */
int lane_memtrace_enable_set(unsigned long nr_pages);

struct lane_balloon_state {
	const void *head;	/* of its list; NULL: the driver is not loaded */
	long isolated;		/* pages that are being migrated */
	long size;		/* what the driver counts */
};

void lane_look_balloon(unsigned int id, struct lane_balloon_state *state);

/* --- kern/virtio_mem.c: the driver of the tree; bytes and pages as they say --- */

/* One at a time binds, unbinds, takes the device away. */
void lane_virtio_mem_lock(void);
void lane_virtio_mem_unlock(void);
/* A driver is bound, or about to be, or not quite gone. */
bool lane_virtio_mem_has_driver(void);
/* The driver binds to the device of lane_host_virtio_mem_device(), in Big Block Mode
 * if it must; offline_threshold in bytes.  0, -EBUSY, -ENOMEM. */
int lane_virtio_mem_probe(int bbm, unsigned long threshold);
/* It unbinds; it is bound. */
void lane_virtio_mem_remove(void);
/* The device changed: it hears so, once it is bound. */
void lane_virtio_mem_config_changed(void);
/* How the last round of the work ended; 1: it is not queued, or runs already. */
int lane_virtio_mem_run_wq(void);
/* 1: it is not armed. */
int lane_virtio_mem_timer_expired(void);
void lane_virtio_mem_unplug_online(int on);

/* States of memory blocks and big blocks, as enum virtio_mem_sbm_mb_state and enum
 * virtio_mem_bbm_bb_state of core/. */
enum { LANE_MB_UNUSED, LANE_MB_PLUGGED, LANE_MB_OFFLINE, LANE_MB_OFFLINE_PARTIAL,
       LANE_MB_KERNEL, LANE_MB_KERNEL_PARTIAL, LANE_MB_MOVABLE,
       LANE_MB_MOVABLE_PARTIAL, LANE_NR_MB_STATES };
enum { LANE_BB_UNUSED, LANE_BB_PLUGGED, LANE_BB_ADDED, LANE_BB_FAKE_OFFLINE };

/* What the driver knows; sizes in pages. */
struct lane_virtio_mem {
	unsigned char bound, in_sbm, broken, hotplug_active;
	unsigned char parent_resource;	/* the region is reserved */
	unsigned char wq_queued, retry_timer;
	unsigned char offlining;	/* in offline_and_remove_memory() */
	unsigned long plugged_size, requested_size, offline_size;
	unsigned long first_id, next_id, unit;
	unsigned long sb_size;		/* SBM: of a subblock */
	unsigned int sbs_per_mb;
	unsigned long counts[LANE_NR_MB_STATES];
	/* by id - first_id */
	unsigned char states[LANE_MAX_NR_BLOCKS];
	unsigned long plugged[LANE_MAX_NR_BLOCKS]; /* SBM: a bit a subblock */
};

void lane_look_virtio_mem(struct lane_virtio_mem *virtio_mem);

/* --- kern/look.c: the state of the real structures --- */

enum lane_flag {
	LANE_RESERVED = 1,
	LANE_HEAD = 2,
	LANE_TAIL = 4,
	LANE_LRU = 8,
	LANE_DIRTY = 16,
	LANE_HWPOISON = 32,
	LANE_MOVABLE_OPS = 64,
	LANE_MOVABLE_OPS_ISOLATED = 128,
	LANE_VMEMMAP = 256,
	LANE_LOCKED = 512,
	LANE_MOVABLE_LEFT = 1024, /* its driver left it to those who pin it */
	LANE_BALLOONED = 2048,	/* on the list of a balloon, or isolated from it */
	LANE_OFFLINE_MANAGED = 4096, /* and counted as managed still */
};

enum lane_type { LANE_NONE, LANE_BUDDY, LANE_OFFLINE, LANE_OTHER_TYPE };

struct lane_page {
	unsigned int flags;	/* enum lane_flag */
	int refcount;
	unsigned int head_offset;
	unsigned short owner;	/* + 1, 0: nobody maps it */
	unsigned char type;	/* enum lane_type */
	unsigned char order;	/* buddy or compound head */
	unsigned char balloon;	/* LANE_BALLOONED: enum lane_balloon */
};

enum lane_mt { LANE_MT_UNMOVABLE, LANE_MT_MOVABLE, LANE_MT_RECLAIMABLE,
	       LANE_MT_HIGHATOMIC, LANE_MT_CMA, LANE_MT_ISOLATE, LANE_NR_MT };

struct lane_pageblock {
	unsigned char initialised; /* 0: the memmap is poisoned */
	unsigned char zone;
	unsigned char mt;	/* enum lane_mt; ISOLATE while isolated */
	unsigned char isolated;
};

struct lane_zone {
	unsigned long start_pfn, spanned, present, managed;
	unsigned long watermark[3];
	unsigned long reserved_highatomic;
	long nr_isolate_pageblock;
	long nr_free, nr_free_cma;
	long nr_free_highatomic;
	long nr_free_area[LANE_MAX_NR_ORDERS];
	int pcp_count, pcp_high, pcp_batch;
	const void *lists;	/* whose they are: another value, others */
};

struct lane_node {
	unsigned long start_pfn, spanned, present;
	long nr_lru, nr_isolated;
	long nr_balloon;	/* NR_BALLOON_PAGES, where it exists */
};

enum lane_block_state { LANE_BLOCK_ABSENT, LANE_BLOCK_OFFLINE,
			LANE_BLOCK_ONLINE, LANE_BLOCK_BETWEEN };

struct lane_block {
	unsigned char state;	/* enum lane_block_state */
	unsigned char zone;	/* 0xff: none */
	unsigned char section_present, section_online;
	unsigned long nr_hwpoison;
};

/*
 * What kernels do differently and checkers ask for (check/view.h): found by the
 * probes of this build, not by the version.  The kernel it came with is a hint.
 */
struct lane_facts {
	/* 6.2: a memory block counts its poisoned pages, and the total survives that
	 * it goes offline */
	unsigned char blocks_count_poison;
	/* 6.10: a free page is on the list of its pageblock's type, always */
	unsigned char free_lists_exact;
	unsigned char counts_free_highatomic;	/* 6.13, and stable kernels */
	/* 6.17: isolation does not overwrite the type of a pageblock */
	unsigned char isolation_keeps_type;
	unsigned char counts_balloon_pages; /* 7.0: NR_BALLOON_PAGES */
	unsigned char slabs_frozen;	/* 6.14: slab pages have no reference */
};

extern const struct lane_facts lane_facts;

/* sizeof(struct page), and where the memmap of pfn 0 stands: 64 or so bytes whose
 * change says that the page may have changed */
unsigned long lane_memmap(const void **start);
void lane_look_page(unsigned long pfn, struct lane_page *page);
void lane_look_pageblock(unsigned long pfn, struct lane_pageblock *pb);
/* Raw bits of a section's pageblocks, whose change says that one may have changed;
 * NULL: no such section. */
const void *lane_pageblock_flags(unsigned long section, unsigned long *bytes);
void lane_look_zone(unsigned int zone, struct lane_zone *z);
void lane_look_node(struct lane_node *node);
void lane_look_block(unsigned long block, struct lane_block *b);
/*
 * All lists of pages, numbered without gaps from 0: 0 when there is no list i.  A
 * list changes only together with its head or with one of its pages.
 */
enum lane_list_kind { LANE_FREE_LIST, LANE_PCP_LIST, LANE_BALLOON_LIST,
		      LANE_LRU_LIST };

struct lane_list {
	const void *head;	/* two links; NULL: not there for now */
	unsigned char kind;	/* enum lane_list_kind */
	unsigned char zone, order;
	unsigned char index;	/* enum lane_mt, number of the per-CPU list, or
				 * enum lane_balloon */
};

int lane_list(unsigned int i, struct lane_list *list);
/* Pages from first to last; -1: the links are broken, or there are more than max. */
int lane_walk_list(const void *head, unsigned int *pfns, int max);
int lane_lru_batch(unsigned int *pfns, int max);
int lane_lru_disable_count(void);
long lane_num_poisoned_pages(void);
/* As if there were enough memory elsewhere to tell pageblocks apart by type: see
 * MOBILITY_GROUPING_OFF in README.md. */
void lane_group_by_mobility(void);
/* What the per-CPU lists and watermarks of populated zones are, from now on and
 * whenever memory comes or goes.  Before the first of it is onlined. */
void lane_set_pcp_and_watermarks(int high, int batch,
				 unsigned long (*wmark_min)(unsigned long managed));

/* --- host/: what the kernel half calls --- */

enum lane_action { LANE_GOING_ONLINE, LANE_DID_ONLINE, LANE_CANCEL_ONLINE,
		   LANE_GOING_OFFLINE, LANE_DID_OFFLINE, LANE_CANCEL_OFFLINE };

/* Fail points, by the ids of core/lib/fail_points.def. */
enum { LANE_FAIL_ALLOC = 1, LANE_FAIL_MIGRATE = 2, LANE_FAIL_ISOLATE_LRU = 3,
       LANE_FAIL_ISOLATE_MOVABLE_OPS = 4, LANE_FAIL_MEM_GOING_ONLINE = 6,
       LANE_FAIL_MEM_GOING_OFFLINE = 7, LANE_FAIL_SIGNAL = 8,
       LANE_FAIL_ADD_MEMORY = 9, LANE_FAIL_CREATE_MEMORY_BLOCK = 10,
       LANE_FAIL_VIRTIO_MEM_STATES = 25, LANE_FAIL_VIRTIO_MEM_RESOURCE = 26,
       LANE_FAIL_BALLOON_INFLATE = 31, LANE_FAIL_BALLOON_DEFLATE = 32 };

void *lane_host_map(unsigned long bytes);
int lane_host_fail(unsigned int point);
/* The first notifier of the chain hears of it. */
void lane_host_notify(int action, unsigned long start_pfn,
		      unsigned long nr_pages);
/* Fallbacks of zones were found anew, as memory came or went. */
void lane_host_zonelists_built(void);
/* The pages of a section are nobody's from now on. */
void lane_host_section_offline(void);
/* The owner's page is there now; LANE_NO_PFN: he lost it.  1: it was elsewhere. */
int lane_host_moved(unsigned int owner, unsigned long pfn);
/* A driver has put another page in the place of one. */
void lane_host_balloon_migrated(void);
/* The virtio-mem device, in bytes. */
struct lane_virtio_mem_device {
	unsigned long addr, region_size, usable_region_size, block_size;
	unsigned long plugged_size, requested_size;
};

enum { LANE_VIRTIO_MEM_PLUG, LANE_VIRTIO_MEM_UNPLUG, LANE_VIRTIO_MEM_UNPLUG_ALL };
/* As enum virtio_mem_resp of core/drivers/virtio_mem_device.h. */
enum { LANE_VIRTIO_MEM_ACK, LANE_VIRTIO_MEM_NACK, LANE_VIRTIO_MEM_BUSY,
       LANE_VIRTIO_MEM_ERROR, LANE_VIRTIO_MEM_NO_RESP };

void lane_host_virtio_mem_device(struct lane_virtio_mem_device *device);
/* The driver asks for nr_blocks device blocks from addr on; the answer.  give_way: it
 * is not refused this time. */
int lane_host_virtio_mem_request(int type, unsigned long addr, unsigned int nr_blocks,
				 int give_way);
/* Findings that the model does not have are stepped around. */
int lane_host_steps_around(void);
/* He mends what it would leave: not where the model does it, too. */
int lane_host_mends(void);
/* Offlining stands still.  Nonzero: a signal is sent to it. */
int lane_host_stall(unsigned long start_pfn, unsigned long end_pfn);
/* Others may go on, by the ids of core/sched/points.def. */
void lane_host_point(unsigned int point);
/* Others go on first.  0: nobody can. */
int lane_host_relax(void);
/* Until somebody calls lane_host_wake() with the same address. */
void lane_host_wait(const void *lock);
void lane_host_wake(const void *lock);
void lane_host_log(const char *fmt, __builtin_va_list ap);
/* The kernel's own assertion, or a function that the lane does not have. */
void lane_host_broken(const char *what, const char *where, int line,
		      unsigned long pfn) __attribute__((noreturn));

#endif
