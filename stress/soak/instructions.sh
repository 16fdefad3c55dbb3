#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# instructions.sh [--update | --print | --fail-by PERCENT] SOAK [WORKLOAD...]: instructions that
# an operation of a workload costs, beside those in instructions.txt; more than a tenth above
# fails.  Without names, of five workloads.
#
#   --update           write instructions.txt anew: the change is meant
#   --print            only print what it would write
#   --fail-by PERCENT  pretend that every count is so much higher (a test that it bites)
#
# Counts do not depend on what else the machine does, but on the compiler: with another
# version than the file names there is nothing to compare (exit 4, skipped).
set -euo pipefail

update='' print='' more=0
while [[ ${1-} == --* ]]; do
	case $1 in
	--update) update=1; shift ;;
	--print) print=1; shift ;;
	--fail-by) more=$2; shift 2 ;;
	*) echo "unknown option '$1'" >&2; exit 2 ;;
	esac
done
soak=$(realpath "${1:?usage: instructions.sh [--update] SOAK [WORKLOAD...]}")
shift
workloads=(rolling-offline balloon-storm few-huge-blocks hugetlb-under-pressure virtio-mem-big-blocks)
[ $# = 0 ] || workloads=("$@")
[ $# = 0 ] || [ -z "$update" ] || { echo "--update is of all workloads" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
baseline=$here/instructions.txt
cd "$here/../.."
command -v valgrind >/dev/null || { echo "valgrind is not installed (Debian: valgrind)"; exit 4; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=$(readelf -p .comment "$soak" | sed -n 's/.*\(GCC\|clang\).*[ )]\([0-9]*\)\.[0-9.]*.*/\1 \2/p' | head -n 1)

count() {
	rm -rf "$work/state"
	valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
		"$soak" --threads 1 --policy legacy --level "$2" --ops "$3" --episode 2048 --state "$work/state" \
		"corpus/stress/$1.load" 2>&1 >/dev/null | sed -n 's/.*I *refs: *//p' | tr -d ,
}

# Two lengths: their difference has no start in it.
measure() {
	local short long
	short=$(count "$1" "$2" 4096)
	long=$(count "$1" "$2" 12288)
	echo $(((long - short) * (100 + more) / 819200))
}

status=0
{
	echo "compiler $compiler"
	for name in "${workloads[@]}"; do
		for level in 1 2; do
			echo "$name $level $(measure "$name" $level)"
		done
	done
} >"$work/now"
if [ -n "$print" ]; then
	cat "$work/now"
	exit 0
fi
if [ -n "$update" ]; then
	cp "$work/now" "$baseline"
	cat "$baseline"
	exit 0
fi
if [ "$(head -n 1 "$baseline")" != "compiler $compiler" ]; then
	echo "instructions.txt is of $(head -n 1 "$baseline"), this is $compiler"
	exit 4
fi
printf '%-26s %5s %10s %10s\n' workload level before now
while read -r name level now; do
	[ "$name" != compiler ] || continue
	was=$(sed -n "s/^$name $level //p" "$baseline")
	printf '%-26s %5s %10s %10s %+6d %%\n' "$name" "$level" "${was:-none}" "$now" $(((now - ${was:-1}) * 100 / ${was:-1}))
	if [ -z "$was" ] || [ $((now * 10)) -gt $((was * 11)) ]; then status=1; fi
done <"$work/now"
[ $status = 0 ] || echo "An operation costs more than a tenth more than it did.  If that is meant: stress/soak/instructions.sh --update build/dev-gcc/bin/soak"
exit $status
