#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh: run crash inputs or scenarios again.
#
#   ./scripts/replay.sh [OPTION...] FILE|FOLDER...
#
#   FILE            an input that fuzz.sh kept, or a scenario (.ops)
#   --target T      through a target's own property (fuzz_text ...), not as a scenario
#   --confirm       under ASan and UBSan, if that build is there (preset asan)
#
# Options of the program replay, which runs each input twice:
#   -v, --verbose   what each operation did
#   -l, --level N   checks: 0 the kernel's own .. 3 all           (3)
#   --paranoid      all checks after every operation
#   --geometry NAME, --policy NAME, --oldbug NAME   instead of what the input says
#   --hash, --json  results for programs
#   --to-text       print the scenario, run nothing
#   --to-bytes DIR  write the input as bytes into DIR, run nothing
#
# Exit status: 0 clean, 1 a violation, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

confirm='' target='' preset=fuzz inputs=() options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--confirm) confirm=1; shift ;;
	--target)
		target=${2-}
		[ -f "fuzz/$target.c" ] || die "no target '$target'; targets are fuzz/fuzz_*.c"
		shift 2 ;;
	-v | --verbose | --paranoid | --hash | --json | --to-text) options+=("$1"); shift ;;
	-l | --level | --geometry | --policy | --oldbug | --to-bytes)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[ "$1" != --oldbug ] || preset=oldbugs
		options+=("$1" "$2")
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) inputs+=("$(absolute "$1")"); shift ;;
	esac
done
[ ${#inputs[@]} -gt 0 ] || die "no input; expected files or folders (--help explains)"
for input in "${inputs[@]}"; do
	[ -r "$input" ] || die "cannot read $input"
	# Scenarios of old bugs need a build that has them.
	! grep -rqaE '^memoffline .* oldbug=' "$input" || preset=oldbugs
done
program=replay${target:+_$target}
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev

if [ -n "$confirm" ]; then
	preset=asan
	if [ ! -x "build/asan/bin/$program" ]; then
		say "Not confirmed under ASan and UBSan: that build is not there (cmake --preset asan && cmake --build --preset asan)"
		exit 0
	fi
fi
build "$preset" "$program"
program=$root/build/$preset/bin/$program
status=0
cd "$invoked_from"
if [ -z "$confirm" ]; then
	"$program" "${options[@]}" "${inputs[@]}" || status=$?
	exit $((status > 2 ? 1 : status))
fi

said=$("$program" "${options[@]}" "${inputs[@]}" 2>&1) || status=$?
if grep -qE 'ERROR: AddressSanitizer|runtime error: ' <<<"$said"; then
	say "Under ASan and UBSan: an error of the harness itself"
	say "$said"
elif [ $status = 0 ]; then
	say "Not confirmed: under ASan and UBSan nothing breaks (an error of the harness: a run must depend on its input alone)"
else
	say "Confirmed under ASan and UBSan: the same, and no memory error"
fi
exit $((status > 2 ? 1 : status))
