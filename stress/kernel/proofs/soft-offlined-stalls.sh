# SPDX-License-Identifier: GPL-2.0-only
# A page of virtio-balloon that was soft-offlined, which succeeds, makes offlining of its block go round for ever.
# finding: POISONED_MOVABLE_OPS_STALLS
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

balloon_in_block
echo $((pfn * 4096)) >$memory/soft_offline_page || not_shown "pfn $pfn could not be soft-offlined"
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not taken out"
# Nothing of the block is the balloon's any more.
host "balloon 640"
emptied() { [ "$(pageflags $KPF_OFFLINE $start $((start + pages)) | grep -vcx $pfn)" = 0 ]; }
wait_for 60 emptied || not_shown "the balloon keeps pages of block $block"
note "pfn $pfn of block $block was moved and taken out, and the balloon is empty"
offline $block
stands $block Movable offline_ended
proved "a page of the balloon (pfn $pfn) was soft-offlined, with success; offlining block $block went round for 36 s then, until a signal; before, it ended at once"
