/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations that the lane cannot express: they are skipped and counted.  Every
 * operation has a weak handler here; those that core/op/exec_page.c and
 * exec_range.c, exec_offline.c, exec_balloon.c and exec_virtio_mem.c define take their
 * places.
 */
#include <string.h>

#include "op/handlers.h"

#define OP(code, name, defines, uses, fields, text)                            \
	__attribute__((weak)) int32_t exec_##name(struct exec *x,              \
						  const struct op *op)         \
	{                                                                      \
		return op_desc(code)->def == OBJ_NONE ?                        \
			       OP_SKIPPED :                                    \
			       (new_object(x, op), OP_SKIPPED);                \
	}
#include "op/ops.def"
#undef OP

/*
 * Those that share a file with others.  ARCH=um has neither hugetlb nor transparent
 * huge pages, and without these no large folio is on the LRU: migration relies on
 * that.  The lane's fake-offliner stays loaded.  Balloons are built with
 * CONFIG_BALLOON_COMPACTION; Xen's and Hyper-V's never use it.
 */
bool subject_supports(unsigned int code, const uint8_t *value)
{
	switch (code) {
	case OP_dissolve_free_hugetlb_folio:
	case OP_fake_offline_module:
	case OP_hugetlb_fault:
	case OP_hugetlb_acct_memory:
	case OP_nr_overcommit_huge_pages:
	case OP_demote_pool_huge_page:
	case OP_pin_user_pages:
	case OP_process_hot_add:
		return false;
	case OP_virtio_mem_probe: /* block nr order mode off */
		/* Going back from the last block the driver does not stop at block 0:
		 * REGION_AT_ZERO of README.md. */
		return value[0] || value[4] || !lane_host_steps_around();
	case OP_balloon_devinfo_init: /* dev compaction ... */
		return value[1] || value[0] >= BALLOON_XEN;
	case OP_folio_alloc:
		return !value[0];
	}
	return true;
}

const char *subject_refuses(unsigned int geometry,
			    const struct mo_config *config)
{
	if (!lane_has_geometry(mo_geometry_by_id(geometry)))
		return "this source lane was built for geometry=" LANE_GEOMETRY;
	if (strcmp(page_offline_by_id(config->policy)->name, "legacy"))
		return "the kernel has no other policy than legacy";
	if (config->drain != MO_DRAIN_DISABLE)
		return "the kernel has no other drain strategy than disable";
	return config->oldbug ? "the kernel has no switch for old bugs" : NULL;
}
