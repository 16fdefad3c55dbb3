#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# same-code.sh OBJECT... -- OBJECT...   the same object code, without debug information
#
# Left: of the library.  Right: of the same files, with every old bug removed by the
# preprocessor (MO_OLDBUG_REMOVED).  Each right one is compared with the left one of its
# name.  One line per difference, exit 1; silent and 0 when there is none.
set -euo pipefail

left=() right=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do left+=("$1"); shift; done
shift || true
right=("$@")
if [ ${#left[@]} = 0 ] || [ ${#right[@]} = 0 ]; then
	sed -n 's/^# \?//p' "$0" | sed 1d
	exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A object
# The path below core/, from wherever it was compiled.
name_of() { sed -E 's|.*\.dir/||; s|^(\./)?(__/core/)?||' <<<"$1"; }
for file in "${left[@]}"; do object[$(name_of "$file")]=$file; done
status=0
for file in "${right[@]}"; do
	name=$(name_of "$file")
	[ -n "${object[$name]:-}" ] || { echo "$name: no object of the library has this name"; status=1; continue; }
	# No .debug_*, and no name of the compilation unit.
	objcopy --strip-debug --remove-section=.comment "${object[$name]}" "$work/a"
	objcopy --strip-debug --remove-section=.comment "$file" "$work/b"
	cmp -s "$work/a" "$work/b" || {
		echo "$name: the code of a normal build is not that without old bugs:"
		diff <(objdump -d "$work/a" | tail -n +4) <(objdump -d "$work/b" | tail -n +4) | head -n 10 || true
		status=1
	}
done
exit $status
