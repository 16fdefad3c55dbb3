# SPDX-License-Identifier: GPL-2.0-only
# A page that is poisoned while virtio-mem keeps it off line comes on line as a free page, its flag still set.
# finding: ONLINE_FREES_POISONED
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

# Half of the last memory block is plugged: the other half never came on line.
echo online_movable >$memory/auto_online_blocks
plug_and_wait 192 || not_shown "the device was not plugged"
block=$(blocks | tail -n 1)
pages=$(($(block_bytes) / 4096))
start=$((block * pages))
pfn=$(first_page $KPF_OFFLINE $start $((start + pages)))
[ -n "$pfn" ] || not_shown "block $block has no PageOffline page"
pfn=$((pfn + 77))
echo $((pfn * 4096)) >$memory/hard_offline_page 2>/dev/null
[ -n "$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))" ] || not_shown "pfn $pfn was not marked as poisoned"

# The other half is plugged.
plug_and_wait 256 || not_shown "the rest of block $block was not plugged"
poisoned=$(first_page $KPF_HWPOISON $pfn $((pfn + 1)))
free=$(first_page $KPF_BUDDY $pfn $((pfn + 1)))
note "pfn $pfn: poisoned ${poisoned:+yes}, free ${free:+yes}"
[ "$poisoned$free" = $pfn$pfn ] || not_shown "pfn $pfn is not both poisoned and free"
has_pfn $pfn 600 && proved "pfn $pfn was poisoned and free at once, and then a process had it in its memory"
proved "pfn $pfn is poisoned and free at once (PG_hwpoison inside a free page); no process was seen to get it"
