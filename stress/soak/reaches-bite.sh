#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# reaches-bite.sh SOAK: `soak --reaches` fails for a workload that has come to nothing:
# for each of corpus/stress once its turns, what it is about, are taken out; for one that
# claims nothing; for one whose operations all fail.  And not for one that does what it says.
set -euo pipefail

soak=$(realpath "${1:?usage: reaches-bite.sh SOAK}")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# status_of FILE: in $status, what it said in $work/said
status_of() {
	status=0
	rm -rf "$work/state"
	"$soak" --reaches --level 0 --ops 4000 --episode 2000 --policy legacy --state "$work/state" "$1" >"$work/said" 2>/dev/null || status=$?
}
# bites FILE WHY
bites() {
	status_of "$1"
	if [ $status != 1 ] || ! grep -q 'NOT REACHED' "$work/said"; then
		echo "$2: status $status, expected 1"
		cat "$work/said"
		exit 1
	fi
}

nr=0
for load in corpus/stress/*.load; do
	# A turn reaches to the next turn or the mix.
	awk '/^turn/ { out = 1 } /^(mix|fail|switch|reaches)/ { out = 0 } !out' "$load" >"$work/${load##*/}"
	bites "$work/${load##*/}" "$load without its turns"
	nr=$((nr + 1))
done
[ $nr -ge 20 ] || { echo "$nr workloads, expected 20 at least"; exit 1; }

printf '%s\n' '# Nothing claimed.' 'workload 1 geometry=tiny' 'mix' '1 nop' >"$work/a.load"
bites "$work/a.load" 'a workload that claims nothing'
printf '%s\n' '# Absent.' 'workload 1 geometry=tiny' 'mix' '1 offline_pages block=12' 'reaches 1 offline_pages' >"$work/a.load"
bites "$work/a.load" 'a block that is not there'
printf '%s\n' '# Good.' 'workload 1 geometry=tiny' 'turn every=2' 'offline_pages block=4' 'online_pages block=4 type=movable' \
	'reaches 40000 offlined_blocks' 'reaches 40000 online_pages' >"$work/a.load"
status_of "$work/a.load"
[ $status = 0 ] || { echo "a workload that does what it says: status $status"; cat "$work/said"; exit 1; }
echo "$nr workloads and 2 more come to nothing and are noticed"
