# SPDX-License-Identifier: GPL-2.0-only
# Pages of a balloon that move to another node when their block goes off line are counted where they were, for good.
# finding: BALLOON_COUNTED_ELSEWHERE
# since: 7.0
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

# KiB that node $1 says are in balloons, and the whole machine.
in_node() { awk '/ Balloon:/ { print $4 }' /sys/devices/system/node/node$1/meminfo; }
in_all() { awk '/^Balloon:/ { print $2 }' /proc/meminfo; }
is_empty() { [ "$(in_all)" = 0 ]; }

balloon_in_block
# Nothing of virtio-mem's own is PageOffline in a block that is plugged as a whole.
nr=$(pageflags $KPF_OFFLINE $start $((start + pages)) | wc -l)
before=$(in_node 0) all=$(in_all)
offlined $block || not_shown "block $block cannot be offlined: $(offline_result)"
[ "$(in_all)" = $all ] || not_shown "the balloon changed meanwhile, from $all KiB to $(in_all)"
note "$nr pages of the balloon were in block $block of node 0, which is off line: node 0 counted $before KiB before, $(in_node 0) now"
[ "$(in_node 0)" = $before ] || not_shown "node 0 counts them no more"
host "balloon 640"
wait_for 60 is_empty || not_shown "the balloon keeps $(in_all) KiB"
[ "$(in_node 0)" -gt 0 ] || not_shown "the balloon is empty, and node 0 counts nothing"
proved "$nr pages of the balloon left node 0 when block $block went off line; now that the balloon is empty, node 0 still says $(in_node 0) KiB are in it, node 1 $(in_node 1)"
