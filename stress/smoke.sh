#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# smoke.sh --seconds N TARGET WORK SEEDS       a short run that must find nothing
# smoke.sh --must-fail INVARIANT TARGET WORK   a run from nothing that must break it
#
# TARGET: a libFuzzer program; its corpus and log stay in WORK.  What a short run
# finds is kept in crashes/ of the project, as scripts/fuzz.sh does.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
mode=$1 value=$2 target=$3 work=$4/$(basename "$3") seeds=${5:-}
seconds=60
[ "$mode" != --seconds ] || seconds=$value
rm -rf "$work"
mkdir -p "$work/corpus"
log=$work/log
mapfile -t options < <("$root/scripts/lib/options.sh" "$(basename "$target")")

fuzz() {
	status=0
	"$target" -seed=1 -max_total_time="$seconds" "${options[@]}" "$@" >"$log" 2>&1 </dev/null || status=$?
}

case $mode in
--seconds)
	kept=$root/crashes/$(basename "$target")
	mkdir -p "$kept"
	fuzz -artifact_prefix="$kept/" "$work/corpus" "$seeds"
	grep -E '^#[0-9]+.*(INITED|DONE)' "$log" || true
	[ $status = 0 ] || { grep -vE '^(INFO:|#[0-9]|\s*NEW_FUNC|stat::|0x|\\)' "$log" | tail -n 150; echo "kept in $kept; again: ./scripts/replay.sh and the file's name"; exit 1; }
	;;
--must-fail)
	fuzz -artifact_prefix="$work/" "$work/corpus"
	[ $status != 0 ] || { tail -n 5 "$log"; echo "found nothing in $seconds s: the other targets' silence means nothing"; exit 1; }
	grep -m1 "^ASSERTION FAILED: $value$" "$log" || { tail -n 50 "$log"; echo "failed, but not by $value"; exit 1; }
	grep '^#[0-9]' "$log" | tail -n 1
	;;
*) sed -n 's/^# \{0,1\}//p' "$0" | sed 1d; exit 2 ;;
esac
