#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# level.sh EXHAUSTIVE: what is judged at the end alone is judged, unless --level says
# otherwise, which the output then says.  For a build with old bugs.
set -euo pipefail

program=$(realpath "${1:?usage: level.sh EXHAUSTIVE}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bug=(--oldbug NR_FREE_COUNTS_ISOLATED --geometry tiny)
# breaks WORDS OPTION...: exit status 1, and the output has the words
breaks() {
	local status=0
	"$program" "${bug[@]}" "${@:2}" >out 2>/dev/null || status=$?
	[ $status = 1 ] || { echo "${*:2}: status $status, expected 1"; cat out; exit 1; }
	grep -q "$1" out || { echo "${*:2}: expected '$1'"; cat out; exit 1; }
}
breaks '^BROKEN nr_free_pages' --length 1 --bound 0 --cpus 1
"$program" "${bug[@]}" --length 1 --bound 0 --cpus 1 --level 2 >out
grep -q 'NOT judged' out
# With schedules, many of which are cut at states that were seen before.
breaks '"invariant": "nr_free_pages"' --length 3 --bound 1 --shard 7/400 --json
! grep -q '"cut": 0,' out || { echo "nothing was cut: the test shows less than it says"; exit 1; }
