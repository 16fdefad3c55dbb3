#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# stubs.sh DATA_STUBS KERNEL.o LIBC_NAMES: assembler text on stdout that defines what
# KERNEL.o leaves undefined: the data that DATA_STUBS lists, zero-filled, and for
# every other name a function that aborts with that name.  The names of lane.h's
# host side and what libc or a sanitizer gives stay undefined.
set -euo pipefail

data=$1 object=$2

nm -u "$object" | awk '{ print $2 }' | LC_ALL=C sort -u |
	grep -vE '^(lane_host_|__(start|stop)_lane_data$|__(asan|ubsan|sanitizer|sancov|start___|stop___|start_asan|stop_asan))' |
	grep -vxE 'mem(set|cpy|move|cmp|chr)|str(len|cmp|ncmp|str|cpy|chr|casecmp|ncasecmp|nlen)|sprintf' |
	awk -v data="$data" '
	BEGIN {
		while ((getline line < data) > 0)
			if (line !~ /^#/ && split(line, f, " ") == 2)
				size[f[1]] = f[2]
		print ".text"
	}
	$1 in size {
		printf ".section lane_data,\"aw\"\n.globl %s\n.balign 64\n%s: .zero %d\n.text\n", $1, $1, size[$1]
		next
	}
	{
		printf ".globl %s\n%s: leaq 1f(%%rip), %%rdi\n\tandq $-16, %%rsp\n\tcall lane_host_missing\n", $1, $1
		printf ".section .rodata\n1: .asciz \"%s\"\n.text\n", $1
	}'
echo '.section .note.GNU-stack,"",@progbits'
