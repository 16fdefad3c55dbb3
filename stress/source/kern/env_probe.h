/* SPDX-License-Identifier: GPL-2.0-only */
/* What a line of probes.txt sees: as env.h, before the probes have an answer. */
#if __has_include(<linux/balloon.h>)
#include <linux/balloon.h>
#else
#include <linux/balloon_compaction.h>
#endif
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/memory_hotplug.h>
#include <linux/migrate.h>
#include <linux/page-isolation.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/vmalloc.h>
#include "internal.h"
#if __has_include("mm/page_alloc.h")
#include "mm/page_alloc.h"
#endif
