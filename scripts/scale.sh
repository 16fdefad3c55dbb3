#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scale.sh: what an operation costs in worlds of 2 GiB to 16 TiB, and after 10^4 to 10^7
# operations or more: time and memory, with the growth fitted.
#
#   ./scripts/scale.sh [--max-ops N] [--level L] [--workload FILE] [--output DIR]
#
#   --max-ops N     the longest run, a power of ten from 10^4 to 10^9 (10000000)
#   --level L       checks                                        (2)
#   --workload FILE at x86_64 geometry                            (corpus/stress/few-huge-blocks.load)
#   --output DIR    scale.md, scale.json, scale.svg               (build/scale)
#
# The world is sparse: memory blocks that nobody touches are absent.  Time is that of the
# CPU, one process, start included; memory is the most that was resident.
#
# Exit status: 0 measured, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

max_ops=10000000 level=2 workload=$root/corpus/stress/few-huge-blocks.load output=$root/build/scale
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--max-ops | --level | --workload | --output)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		case $1 in
		--max-ops) max_ops=$2 ;;
		--level) level=$2 ;;
		*) declare "${1#--}=$(absolute "$2")" ;;
		esac
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
[[ $max_ops =~ ^10{4,9}$ ]] || die "--max-ops is a power of ten from 10000 to 1000000000, not '$max_ops'"
[[ $level =~ ^[0-3]$ ]] || die "--level is 0 to 3, not '$level'"
[[ -f $workload && -r $workload ]] || die "cannot read $workload, expected a workload (.load)"
# A block of 128 MiB is what the sizes of the worlds are told from.
grep -qE '^workload .*geometry=x86_64( |$)' "$workload" ||
	die "$workload is no workload of the geometry x86_64, expected the line 'workload 1 geometry=x86_64'"
make_folder "$output"
for name in scale.md scale.json scale.svg; do
	check_output "$output/$name"
done
need gcc clang cmake ninja-build libbsd-dev
build release soak
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure BLOCKS OPS: "cpu_seconds peak_mib"
measure() {
	local status=0
	rm -rf "$work/state"
	build/release/bin/soak --threads 1 --world-blocks "$1" --ops "$2" --level "$level" --policy legacy \
		--json --state "$work/state" "$workload" >"$work/json" 2>"$work/said" || status=$?
	case $status in
	0) ;;
	1) die "the workload broke an invariant; ./scripts/soak.sh $workload shows which" ;;
	*) die "$(tail -n 1 "$work/said")" ;;
	esac
	sed -n 's/.*"cpu_seconds": \([0-9.]*\), "peak_mib": \([0-9.]*\).*/\1 \2/p' "$work/json"
}

# Rows: kind, x, ops, ns an operation, MiB.
rows=$work/rows
: >"$rows"
row() {
	local cpu mib
	measure "$2" "$3" >"$work/measured"
	read -r cpu mib <"$work/measured"
	awk -v kind="$1" -v x="$4" -v ops="$3" -v cpu="$cpu" -v mib="$mib" 'BEGIN {
		printf "%s %s %d %.1f %.1f\n", kind, x, ops, cpu * 1e9 / ops, mib }' | tee -a "$rows" |
		awk '{ printf "%-8s %-12s %8.1f ns an operation %8.1f MiB\n", $1, $2, $4, $5 }'
}
# 128 MiB a block; the number of operations hides the cost of the start.
for blocks in 16 512 8192 131072; do
	row world $blocks $((max_ops < 1000000 ? max_ops : 1000000)) $((blocks / 8))
done
for ((ops = 10000; ops <= max_ops; ops *= 10)); do
	row ops 16 $ops $ops
done
awk -v level="$level" -v workload="${workload##*/}" -v json="$output/scale.json" -v svg="$output/scale.svg" \
	-f scripts/lib/scale.awk "$rows" | tee "$output/scale.md"
say "In $output: scale.md scale.json scale.svg"
