#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh: run crash inputs or scenarios again.
#
#   ./scripts/replay.sh [--confirm] [--target T] FILE|FOLDER... [-- OPTION...]
#
#   FILE          an input that fuzz.sh kept, or a scenario (.ops)
#   --target T    through a target's own property (fuzz_text ...), not as a scenario
#   --confirm     under ASan and UBSan, if that build is there (preset asan)
#   -- OPTION...  for the program replay: -v (what each operation did), --level N,
#                 --paranoid, --json, --to-text ...; -- --help lists them
#
# Exit status: 0 clean, 1 a violation, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

confirm='' target='' inputs=() options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--confirm) confirm=1; shift ;;
	--target)
		target=${2-}
		[ -f "fuzz/$target.c" ] || die "no target '$target'; targets are fuzz/fuzz_*.c"
		shift 2 ;;
	--) shift; options=("$@"); break ;;
	-*) die "unknown option '$1' (--help lists them; options of replay stand behind --)" ;;
	*) inputs+=("$(absolute "$1")"); shift ;;
	esac
done
[ ${#inputs[@]} -gt 0 ] || [ ${#options[@]} -gt 0 ] || die "no input; expected files or folders (--help explains)"
for input in "${inputs[@]}"; do
	[ -r "$input" ] || die "cannot read $input"
done
preset=fuzz
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
	say "Not confirmed: under ASan and UBSan nothing breaks (harness error: a run must not depend on the build)"
else
	say "Confirmed under ASan and UBSan: the same, and no memory error"
fi
exit $((status > 2 ? 1 : status))
