#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# plants.sh TREE DIR [NAME...]: puts each planted bug of plants.txt (or those named) into
# a scratch copy, links it with the objects of the plain build in DIR, and runs the
# corpus until something breaks.  Prints what broke, where, and after how long.
# Exit 1: one was not found, or fewer than 15 have an anchor in this kernel.
set -euo pipefail

tree=$(readlink -f "${1:?usage: plants.sh TREE DIR [NAME...]}") dir=$(readlink -f "${2:?usage: plants.sh TREE DIR [NAME...]}")
shift 2
lane=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=stress/source/scratch.sh
source "$lane/scratch.sh"
cd "$lane/../.."
least=$(($# ? $# : 15))
[ $# -gt 0 ] || mapfile -t list < <(names "$lane/plants.txt")
[ $# = 0 ] || list=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mapfile -t scenarios < <(grep -LE '^expect violation|^memoffline .*(oldbug=|drain=(once|redrain))' corpus/scenario/*.ops)

# Says what the first scenario breaks that breaks anything; false: none does.
find_planted() {
	local said status=0
	said=$(timeout 60 "$scratch/replay" "${scenarios[@]}" 2>&1) || status=$?
	[ "$status" != 124 ] || { echo "does not end"; return; }
	awk 'BEGIN { where = "at boot" }
		/: FAILS: breaks / { where = "in " $1; sub(/in .*\//, "in ", where); sub(/:$/, "", where) }
		/^ASSERTION FAILED: |^source lane: / { print $0, where; found = 1; exit }
		END { exit !found }' <<<"$said"
}

failed=0 nr=0
for name in "${list[@]}"; do
	status=0
	in_kernel "$lane/plants.txt" "$name" || { echo "$name: not in this kernel"; continue; }
	change "$lane/plants.txt" "$name" || status=$?
	[ "$status" != 2 ] || { echo "$name: not in this kernel (no anchor)"; continue; }
	nr=$((nr + 1))
	[ "$status" = 0 ] || { echo "$name: does not build"; failed=1; continue; }
	start=$(date +%s%N)
	if found=$(find_planted); then
		echo "$name: $found, $((($(date +%s%N) - start) / 1000000)) ms"
	else
		echo "$name: not found"
		failed=1
	fi
done
[ "$nr" -ge "$least" ] || { echo "$nr of ${#list[@]} have an anchor in $tree, expected $least"; failed=1; }
exit $failed
