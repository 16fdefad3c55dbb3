#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh: what the harness costs, each number beside its floor.
#
#   ./scripts/bench.sh [--quick]
#
#   --quick   only the program bench, without the fuzz targets
#
# CPU time, medians, so that other jobs hardly show.  First the library (preset
# release), then fuzz_offline beside fuzz_empty, an empty target with the same
# flags: as it searches (preset fuzz) and with ASan and UBSan (preset fuzz-asan).
#
# Exit status: 0 measured, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

quick=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--quick) quick=1; shift ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
need gcc clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
build release bench
build/release/bin/bench
[ -z "$quick" ] || exit 0
build fuzz fuzz_offline fuzz_empty
build fuzz-asan fuzz_offline fuzz_empty

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=$root/crashes/fuzz_offline
mkdir -p "$kept"
export ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=0:detect_leaks=0
export TIMEFORMAT='%U %S'
mapfile -t options < <("$root/scripts/lib/options.sh" fuzz_offline)
head -c 128 /dev/zero >"$work/seed"

# CPU microseconds, operations and edges of one run of -runs=$2.
run() {
	rm -f "$work/stats"
	{ time MEMOFFLINE_STATS=$work/stats "$1" "${options[@]}" -seed=7 -max_len=128 -len_control=0 \
		-artifact_prefix="$kept/" -reduce_inputs=0 -seed_inputs="$work/seed" -runs="$2" >"$work/log" 2>&1; } 2>"$work/time" || {
		die "$(basename "$1") found something that is not measured but repaired first: ./scripts/replay.sh ${kept#"$root"/}"
	}
	awk '{ printf "%d ", ($1 + $2) * 1e6 }' "$work/time"
	[ ! -s "$work/stats" ] || od -An -v -t u8 -j 8 -N 8 "$work/stats" | tr -d ' \n'
	sed -n 's/.*(\([0-9]*\) inline 8-bit counters).*/ \1/p' "$work/log" | head -n 1
}

# Median of five of: nanoseconds, operations and edges of one execution.
measure() {
	local base nr=$2 i
	base=$(run "$1" 1)
	for ((i = 0; i < 5; i++)); do
		run "$1" "$nr"
	done | sort -n | sed -n 3p | awk -v base="${base%% *}" -v nr="$nr" '
		{ printf("%d %.1f %d\n", ($1 - base) * 1000 / nr, (NF > 2 ? $2 / nr : 0), $NF) }'
}

say
say "fuzz_offline, inputs of at most 128 bytes, beside the empty target with the same flags:"
# Goals stand in brackets; they are for level 1.  The targets search at level 3.
row() {
	local preset=$1 level=$2 goal=$3 more=$4 nr=$5 floor_nr=$6 floor this
	floor=$(measure "$root/build/$preset/bin/fuzz_empty" "$floor_nr")
	this=$(MEMOFFLINE_LEVEL=$level measure "$root/build/$preset/bin/fuzz_offline" "$nr")
	awk -v what="$preset, level $level" -v goal="$goal" -v more="$more" -v f="$floor" -v t="$this" 'BEGIN {
		split(f, a); split(t, b); split(more, g)
		printf "%-20s %7d ns %5.1fx of %5d ns %-8s %7d exec %-10s %5.2f M ops per CPU-second %-6s %5d counters %s\n",
			what, b[1], b[1] / a[1], a[1], goal, 1e9 / b[1], g[1], b[2] * 1e3 / b[1], g[2], b[3], g[3]
	}'
}
row fuzz 1 '[<= 25x]' '[>=130000] [>=5] [<=5000]' 300000 1000000
row fuzz 3 '' '' 300000 1000000
row fuzz-asan 1 '[<= 35x]' '' 60000 300000
row fuzz-asan 3 '' '' 60000 300000
