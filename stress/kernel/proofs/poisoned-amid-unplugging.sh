# SPDX-License-Identifier: GPL-2.0-only
# A memory error that comes while a DIMM is unplugged waits for the end of that, and the kernel oopses: the memmap of its page is gone by then.
# finding: POISONED_AMID_OFFLINING
# shellcheck shell=dash disable=SC2086,SC2317 source=stress/kernel/guest.sh # numbers need no quotes
. /guest.sh

oopsed() { dmesg | grep -q 'BUG: unable to handle page fault'; }
# Function in which the kernel died, and those of memory_failure() on its stack.
oops_at() { dmesg | sed -n 's/.*RIP: 0010:\([^ ]*\).*/\1/p' | head -n 1; }
oops_stack() {
	dmesg | sed -n '/Call Trace/,/entry_SYSCALL/s/.* \(\(memory_failure\|hard_offline_page_store\)+[^ ]*\).*/\1/p' |
		head -n 2 | tr '\n' ' '
}
stands_in() { sed -n 's/^\[<0>\] \(memory_failure\|zone_pcp_disable\)+.*/\1/p' /proc/$1/stack | head -n 1; }
# get_online_mems(): a kernel with a fix.
waits() { grep -qE 'zone_pcp_disable|get_online_mems' /proc/$victim/stack; }

# An error in a page; whoever has it is slow: low priority, others at work on its CPU.
strike_slowly() {
	sh -c "renice -n 19 -p \$\$ >/dev/null; taskset -p 2 \$\$ >/dev/null
		i=0; while [ \$i -lt 40000 ]; do i=\$((i + 1)); done # no credit for the sleep to come
		echo $(($1 * 4096)) >$memory/hard_offline_page" 2>/dev/null &
	victim=$!
	wait_for 120 waits ||
		not_shown "the error in pfn $1 does not wait for offlining: $(tr '\n' ' ' </proc/$victim/stack)"
	for _ in 1 2; do
		sh -c "renice -n -20 -p \$\$ >/dev/null; taskset -p 2 \$\$ >/dev/null; while :; do :; done" &
		others="$others $!"
	done
	sleep 2
}

# unplug_dimm NAME [COMMAND]: a DIMM, that is one memory block, comes and is unplugged, which
# takes until a process lets go of a page of it; COMMAND PFN meanwhile, of another page.
unplug_dimm() {
	local pfn
	host "object_add memory-backend-ram,id=ram-$1,size=128M"
	host "device_add pc-dimm,id=dimm-$1,memdev=ram-$1,node=0"
	wait_for 30 more_blocks || not_shown "the DIMM was not plugged"
	block=$(blocks | new_block)
	wait_for 10 block_is online || not_shown "block $block of the DIMM is $(block_state $block)"
	start=$((block * pages))
	rm -f /release /pinned
	pinner $start $((start + pages - 1)) 400 >/pinned &
	wait_for 60 test -s /pinned || not_shown "no process got a page of block $block"
	pfn=$((start + 77))
	[ $pfn != "$(cat /pinned)" ] || pfn=$((start + 78))
	host "device_del dimm-$1"
	wait_for 30 block_is going-offline || not_shown "the DIMM does not go: block $block is $(block_state $block)"
	sleep 3
	${2:-:} $pfn
	touch /release
	wait_for 60 block_is absent || not_shown "block $block did not go: $(block_state $block)"
	note "block $block is gone, meanwhile there was $([ -n "$2" ] && echo "an error in pfn $pfn" || echo no error)"
}
more_blocks() { [ "$(blocks | wc -l)" -gt $nr_blocks ]; }
new_block() { while read -r one; do case " $before " in *" $one "*) ;; *) echo $one ;; esac; done; }
block_is() { [ "$(block_state $block)" = $1 ]; }

echo online_movable >$memory/auto_online_blocks
pages=$(($(block_bytes) / 4096))
before=$(blocks | tr '\n' ' ') nr_blocks=$(blocks | wc -l) others=''

# The ordinary case: the same, without an error.
unplug_dimm first
oopsed && not_shown "the kernel had died before any error came"

unplug_dimm second strike_slowly
kill $others
wait_for 60 oopsed || not_shown "the kernel lives on: $(dmesg | grep -i 'memory failure' | tail -n 1)"

# It died with two mutexes: the next error, and the next attempt to offline, wait for good.
sh -c "echo 0 >$memory/hard_offline_page" 2>/dev/null &
next=$!
offline "$(blocks | sed -n 3p)" # without a hole
sleep 10
note "10 s later the next error stands in $(stands_in $next), and offlining in $(stands_in $offline_pid)"
proved "an error in a DIMM that was being unplugged: page fault in $(oops_at), called from $(oops_stack)"
