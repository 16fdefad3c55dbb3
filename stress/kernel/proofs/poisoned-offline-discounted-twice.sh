# SPDX-License-Identifier: GPL-2.0-only
# A poisoned page that virtio-mem holds as PageOffline is taken out of the managed pages twice when its block goes offline.
# finding: POISONED_OFFLINE_DISCOUNTED_TWICE
# since: 6.11
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

# Half of the last memory block is plugged: the other half is PageOffline.
echo online_movable >$memory/auto_online_blocks
plug_and_wait 192 || not_shown "the device was not plugged"
block=$(blocks | tail -n 1)
pages=$(($(block_bytes) / 4096))
start=$((block * pages))

# What the zone has without the block, found the ordinary way.
offlined $block || not_shown "block $block cannot be offlined: $(offline_result)"
without=$(pages_of Movable managed)
echo online_movable >$memory/memory$block/state

pfn=$(first_page $KPF_OFFLINE $start $((start + pages)))
[ -n "$pfn" ] || not_shown "block $block has no PageOffline page"
echo $((pfn * 4096)) >$memory/hard_offline_page 2>/dev/null
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not marked as poisoned"
note "pfn $pfn of block $block is PageOffline and poisoned; the zone manages $(pages_of Movable managed) pages"

offlined $block || not_shown "block $block cannot be offlined: $(offline_result)"
with=$(pages_of Movable managed)
[ $with -ne $without ] || not_shown "$with managed pages, with and without the poisoned page"
proved "ZONE_MOVABLE without block $block manages $without pages, after the same with one poisoned PageOffline page $with"
