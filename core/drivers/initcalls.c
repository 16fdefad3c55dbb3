/* SPDX-License-Identifier: GPL-2.0-only */
/* What runs at the end of boot. */
#include "balloon.h"
#include "fake_offline.h"
#include "memtrace.h"
#include "virtio_mem.h"
#include "zsmalloc.h"

void world_initcalls(struct world *w)
{
	zs_init(w);
	balloons_init(w);
	memtrace_init(w);
	fake_offline_init(w);
	virtio_mem_init(w);
}
