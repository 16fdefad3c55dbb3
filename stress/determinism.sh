#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# determinism.sh SOURCE_DIR WORK_DIR: the whole corpus must give the same trace
# hashes with gcc and clang, at -O0 and -O2.  Builds its own replay programs in
# WORK_DIR (kept, so a second run only checks).
set -euo pipefail

source=${1:?usage: determinism.sh SOURCE_DIR WORK_DIR} work=${2:?usage: determinism.sh SOURCE_DIR WORK_DIR}
reference=

for cc in gcc clang; do
	if ! command -v "$cc" >/dev/null; then
		echo "$cc: not installed, not compared"
		continue
	fi
	for level in -O0 -O2; do
		variant=$cc$level
		mkdir -p "$work/$variant"
		log=$work/$variant/log
		cmake -S "$source" -B "$work/$variant" -G Ninja -DCMAKE_C_COMPILER="$cc" \
			-DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$level" -DBUILD_TESTING=OFF >"$log"
		cmake --build "$work/$variant" --target replay >>"$log" || { cat "$log"; exit 1; }
		"$source/stress/corpus.sh" "$work/$variant/bin/replay" --hash \
			>"$work/$variant/hashes" 2>"$work/$variant/errors" || { cat "$work/$variant/errors"; exit 1; }
		lines=$(wc -l <"$work/$variant/hashes")
		[ "$lines" -gt 0 ] || { echo "$variant: replay --hash printed nothing"; exit 1; }
		reference=${reference:-$variant}
		if ! diff "$work/$reference/hashes" "$work/$variant/hashes"; then
			echo "$variant differs from $reference (lines above: < $reference, > $variant)"
			exit 1
		fi
		echo "$variant: $lines hashes, same as $reference"
	done
done
