#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# foreign.sh BIN: broken, empty and foreign files get one line that says what is
# wrong and what was expected, and exit status 2, from every program that takes
# inputs.
set -euo pipefail

bin=$(realpath "${1:?usage: foreign.sh BIN}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

: >empty
echo 'Dear list, this is a mail.' >mail.txt
printf '\x89PNG\r\n\x1a\n\0\0' >picture.png
cp "$bin/replay" program
gzip -nc mail.txt >packed.gz
printf '# A scenario.\nmemoffline 1 geometry=huge policy=legacy\n' >geometry.ops
printf '# A scenario.\nmemoffline 1 geometry=tiny policy=legacy\ncpu0 put_page p9\n' >name.ops
printf '# A scenario.\nmemoffline 1 geometry=tiny policy=legacy\ncpu0 nop \0\n' >nul.ops
printf '# No header.\n' >header.ops

status=0
for program in replay minimize triage; do
	[ -x "$bin/$program" ] || continue
	for file in *; do
		code=0
		said=$("$bin/$program" "$file" 2>&1 >/dev/null) || code=$?
		[ "$code" = 2 ] || { echo "$program $file: exit status $code, expected 2"; status=1; }
		[ "$(wc -l <<<"$said")" = 1 ] || { echo "$program $file: expected one line, got '$said'"; status=1; }
		[[ $said == *"$file"*expected* ]] || { echo "$program $file: names no file or nothing expected: '$said'"; status=1; }
	done
	code=0
	"$bin/$program" /no/such/file >/dev/null 2>&1 || code=$?
	[ "$code" = 2 ] || { echo "$program /no/such/file: exit status $code, expected 2"; status=1; }
done

# says PROGRAM WORDS ARGS...: exit status 2, one line with these words, nothing replaced.
says() {
	local program=$1 words=$2 said code=0
	shift 2
	[ -x "$bin/$program" ] || return 0
	said=$("$bin/$program" "$@" 2>&1 >/dev/null) || code=$?
	[ "$code" = 2 ] || { echo "$program $*: exit status $code, expected 2"; status=1; }
	[[ $said == *"$words"* && $(wc -l <<<"$said") = 1 ]] || { echo "$program $*: says '$said', expected one line with '$words'"; status=1; }
	[ "$(cat kept.ops)" = "$kept" ] || { echo "$program $*: replaced its input"; status=1; }
}
mkdir "$work/valid" "$work/valid/"{none,a,b,out}
cd "$work/valid"
kept=$(printf '# A scenario.\nmemoffline 1 geometry=tiny policy=legacy\ncpu0 offline_pages block=4\n')
for file in kept a/x b/x; do
	printf '%s\n' "$kept" >$file.ops
done
says replay "no input in there" none
says replay "would replace the input" --html kept.ops kept.ops
says replay "would replace out/x" --to-bytes out a/x.ops b/x.ops
says minimize "is a folder" a
says minimize "would replace the input" -o kept.ops kept.ops
exit $status
