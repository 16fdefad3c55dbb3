#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-history.sh: `bench.sh --plot` draws a panel for each row of the last run over all
# runs, the project's own history too, and refuses what is no history.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run COMMIT VALUE: two rows, the second without a floor
run() {
	printf '{"when": "2026-11-28T00:00Z", "commit": "%s", "what": "a <pair>", "value": %s, "unit": "ns", "beside": "b", "floor": 2, "ratio": %s, "goal": ""}\n' "$1" $((2 * $2)) "$2"
	printf '{"when": "2026-11-28T00:00Z", "commit": "%s", "what": "an operation", "value": %s, "unit": "instructions", "goal": ""}\n' "$1" $((1000 * $2))
}
{ run aaaaaaa 4; run bbbbbbb 2; run ccccccc 1; } >"$work/h.jsonl"
"$root/scripts/bench.sh" --plot "$work/h.jsonl" >/dev/null
# 40 pixels high: half the cost is half the height.
grep -q "<polyline points='20.0,60.0 140.0,80.0 260.0,90.0 '" "$work/h.svg" || { echo "the line does not follow the rows"; cat "$work/h.svg"; exit 1; }
grep -q 'a &lt;pair>' "$work/h.svg" || { echo "a name is not escaped"; exit 1; }
[ "$(grep -c '<polyline' "$work/h.svg")" = 2 ] || { echo "expected two panels"; exit 1; }
grep -q '>1000<' "$work/h.svg" || { echo "the last value is missing"; exit 1; }

cp "$root/stress/bench-history.jsonl" "$work/own.jsonl"
"$root/scripts/bench.sh" --plot "$work/own.jsonl" >/dev/null
cmp "$work/own.svg" "$root/stress/bench-history.svg" || { echo "stress/bench-history.svg is not of its rows: ./scripts/bench.sh --plot stress/bench-history.jsonl"; exit 1; }

# refused WORDS ARGUMENT...
refused() {
	local status=0 said
	said=$("$root/scripts/bench.sh" "${@:2}" 2>&1 >/dev/null) || status=$?
	[ $status = 2 ] && [ "$(wc -l <<<"$said")" = 1 ] && grep -q "$1" <<<"$said" && return
	echo "bench.sh ${*:2}: status $status, says '$said', expected '$1'"
	exit 1
}
echo junk >"$work/junk.jsonl"
refused 'not a history' --plot "$work/junk.jsonl"
refused 'cannot read' --plot "$work/none.jsonl"
refused 'needs a file' --json
refused 'cannot write' --quick --json /proc/nowhere/x
refused 'unknown option' --histroy
! compgen -G "$work/junk.svg*" >/dev/null || { echo "a plot of junk is left"; exit 1; }
