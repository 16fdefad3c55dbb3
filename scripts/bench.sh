#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh: what the harness costs, each number beside its floor.
#
#   ./scripts/bench.sh [--quick] [--json FILE] [--history [FILE]]
#
#   --quick           only the program bench, without fuzz targets and instruction counts
#   --json FILE       the rows of this run as JSON, one a line
#   --history [FILE]  append them there and plot all runs of the file beside it, as FILE.svg
#                     (build/bench/history.jsonl; stress/bench-history.jsonl is the project's)
#   --plot FILE       only plot such a file
#
# CPU time, medians, so that other jobs hardly show.  First the library (preset release),
# then what an operation of the workloads costs in instructions, which does not depend on
# other jobs at all, then fuzz_offline beside fuzz_empty, an empty target with the same
# flags: as it searches (preset fuzz) and with ASan and UBSan (preset fuzz-asan).
#
# Exit status: 0 measured, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

quick='' json='' history='' plot=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--quick) quick=1; shift ;;
	--json | --plot)
		[ $# -gt 1 ] || die "$1 needs a file (--help explains)"
		declare "${1#--}=$(absolute "$2")"
		shift 2 ;;
	--history)
		history=$root/build/bench/history.jsonl
		shift
		if [ $# -gt 0 ] && [[ $1 != -* ]]; then
			history=$(absolute "$1")
			shift
		else
			make_folder build/bench
		fi ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done

# Beside the history, under the same name.
plot_history() {
	[ -s "$1" ] || die "cannot read $1, expected what --history wrote"
	awk -f scripts/lib/json.awk -f scripts/lib/history.awk "$1" >"${1%.jsonl}.svg.new" || { rm -f "${1%.jsonl}.svg.new"; die "$1: not a history, expected what --history wrote"; }
	mv "${1%.jsonl}.svg.new" "${1%.jsonl}.svg"
	say "Plotted: ${1%.jsonl}.svg"
}
if [ -n "$plot" ]; then
	plot_history "$plot"
	exit 0
fi
# Before something is measured that nobody could keep.
for file in "$json" "$history"; do
	[ -z "$file" ] || check_output "$file"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows=$work/rows
: >"$rows"

need gcc clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
build release bench
if [ -n "$json$history" ]; then
	build/release/bin/bench --json | sed -n 's/^ *\({.*}\),\{0,1\}$/\1/p' >"$rows"
	awk -f scripts/lib/json.awk -f scripts/lib/bench.awk "$rows"
else
	build/release/bin/bench
fi

# --- instructions an operation, by workload ---
count_instructions() {
	build dev-gcc soak
	stress/soak/instructions.sh --print build/dev-gcc/bin/soak >"$work/instructions" ||
		die "the workloads cannot be counted; stress/soak/instructions.sh build/dev-gcc/bin/soak says why"
	grep -v '^compiler' "$work/instructions" | while read -r name level count; do
		printf '{"what": "an operation of %s, level %s", "value": %s, "unit": "instructions", "goal": "<= 1.1 of instructions.txt"}\n' \
			"$name" "$level" "$count"
	done >"$work/counts"
	awk -f scripts/lib/json.awk -f scripts/lib/bench.awk "$work/counts"
	cat "$work/counts" >>"$rows"
}

# --- fuzz_offline beside the empty target ---
measure_targets() {
	build fuzz fuzz_offline fuzz_empty
	build fuzz-asan fuzz_offline fuzz_empty
	kept=$root/crashes/fuzz_offline
	mkdir -p "$kept"
	export ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=0:detect_leaks=0
	export TIMEFORMAT='%U %S'
	mapfile -t options < <("$root/scripts/lib/options.sh" fuzz_offline)
	head -c 128 /dev/zero >"$work/seed"
	say
	say "fuzz_offline, inputs of at most 128 bytes, beside the empty target with the same flags:"
	# Goals stand in brackets; they are for level 1.  The targets search at level 3.
	row fuzz 1 '[<= 25x]' '[>=130000] [>=5] [<=5000]' 300000 1000000
	row fuzz 3 '' '' 300000 1000000
	row fuzz-asan 1 '[<= 35x]' '' 60000 300000
	row fuzz-asan 3 '' '' 60000 300000
}

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

row() {
	local preset=$1 level=$2 goal=$3 more=$4 nr=$5 floor_nr=$6 floor this
	floor=$(measure "$root/build/$preset/bin/fuzz_empty" "$floor_nr")
	this=$(MEMOFFLINE_LEVEL=$level measure "$root/build/$preset/bin/fuzz_offline" "$nr")
	awk -v what="$preset, level $level" -v goal="$goal" -v more="$more" -v f="$floor" -v t="$this" -v rows="$rows" 'BEGIN {
		split(f, a); split(t, b); split(more, g)
		printf "%-20s %7d ns %5.1fx of %5d ns %-8s %7d exec %-10s %5.2f M ops per CPU-second %-6s %5d counters %s\n",
			what, b[1], b[1] / a[1], a[1], goal, 1e9 / b[1], g[1], b[2] * 1e3 / b[1], g[2], b[3], g[3]
		printf "{\"what\": \"fuzz_offline, %s\", \"value\": %d, \"unit\": \"ns\", \"beside\": \"empty target\", \"floor\": %d, \"ratio\": %.2f, \"goal\": \"%s\"}\n",
			what, b[1], a[1], b[1] / a[1], goal >> rows
	}'
}

# --- what is kept ---
keep() {
	local commit dirty='' head
	commit=$(git rev-parse --short HEAD 2>/dev/null || echo none)
	[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || dirty=+
	head="{\"when\": \"$(date -u +%FT%H:%MZ)\", \"commit\": \"$commit$dirty\", "
	if [ -n "$json" ]; then
		sed "s/^{/$head/" "$rows" >"$json" || die "cannot write $json"
	fi
	if [ -n "$history" ]; then
		sed "s/^{/$head/" "$rows" >>"$history" || die "cannot write $history"
		plot_history "$history"
	fi
}

if [ -z "$quick" ]; then
	if has valgrind; then count_instructions; else say "No instruction counts: valgrind is not installed"; fi
	measure_targets
fi
keep
