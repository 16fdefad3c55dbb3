# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2086,SC2034,SC2317 # numbers need no quotes; for proofs
#
# Sourced by every proof, in the guest (busybox sh).

memory=/sys/devices/system/memory

# What the proof says in the end, one of the two, with what was seen.
proved() { echo "@proved $*"; exit 0; }
not_shown() { echo "@not_shown $*"; exit 0; }
note() { echo "@note $*"; }

# wait_for SECONDS COMMAND...: until it is true; false when it never was.
wait_for() {
	local left=$(($1 * 4))
	shift
	until "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 250000
	done
}

# --- the host: QEMU's monitor does what a line says ---

host() { echo "@host $*"; }
# The hypervisor requests that so many MiB of the virtio-mem device are plugged.
plug() { host "qom-set /machine/peripheral/vmem0 requested-size $(($1 << 20))"; }
plugged() { [ $(($(total_mib) - boot_mib)) -ge $(($1 * 9 / 10)) ]; }
plug_and_wait() { plug $1; wait_for 60 plugged $1; }
total_mib() { awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
boot_mib=$(total_mib)

# --- memory blocks ---

blocks() { for block in "$memory"/memory[0-9]*; do echo ${block#*/memory/memory}; done | sort -n; }
block_state() { cat "$memory/memory$1/state" 2>/dev/null || echo absent; }
block_bytes() { echo $((0x$(cat $memory/block_size_bytes))); }
# One attempt at a time, in a process of its own.
offline() {
	rm -f /offline.result
	sh -c "echo offline >$memory/memory$1/state; echo \$? >/offline.result" 2>/offline.error &
	offline_pid=$!
}
offline_ended() { [ -e /offline.result ]; }
offline_result() { cat /offline.error; }
offline_gone() { [ ! -e /proc/$offline_pid ]; }
# CPU time it has used.
offline_ticks() { awk '{ print $14 + $15 }' /proc/$offline_pid/stat; }

# offlined BLOCK: it can be taken off line.
offlined() { offline $1; wait_for 60 offline_ended; [ "$(block_state $1)" = offline ]; }
# stands BLOCK ZONE ENDED: 30 s after it began, offlining BLOCK has not ended (the command
# ENDED: it has), uses CPU for 6 s more, and a signal ends it.  Else not shown.
stands() {
	wait_for 30 $3 && not_shown "offlining block $1 ended: $(offline_result) $(block_state $1)"
	for after in 32 34 36; do
		sleep 2
		note "after $after s block $1 is $(block_state $1): CPU ticks $(offline_ticks), $(isolated $2) pageblocks isolated"
	done
	kill -INT $offline_pid
	wait_for 20 $3 || kill -KILL $offline_pid
	wait_for 20 offline_gone || not_shown "block $1: not even a signal ended the attempt"
}
# Attempts of the program "offliner" that have ended.
attempts() { hexdump -n 4 -e '1/4 "%d"' /offliner.progress; }

# --- zones ---

# pages_of ZONE FIELD: managed, present or spanned, summed over the nodes.
pages_of() {
	awk -v zone="$1" -v field="$2" '
		$1 == "Node" { mine = $4 == zone }
		mine && $1 == field { sum += $2 } END { print sum + 0 }' /proc/zoneinfo
}
# Pageblocks of type Isolate.
isolated() {
	awk -v zone="$1" '
		/^Number of blocks type/ { for (i = 5; i <= NF; i++) if ($i == "Isolate") column = i }
		column && $1 == "Node" && $4 ~ "^" zone { sum += $column } END { print sum + 0 }' /proc/pagetypeinfo
}

# --- pages: "pageflags BIT FROM TO" prints the pfns that have a flag of /proc/kpageflags ---

KPF_BUDDY=10 KPF_HWPOISON=19 KPF_OFFLINE=23
first_page() { pageflags $1 $2 $3 | head -n 1; }

# --- a block that has pages of the balloon, and goes off line with them ---

in_balloon() { [ -n "$(first_page $KPF_OFFLINE $start $((start + pages)))" ]; }
# Sets block, start, pages (the pfns of it) and pfn, the first one in the balloon.
balloon_in_block() {
	# The balloon is inflated while most of the free memory is hot-added: it gets pages there.
	echo online_movable >$memory/auto_online_blocks
	plug_and_wait 256 || not_shown "the device was not plugged"
	host "balloon $((640 - 160))"
	block=$(blocks | tail -n 1)
	pages=$(($(block_bytes) / 4096))
	start=$((block * pages))
	wait_for 30 in_balloon || not_shown "no page of block $block came into the balloon"
	sleep 5
	# With its ballooned pages sound, the block goes offline: they migrate.
	offlined $block || not_shown "block $block cannot be offlined: $(offline_result)"
	echo online_movable >$memory/memory$block/state
	host "balloon $((640 - 240))"
	wait_for 30 in_balloon || not_shown "no page of block $block came into the balloon again"
	sleep 5
	pfn=$(first_page $KPF_OFFLINE $start $((start + pages)))
}
