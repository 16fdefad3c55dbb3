#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bites.sh EXHAUSTIVE WORK: with one drain (before 5.9) three operations and one
# preemption are enough for the race of 2020, and the scenario that is kept shows it.
set -euo pipefail

program=${1:?usage: bites.sh EXHAUSTIVE WORK} work=${2:?usage: bites.sh EXHAUSTIVE WORK}
rm -rf "$work"
mkdir -p "$work"
status=0
# The shard that has it: a fortieth of the sequences.
"$program" --drain once --length 3 --bound 1 --shard 1/40 -o "$work" >"$work/out" 2>&1 || status=$?
[ $status = 1 ] || { cat "$work/out"; echo "exit status $status, expected 1"; exit 1; }
grep -q '^BROKEN offline_progress' "$work/out"
"$(dirname "$program")/replay" "$work"/exhaustive-offline_progress-*.ops
