#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh: run crash inputs or scenarios again.
#
#   ./scripts/replay.sh [OPTION...] FILE|FOLDER...
#
#   FILE            a crash of any engine (libFuzzer, AFL++, OSS-Fuzz), or a scenario
#                   (.ops).  The first line says whether it fails, and with what
#   --gdb           in gdb, stopped in the checker that finds the violation
#   --target T      through a target's own property (fuzz_text ...), not as a scenario
#   --confirm       under ASan and UBSan, if that build is there (preset asan; of your own
#                   kernel it is made)
#
# What if: --policy NAME, --geometry NAME, --drain NAME, --oldbug NAME, --oracle WHO,
#   --sequential    instead of what the input says
#
#   --subject source --tree PATH [--plant BUG | --fix FINDING]   on your own kernel, not on the
#                   model.  Bytes are under --geometry tiny --policy legacy --drain disable there;
#                   those of fuzz_source are meant --sequential, too
#
# Options of the program replay, which runs each input twice:
#   --html FILE     the run step by step, as one page for a browser
#   --map           the machine at the end, or at the violation, in letters
#   --until N       the machine after operation N, as -v counts them; N@POINT#2:
#                   when N passes that preemption point for the second time
#   -v, --verbose   what each operation did
#   -l, --level N   checks: 0 the kernel's own .. 3 all           (3)
#   --paranoid      all checks after every operation
#   --hash, --json, --junit FILE    results for programs
#   --to-text       print the scenario, run nothing
#   --to-bytes DIR  write the input as bytes into DIR, run nothing
#
# Exit status: 0 clean, 1 a violation, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"

confirm='' gdb='' target='' preset=fuzz inputs=() options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--confirm) confirm=1; shift ;;
	--gdb) gdb=1; shift ;;
	--target)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		target=$2
		shift 2 ;;
	-v | --verbose | --map | --paranoid | --sequential | --hash | --json | --to-text) options+=("$1"); shift ;;
	-l | --level | --geometry | --policy | --drain | --oldbug | --oracle | --to-bytes | --junit | --html | --until)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[ "$1" != --oldbug ] || preset=oldbugs
		options+=("$1" "$2")
		shift 2 ;;
	--subject | --tree | --plant | --fix) source_option "$@"; shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) inputs+=("$(absolute "$1")"); shift ;;
	esac
done
[ ${#inputs[@]} -gt 0 ] || die "no input; expected files or folders (--help explains)"
source_options_done
choose_build "${inputs[@]}"
overrule_bytes "${inputs[@]}"
[ "$subject" = model ] || [ -z "$target" ] || die "--target is for the model; of your own kernel, --sequential is what fuzz_source does"
if [ -n "$target" ]; then
	# The canary is there with the old bugs alone.
	mapfile -t targets < <(scripts/lib/targets.sh "$([ "$preset" != oldbugs ] || echo --all)")
	is_one_of "$target" "${targets[@]}" || die "no target '$target', there are: ${targets[*]}"
fi
program=replay${target:+_$target}

if [ -n "$confirm" ] && [ "$subject" = source ]; then
	lane_kind=fuzz
elif [ -n "$confirm" ]; then
	preset=asan
	if [ ! -x "build/asan/bin/$program" ]; then
		say "Not confirmed under ASan and UBSan: that build is not there (cmake --preset asan && cmake --build --preset asan)"
		exit 0
	fi
fi
if [ -n "$gdb" ]; then
	need gdb
	[ "$preset" = oldbugs ] || preset=dev-clang
fi
build_programs "$program"
program=$bin/$program
status=0
cd "$invoked_from"
for i in "${!inputs[@]}"; do
	inputs[i]=$(shown "${inputs[i]}")
done

# The function that finds it, from the report; the debugger shows its frame.
stop_in_checker() {
	local said site
	said=$("$program" "${options[@]}" "${inputs[@]}" 2>&1) || true
	say "${said%%$'\n'*}"
	site=$(sed -n 's/^found by: \([a-zA-Z0-9_]*\)().*/\1/p' <<<"$said" | head -n 1)
	[ -n "$site" ] || die "breaks no invariant: there is no checker to stop in"
	exec gdb -q -ex 'set pagination off' -ex 'set breakpoint pending on' -ex 'break violation_raise' \
		-ex run -ex "frame function $site" -ex backtrace --args "$program" "${options[@]}" "${inputs[@]}"
}
[ -z "$gdb" ] || stop_in_checker

if [ -z "$confirm" ]; then
	"$program" "${options[@]}" "${inputs[@]}" || status=$?
	exit $((status > 2 ? 1 : status))
fi

said=$("$program" "${options[@]}" "${inputs[@]}" 2>&1) || status=$?
if grep -qE 'ERROR: AddressSanitizer|runtime error: ' <<<"$said"; then
	say "Under ASan and UBSan: an error $([ "$subject" = model ] && echo 'of the harness itself' || echo 'of the kernel, or of the lane')"
	say "$said"
elif [ $status = 0 ]; then
	say "Not confirmed: under ASan and UBSan nothing breaks (an error of the harness: a run must depend on its input alone)"
else
	say "Confirmed under ASan and UBSan: the same, and no memory error"
fi
exit $((status > 2 ? 1 : status))
