#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh: which branches of the library the corpus reaches.
#
#   ./scripts/coverage.sh [--min PERCENT] [--list] [--html DIR] [--under PATH] [FOLDER...]
#
#   FOLDER...      more inputs, as build/corpus/fuzz_offline, beside corpus/
#   --under PATH   the files that count                            (core/mm)
#   --min PERCENT  fail when fewer of their branches are taken
#   --list         every branch never taken: file:line, true or false
#   --html DIR     the source with counts, as web pages
#
# Exit status: 0 measured, 1 below --min, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

min=0 list='' html='' under=core/mm folders=(corpus/scenario corpus/regress corpus/oldbugs/pcp_drain_once.ops)
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--list) list=1; shift ;;
	--min | --html | --under)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		declare "${1#--}=$2"
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) folders+=("$(absolute "$1")"); shift ;;
	esac
done
[[ $min =~ ^([0-9]{1,2}|100)$ ]] || die "--min is a whole number up to 100, not '$min'"
[ -e "$under" ] || die "there is no $under"
inputs=()
for folder in "${folders[@]}"; do
	[ -e "$folder" ] || [[ $folder != /* ]] || die "there is no $folder"
	[ ! -e "$folder" ] || inputs+=("$folder")
done
[ ${#inputs[@]} -gt 0 ] || die "nothing to run: neither corpus/ nor a folder"

need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
build coverage replay
replay=$root/build/coverage/bin/replay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
LLVM_PROFILE_FILE=$work/%p.profraw "$replay" "${inputs[@]}" >"$work/log" || status=$?
[ $status -le 2 ] || die "replay itself crashed, status $status; ./scripts/replay.sh with the same folders shows where"
tail -n 1 "$work/log"
[ $status -lt 2 ] || say "some inputs are broken (above)"
llvm-profdata merge -sparse "$work"/*.profraw -o "$work/profdata"
# Tools of another LLVM than the compiler's cannot read its profile.
cov=(-instr-profile="$work/profdata" "$replay")
llvm-cov show -show-branches=count -show-expansions -show-instantiations=false \
	"${cov[@]}" "$root/$under" >"$work/show" 2>"$work/errors" ||
	die "llvm-cov: $(head -n 1 "$work/errors")"

[ -z "$html" ] || {
	html=$(absolute "$html")
	llvm-cov show -format=html -show-branches=count -output-dir="$html" "${cov[@]}" "$root/core" >/dev/null
	say "Pages: $html/index.html"
}

awk -v root="$root/" -v list="$list" -v min="$min" -f scripts/lib/coverage.awk "$work/show"
