# SPDX-License-Identifier: GPL-2.0-only
# A block with slab pages of order 0 passes for movable: taking it off line goes round until a signal, where it failed at once.
# finding: FROZEN_SLAB_LOOKS_MOVABLE
# since: 6.14
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

[ "$(cat /sys/kernel/slab/dentry/order)" = 0 ] || not_shown "slabs of dentries are of order $(cat /sys/kernel/slab/dentry/order)"

# All of node 0 is below 4 GiB: the block of a DIMM is its ZONE_NORMAL, which kernel allocations prefer.
blocks >/blocks.before
more_blocks() { [ "$(blocks | wc -l)" -gt "$(wc -l </blocks.before)" ]; }
echo offline >$memory/auto_online_blocks
host "object_add memory-backend-ram,id=ram-a,size=128M"
host "device_add pc-dimm,id=dimm-a,memdev=ram-a,node=0"
wait_for 30 more_blocks || not_shown "the DIMM was not plugged"
block=$(blocks | grep -vxFf /blocks.before | head -n 1)
[ "$(block_bytes)" = $((128 << 20)) ] || not_shown "memory blocks are of $(block_bytes) bytes"

said() { sed -n "s/^$1 *//p" /slabs.out; }
has_said() { grep -q "^$1" /slabs.out; }
: >/slabs.out
slabs $block 5000 >/slabs.out 2>&1 &
offline_pid=$!
sleep 15 # and start nothing: its page tables would stand in the block
wait_for 60 has_said '\(slab\|dirty\)' || not_shown "slabs ended early: $(cat /slabs.out)"
has_said clean || not_shown "block $block cannot be offlined without slab pages either: $(said dirty)"
[ "$(said slab)" -gt 0 ] || not_shown "no slab page came into block $block"
note "block $block was on and off line, is now again, and $(said slab) of its pages are slab"
slabs_ended() { has_said ended; }
offline_result() { said ended; } # of this attempt
stands $block Normal slabs_ended
proved "with $(said slab) slab pages offlining block $block went round for 36 s, until a signal; without them it ended at once"
