/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Balloons over the tree's mm/balloon_compaction.c (mm/balloon.c since 7.0), which is linked as it is: what
 * drivers do to it and to their pages, without the hypervisor.  Hosts refuse where
 * the fail points BALLOON_INFLATE and BALLOON_DEFLATE strike.
 *
 *   virtio   drivers/virtio/virtio_balloon.c: fill_balloon, leak_balloon
 *   vmware   drivers/misc/vmw_balloon.c: its pages stay managed
 *   cmm      arch/powerpc/platforms/pseries/cmm.c, with its notifier
 *   xen      drivers/xen/balloon.c, hyperv drivers/hv/hv_balloon.c: with lists of
 *            their own, whose pages cannot move
 *   memtrace arch/powerpc/platforms/powernv/memtrace.c: no balloon, but PageOffline
 *
 * The files of all but the first need an architecture that is not this one.
 */
#if __has_include(<linux/balloon.h>)
#include <linux/balloon.h>
#else
#include <linux/balloon_compaction.h>
#endif
#include <linux/oom.h>

#include "env.h"

/* VIRTIO_BALLOON_OOM_NR_PAGES, and 1 MiB of pages for CMM. */
#define OOM_NR_PAGES 256
#define CMM_MEM_HOTPLUG_PRI 1

struct balloon {
	struct balloon_dev_info info; /* of xen and hyperv: the list */
	bool loaded;
	bool stays_managed;	/* deflate on OOM, or VMware */
	long size;		/* what the driver counts */
	unsigned int in_transit; /* allocated and not on the list yet, or off it and
				  * not freed yet: the driver cannot be loaded anew */
};

static struct balloon balloons[LANE_NR_BALLOONS];

static struct balloon *balloon_of_info(struct balloon_dev_info *info)
{
	return container_of(info, struct balloon, info);
}

static unsigned int id_of(const struct balloon *b)
{
	return b - balloons;
}

static bool can_move(const struct balloon *b)
{
	return id_of(b) <= LANE_BALLOON_CMM;
}

int lane_balloon_of(struct page *page)
{
	const struct balloon *b = (void *)page_private(page);

	if (!PageOffline(page) || b < balloons ||
	    b >= balloons + LANE_NR_BALLOONS)
		return -1;
	return id_of(b);
}

bool lane_balloon_stays_managed(unsigned int id)
{
	return balloons[id].stays_managed;
}

/* --- pages --- */

#ifdef HAVE_BALLOON_MANAGES
/* mm/balloon.c does it for drivers that it has pages of, under its lock. */
static void tell_who_manages(struct balloon *b)
{
	b->info.adjust_managed_page_count = !b->stays_managed;
}

static bool driver_adjusts(const struct balloon *b)
{
	return !can_move(b);
}
#else
static void tell_who_manages(struct balloon *b)
{
}

static bool driver_adjusts(const struct balloon *b)
{
	return true;
}
#endif

static void adjust_managed(const struct balloon *b, struct page *page, long count)
{
	if (!b->stays_managed && driver_adjusts(b))
		adjust_managed_page_count(page, count);
}

/* NR_BALLOON_PAGES: mm/balloon.c counts those of drivers that it has pages of. */
#ifdef HAVE_BALLOON_PAGES
static void count_page(struct page *page, long count)
{
	mod_node_page_state(page_pgdat(page), NR_BALLOON_PAGES, count);
}
#else
static void count_page(struct page *page, long count)
{
}
#endif

static void push(struct list_head *pages, struct page *page)
{
	list_add(&page->lru, pages);
}

static struct page *pop(struct list_head *pages)
{
	struct page *page = list_first_entry_or_null(pages, struct page, lru);

	if (page)
		list_del(&page->lru);
	return page;
}

/* Of the lists of Xen and Hyper-V. */
static DEFINE_SPINLOCK(unmovable_lock);

/* Drivers whose pages cannot move do not ask balloon_page_alloc(). */
static struct page *alloc(struct balloon *b)
{
	struct page *page;

	b->in_transit++;
	page = can_move(b) ? balloon_page_alloc() :
			     alloc_page(GFP_HIGHUSER | __GFP_NOWARN |
					__GFP_NORETRY | __GFP_NOMEMALLOC);
	if (!page)
		b->in_transit--;
	return page;
}

static void enqueue_unmovable(struct balloon *b, struct page *page)
{
	unsigned long flags;

	spin_lock_irqsave(&unmovable_lock, flags);
	__SetPageOffline(page);
	set_page_private(page, (unsigned long)&b->info);
	list_add(&page->lru, &b->info.pages);
	count_page(page, 1);
	spin_unlock_irqrestore(&unmovable_lock, flags);
}

/*
 * Not managed any more before it can be found.  cmm_alloc_pages() does it behind
 * balloon_page_enqueue(), under no lock: by then the page can have moved, and the
 * memory where it was can be offline or gone, which adjust_managed_page_count() asks
 * for the zone.
 */
static void enqueue(struct balloon *b, struct page *page)
{
	adjust_managed(b, page, -1);
	if (can_move(b))
		balloon_page_enqueue(&b->info, page);
	else
		enqueue_unmovable(b, page);
	b->size++;
	b->in_transit--;
}

static void refused(struct balloon *b, struct page *page)
{
	b->in_transit--;
	__free_page(page);
}

static struct page *dequeue_unmovable(struct balloon *b)
{
	struct page *page;
	unsigned long flags;

	lane_at(LANE_AT_BALLOON_DEQUEUE);
	spin_lock_irqsave(&unmovable_lock, flags);
	page = list_first_entry_or_null(&b->info.pages, struct page, lru);
	if (page) {
		list_del(&page->lru);
		set_page_private(page, 0);
		__ClearPageOffline(page);
		count_page(page, -1);
	}
	spin_unlock_irqrestore(&unmovable_lock, flags);
	return page;
}

/* A page leaves the list: the driver counts it no more, release() is next. */
static void leaves(struct balloon *b)
{
	b->size--;
	b->in_transit++;
}

static void release(struct balloon *b, struct page *page)
{
	adjust_managed(b, page, 1);
	put_page(page);
	b->in_transit--;
}

/* --- migration: what a driver's migratepage() is made of --- */

static void moved(void)
{
	lane_host_balloon_migrated();
	lane_progress();
}

#ifdef HAVE_BALLOON_MANAGES
/* What migratepage() returned tells mm/balloon.c what to do with both pages: -ENOENT is
 * no refusal. */
static int refusal(int err)
{
	return err == -ENOENT ? -EBUSY : err;
}

static void replace(struct balloon *b, struct page *newpage)
{
	moved();
}

static void give_up(struct balloon *b, struct page *page)
{
}

static int shrink_by_migration(struct balloon *b, struct page *page)
{
	b->size--;
	if (lane_host_mends()) /* BALLOON_COUNTED_ELSEWHERE */
		count_page(page, -1);
	lane_progress();
	return -ENOENT;
}
#else
static int refusal(int err)
{
	return err;
}

static void replace(struct balloon *b, struct page *newpage)
{
	unsigned long flags;

	get_page(newpage);
	adjust_managed(b, newpage, -1);
	spin_lock_irqsave(&b->info.pages_lock, flags);
	balloon_page_insert(&b->info, newpage);
	b->info.isolated_pages--;
	__count_vm_event(BALLOON_MIGRATE);
	spin_unlock_irqrestore(&b->info.pages_lock, flags);
	moved();
}

static void give_up(struct balloon *b, struct page *page)
{
	balloon_page_finalize(page);
	adjust_managed(b, page, 1);
	put_page(page);
}

/* The old page went and the new one is not taken: success, or migration would put
 * back a page that is not the balloon's any more, as the driver has it up to 6.17. */
static int shrink_by_migration(struct balloon *b, struct page *page)
{
	unsigned long flags;

	b->size--;
	spin_lock_irqsave(&b->info.pages_lock, flags);
	b->info.isolated_pages--;
	spin_unlock_irqrestore(&b->info.pages_lock, flags);
	lane_progress();
	return 0;
}
#endif

/* --- virtio --- */

static DEFINE_MUTEX(virtio_balloon_lock);

/* Sleeps until the host has seen the pages. */
static void tell_host(void)
{
	lane_may_sleep("tell_host");
	lane_at(LANE_AT_BALLOON_TELL_HOST);
}

static int fill_balloon(struct balloon *b, unsigned int nr)
{
	struct page *page;
	LIST_HEAD(pages);
	int done = 0;

	while (nr-- && (page = alloc(b))) {
		push(&pages, page);
		lane_at(LANE_AT_BALLOON_ALLOC);
	}
	mutex_lock(&virtio_balloon_lock);
	for (; (page = pop(&pages)); done++)
		enqueue(b, page);
	if (done)
		tell_host();
	mutex_unlock(&virtio_balloon_lock);
	return done ? done : -ENOMEM;
}

static int leak_balloon(struct balloon *b, unsigned int nr)
{
	struct page *page;
	LIST_HEAD(pages);
	int done = 0;

	mutex_lock(&virtio_balloon_lock);
	for (nr = min_t(long, nr, b->size); nr; nr--, done++) {
		page = balloon_page_dequeue(&b->info);
		if (!page)
			break;
		list_add(&page->lru, &pages);
		leaves(b);
	}
	lane_at(LANE_AT_BALLOON_DEQUEUED);
	if (done)
		tell_host();
	while ((page = pop(&pages)))
		release(b, page);
	mutex_unlock(&virtio_balloon_lock);
	return done;
}

static int virtballoon_migratepage(struct balloon_dev_info *info,
				   struct page *newpage, struct page *page,
				   enum migrate_mode mode)
{
	struct balloon *b = balloon_of_info(info);

	if (!mutex_trylock(&virtio_balloon_lock))
		return -EAGAIN;
	replace(b, newpage);
	tell_host();
	tell_host();
	mutex_unlock(&virtio_balloon_lock);
	give_up(b, page);
	return 0;
}

/* --- vmware: the hypervisor answers for each page --- */

static DECLARE_RWSEM(vmballoon_conf_sem);
static DEFINE_SPINLOCK(vmballoon_comm_lock);

static int tell_hypervisor(unsigned int point)
{
	int err;

	spin_lock(&vmballoon_comm_lock);
	err = lane_host_fail(point);
	spin_unlock(&vmballoon_comm_lock);
	return err;
}

static int vmballoon_inflate(struct balloon *b, unsigned int nr)
{
	int done = 0, err = 0;

	down_read(&vmballoon_conf_sem);
	for (; nr && !err; nr--) {
		struct page *page = alloc(b);

		if (!page) {
			err = -ENOMEM;
			break;
		}
		lane_at(LANE_AT_BALLOON_ALLOC);
		err = tell_hypervisor(LANE_FAIL_BALLOON_INFLATE);
		if (err) {
			refused(b, page);
		} else {
			enqueue(b, page);
			done++;
		}
	}
	up_read(&vmballoon_conf_sem);
	return done ? done : err;
}

/* The first page; the driver takes them as lists and knows of none left over. */
static struct page *list_dequeue(struct balloon *b)
{
	LIST_HEAD(pages);

	return balloon_page_list_dequeue(&b->info, &pages, 1) ?
		       list_first_entry(&pages, struct page, lru) : NULL;
}

/* Pages that the hypervisor keeps go back to the balloon. */
static int __vmballoon_deflate(struct balloon *b, unsigned int nr, bool coordinated)
{
	struct page *page;
	LIST_HEAD(refused_pages);
	int done = 0;

	while (nr-- && b->size && (page = list_dequeue(b))) {
		lane_at(LANE_AT_BALLOON_DEQUEUED);
		if (coordinated &&
		    tell_hypervisor(LANE_FAIL_BALLOON_DEFLATE)) {
			list_add(&page->lru, &refused_pages);
			balloon_page_list_enqueue(&b->info, &refused_pages);
			break;
		}
		leaves(b);
		release(b, page);
		done++;
	}
	return done;
}

static int vmballoon_deflate(struct balloon *b, unsigned int nr)
{
	int ret;

	down_read(&vmballoon_conf_sem);
	ret = __vmballoon_deflate(b, nr, true);
	up_read(&vmballoon_conf_sem);
	return ret;
}

int lane_vmballoon_reset(void)
{
	struct balloon *b = &balloons[LANE_BALLOON_VMWARE];
	int ret;

	if (!b->loaded)
		return 0;
	down_write(&vmballoon_conf_sem);
	lane_at(LANE_AT_BALLOON_TELL_HOST);
	ret = __vmballoon_deflate(b, ~0u, false);
	up_write(&vmballoon_conf_sem);
	return ret;
}

static int vmballoon_exchange(struct balloon *b, struct page *newpage,
			      struct page *page)
{
	if (tell_hypervisor(LANE_FAIL_BALLOON_DEFLATE))
		return -EBUSY;
	give_up(b, page);
	lane_at(LANE_AT_BALLOON_OLD_GONE);
	if (tell_hypervisor(LANE_FAIL_BALLOON_INFLATE))
		return shrink_by_migration(b, page);
	replace(b, newpage);
	return 0;
}

static int vmballoon_migratepage(struct balloon_dev_info *info,
				 struct page *newpage, struct page *page,
				 enum migrate_mode mode)
{
	int ret;

	if (!down_read_trylock(&vmballoon_conf_sem))
		return -EAGAIN;
	ret = vmballoon_exchange(balloon_of_info(info), newpage, page);
	up_read(&vmballoon_conf_sem);
	return ret;
}

/* --- cmm --- */

static DEFINE_MUTEX(cmm_hotplug_mutex);
static bool hotplug_occurred;	/* since the thread looked last */
static bool cmm_going;		/* the mutex is held for an attempt */

static int may_loan(bool thread)
{
	bool occurred;

	if (!mutex_trylock(&cmm_hotplug_mutex))
		return -EBUSY;
	occurred = hotplug_occurred;
	if (thread)
		hotplug_occurred = false;
	mutex_unlock(&cmm_hotplug_mutex);
	return occurred ? -EAGAIN : 0;
}

static int loan_one(struct balloon *b)
{
	struct page *page = alloc(b);
	int err;

	if (!page)
		return -ENOMEM;
	lane_at(LANE_AT_BALLOON_ALLOC);
	err = lane_host_fail(LANE_FAIL_BALLOON_INFLATE);
	if (err)
		refused(b, page);
	else
		enqueue(b, page);
	return err;
}

static int cmm_alloc_pages(struct balloon *b, unsigned int nr)
{
	int done = 0, err = may_loan(true);

	for (; nr && !err; nr--) {
		err = may_loan(false);
		if (!err)
			err = loan_one(b);
		done += !err;
	}
	return done ? done : err;
}

/*
 * A page is claimed before it is taken off the list.  The driver asks nobody how
 * many there are, and balloon_page_dequeue() of an empty balloon is a BUG().
 */
static int cmm_free_pages(struct balloon *b, unsigned int nr)
{
	int done = 0;

	for (; nr && b->size; nr--, done++) {
		struct page *page;

		leaves(b);
		page = balloon_page_dequeue(&b->info);
		if (!page) {
			b->in_transit--;
			b->size++;
			break;
		}
		lane_at(LANE_AT_BALLOON_DEQUEUED);
		release(b, page);
	}
	return done;
}

static int cmm_migratepage(struct balloon_dev_info *info, struct page *newpage,
			   struct page *page, enum migrate_mode mode)
{
	struct balloon *b = balloon_of_info(info);

	if (lane_host_fail(LANE_FAIL_BALLOON_INFLATE))
		return -EBUSY;
	lane_at(LANE_AT_BALLOON_TELL_HOST);
	replace(b, newpage);
	give_up(b, page);
	return 0;
}

/* The driver unlocks in MEM_CANCEL_OFFLINE also when a notifier before it had refused
 * (CMM_UNLOCKS_WITHOUT_GOING of core/lib/oldbugs.def). */
static int cmm_memory_cb(struct notifier_block *nb, unsigned long action,
			 void *arg)
{
	switch (action) {
	case MEM_GOING_OFFLINE:
		mutex_lock(&cmm_hotplug_mutex);
		hotplug_occurred = cmm_going = true;
		break;
	case MEM_OFFLINE:
	case MEM_CANCEL_OFFLINE:
		if (!cmm_going)
			break;
		cmm_going = false;
		mutex_unlock(&cmm_hotplug_mutex);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block cmm_mem_nb = {
	.notifier_call = cmm_memory_cb,
	.priority = CMM_MEM_HOTPLUG_PRI,
};

/* --- xen, hyperv --- */

static DEFINE_MUTEX(xen_balloon_mutex);

static int decrease_reservation(struct balloon *b, unsigned int nr)
{
	struct page *page;
	LIST_HEAD(pages);
	int done = 0;

	mutex_lock(&xen_balloon_mutex);
	while (nr-- && (page = alloc(b))) {
		push(&pages, page);
		lane_at(LANE_AT_BALLOON_ALLOC);
	}
	for (; (page = pop(&pages)); done++)
		enqueue(b, page);
	mutex_unlock(&xen_balloon_mutex);
	return done ? done : -ENOMEM;
}

static int increase_reservation(struct balloon *b, unsigned int nr)
{
	int done = 0;

	mutex_lock(&xen_balloon_mutex);
	for (; nr && b->size; nr--, done++) {
		if (lane_host_fail(LANE_FAIL_BALLOON_DEFLATE))
			break;
		leaves(b);
		release(b, dequeue_unmovable(b));
	}
	mutex_unlock(&xen_balloon_mutex);
	return done;
}

static bool xen_hotplug;

int lane_xen_hotplug(int on)
{
	get_online_mems();
	if (on && !balloons[LANE_BALLOON_XEN].loaded)
		lane_balloon_probe(LANE_BALLOON_XEN, 0);
	xen_hotplug = on;
	put_online_mems();
	return 0;
}

int lane_xen_is_hotplugged(void)
{
	return xen_hotplug;
}

/* xen_online_page(), balloon_append(): the pages stay what they were initialised as. */
bool lane_xen_online_page(struct page *page, unsigned int order)
{
	struct balloon *b = &balloons[LANE_BALLOON_XEN];
	unsigned long flags;

	if (!xen_hotplug)
		return false;
	mutex_lock(&xen_balloon_mutex);
	for (unsigned long i = 0; i < 1ul << order; i++) {
		struct page *p = page + i;

#ifndef HAVE_ONLINE_DISCOUNTS
		/* Else when it is given back. */
		__ClearPageReserved(p);
#endif
		if (!PageOffline(p))
			__SetPageOffline(p);
		set_page_private(p, (unsigned long)&b->info);
		b->size++; /* who finds it 0 takes the list for empty */
		spin_lock_irqsave(&unmovable_lock, flags);
		list_add(&p->lru, &b->info.pages);
		count_page(p, 1);
		spin_unlock_irqrestore(&unmovable_lock, flags);
	}
	mutex_unlock(&xen_balloon_mutex);
	return true;
}

static int balloon_up(struct balloon *b, unsigned int nr)
{
	struct page *page;
	int done = 0;

	for (; nr && (page = alloc(b)); nr--, done++) {
		lane_at(LANE_AT_BALLOON_ALLOC);
		enqueue(b, page);
	}
	return done ? done : -ENOMEM;
}

/* The host names the pages. */
static int balloon_down(struct balloon *b, unsigned int nr)
{
	struct page *page;
	int done = 0;

	for (; nr && (page = dequeue_unmovable(b)); nr--, done++) {
		leaves(b);
		lane_at(LANE_AT_BALLOON_DEQUEUED);
		release(b, page);
	}
	return done;
}

/* --- memtrace: its pages stay managed, it never told anybody --- */

static DEFINE_MUTEX(memtrace_mutex);
static unsigned long trace_pfn, trace_nr_pages; /* 0 pages: none is set up */
/* What its pages have in page_private(). */
static const char traced;

bool lane_is_traced(struct page *page)
{
	return PageOffline(page) && page_private(page) == (unsigned long)&traced;
}

/* A poisoned page may have gone offline under it. */
static void memtrace_free(void)
{
	for (unsigned long pfn = trace_pfn; trace_nr_pages; trace_nr_pages--, pfn++) {
		struct page *page = pfn_to_page(pfn);

		if (!lane_is_traced(page))
			continue;
		set_page_private(page, 0);
		__ClearPageOffline(page);
		__free_page(page);
	}
}

static void memtrace_alloc(unsigned long nr_pages)
{
	struct page *page = alloc_contig_pages(nr_pages, GFP_KERNEL |
					       __GFP_THISNODE | __GFP_NOWARN, 0,
					       NULL);

	if (!page)
		return;
	for (unsigned long i = 0; i < nr_pages; i++) {
		__SetPageOffline(page + i);
		set_page_private(page + i, (unsigned long)&traced);
	}
	trace_pfn = page_to_pfn(page);
	trace_nr_pages = nr_pages;
}

int lane_memtrace_enable_set(unsigned long nr_pages)
{
	int nr_entries;

	mutex_lock(&memtrace_mutex);
	memtrace_free();
	if (nr_pages)
		memtrace_alloc(nr_pages);
	nr_entries = trace_nr_pages != 0;
	mutex_unlock(&memtrace_mutex);
	return nr_entries;
}

/* --- operations --- */

static const struct {
	int (*inflate)(struct balloon *b, unsigned int nr);
	int (*deflate)(struct balloon *b, unsigned int nr);
	int (*migratepage)(struct balloon_dev_info *info, struct page *newpage,
			   struct page *page, enum migrate_mode mode);
} drivers[LANE_NR_BALLOONS] = {
	[LANE_BALLOON_VIRTIO] = { fill_balloon, leak_balloon,
				  virtballoon_migratepage },
	[LANE_BALLOON_VMWARE] = { vmballoon_inflate, vmballoon_deflate,
				  vmballoon_migratepage },
	[LANE_BALLOON_CMM] = { cmm_alloc_pages, cmm_free_pages, cmm_migratepage },
	[LANE_BALLOON_XEN] = { decrease_reservation, increase_reservation },
	[LANE_BALLOON_HYPERV] = { balloon_up, balloon_down },
};

/* A migration fails for the reasons that others have, too: the fail point MIGRATE. */
static int migratepage(struct balloon_dev_info *info, struct page *newpage,
		       struct page *page, enum migrate_mode mode)
{
	int err = refusal(lane_host_fail(LANE_FAIL_MIGRATE));

	return err ? err : drivers[id_of(balloon_of_info(info))].migratepage(
				   info, newpage, page, mode);
}

int lane_balloon_probe(unsigned int id, int deflate_on_oom)
{
	struct balloon *b = &balloons[id];
	bool first = !b->loaded;

	if (b->size || b->in_transit || b->info.isolated_pages)
		return -EBUSY;
	b->loaded = true;
	b->stays_managed = id == LANE_BALLOON_VMWARE ||
			   (id == LANE_BALLOON_VIRTIO && deflate_on_oom);
	balloon_devinfo_init(&b->info);
	b->info.migratepage = migratepage;
	tell_who_manages(b);
	if (first && id == LANE_BALLOON_CMM)
		register_memory_notifier(&cmm_mem_nb);
	return 0;
}

static struct balloon *loaded(unsigned int id)
{
	if (!balloons[id].loaded)
		lane_balloon_probe(id, 0);
	return &balloons[id];
}

int lane_balloon_inflate(unsigned int id, unsigned int nr)
{
	return drivers[id].inflate(loaded(id), nr);
}

int lane_balloon_deflate(unsigned int id, unsigned int nr)
{
	return drivers[id].deflate(loaded(id), nr);
}

/* mm/oom_kill.c:out_of_memory, its notifier chain; oom_lock is taken where the
 * allocator takes it. */
int lane_balloon_oom_notify(void)
{
	static const unsigned int notified[] = { LANE_BALLOON_VIRTIO,
						 LANE_BALLOON_CMM };
	int freed = 0;

	if (!mutex_trylock(&oom_lock))
		return 0;
	for (int i = 0; i < ARRAY_SIZE(notified); i++) {
		struct balloon *b = &balloons[notified[i]];

		if (b->loaded && (b->stays_managed || i))
			freed += drivers[notified[i]].deflate(b, OOM_NR_PAGES);
	}
	mutex_unlock(&oom_lock);
	return freed;
}

/* Ours: the section goes offline, and the balloon page with it: offlining steps over
 * poisoned pages whoever has them. */
void lane_balloons_forget(unsigned long pfn, unsigned long nr_pages)
{
	for (; nr_pages--; pfn++) {
		struct page *page = pfn_to_page(pfn);
		int id = lane_balloon_of(page);

		if (id < 0)
			continue;
		list_del(&page->lru);
		balloons[id].size--;
	}
}

/* --- look --- */

void lane_look_balloon(unsigned int id, struct lane_balloon_state *state)
{
	const struct balloon *b = &balloons[id];

	*state = (struct lane_balloon_state){
		.head = b->loaded ? &b->info.pages : NULL,
		.isolated = b->info.isolated_pages,
		.size = b->size,
	};
}
