#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# show.sh BIN: what replay says of one file, and the memory map in a terminal.
# BIN: folder of replay with the old bugs.
set -euo pipefail

replay=$(realpath "${1:?usage: show.sh BIN}")/replay
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
wrong() { echo "$*"; status=1; }

# has TEXT COMMAND...: its output has that line, or a part of it.
has() {
	local text=$1 said
	shift
	said=$("$@" 2>&1) || true
	[[ $said == *"$text"* ]] || wrong "$*: expected '$text', got: $said"
}

# shellcheck disable=SC2317 # called through has()
first_line() { "$@" 2>&1 | head -n 1 || true; }

bug=corpus/oldbugs/zone_movable_reserved.ops
sed '/^expect/d' "$bug" >"$work/crash.ops"
"$replay" --to-bytes "$work" "$work/crash.ops"
has 'FAILS: breaks offline_progress' first_line "$replay" "$work/crash"
has 'FAILS: breaks offline_progress' first_line "$replay" "$work/crash.ops"
has 'AS EXPECTED: breaks offline_progress' first_line "$replay" "$bug"
has 'PASSES: breaks nothing' first_line "$replay" corpus/scenario/isolate-overlap.ops
has './scripts/promote.sh' "$replay" "$work/crash"

# A race is no input of fuzz_offline: what that found is run as it runs it.
printf '# x\nmemoffline 1 geometry=tiny policy=legacy oldbug=ZONE_MOVABLE_RESERVED\ncpu0 alloc_pages zone=movable -> p\ncpu0 SetPageReserved p @OP_BEGIN>cpu1\ncpu1 offline_pages block=4\n' >"$work/order.ops"
"$replay" --to-bytes "$work" "$work/order.ops"
has 'as fuzz_offline runs it' first_line "$replay" "$work/order"

# For programs: the keys that fuzz/README.md documents.
has '"schema": "memoffline-replay-1"' "$replay" --json "$work/crash"
has '"status": "violation", "invariant": "offline_progress", "violation_op": 2' "$replay" --json "$work/crash"
has '"status": "broken", "error": ' "$replay" --json README.md
has '"schema": "memoffline-minimize-1"' "$(dirname "$replay")/minimize" --json "$work/crash"
has '<failure type="violation" message="offline_progress">' "$replay" --json --junit /dev/stderr "$work/crash"

# AFL++ leaves a README.txt in its folder.
mkdir "$work/crashes"
cp "$work/crash" "$work/crashes/id:000000,sig:06,src:000000,op:havoc"
echo 'Command line used to find this crash:' >"$work/crashes/README.txt"
has '1 inputs, 1 violations, 0 failed, 0 broken' "$replay" "$work/crashes"

# The map: a reserved page in block 4 holds up offlining, and is the guilty one.
has 'block   4 GOING_OFFLINE Movable  m:Riii' "$replay" --map "$work/crash"
has 'guilty: page 0 of block 4' "$replay" --map "$work/crash"
has 'holds device_hotplug_lock, mem_hotplug_lock' "$replay" --map "$work/crash"
has 'in operation 2 at ISOLATED: mm/memory_hotplug.c' "$replay" --until 2@ISOLATED "$work/crash"
has 'in operation 2 at SCAN: ' "$replay" --until '2@SCAN#2' "$work/crash"
has 'block   4 GOING_OFFLINE Movable  m:Riii m:iiii' "$replay" --until 2@ISOLATED "$work/crash"
has 'is unknown, expected one of' "$replay" --until 2@NOWHERE "$work/crash"
has 'after operation 0: cpu0 alloc_pages zone=movable -> p0 = 0' "$replay" --until 0 "$work/crash"
# Looking changes no run: replay compares the trace hashes.
"$replay" --map corpus/scenario corpus/regress corpus/oldbugs >"$work/maps" || { tail -n 3 "$work/maps"; wrong "a run changed when it was looked at"; }
said=$("$replay" --map "$work/crash") || true
[[ $said != *$'\033'* ]] || wrong "colour where nobody looks"
if command -v script >/dev/null; then
	said=$(NO_COLOR='' script -qec "$replay --map $work/crash" /dev/null </dev/null) || true
	[[ $said == *$'\033[30;48'* ]] || wrong "no colour in a terminal"
	said=$(NO_COLOR=1 script -qec "$replay --map $work/crash" /dev/null </dev/null) || true
	[[ $said != *$'\033['*m* ]] || wrong "colour in spite of NO_COLOR"
fi
exit $status
