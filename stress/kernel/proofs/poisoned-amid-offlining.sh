# SPDX-License-Identifier: GPL-2.0-only
# A memory error that comes while memory goes offline waits for the end of that, and is handled in a block that is offline by then.
# finding: POISONED_AMID_OFFLINING
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

# strike PFN: hard_offline_page, in a process of its own.
strike() {
	rm -f /strike.result
	sh -c "echo $(($1 * 4096)) >$memory/hard_offline_page; echo \$? >/strike.result" 2>/strike.error &
	strike_pid=$!
}
strike_ended() { [ -e /strike.result ]; }
# What memory_failure() said of a page when it was done with it.
handled() { dmesg | grep -i "Memory failure: $(printf '0x%x' $1): .*recovery action" | tail -n 1; }
is_handled() { [ -n "$(handled $1)" ]; }

echo online_movable >$memory/auto_online_blocks
plug_and_wait 256 || not_shown "the device was not plugged"
block=$(blocks | tail -n 1)
pages=$(($(block_bytes) / 4096))
start=$((block * pages))

# The ordinary case: nobody is offlining, the error is handled at once.
strike $((start - 77))
wait_for 10 strike_ended || not_shown "an error in block $((block - 1)) was not handled in 10 s, though nobody was offlining"
is_handled $((start - 77)) || not_shown "memory_failure() said nothing of pfn $((start - 77))"

# A process keeps offlining busy, as long as it likes.
pinner $start $((start + pages - 1)) 400 >/pinned &
wait_for 60 test -s /pinned || not_shown "no process got a page of block $block"
pinned=$(cat /pinned)
pfn=$((start + 77))
[ $pfn != $pinned ] || pfn=$((start + 78))
offline $block
sleep 5
offline_ended && not_shown "offlining block $block ended: $(offline_result) $(block_state $block)"
strike $pfn
sleep 10
strike_ended && not_shown "the error in pfn $pfn of block $block was handled while that went offline: $(cat /strike.error)"
is_handled $pfn && not_shown "pfn $pfn was handled, though the process has not ended"
stack=$(sed -n 's/.*\(zone_pcp_disable\|get_hwpoison_page\|memory_failure\).*/\1/p' "/proc/$strike_pid/stack" | sort -u | tr '\n' ' ')
note "for 10 s pfn $pfn has waited; block $block is $(block_state $block); stack: $stack"
touch /release
wait_for 60 offline_ended || not_shown "offlining block $block did not end"
[ "$(block_state $block)" = offline ] || not_shown "block $block did not go offline: $(offline_result)"
wait_for 20 strike_ended || not_shown "the error was not handled when block $block was offline"
is_handled $pfn || not_shown "memory_failure() did not touch pfn $pfn: $(cat /strike.error)"
proved "memory_failure() of pfn $pfn waited while block $block went offline, and went on with the page then: '$(handled $pfn | sed 's/^\[[^]]*\] *//')'"
