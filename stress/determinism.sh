#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# determinism.sh SOURCE_DIR WORK_DIR: the whole corpus must give the same trace
# hashes with gcc and clang, at -O0 and -O2, by either switch of tasks.  Builds its own replay programs in
# WORK_DIR (kept, so a second run only checks).
set -euo pipefail

source=${1:?usage: determinism.sh SOURCE_DIR WORK_DIR} work=${2:?usage: determinism.sh SOURCE_DIR WORK_DIR}
reference=

# compare COMPILER FLAGS: builds replay with these, runs, compares with the first.
compare() {
	local cc=$1 flags=$2 variant dir lines
	variant=$cc${flags// /}
	dir=$work/$variant
	if ! command -v "$cc" >/dev/null; then
		echo "$cc: not installed, not compared"
		return
	fi
	mkdir -p "$dir"
	cmake -S "$source" -B "$dir" -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=None \
		-DCMAKE_C_FLAGS="$flags" -DBUILD_TESTING=OFF >"$dir/log"
	cmake --build "$dir" --target replay >>"$dir/log" || { cat "$dir/log"; exit 1; }
	"$source/stress/corpus.sh" "$dir/bin/replay" --hash >"$dir/hashes" 2>"$dir/errors" ||
		{ cat "$dir/errors"; exit 1; }
	lines=$(wc -l <"$dir/hashes")
	[ "$lines" -gt 0 ] || { echo "$variant: replay --hash printed nothing"; exit 1; }
	reference=${reference:-$variant}
	if ! diff "$work/$reference/hashes" "$dir/hashes"; then
		echo "$variant differs from $reference (lines above: < $reference, > $variant)"
		exit 1
	fi
	echo "$variant: $lines hashes, same as $reference"
}

compare gcc -O2
compare gcc -O0
compare clang -O2
compare clang -O0
# The switch of tasks for machines without one of their own.
compare gcc '-O2 -DMO_FIBER_UCONTEXT'
