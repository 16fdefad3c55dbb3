#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh COMPARE: a small search finds broken what is known to be broken, and does
# not find broken what is known to hold; each scenario that it shows is short and
# breaks the claim again.
set -euo pipefail

compare=${1:?usage: test.sh COMPARE}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# verdict POLICY DRAIN CLAIM WANTED: in the JSON of that cell.
verdict() {
	local found
	found=$(grep -o "\"claim\": \"$3\", \"verdict\": \"[a-z]*\"" "$work/$1-$2" | sed 's/.*"\([a-z]*\)"$/\1/')
	[ "$found" = "$4" ] || { echo "$1, drain=$2: $3 is '$found', known to be '$4'"; status=1; }
}

# broken_any POLICY DRAIN CLAIM...: a race, which a small search finds in one of its
# shapes.
broken_any() {
	local cell=$1-$2 claim
	shift 2
	for claim; do
		! grep -q "\"claim\": \"$claim\", \"verdict\": \"broken\"" "$work/$cell" || return 0
	done
	echo "$cell: none of $* is found broken"
	status=1
}

for cell in legacy-once frozen-disable isolate_notifier-disable; do
	runs=1500 seed=1
	[ "$cell" != frozen-disable ] || runs=1000
	[ "$cell" != isolate_notifier-disable ] || runs=2000
	"$compare" --quiet --json --seed "$seed" --runs "$runs" --policy "${cell%-*}" --drain "${cell#*-}" >"$work/$cell"
done
broken_any legacy once one_drain always_ends not_allocated
verdict legacy once no_count_read broken
verdict legacy once dump_tools holds
verdict frozen disable one_drain holds
verdict frozen disable no_count_read holds
verdict frozen disable stray_reference holds
verdict frozen disable reonline_hides holds
verdict isolate_notifier disable not_in_the_buddy broken
verdict isolate_notifier disable cancel_restores broken
verdict isolate_notifier disable dump_tools broken
# Its owner loses a poisoned page: three operations that must meet on one page.
verdict isolate_notifier disable owner_keeps_pages broken
verdict frozen disable owner_keeps_pages holds
verdict isolate_notifier disable bbm_kept_offline broken
verdict legacy once bbm_kept_offline holds

# Nothing holds untested.
! grep -o '"claim": "[a-z_]*", "verdict": "untested"' "$work"/*-* || { echo "a claim was never put to the test"; status=1; }

# The same seed, the same result.
for run in first second; do
	"$compare" --quiet --json --runs 200 --policy isolate_notifier --drain disable | sed 's/"seconds": [0-9.]*//' >"$work/$run"
done
diff "$work/first" "$work/second" ||
	{ echo "two runs of one seed differ"; status=1; }
longest=$(grep -ho '"operations": [0-9]*, "scenario"' "$work"/*-* | grep -o '[0-9]*' | sort -n | tail -n 1)
[ "$longest" -le 8 ] || { echo "a minimised scenario has $longest operations"; status=1; }
exit $status
