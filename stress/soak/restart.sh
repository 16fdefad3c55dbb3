#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# restart.sh SOAK: a run that goes on says what was found in all, one that had ended says
# so, another old bug is another run, and no finding takes the place of another.  For a
# build with old bugs.
set -euo pipefail

soak=$(realpath "${1:?usage: restart.sh SOAK}")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load=corpus/stress/failing-memory.load
bug=(--oldbug HWPOISON_NOT_SKIPPED)

# ends STATUS ARGUMENT...: in $work/out and $work/err what it said
ends() {
	local status=0
	"$soak" --state "$work/s" --policy legacy "${@:2}" $load >"$work/out" 2>"$work/err" || status=$?
	[ $status = "$1" ] || { echo "soak ${*:2}: status $status, expected $1"; cat "$work/out" "$work/err"; exit 1; }
}
says() { grep -q -- "$1" "$work/$2" || { echo "expected '$1':"; cat "$work/$2"; exit 1; }; }

ends 0 --ops 8192
ends 2 --ops 8192 "${bug[@]}"
says 'with oldbug=-; this one has oldbug=HWPOISON_NOT_SKIPPED; .*another --state' err
rm -rf "$work/s"

ends 1 --ops 8192 "${bug[@]}"
says 'ops  *2 found' out
cp "$work/out" "$work/first"
ends 1 --ops 8192 "${bug[@]}"
says 'had ended before, nothing is run now' err
[ "$(head -n 1 "$work/out")" = "$(head -n 1 "$work/first")" ] || { diff "$work/first" "$work/out"; exit 1; }
ends 1 --ops 4096 "${bug[@]}"
says 'had ended before' err
ends 1 --ops 12288 "${bug[@]}"
says 'ops  *3 found$' out
says '3 of 3 units, .* in all .* 3 found, went on' out

# Another seed in the same folder: other inputs of the same names.
rm "$work/s/state"
(cd "$work/s/found" && sha256sum ./*) >"$work/sums"
ends 1 --ops 8192 --seed 2 "${bug[@]}"
(cd "$work/s/found" && sha256sum --quiet -c "$work/sums")
[ "$(find "$work/s/found" -name '*-[01]-2' | wc -l)" = 2 ] || { ls "$work/s/found"; echo "expected two inputs more"; exit 1; }
# The same again, after a kill in the middle of a finding: no file more.
rm "$work/s/state"
(cd "$work/s/found" && sha256sum ./*) >"$work/sums"
first=$(find "$work/s/found" -name '*-[01]-2' | head -n 1)
truncate -s 100 "$first"
ends 1 --ops 8192 --seed 2 "${bug[@]}"
(cd "$work/s/found" && sha256sum ./*) | diff "$work/sums" -

# Three of a kind are kept, and of each kind that there is.
status=0
"$soak" --state "$work/k" --policy legacy --episode 256 --ops 5120 --oldbug PCP_BULK_CACHED_TYPE \
	corpus/stress/isolators-in-each-others-way.load >"$work/out" 2>&1 || status=$?
kept() { find "$work/k/found" -name "$1-*" -not -name '*.ops' | wc -l; }
if [ $status != 1 ] || [ "$(kept free_list_type)" != 3 ] || [ "$(kept pageblock_type_isolate)" != 3 ]; then
	ls "$work/k/found"
	echo "expected three of free_list_type and three of pageblock_type_isolate"
	exit 1
fi
