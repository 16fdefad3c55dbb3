# SPDX-License-Identifier: GPL-2.0-only
# A memory error in a page of virtio-balloon makes offlining of its block go round for ever.
# finding: POISONED_MOVABLE_OPS_STALLS
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

balloon_in_block
echo $((pfn * 4096)) >$memory/hard_offline_page 2>/dev/null
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not marked as poisoned"
note "pfn $pfn of block $block is in the balloon, and poisoned"
offline $block
stands $block Movable offline_ended
proved "with a poisoned page in the balloon (pfn $pfn) offlining block $block went round for 36 s, until a signal; without it, it ended at once"
