#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# determinism.sh SOURCE_DIR WORK_DIR REPLAY: the whole corpus must give the same trace
# hashes with gcc and clang, at -O0 and -O2, by either switch of tasks; and schedules
# that oracles made, recorded by the first build, the same hash 100 times out of 100
# in each.  REPLAY is the first, of gcc -O2; builds the others in WORK_DIR (kept, so a
# second run only checks).
set -euo pipefail

usage='usage: determinism.sh SOURCE_DIR WORK_DIR REPLAY'
source=${1:?$usage} work=${2:?$usage} replay=$(realpath "${3:?$usage}")
reference=gcc-O2

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
	lines=$(wc -l <"$work/said/$variant.$what")
	[ "$lines" -gt 0 ] || { echo "$variant: replay --hash printed nothing for the $what"; exit 1; }
	if ! diff "$work/said/$reference.$what" "$work/said/$variant.$what"; then
		echo "$variant differs from $reference in the $what (lines above: < $reference, > $variant)"
		exit 1
	fi
	[ "$variant" = "$reference" ] || echo "$variant: $lines hashes of the $what, same as $reference"
}

# run VARIANT REPLAY: runs both, compares with the first.
run() {
	local variant=$1 replay=$2
	"$source/stress/corpus.sh" "$replay" --hash >"$work/said/$variant.corpus" 2>"$work/said/$variant.errors" ||
		{ cat "$work/said/$variant.errors"; exit 1; }
	[ "$variant" != "$reference" ] || record "$replay"
	replay_records "$replay" "$work/said/$variant.records"
	same corpus "$variant"
	same records "$variant"
}

# compare COMPILER FLAGS [ucontext]: builds replay with these, and runs it.  ucontext:
# with the switch of tasks for machines without one of their own.
compare() {
	local cc=$1 flags=$2 other=${3-} dir=$work/$1$2
	if ! command -v "$cc" >/dev/null; then
		echo "$cc: not installed, not compared"
		return
	fi
	mkdir -p "$dir"
	cmake -S "$source" -B "$dir" -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=None \
		-DCMAKE_C_FLAGS="$flags" -DBUILD_TESTING=OFF -DMO_FIBER_UCONTEXT="$([ -z "$other" ] && echo OFF || echo ON)" >"$dir/log"
	cmake --build "$dir" --target replay >>"$dir/log" || { cat "$dir/log"; exit 1; }
	run "$cc$flags${other:+-$other}" "$dir/bin/replay"
}

mkdir -p "$work/said"
run "$reference" "$replay"
compare gcc -O0
compare clang -O0
compare clang -O2
compare clang -O2 ucontext
