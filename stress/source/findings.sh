#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# findings.sh TREE DIR [NAME...]: for each proposed fix of fixes.txt, or those named: does
# findings/NAME.ops break something on the build in DIR, and nothing once the fix is in
# a scratch copy?  Exit 1: a fix does not fix.
set -euo pipefail

tree=$(readlink -f "${1:?usage: findings.sh TREE DIR [NAME...]}") dir=$(readlink -f "${2:?usage: findings.sh TREE DIR [NAME...]}")
shift 2
lane=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=stress/source/scratch.sh
source "$lane/scratch.sh"
cd "$lane/../.."
[ $# -gt 0 ] || mapfile -t list < <(names "$lane/fixes.txt")
[ $# = 0 ] || list=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LANE_FINDINGS=1

failed=0
for name in "${list[@]}"; do
	file=stress/source/findings/$name.ops status=0
	broken=$("$dir/replay" "$file" 2>&1 | sed -n 's/^ASSERTION FAILED: //p' | head -n 1) || true
	change "$lane/fixes.txt" "$name" || status=$?
	if [ "$status" = 2 ]; then
		echo "$name: not in this kernel (no anchor)"
	elif [ "$status" != 0 ]; then
		echo "$name: does not build"
		failed=1
	elif [ -z "$broken" ]; then
		echo "$name: breaks nothing without the fix"
		failed=1
	elif ! said=$("$scratch/replay" "$file" 2>&1); then
		echo "$name: $broken, and with the fix: $(grep -m 1 -E 'ASSERTION|FAILS|source lane|expected' <<<"$said")"
		failed=1
	else
		echo "$name: $broken; gone with the fix"
	fi
done
exit $failed
