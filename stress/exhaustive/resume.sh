#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# resume.sh EXHAUSTIVE WORK: an enumeration that is killed and resumed, and one that
# is split, end with the totals of one that runs through; another plan's state is
# refused.
set -euo pipefail

program=${1:?usage: resume.sh EXHAUSTIVE WORK} work=${2:?usage: resume.sh EXHAUSTIVE WORK}
rm -rf "$work"
mkdir -p "$work"
# How many states a search tells apart depends on where memory is mapped, in one run of
# eight (core/op/state_hash.c: dead halves of slots): all have the same addresses here.
# Where that is not allowed (a container's seccomp), these two numbers are not compared.
program=(setarch "$(uname -m)" -R "$program") fields=(run same schedules states) left_out='^$'
if ! "${program[@]}" --help >"$work/help" 2>&1; then
	program=("${program[3]}") fields=(run same schedules) left_out='"(cut|states)": [0-9]+'
fi
plan=(--length 3 --bound 1 --shard 7/40 -o "$work")

"${program[@]}" "${plan[@]}" --json >"$work/through"
"${program[@]}" "${plan[@]}" --state "$work/state" >"$work/killed" &
pid=$!
for _ in $(seq 100); do
	[ ! -f "$work/state" ] || break
	sleep 0.05
done
kill -KILL $pid
wait $pid 2>/dev/null || true
[ ! -s "$work/killed" ] || { echo "it ended before it was killed: the test shows nothing"; exit 1; }
"${program[@]}" "${plan[@]}" --state "$work/state" --json >"$work/resumed"
diff <(sed -E "s/$left_out//g" "$work/through") <(sed -E "s/$left_out//g" "$work/resumed")
grep -q '"finished": true' "$work/resumed"

status=0
"${program[@]}" --length 2 --state "$work/state" 2>"$work/error" || status=$?
[ $status = 2 ] && grep -q 'the state of another run, with length=3' "$work/error"

# sum FIELD FILE...: of the numbers behind "FIELD":
sum() {
	local field=$1
	shift
	cat "$@" | grep -o "\"$field\": [0-9]*" | awk '{ n += $2 } END { print n }'
}
"${program[@]}" --json >"$work/whole"
for i in 0 1 2; do
	"${program[@]}" --shard $i/3 --json >"$work/part$i"
done
for field in "${fields[@]}"; do
	[ "$(sum "$field" "$work/whole")" = "$(sum "$field" "$work"/part?)" ] ||
		{ echo "the shards do not add up: $field"; exit 1; }
done
