#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tidy.sh ROOT: house rules of DESIGN.md that text can show, for the tree at ROOT.
# One line per breach, exit 1; silent and 0 when there is none.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "${1:?usage: tidy.sh ROOT}"

# Our own fixtures are breaches by design, a user's build folder is not ours.
files() {
	find core fuzz stress scripts .ci CMakeLists.txt -type f "$@" \
		-not -path 'stress/tidy/fixtures/*' 2>/dev/null | LC_ALL=C sort || true
}

# The names at the top that DESIGN.md section 3 allows.
top='core|corpus|fuzz|scripts|stress|CMakeLists.txt|CMakePresets.json|LICENSE|README.md|\..*'

# What is at the top: in a work tree what git keeps, else all.
top_names() {
	if [ -e .git ]; then git ls-files | cut -d/ -f1 | uniq; else ls -A; fi
}

breaches() {
	top_names | { grep -vxE "$top" || true; } | while read -r name; do
		echo "$name:1: top: the top level holds only what DESIGN.md section 3 names"
	done
	files \( -name '*.[ch]' -o -name '*.def' \) | xargs -r awk -f "$here/tidy.awk" || true
	files \( -name '*.sh' -o -name '*.awk' -o -name '*.cmake' -o -name CMakeLists.txt -o -path .ci/run \) |
	while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' ||
			echo "$file:1: spdx: expected SPDX-License-Identifier: GPL-2.0-only in the first two lines"
	done
	files -name '*.sh' -path 'scripts/*' | while read -r file; do
		lines=$(wc -l <"$file")
		[ "$lines" -lt 200 ] ||
			echo "$file:$lines: script: has $lines lines, expected fewer than 200"
		[[ $file == scripts/lib/* ]] || grep -q '^set -euo pipefail$' "$file" ||
			echo "$file:1: script: expected the line: set -euo pipefail"
	done
}

found=$(breaches)
if [ -n "$found" ]; then
	echo "$found"
	exit 1
fi
