#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bites.sh [RULE]: proves that tidy.sh finds what it is for.  Each folder of
# fixtures/ breaks the rule of its name in exactly the lines marked BAD.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
status=0 tried=0
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
