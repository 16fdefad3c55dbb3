# SPDX-License-Identifier: GPL-2.0-only
# A page of virtio-balloon that was soft-offlined, which succeeds, makes offlining of its block go round for ever.
# finding: POISONED_MOVABLE_OPS_STALLS
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

# The balloon is inflated while most of the free memory is hot-added: it gets pages there.
echo online_movable >$memory/auto_online_blocks
plug_and_wait 256 || not_shown "the device was not plugged"
host "balloon $((640 - 160))"
block=$(blocks | tail -n 1)
pages=$(($(block_bytes) / 4096))
start=$((block * pages))
in_balloon() { [ -n "$(first_page $KPF_OFFLINE $start $((start + pages)))" ]; }
wait_for 30 in_balloon || not_shown "no page of block $block came into the balloon"
sleep 5

# With its ballooned pages sound, the block goes offline: they migrate.
offlined $block || not_shown "block $block cannot be offlined: $(offline_result)"
echo online_movable >$memory/memory$block/state
host "balloon $((640 - 240))"
wait_for 30 in_balloon || not_shown "no page of block $block came into the balloon again"
sleep 5

pfn=$(first_page $KPF_OFFLINE $start $((start + pages)))
echo $((pfn * 4096)) >$memory/soft_offline_page || not_shown "pfn $pfn could not be soft-offlined"
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not taken out"
# Nothing of the block is the balloon's any more.
host "balloon 640"
emptied() { [ "$(pageflags $KPF_OFFLINE $start $((start + pages)) | grep -vcx $pfn)" = 0 ]; }
wait_for 60 emptied || not_shown "the balloon keeps pages of block $block"
note "pfn $pfn of block $block was moved and taken out, and the balloon is empty"
offline $block
wait_for 30 offline_ended && not_shown "offlining block $block ended: $(offline_result) $(block_state $block)"
for after in 32 34 36; do
	sleep 2
	note "after $after s block $block is $(block_state $block): CPU ticks $(offline_ticks), $(isolated Movable) pageblocks isolated"
done
kill -INT $offline_pid
wait_for 20 offline_ended || kill -KILL $offline_pid
wait_for 20 offline_gone || not_shown "block $block: not even a signal ended the attempt"
proved "a page of the balloon (pfn $pfn) was soft-offlined, with success; offlining block $block went round for 36 s then, until a signal; before, it ended at once"
