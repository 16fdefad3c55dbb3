#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# c-repro.sh: a crash as a C program that stands alone.
#
#   ./scripts/c-repro.sh [--as-is] [-o FILE.c] CRASH
#
#   -o, --output FILE.c  where it goes                    (standard output)
#   --as-is              do not minimise first
#   --bin DIR            programs of a build, instead of building them
#
# The program makes the same calls through memoffline.h, says what each returned,
# and exits with 0 when it breaks what the crash breaks.  Its head says how to build.
#
# Exit status: 0 written, 1 the crash breaks nothing (--as-is writes it even then),
# 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"

preset=fuzz crash='' output='' as_is='' bin=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--as-is) as_is=1; shift ;;
	-o | --output | --bin)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		if [ "$1" = --bin ]; then bin=$2; else output=$(absolute "$2"); fi
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*)
		[ -z "$crash" ] || die "expected one crash, got '$crash' and '$1'"
		crash=$1; shift ;;
	esac
done
[ -n "$crash" ] || die "no crash; expected a file (--help explains)"
crash=$(absolute "$crash")
[ ! -d "$crash" ] || die "$crash is a folder; expected a file"
[ -z "$output" ] || check_output "$output"
choose_build "$crash"
build_programs replay minimize
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

input=$crash
if [ -z "$as_is" ]; then
	input=$work/$(basename "$crash" .ops).ops
	"$bin/minimize" --output "$input" "$crash"
fi
"$bin/replay" --to-c "$input" >"$work/program.c"
if [ -n "$output" ]; then
	cp "$work/program.c" "$output"
	say "written:  $(shown "$output")"
else
	cat "$work/program.c"
fi
