#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scale-growth.sh: the growth that scale.sh fits, and that of one run alone it fits none.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fits WORDS NULLS: table and JSON of the rows on standard input
fits() {
	local said
	said=$(awk -v level=2 -v workload=a.load -v json="$work/json" -v svg="$work/svg" -f "$root/scripts/lib/scale.awk")
	grep -qF -- "$1" <<<"$said" || { echo "expected '$1' in:"; echo "$said"; exit 1; }
	[ "$(grep -o 'null' "$work/json" | wc -l)" = "$2" ] || { echo "expected $2 null in:"; cat "$work/json"; exit 1; }
	! grep -iE '[^a-z]-?nan' <<<"$said" "$work/json" "$work/svg" || { echo "that is no number"; exit 1; }
}
world=('world 2 10000 100.0 10.0' 'world 64 10000 100.0 320.0')
printf '%s\n' "${world[@]}" 'ops 10000 10000 100.0 10.0' 'ops 1000000 1000000 1000.0 10.0' |
	fits 'time 0.00, memory 1.00; with the number of operations: time 0.50, memory 0.00 (' 0
printf '%s\n' "${world[@]}" 'ops 10000 10000 100.0 10.0' |
	fits 'time 0.00, memory 1.00; with the number of operations: time unknown, memory unknown (' 2
