#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bites.sh EXHAUSTIVE WORK: with one drain (before 5.9) three operations and one
# preemption are enough for the race of 2020, and the scenario that is kept shows it.
# It stays what it is whatever is found after it.
set -euo pipefail

program=${1:?usage: bites.sh EXHAUSTIVE WORK} work=${2:?usage: bites.sh EXHAUSTIVE WORK}
rm -rf "$work"
mkdir -p "$work"

# found NUMBER OPTION...: the race, and then there are so many scenarios
found() {
	local status=0 nr
	"$program" --drain once --length 3 --bound 1 "${@:2}" -o "$work" >"$work/out" 2>&1 || status=$?
	[ $status = 1 ] || { cat "$work/out"; echo "exit status $status, expected 1"; exit 1; }
	grep -q '^BROKEN offline_progress' "$work/out"
	nr=$(find "$work" -name 'exhaustive-offline_progress-*.ops' | wc -l)
	[ "$nr" = "$1" ] || { ls "$work"; echo "${*:2}: expected $1 scenarios"; exit 1; }
}

# The shard that has it: a fortieth of the sequences.
found 1 --shard 1/40
first=$(echo "$work"/exhaustive-offline_progress-*.ops)
"$(dirname "$program")/replay" "$first"
cp "$first" "$work/before"
# That sequence alone: again, and where it is another scenario of the same number.
number=${first##*-}
shard=(--shard "${number%.ops}/999999999")
found 1 "${shard[@]}"
found 2 "${shard[@]}" --policy frozen
found 3 "${shard[@]}" --geometry tiny
cmp "$first" "$work/before"
# Something else has the name.
echo '# Mine.' >"$first"
found 4 "${shard[@]}"
found 4 "${shard[@]}"
[ "$(cat "$first")" = '# Mine.' ] || { echo "$first was overwritten"; exit 1; }
cmp "${first%.ops}-2.ops" "$work/before"
