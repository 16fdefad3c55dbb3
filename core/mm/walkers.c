/* SPDX-License-Identifier: GPL-2.0-only */
/* Looking at memory that nobody keeps. */
#include <errno.h>

#include "page_alloc.h"
#include "walkers.h"

/*
 * mm/page_ext.c:page_ext_get to page_ext_put, 6.1.  Without the RCU section a
 * section's page_ext can be freed, by MEM_OFFLINE, between the lookup and the use.
 * The model has page_ext exactly while it has a memmap.
 */
int page_ext_look(struct world *w, unsigned long pfn)
{
	if (!oldbug(w, PAGE_EXT_FREED_IN_USE))
		rcu_read_lock(w);
	if (pfn_online(w, pfn)) {
		sched_window(w, SP_PAGE_EXT);
		VM_BUG_ON_PFN(w, pfn_to_pageblock(w, pfn)->gen == PB_GEN_POISON,
			      "dangling_pointer", pfn,
			      "the page_ext of its section was freed");
	}
	if (!oldbug(w, PAGE_EXT_FREED_IN_USE))
		rcu_read_unlock(w);
	return pfn_online(w, pfn);
}

/* include/linux/mmzone.h:pfn_valid, 6.8: ms->usage is read in a RCU section. */
int pfn_valid_look(struct world *w, unsigned long pfn)
{
	int valid;

	if (!oldbug(w, SECTION_USAGE_FREED_IN_USE))
		rcu_read_lock(w);
	valid = pfn_valid(w, pfn);
	if (valid) {
		sched_window(w, SP_SECTION_USAGE);
		VM_BUG_ON_PFN(w, !pfn_valid(w, pfn), "dangling_pointer", pfn,
			      "the usage of its section was freed");
	}
	if (!oldbug(w, SECTION_USAGE_FREED_IN_USE))
		rcu_read_unlock(w);
	return valid;
}

static bool is_unplugged(const struct world *w, unsigned long pfn)
{
	unsigned long pb = pfn >> w->pageblock_order;

	return test_bit(pb, w->unplugged);
}

/*
 * fs/proc/kcore.c:read_kcore_iter, one page: between the test for PageOffline and
 * the read no driver may give the page away.  Differs: memory stays online meanwhile
 * (get_online_mems()).  As published nothing holds it, and virtio-mem unplugs a block
 * that is offline (old bug, kind open).
 */
int kcore_read(struct world *w, unsigned long pfn)
{
	bool locked = w->sched.concurrent && !oldbug(w, KCORE_READS_OFFLINE);
	const struct page *page;
	int read = 0;

	if (locked)
		get_online_mems(w);
	mo_lock_read(w, &w->page_offline_rwsem, "page_offline_freeze");
	page = pfn_to_online_page(w, pfn);
	if (page && !PageOffline(page) && !PageHWPoison(page)) {
		bool before = is_unplugged(w, pfn);

		sched_window(w, SP_KCORE_READ);
		/* Removed since: copy_from_kernel_nofault() finds no mapping. */
		read = pfn_valid(w, pfn);
		/* A driver that released it without plugging it is another matter
		 * (policy isolate_notifier). */
		VM_BUG_ON_PFN(w, read && !before && is_unplugged(w, pfn),
			      "unplugged_not_read", pfn,
			      "read after its driver gave it to the device");
	}
	lock_release_read(&w->sched, &w->page_offline_rwsem, "page_offline_thaw");
	if (locked)
		put_online_mems(w);
	return read;
}

/* kernel/printk/printk.c:console_unlock, drivers/tty/serial: writing a line. */
void printk_page(struct world *w)
{
	spin_lock(w, &w->port_lock);
	spin_unlock(w, &w->port_lock);
}

/*
 * drivers/tty/tty_buffer.c:tty_buffer_alloc, called under the lock of the port.  What
 * was received is read at once, and the buffer freed.
 */
int tty_receive(struct world *w)
{
	struct page *page;

	spin_lock(w, &w->port_lock);
	page = alloc_pages(w, GFP_KERNEL, 0, 0);
	spin_unlock(w, &w->port_lock);
	if (!page)
		return -ENOMEM;
	__free_pages(w, page, 0);
	return 0;
}
