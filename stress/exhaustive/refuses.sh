#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# refuses.sh EXHAUSTIVE: what cannot be read or done ends with one clear line and exit
# status 2, above all the state of another run; and what was not judged is said.
set -euo pipefail

program=$(realpath "${1:?usage: refuses.sh EXHAUSTIVE}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# refused WORDS ARGUMENT...: exit status 2 and one line, of text, that has the words
refused() {
	local status=0
	"$program" "${@:2}" >out 2>&1 </dev/null || status=$?
	[ $status = 2 ] || { echo "exhaustive ${*:2}: status $status, expected 2"; exit 1; }
	[ "$(wc -l <out)" = 1 ] || { echo "exhaustive ${*:2}: expected one line:"; cat out; exit 1; }
	! LC_ALL=C grep -qa '[^ -~]' out || { echo "exhaustive ${*:2}: says what is no text"; exit 1; }
	grep -q -- "$1" out || { echo "exhaustive ${*:2}: expected '$1':"; cat out; exit 1; }
}
# says WORDS ARGUMENT...: exit status 0
says() {
	"$program" "${@:2}" >out
	grep -q -- "$1" out || { echo "exhaustive ${*:2}: expected '$1':"; cat out; exit 1; }
}

for shard in 0/-1 -1/2 0/4294967297 4294967296/4294967297 1/1 0/0 0/2x '0/ 2' 0 /; do
	refused 'expected I/N' --shard "$shard"
done
refused 'expected 0 to 3' --level 4

one=(--length 1 --state state)
says 'level 3, .* all memory' "${one[@]}"
says 'had ended before: nothing was run now' "${one[@]}"
refused 'level=3; this one has level=2; .*another --state' "${one[@]}" --level 2
refused 'geometry=flat; this one has geometry=tiny' "${one[@]}" --geometry tiny
cp state kept
sed 's/build=./build=-/' kept >state
refused 'build=-.*; this one has build=' "${one[@]}"
sed 's/next .*/next 1000000/' kept >state
refused 'a broken state' "${one[@]}"
head -c 3000 "$program" >state
refused 'not a state' "${one[@]}"
head -c 3000 "$program" | cmp - state
refused 'not a state' --state .

says '--level 3 judges them' --length 1 --level 2
says '"level": 3,' --length 1 --json
says 'over an alphabet of [0-9]* operations' --help
nr=$(sed -n 's/.*over an alphabet of \([0-9]*\) operations.*/\1/p' out)
"$program" --letters >letters.ops
[ "$(grep -c '^cpu0 ' letters.ops)" = "$nr" ] || { echo "--letters: expected $nr operations"; cat letters.ops; exit 1; }
