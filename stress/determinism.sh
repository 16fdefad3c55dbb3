#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# determinism.sh SOURCE_DIR WORK_DIR: the whole corpus must give the same trace
# hashes with gcc and clang, at -O0 and -O2, by either switch of tasks; and schedules
# that oracles made, recorded by the first build, the same hash 100 times out of 100
# in each.  Builds its own replay programs in WORK_DIR (kept, so a second run only
# checks).
set -euo pipefail

source=${1:?usage: determinism.sh SOURCE_DIR WORK_DIR} work=${2:?usage: determinism.sh SOURCE_DIR WORK_DIR}
reference=

# What oracles make of everything in the corpus that concerns a schedule.
record() {
	local replay=$1 oracle
	mapfile -t races < <(cd "$source" && grep -lE '@|race' corpus/{scenario,regress}/*.ops)
	rm -rf "$work/records"
	mkdir "$work/records"
	for oracle in random:1 random:2 pct:1,2 pct:2,3 pct:3,5; do
		(cd "$source" && "$replay" --oracle "$oracle" --record "$work/records/$oracle" "${races[@]}")
	done
}

# Each record 100 times; what it breaks does not matter here, but it always does.
replay_records() {
	local replay=$1 out=$2 code=0
	(cd "$work/records" && "$replay" --times 100 --hash -- */*.ops) >"$out" 2>"$out.said" || code=$?
	[ $code -le 1 ] || { cat "$out.said"; exit 1; }
	! grep 'runs of the same input differ' "$out.said" || exit 1
}

# same WHAT VARIANT: its hashes are those of the reference.
same() {
	local what=$1 variant=$2 lines
	lines=$(wc -l <"$work/$variant/$what")
	[ "$lines" -gt 0 ] || { echo "$variant: replay --hash printed nothing for the $what"; exit 1; }
	if ! diff "$work/$reference/$what" "$work/$variant/$what"; then
		echo "$variant differs from $reference in the $what (lines above: < $reference, > $variant)"
		exit 1
	fi
	echo "$variant: $lines hashes of the $what, same as $reference"
}

# compare COMPILER FLAGS: builds replay with these, runs, compares with the first.
compare() {
	local cc=$1 flags=$2 variant dir
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
	"$source/stress/corpus.sh" "$dir/bin/replay" --hash >"$dir/corpus" 2>"$dir/errors" ||
		{ cat "$dir/errors"; exit 1; }
	[ -n "$reference" ] || record "$dir/bin/replay"
	replay_records "$dir/bin/replay" "$dir/records"
	reference=${reference:-$variant}
	same corpus "$variant"
	same records "$variant"
}

compare gcc -O2
compare gcc -O0
compare clang -O2
compare clang -O0
# The switch of tasks for machines without one of their own.
compare gcc '-O2 -DMO_FIBER_UCONTEXT'
