#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# oldbugs-bite.sh CHECK PROGRAM: proves that scripts/check-oldbugs.sh, CHECK, sees
# what is wrong with a folder of reproducers.  Each case spoils one of them.
set -euo pipefail

check=${1:?usage: oldbugs-bite.sh CHECK PROGRAM} program=${2:?}
good=$(dirname "$check")/../corpus/oldbugs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# case NAME EXPECTED: the folder as spoilt must be refused with these words.
refused() {
	local said code=0
	said=$("$check" --program "$program" --folder "$work/c" --quiet 2>&1) || code=$?
	if [ $code != 1 ] || ! grep -qE "$2" <<<"$said"; then
		printf '%s: exit %s, expected 1 and "%s" in:\n%s\n' "$1" $code "$2" "$said"
		status=1
	fi
	[ "$(grep -c WRONG <<<"$said" || true)" -le 1 ] || { printf '%s: blames more than it should:\n%s\n' "$1" "$said"; status=1; }
	rm -rf "$work/c"
	cp -r "$good" "$work/c"
}
cp -r "$good" "$work/c"
header() { printf '# %s\nmemoffline 1 geometry=tiny oldbug=%s%s\n' "$1" "$2" "${3:-}"; }

"$check" --program "$program" --folder "$work/c" --quiet >/dev/null || { echo "the folder as it is: not accepted"; exit 1; }

rm "$work/c/isolate_twice.ops"
refused missing 'isolate_twice.ops: there is no reproducer'

{ header 'Does nothing.' ISOLATE_TWICE; echo 'cpu0 nop'; } >"$work/c/isolate_twice.ops"
refused 'does not fire' 'on, policy [a-z]*: breaks nothing, expected pageblock_isolated_twice'

# The same bug where no free page lies in the pageblock: the count shows it instead.
{
	header 'Another invariant.' ISOLATE_SINGLE_DIRECT
	echo 'cpu0 alloc_pages zone=movable order=2 -> a'
	echo 'cpu0 start_isolate_page_range block=4 pb=0 mode=offline -> i'
} >"$work/c/isolate_single_direct.ops"
refused 'fires another' 'breaks nr_isolate_pageblock, expected free_list_type'

{
	header 'Breaks with the bug and without.' PCP_DRAIN_ONCE ' drain=once'
	sed '/^#/d; /^memoffline/d' "$good/pcp_drain_once.ops"
} >"$work/c/pcp_drain_once.ops"
refused 'not clean when off' 'off, policy [a-z]*: breaks offline_progress, expected a clean run'

cp "$good/isolate_single_direct.ops" "$work/c/isolate_twice.ops"
refused 'of another bug' 'its header has no oldbug=ISOLATE_TWICE'

echo 'no scenario' >"$work/c/isolate_twice.ops"
refused broken 'isolate_twice.ops:1:'

cp "$good/isolate_twice.ops" "$work/c/isolate_thrice.ops"
refused stray 'isolate_thrice.ops: no old bug of this name'
exit $status
