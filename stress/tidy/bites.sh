#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bites.sh [RULE]: proves that tidy.sh finds what it is for.  Each folder of
# fixtures/ breaks the rule of its name in exactly the lines marked BAD.
# bites.sh globals OBJECT: the same for objects.sh, OBJECT made of globals.c.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
status=0 tried=0
if [ $# = 2 ]; then
	found=$("$here/objects.sh" globals "$2" | sed 's/.*: variable \(global_variables\.\)\?\([a-z_]*\).*/\2/' | LC_ALL=C sort | paste -sd' ') || true
	[ "$found" = "calls counter per_thread" ] && exit 0
	echo "objects.sh finds '$found', expected the three variables of globals.c"
	exit 1
fi
for tree in "$here"/fixtures/*/; do
	[ "${1:-$(basename "$tree")}" = "$(basename "$tree")" ] || continue
	rule=$(basename "$tree")
	expected=$(cd "$tree" && { grep -rn BAD . || true; } | sed -E "s/^\.\/([^:]*:[0-9]+):.*/\1: $rule:/" | LC_ALL=C sort)
	actual=$("$here/tidy.sh" "$tree" | sed -E 's/^([^:]*:[0-9]+: [a-z]+:).*/\1/' | LC_ALL=C sort) || true
	if [ "$expected" != "$actual" ]; then
		echo "tidy does not find what fixtures/$rule marks BAD (< expected, > found):"
		diff <(echo "$expected") <(echo "$actual") || true
		status=1
	fi
	tried=1
done
[ $tried = 1 ] && exit $status
