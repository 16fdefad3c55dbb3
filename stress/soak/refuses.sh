#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# refuses.sh SOAK: what cannot be read, written or done ends a soak with one clear line
# and exit status 2; a full disk too, and nothing that was kept before is lost.
set -euo pipefail

soak=$(realpath "${1:?usage: refuses.sh SOAK}")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load=corpus/stress/rolling-offline.load

# refused WORDS ARGUMENT...: exit status 2, and the last line has the words
refused() {
	local status=0 said
	said=$("$soak" "${@:2}" 2>&1 >/dev/null </dev/null) || status=$?
	[ $status = 2 ] || { echo "soak ${*:2}: status $status, expected 2: $said"; exit 1; }
	tail -n 1 <<<"$said" | grep -q "$1" || { echo "soak ${*:2}: says '$said', expected '$1'"; exit 1; }
	[ "$(grep -vc '^soak \[' <<<"$said")" = 1 ] || { echo "soak ${*:2}: more than a line: $said"; exit 1; }
}
text() { printf '%s\n' '# Broken.' "$@" >"$work/a.load"; }

refused 'no workload' --state "$work/s"
refused 'No such file' --state "$work/s" "$work/nothing.load"
refused 'expected 1 to 65536' --state "$work/s" --episode 0 $load
refused 'is unknown, expected one of' --state "$work/s" --policy nobody $load
text 'workload 2 geometry=tiny'
refused 'a.load:2: ' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=nowhere'
refused 'a.load:2: .*no such geometry' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '30 no_such_call'
refused 'a.load:4: .*no such operation' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' 'folio_alloc'
refused 'a.load:4: .*expected a number' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '1 folio_alloc order=3..1'
refused 'a.load:4: .*range is empty' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'turn every=0'
refused 'a.load:3: .*expected a number' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'offline_pages'
refused 'a.load:3: .*expected policies, turn, mix' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny'
refused 'a.load:2: no operation' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '1 nop' 'reaches often nop'
refused 'a.load:5: .*expected a number' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '1 nop' 'reaches 10 nobody'
refused 'a.load:5: .*no such operation or event' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '1 nop' 'reaches 10 migrated errno=-EBUSY'
refused 'a.load:5: .*expected the end of the line' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'mix' '1 nop' 'reaches 10 nop errno=-ENOTHING'
refused 'a.load:5: .*no such errno' --state "$work/s" "$work/a.load"
text 'workload 1 geometry=tiny' 'fail NOWHERE every=1'
refused 'no such fail point' --state "$work/s" "$work/a.load"

# Of a folder workloads alone, at any depth, whatever else is there; of a person any file.
mkdir -p "$work/folder/deeper" "$work/none"
echo junk >"$work/folder/notes.txt"
cp "$work/folder/notes.txt" "$work/folder/deeper"
cp "$work/folder/notes.txt" "$work/none/a.ops"
truncate -s 65M "$work/folder/large"
ln -s nowhere "$work/folder/link"
refused 'folder: no workload in this folder' --state "$work/s" "$work/folder"
refused 'none: no workload in this folder' --state "$work/s" $load "$work/none/"
cp $load "$work/folder/deeper/deep.load"
cp $load "$work/folder/top.load"
cp $load "$work/named.txt"
"$soak" --state "$work/f" --policy legacy --ops 10 "$work/folder" "$work/named.txt" >"$work/said" 2>&1
[ "$(awk '$2 == "legacy" { print $1 }' "$work/said" | tr '\n' ' ')" = 'deep top named ' ] || { cat "$work/said"; exit 1; }
echo junk >"$work/folder/named.load"
refused 'named.load:1: ' --state "$work/s" "$work/folder"
refused 'notes.txt:1: ' --state "$work/s" "$work/folder/notes.txt"

# A state is of one run, and says which when it is refused.
echo junk >"$work/file"
refused 'Not a directory\|File exists' --state "$work/file" $load
run=(--state "$work/s" --ops 1000 --seed 1)
"$soak" "${run[@]}" $load >"$work/said" 2>&1
"$soak" "${run[@]}" $load >"$work/said" 2>&1
grep -q 'had ended before, nothing is run now' "$work/said" || { cat "$work/said"; exit 1; }
refused 'had ended before' "${run[@]}" --reaches $load
refused 'with seed=1; this one has seed=2; .*another --state (or remove' "${run[@]}" --seed 2 $load
refused 'with level=3; this one has level=2' "${run[@]}" --level 2 $load
refused 'with episode=4096; this one has episode=10' "${run[@]}" --episode 10 $load
refused 'with world-blocks=0; this one' "${run[@]}" --world-blocks 100 $load
refused 'with workloads=.*; this one' "${run[@]}" "$work/named.txt"
cp $load "$work/rolling-offline.load"
echo '# Changed.' >>"$work/rolling-offline.load"
refused 'with workloads=.*; this one' "${run[@]}" "$work/rolling-offline.load"
sed -i 's/build=./build=-/' "$work/s/state"
refused 'with build=-.*; this one' "${run[@]}" $load
"$soak" --state "$work/b" --ops 1000 $load >/dev/null 2>&1
sed -i 's/found.*//' "$work/b/state"
refused 'a broken state' --state "$work/b" --ops 1000 $load
head -c 1000 "$soak" >"$work/s/state"
refused 'not a state' "${run[@]}" $load
# Another build of the program may find something else.
cp "$soak" "$work/changed"
printf x >>"$work/changed"
"$soak" --state "$work/c" --ops 1000 $load >/dev/null 2>&1
soak=$work/changed refused 'with build=' --state "$work/c" --ops 1000 $load

# A disk of 64 KiB, in a mount namespace of our own where that is allowed.
mkdir "$work/disk"
if unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016
	unshare -m bash -c '
		mount -t tmpfs -o size=64k none "$1/disk" || exit 77
		"$2" --state "$1/disk/s" --ops 100000 "$3" >/dev/null 2>&1 || exit 78
		cp "$1/disk/s/state" "$1/before"
		dd if=/dev/zero of="$1/disk/fill" bs=1k 2>/dev/null
		rm -f "$1/disk/s/state.new"
		dd if=/dev/zero of="$1/disk/fill2" bs=1 count=4096 2>/dev/null
		status=0
		"$2" --state "$1/disk/s" --ops 2000000 "$3" >/dev/null 2>"$1/said" || status=$?
		[ $status = 2 ] || { echo "full disk: status $status"; cat "$1/said"; exit 1; }
		grep -v "^soak \[" "$1/said" | grep -q "No space left" || { echo "full disk: says"; cat "$1/said"; exit 1; }
		cmp "$1/before" "$1/disk/s/state"
	' - "$work" "$soak" $load || { [ $? = 77 ] && exit 4; exit 1; }
fi
