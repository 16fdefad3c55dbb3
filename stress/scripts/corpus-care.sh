#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# corpus-care.sh: scripts/corpus.sh takes over, prunes, packs and unpacks a corpus
# without losing what it reaches; what it cannot read it refuses in one line.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
corpus() { "$root/scripts/corpus.sh" --corpus "$work/$1" "${@:2}"; }
fail() { echo "$*"; exit 1; }
reached() { corpus "$1" --json stats fuzz_offline | sed -n 's/.*"edges": \([0-9]*\), "states": \([0-9]*\).*/\1 \2/p'; }
inputs() { find "$work/$1" -type f | wc -l; }

mkdir "$work/bytes"
corpus none --json stats fuzz_offline && fail "stats of nothing is not exit 1"
"$root/scripts/replay.sh" --to-bytes "$work/bytes" "$root/corpus/scenario" >/dev/null
# Twice the same and a note: neither is an input of its own.
cp "$work/bytes/$(find "$work/bytes" -type f -printf '%f\n' | sort | head -n 1)" "$work/bytes/again"
echo "not an input" >"$work/bytes/notes.md"

corpus a merge fuzz_offline "$work/bytes"
[ "$(inputs a)" -gt 10 ] || fail "merge took only $(inputs a)"
all=$(reached a)
corpus a merge fuzz_offline "$work/bytes" | grep -q 'took 0 ' || fail "a second merge took something"
before=$(inputs a)
corpus a prune fuzz_offline
[ "$(inputs a)" -lt "$before" ] || fail "prune kept all $before"
[ "$(reached a)" = "$all" ] || fail "prune lost something: $(reached a), before $all"

for pack in zip tar.gz; do
	corpus a export fuzz_offline "$work/pack.$pack"
	corpus "$pack" import fuzz_offline "$work/pack.$pack"
	[ "$(reached "$pack")" = "$all" ] || fail "$pack lost something: $(reached "$pack"), before $all"
	corpus a export fuzz_offline "$work/pack.$pack" 2>/dev/null && fail "export overwrote a file"
done

# refused STATUS WORD...: one line, this status
refused() {
	local said status=0
	said=$("$root/scripts/corpus.sh" "${@:2}" 2>&1) || status=$?
	[ "$status" = "$1" ] || fail "corpus.sh ${*:2}: status $status, expected $1"
	[ "$(wc -l <<<"$said")" = 1 ] || fail "corpus.sh ${*:2}: says more than a line: $said"
}
echo junk >"$work/junk.zip"
refused 2 import fuzz_offline "$work/junk.zip"
refused 2 import fuzz_offline "$work/nothing.zip"
refused 2 merge fuzz_offline "$work/no-folder"
refused 2 merge no_target "$work/bytes"
refused 2 polish fuzz_offline
