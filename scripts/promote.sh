#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# promote.sh: from a crash to a scenario in the corpus that every test run checks.
#
#   ./scripts/promote.sh [--sentence TEXT] CRASH AREA-WHAT
#
#   CRASH            an input of any engine, or a scenario
#   AREA-WHAT        name of the new file: isolate-leaks-page becomes
#                    corpus/regress/isolate-leaks-page.ops
#   --sentence TEXT  what it shows, in one sentence; asked for when it is missing
#   --corpus DIR     where the folders regress/ and oldbugs/ are     (corpus)
#   --bin DIR        programs of a build, instead of building them
#
# Minimises the crash, refuses it when the corpus has that scenario already, writes
# it with the result that it must have, runs it, and says what to commit.  While the
# bug is there the file says `expect violation`, so the tests stay green; the fix
# turns them red until the line says `expect clean`.  A crash with an old bug goes to
# corpus/oldbugs/.
#
# Exit status: 0 written, 1 refused as a duplicate, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"

preset=fuzz sentence='' corpus=corpus bin='' words=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--sentence | --corpus | --bin)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		declare "${1#--}=$2"
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) words+=("$1"); shift ;;
	esac
done
[ "$corpus" = corpus ] || corpus=$(absolute "$corpus")
[ ${#words[@]} = 2 ] || die "expected a crash and a name such as isolate-leaks-page (--help explains)"
crash=$(absolute "${words[0]}") name=${words[1]%.ops}
[[ $name =~ ^[a-z0-9_]+(-[a-z0-9_]+)+$ ]] ||
	die "'$name': expected a name of small letters, area first: isolate-leaks-page"
[ ! -d "$crash" ] || die "$crash is a folder; expected a file (triage.sh takes folders)"
for folder in regress oldbugs; do
	[ -d "$corpus/$folder" ] || die "--corpus: there is no folder $corpus/$folder"
	check_output "$corpus/$folder/$name.ops"
done
choose_build "$crash"
build_programs minimize replay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The smallest scenario; what breaks nothing (any more) must be short as it is.
status=0
"$bin/minimize" --output "$work/found.ops" "$crash" || status=$?
case $status in
0) ;;
1)
	"$bin/replay" --to-text "$crash" >"$work/found.ops" || die "cannot read $crash"
	grep -q '^cpu' "$work/found.ops" || die "$crash has no operations, expected a crash or a scenario"
	[ "$(grep -c '^cpu' "$work/found.ops")" -le 40 ] ||
		die "breaks nothing and is long: minimise before the fix, or promote FILE.min.ops"
	echo 'expect clean' >>"$work/found.ops" ;;
*) exit 2 ;;
esac
expect=$(grep '^expect' "$work/found.ops" | tail -n 1)
invariant=$(sed -n 's/^expect violation //p' <<<"$expect")

# Refuses what the corpus has: the same operations, or the same after minimising.
refuse() { say "Refused: $1 is the same scenario"; exit 1; }
# hashes PLACE SCENARIO|FOLDER: of the programs as bytes, that say no more than the operations.
hashes() {
	mkdir -p "$work/bytes/$1"
	"$bin/replay" --to-bytes "$work/bytes/$1" "$2" >/dev/null 2>&1 || true # not all are of this build
	(cd "$work/bytes" && find "$1" -type f -exec sha1sum {} +)
}
mine=$(hashes mine "$work/found.ops")
mine=${mine%% *}
for folder in regress oldbugs scenario; do
	[ -d "$corpus/$folder" ] || continue
	file=$(hashes "$folder" "$corpus/$folder" | sed -n "s/^$mine  //p" | head -n 1)
	[ -z "$file" ] || refuse "$corpus/$file.ops"
	[ -n "$invariant" ] || continue
	while read -r file; do
		"$bin/minimize" --quiet --output "$work/theirs.ops" "$file" 2>/dev/null || continue
		theirs=$(hashes theirs "$work/theirs.ops")
		[ "${theirs%% *}" != "$mine" ] || refuse "$file"
	done < <(grep -rlx "expect violation $invariant" "$corpus/$folder" --include='*.ops')
done

folder=$corpus/regress
! grep -q '^memoffline .* oldbug=' "$work/found.ops" || folder=$corpus/oldbugs
file=$folder/$name.ops
[ ! -e "$file" ] || die "$file exists; expected a new name"
if [ -z "$sentence" ]; then
	[ -t 0 ] || die "needs --sentence 'What it shows, in one sentence.'"
	say
	grep -v '^#' "$work/found.ops"
	say
	read -r -p "What it shows, in one sentence: " sentence
	[ -n "$sentence" ] || die "no sentence, nothing written"
fi
[[ $sentence == *. ]] || sentence=$sentence.

source=$("$bin/replay" "$work/found.ops" 2>/dev/null | sed -n 's/^kernel:  *//p' | head -n 1)
{
	echo "# $sentence"
	if [ -n "$invariant" ]; then
		echo "# kernel: ${source:-not known}; open, breaks $invariant"
	else
		echo "# kernel: broke something once; which, and the commit that fixed it, stands in the log"
	fi
	grep -v '^#' "$work/found.ops" | grep -v '^expect'
	echo "$expect"
} >"$file"
"$bin/replay" "$file" >"$work/said" 2>&1 || { cat "$work/said" >&2; die "$file does not do what it says"; }

head -n 1 "$work/said"
say
cat "$file"
say
say "Commit it:   git add $file && git commit -m 'corpus: ${name//-/ }'"
[ -z "$invariant" ] || say "When fixed:  sed -i 's/^expect violation .*/expect clean/' $file, and name the fix in line 2"
