#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# findings.sh [--own] TREE DIR [NAME...]: for each proposed fix of fixes.txt, or those named:
# do findings/NAME.ops and NAME-*.ops break something on the build in DIR, and nothing once
# the fix is in a scratch copy?  --own: those whose edit is not the same in all kernels.
# Exit 1: a fix does not fix, or this kernel has fewer than two of them.
set -euo pipefail

usage='usage: findings.sh [--own] TREE DIR [NAME...]' which=names
[ "${1-}" != --own ] || { which=own_names; shift; }
tree=$(readlink -f "${1:?$usage}") dir=$(readlink -f "${2:?$usage}")
shift 2
lane=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=stress/source/scratch.sh
source "$lane/scratch.sh"
cd "$lane/../.."
# shellcheck disable=SC2317 # called by name
# Those with several forms, or that ask for something in the file.
own_names() {
	awk -F'|' '/^[A-Z]/ { if (!nr[$1]++) order[++last] = $1; nr[$1] += $7 != "" }
		END { for (i = 1; i <= last; i++) if (nr[order[i]] > 1) print order[i] }' "$1"
}
[ $# -gt 0 ] || mapfile -t list < <("$which" "$lane/fixes.txt")
[ $# = 0 ] || list=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LANE_FINDINGS=1

# A build has one memory: replay is told if it is not that of tiny.
built=$(basename "$dir" | sed 's/-.*//') options=()
[ "$built" = tiny ] || options=(--geometry "$built")
is_of_build() {
	local of
	of=$(sed -nE 's/^memoffline .*geometry=([a-z0-9_]+).*/\1/p' "$1" | sed -E 's/^(sbm|bbm)$/tiny/')
	[ "$of" = "$built" ]
}

# judge FILE: breaks something without the fix, passes with it.
judge() {
	local broken said
	broken=$("$dir/replay" "${options[@]}" "$1" 2>&1 | sed -n 's/^ASSERTION FAILED: //p' | head -n 1) || true
	if [ -z "$broken" ]; then
		echo "$1 breaks nothing without the fix"
		return 1
	fi
	said=$("$scratch/replay" "${options[@]}" "$1" 2>&1) || {
		echo "$1: $broken, and with the fix: $(grep -m 1 -E 'ASSERTION|FAILS|source lane|expected' <<<"$said")"
		return 1
	}
	echo "$(basename "$1" .ops): $broken; gone with the fix"
}

failed=0 nr=0 least=$(($# ? $# : 2))
for name in "${list[@]}"; do
	status=0
	in_kernel "$lane/fixes.txt" "$name" || { echo "$name: not in this kernel"; continue; }
	change "$lane/fixes.txt" "$name" || status=$?
	[ "$status" != 2 ] || { echo "$name: not in this kernel (no anchor)"; continue; }
	[ "$status" = 0 ] || { echo "$name: does not build"; failed=1; continue; }
	nr=$((nr + 1))
	for file in stress/source/findings/"$name"{,-*}.ops; do
		[ ! -f "$file" ] || ! is_of_build "$file" || judge "$file" || failed=1
	done
done
[ "$nr" -ge "$least" ] || { echo "$nr fixes of findings in $tree, expected $least"; failed=1; }
exit $failed
