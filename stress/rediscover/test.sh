#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh REDISCOVER WORK: a bug that any engine finds at once, and none at all; a
# campaign that was interrupted goes on; a file of trials that is none is refused.
set -euo pipefail

rediscover=${1:?usage: test.sh REDISCOVER WORK} work=${2:?}
rm -rf "$work"
mkdir -p "$work"
run() { "$rediscover" --bug ISOLATE_TWICE --bug none --budget 1 --trials 2 -o "$work" "$@"; }
expect() { grep -q "$1" "$2" || { echo "$2: expected $1 in:"; cat "$2"; exit 1; }; }

run --engine swarm --engine libfuzzer --jobs 2 >"$work/log"
expect '"name": "ISOLATE_TWICE".*"swarm": {"budget_seconds": 1, "trials": 2, "found": 2, "reached": 2, "triggered": 2, "detected": 2, "other_invariant": 0' "$work/report.json"
expect '"libfuzzer": {"budget_seconds": 1, "trials": 2, "found": 2' "$work/report.json"
expect '"name": "none".*"swarm": {"budget_seconds": 1, "trials": 2, "found": 0, "reached": 0' "$work/report.json"
expect 'ISOLATE_TWICE. | ST | 2/2 |' "$work/report.md"
expect '<path fill="none" stroke="#0072B2"' "$work/survival.svg"

# The last trial is lost; it is made again, the others are not.
sed -i '$d' "$work/trials.tsv"
run --engine swarm --engine libfuzzer >"$work/log"
[ "$(grep -c '^\[' "$work/log")" = 1 ] || { echo 'a second start makes other trials than the missing one:'; cat "$work/log"; exit 1; }

# Three of five say what the median is; what a larger budget may find is made again, a
# find is not.
for bug in ISOLATE_TWICE none; do
	"$rediscover" --bug $bug --engine swarm --budget 1 --trials 5 --decide -o "$work/decided" >"$work/log"
	[ "$(grep -c '^\[' "$work/log")" = 3 ] || { echo "$bug: expected three trials:"; cat "$work/log"; exit 1; }
done
"$rediscover" --bug ISOLATE_TWICE --bug none --engine swarm --budget 2 --trials 1 -o "$work/decided" >"$work/log"
[ "$(grep -c '^\[' "$work/log")" = 1 ] || { echo 'a larger budget: expected one trial:'; cat "$work/log"; exit 1; }
expect '"name": "none".*"swarm": {"budget_seconds": 2, "trials": 3, "found": 0' "$work/decided/report.json"

echo 'no trial' >>"$work/trials.tsv"
status=0
"$rediscover" --report "$work/trials.tsv" >"$work/log" 2>&1 || status=$?
[ $status = 2 ] || { echo "a broken file of trials: exit status $status, expected 2"; exit 1; }
expect 'trials.tsv:9: no trial, expected' "$work/log"
