# SPDX-License-Identifier: GPL-2.0-only
# A memory error in a page of virtio-balloon makes offlining of its block go round for ever.
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
echo $((pfn * 4096)) >$memory/hard_offline_page 2>/dev/null
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not marked as poisoned"
note "pfn $pfn of block $block is in the balloon, and poisoned"
offline $block
wait_for 30 offline_ended && not_shown "offlining block $block ended: $(offline_result) $(block_state $block)"
for after in 32 34 36; do
	sleep 2
	note "after $after s block $block is $(block_state $block): CPU ticks $(offline_ticks), $(isolated Movable) pageblocks isolated"
done
kill -INT $offline_pid
wait_for 20 offline_ended || kill -KILL $offline_pid
wait_for 20 offline_gone || not_shown "block $block: not even a signal ended the attempt"
proved "with a poisoned page in the balloon (pfn $pfn) offlining block $block went round for 36 s, until a signal; without it, it ended at once"
