#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kill.sh SOAK [OPTION...]: a soak that is killed twenty times ends where one that is
# not ends: the same units done, the same findings kept, and no finding lost.
# OPTION...: such as --oldbug NAME, so that there is something to find.
set -euo pipefail

soak=$(realpath "${1:?usage: kill.sh SOAK [OPTION...]}")
shift
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
loads=(corpus/stress/rolling-offline.load corpus/stress/cma-against-offlining.load)
arguments=(--ops 6000000 --episode 1024 --policy legacy --jobs 2 --json "$@" "${loads[@]}")
units() { sed -n 's/^units //p' "$work/$1/state"; }
field() { sed -n "s/.*\"$2\": \([0-9]*\).*/\1/p" "$work/$1.json" | head -n 1; }

status=0
"$soak" --state "$work/whole" "${arguments[@]}" >"$work/whole.json" 2>"$work/whole.log" || status=$?
[ $status -le 1 ] || { cat "$work/whole.log"; exit 1; }

last=0 nr_kills=0
while [ $nr_kills -lt 20 ]; do
	"$soak" --state "$work/killed" "${arguments[@]}" >"$work/killed.json" 2>"$work/killed.log" &
	pid=$!
	sleep "0.$((RANDOM % 15 + 10))"
	kill -KILL $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
	nr_kills=$((nr_kills + 1))
	[ -f "$work/killed/state" ] || continue
	now=$(units killed)
	[ "$now" -ge "$last" ] || { echo "kill $nr_kills: the state went back from unit $last to $now"; exit 1; }
	last=$now
done
[ "$last" -gt 0 ] || { echo "no checkpoint in twenty starts"; exit 1; }
[ "$last" -lt "$(units whole)" ] || { echo "the run was over before the last kill: nothing was tested"; exit 1; }
# Children die with their parent: nobody else is at work in the folder.
sleep 0.2
again=0
"$soak" --state "$work/killed" "${arguments[@]}" >"$work/killed.json" 2>"$work/killed.log" || again=$?
[ $again -le 1 ] || { cat "$work/killed.log"; exit 1; }

[ "$(units killed)" = "$(units whole)" ] || { echo "$(units killed) units, $(units whole) without kills"; exit 1; }
# Workers race for the few places that are kept, so the names may differ; the kinds not.
kinds() { find "$work/$1/found" -type f -printf '%f\n' | sed 's/-[0-9]*\(\.ops\)\?$/\1/' | LC_ALL=C sort -u; }
diff <(kinds whole) <(kinds killed) || { echo "other findings than without kills"; exit 1; }
[ -n "$(kinds whole)" ] || [ $# = 0 ] || { echo "nothing was found: no finding could be lost"; exit 1; }
! find "$work" -name '*.new' | grep . || { echo "a half-written state is left"; exit 1; }
# A finding is whole: the input says again what it said.
for file in "$work"/killed/found/*; do
	[ -e "$file" ] || continue
	[ -s "$file" ] || { echo "$file is empty"; exit 1; }
done
echo "20 kills, $(units killed) units, $(find "$work/killed/found" -type f | wc -l) files of findings, $(field killed units_done) done"
