#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# objects.sh globals OBJECT...          no variable outside struct world
# objects.sh oldbugs DEF OBJECT...      no old bug of the table DEF
#
# House rules that only compiled code can show.  OBJECT: .o or .a, made without
# sanitizers and coverage, which add variables of their own.  One line per
# breach, exit 1; silent and 0 when there is none.
set -euo pipefail

# Constant tables that hold pointers live in .data.rel.ro: they are constant.
globals() {
	objdump -t "$@" | awk '
		/file format/ { sub(/:.*/, ""); file = $0 }
		{
			for (i = 2; i < NF; i++)
				if (($i ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/) && $i !~ /^\.data\.rel\.ro/ && $i != $NF)
					print file ": globals: variable " $NF ", expected it in struct world or const"
		}'
}

oldbugs() {
	local def=$1 words name
	shift
	words=$(mktemp)
	trap 'rm -f "$words"' RETURN
	for object in "$@"; do
		strings -a "$object"
		nm "$object" 2>/dev/null | awk '{ print $NF }'
	done >"$words"
	sed -n 's/^OLDBUG([0-9]*, *\([A-Z0-9_]*\),.*/\1/p' "$def" | while read -r name; do
		! grep -qwF "$name" "$words" ||
			echo "$*: oldbugs: contains $name, expected none of $def"
	done
}

case ${1:-} in
globals) shift; found=$(globals "$@") ;;
oldbugs) shift; found=$(oldbugs "$@") ;;
*) sed -n 's/^# \?//p' "$0" | sed 1d; exit 2 ;;
esac
if [ -n "$found" ]; then
	echo "$found"
	exit 1
fi
