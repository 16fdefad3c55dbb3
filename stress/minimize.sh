#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# minimize.sh BIN [SCENARIO...]: reproducers (default: a dozen of corpus/oldbugs)
# among 512 junk operations, as raw bytes, minimised.  Each result must break the
# invariant of the original and be the same in a second run; in the median it may
# have two operations more than the one that a person wrote.
#
# BIN: folder of pad, minimize, replay with the old bugs.
set -euo pipefail

bin=$(realpath "${1:?usage: minimize.sh BIN [SCENARIO...]}")
shift
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# = 0 ]; then
	all=(corpus/oldbugs/*.ops)
	for ((i = 0; i < 12 && i < ${#all[@]}; i++)); do
		set -- "$@" "${all[i * ${#all[@]} / 12]}"
	done
fi

status=0 excess=()
ops() { grep -c '^cpu' "$1"; }
for scenario in "$@"; do
	name=$(basename "$scenario" .ops)
	# Seeds that the figures of fuzz/README.md do not use.
	"$bin/pad" "$scenario" 512 7 "$work/$name" >/dev/null 2>"$work/said" || { cat "$work/said"; continue; }
	"$bin/minimize" -o "$work/$name.ops" "$work/$name" 2>"$work/said"
	"$bin/minimize" -o "$work/again.ops" "$work/$name" 2>/dev/null
	cmp "$work/$name.ops" "$work/again.ops" || { echo "$name: two runs differ"; status=1; }
	[ "$(grep '^expect violation' "$scenario")" = "$(grep '^expect violation' "$work/$name.ops")" ] ||
		{ echo "$name: another invariant"; status=1; }
	"$bin/replay" "$work/$name.ops" >/dev/null || { echo "$name: the result does not break what it says"; status=1; }
	more=$(($(ops "$work/$name.ops") - $(ops "$scenario")))
	[ "$more" -lt 200 ] || { echo "$name: $more operations more than corpus/oldbugs/$name.ops"; status=1; }
	excess+=("$more")
	sed 's/.*: //' "$work/said" | sed "s/^/$name: /"
	# Cut short it is longer, and breaks the same.
	"$bin/minimize" --max-runs 20 -o "$work/short.ops" "$work/$name" 2>"$work/said"
	grep -qE ', ([0-9]|1[0-9]|2[0-9]) runs,' "$work/said" || { echo "$name: --max-runs 20: $(cat "$work/said")"; status=1; }
	"$bin/replay" "$work/short.ops" >/dev/null || { echo "$name: --max-runs 20: the result does not break what it says"; status=1; }
done
# What two designs make of an input, not an invariant: the list has the line, so it is left out.
for line in counted_for_contig device_released_for_nothing; do
	sed 's/^memoffline .*/&\ncpu0 drain_all_pages\ncpu0 compact_zone/' "corpus/seeds/fuzz_policy_diff/$line.ops" >"$work/with-more.ops"
	"$bin/minimize" --without $line -o "$work/$line.ops" "$work/with-more.ops" 2>"$work/said"
	sed 's/.*: //' "$work/said" | sed "s/^/$line: /"
	"$bin/replay" "$work/$line.ops" >/dev/null || { echo "$line: the result cannot be replayed"; status=1; }
	[ "$(ops "$work/$line.ops")" -le "$(ops corpus/seeds/fuzz_policy_diff/$line.ops)" ] ||
		{ echo "$line: longer than what a person wrote"; status=1; }
	! "$bin/minimize" --policy-diff "$work/$line.ops" >/dev/null 2>&1 || { echo "$line: differs with its line, too"; status=1; }
done
! "$bin/minimize" --without no_such_line "$work/$line.ops" 2>"$work/said" || { echo '--without no_such_line is accepted'; status=1; }
grep -q 'no such line, expected' "$work/said" || { echo "--without no_such_line: $(cat "$work/said")"; status=1; }

median=$(printf '%s\n' "${excess[@]}" | sort -n | sed -n "$(((${#excess[@]} + 1) / 2))p")
echo "operations more than a person wrote: $median in the median"
[ "$median" -le 2 ] || status=1
[ ${#excess[@]} -gt 5 ] || { echo "only ${#excess[@]} reproducers could be padded"; status=1; }
exit $status
