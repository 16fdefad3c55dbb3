# SPDX-License-Identifier: GPL-2.0-only
# A block that userspace offlines while virtio-mem unplugs from it never goes offline: alloc_contig_range() fails, and un-isolates what offlining had isolated.
# finding: CONTIG_UNDOES_FOREIGN
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

echo online_movable >$memory/auto_online_blocks
plug_and_wait 512 || not_shown "the device was not plugged"
first=$(blocks | tail -n 4 | head -n 1)
per_block=$(($(block_bytes) / 2097152))

# Its blocks go off and on line all the time, while the device shrinks and grows.
offliner $first $((first + 3)) 300 30 >/offliner.out &
rounds=0
while [ ! -s /offliner.out ]; do
	plug 0; sleep 1
	plug 512; sleep 1
	rounds=$((rounds + 1))
done
read -r verdict block offline_pid attempts </offliner.out
[ $verdict = stuck ] || not_shown "$attempts attempts while the device was resized $rounds times: all ended"
note "attempt $attempts, of block $block, has not ended for 30 s"

# The device rests.  The attempt still runs, waits for nobody, and pageblocks of the
# block are not isolated any more.
plug 512
for after in 34 38 42 46 50; do
	sleep 4
	note "after $after s block $block is $(block_state $block): CPU ticks $(offline_ticks), $(isolated Movable) of $per_block pageblocks isolated"
done
left=$(isolated Movable)
[ "$(attempts)" = $attempts ] || not_shown "block $block: attempt $attempts ended after all"
[ $left -lt $per_block ] || not_shown "block $block stands still with all of its pageblocks isolated"
kill -KILL $offline_pid
wait_for 20 offline_gone || not_shown "block $block: not even a signal ended the attempt"
# Nothing in the block stands in the way, once the driver rests.
sleep 10
offlined $block || { sleep 20; offlined $block; } || not_shown "block $block: offlining it again fails: $(offline_result)"
proved "offlining block $block (attempt $attempts, $rounds resizes) went round for 50 s with $left of its $per_block pageblocks isolated, until a signal; a second attempt took it off line"
