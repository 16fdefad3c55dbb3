#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# promote.sh BIN BUILD CC: from a crash to a committed scenario, on a copy of the
# corpus: promote.sh writes it once and names it when it comes again, triage.sh
# groups crashes of two bugs into two groups, the C program of c-repro.sh compiles
# without a warning and breaks the same.
#
# BIN: folder of the programs, with the old bugs; BUILD: the build, CC: its compiler.
set -euo pipefail

bin=$(realpath "${1:?usage: promote.sh BIN BUILD CC}") build=${2:?} cc=${3:?}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
wrong() { echo "$*"; status=1; }
# run STATUS COMMAND...: sets said.
run() {
	local expected=$1 code=0
	shift
	said=$("$@" 2>&1 </dev/null) || code=$?
	[ "$code" = "$expected" ] || wrong "$*: exit status $code, expected $expected: $said"
}
has() { [[ $said == *"$1"* ]] || wrong "expected '$1' in: $said"; }

cp -r corpus "$work/corpus"
# Scenarios of the same race would be found first.
rm -f "$work"/corpus/scenario/race-2020-*.ops "$work"/corpus/scenario/*drain-once*.ops
mkdir "$work/crashes"
race='# x\nmemoffline 1 geometry=tiny policy=legacy drain=once\ncpu1 folio_alloc -> p\ncpu1 folio_alloc -> q\ncpu1 lru_add_drain_all\ncpu1 __free_pages p @FREE_TYPE_READ>cpu0\ncpu0 offline_pages block=4 @SCAN>cpu1\ncpu0 drain_all_pages\n'
# shellcheck disable=SC2059 # the format is the text
printf "$race" >"$work/race.ops"
"$bin/replay" --to-bytes "$work/crashes" "$work/race.ops"
promote=(scripts/promote.sh --bin "$bin" --corpus "$work/corpus")

# --- once, and not again under another name ---
run 0 "${promote[@]}" --sentence 'A late free' "$work/crashes/race" pcp-late-free
new=$work/corpus/regress/pcp-late-free.ops
has "git add $new"
grep -qx '# A late free.' "$new" || wrong "the sentence is missing in $new"
grep -qx 'expect violation offline_progress' "$new" || wrong "the result is missing in $new"
run 1 "${promote[@]}" --sentence 'Again' "$work/race.ops" pcp-again
has "Refused: $new"
[ ! -e "$work/corpus/regress/pcp-again.ops" ] || wrong "a duplicate was written"
# A reproducer among junk is known too, by its minimum.
"$bin/pad" corpus/oldbugs/zone_movable_reserved.ops 64 2 "$work/crashes/reserved" >/dev/null
run 1 "${promote[@]}" --sentence 'Known' "$work/crashes/reserved" memory-known
has "corpus/oldbugs/zone_movable_reserved.ops is the same scenario"
# What was fixed says so.
printf '# x\nmemoffline 1 geometry=tiny policy=legacy\ncpu0 offline_pages block=5\ncpu0 offline_pages block=6\n' >"$work/fixed.ops"
run 0 "${promote[@]}" --sentence 'Fixed' "$work/fixed.ops" memory-fixed
grep -qx 'expect clean' "$work/corpus/regress/memory-fixed.ops" || wrong "expected 'expect clean'"
# --- bad input: one line, exit 2 ---
run 2 "${promote[@]}" --sentence x "$work/race.ops" Bad_Name
run 2 "${promote[@]}" "$work/crashes/none" area-what
run 2 "${promote[@]}" "$work/race.ops" area
run 2 "${promote[@]}" README.md area-what
printf '\1\0\0\0\0\0\0\0' >"$work/nothing"
run 2 "${promote[@]}" --sentence x "$work/nothing" area-nothing
has "has no operations"

# --- groups ---
cp "$work/crashes/race" "$work/crashes/race2"
run 1 scripts/triage.sh --bin "$bin" --json "$work/crashes"
has '"invariant": "offline_progress", "inputs": 2'
has '"inputs": 3, "clean": 0'

# --- a C program ---
run 0 scripts/c-repro.sh --bin "$bin" -o "$work/race.c" "$work/crashes/race"
"$cc" -std=c11 -Wall -Wextra -Werror -Icore "$work/race.c" "$build/core/libmemoffline.a" -lbsd -o "$work/race"
run 0 "$work/race"
has 'ASSERTION FAILED: offline_progress'
exit $status
