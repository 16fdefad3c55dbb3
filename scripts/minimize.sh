#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# minimize.sh: the smallest scenario that breaks what an input breaks.
#
#   ./scripts/minimize.sh [OPTION...] FILE
#
#   FILE            an input that fuzz.sh kept, of any other engine, or a scenario
#   -o, --output F  where the result goes    (FILE.min.ops; of corpus/: stdout alone)
#   --policy NAME, --oldbug NAME, --drain NAME, --geometry NAME, --oracle WHO,
#   --sequential    instead of what the input says
#   --paranoid      all checks after every operation
#   --subject source --tree PATH [--plant BUG | --fix FINDING]   on your own kernel, not on the
#                   model.  Bytes are under --geometry tiny --policy legacy --drain disable there;
#                   those of fuzz_source are meant --sequential, too
#   --json          the result as JSON; no file unless --output
#
# Drops operations, switches and fail points, shrinks arguments, CPUs and geometry,
# until nothing more can go without losing the violation.  Deterministic.
#
# Exit status: 0 minimised, 1 the input breaks nothing, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"

preset=fuzz input='' output='' json='' options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--json) json=1 options+=("$1"); shift ;;
	--paranoid | --sequential) options+=("$1"); shift ;;
	-o | --output | --policy | --oldbug | --drain | --geometry | --oracle)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		case $1 in
		-o | --output) output=$(absolute "$2") ;;
		--oldbug) preset=oldbugs options+=("$1" "$2") ;;
		*) options+=("$1" "$2") ;;
		esac
		shift 2 ;;
	--subject | --tree | --plant | --fix) source_option "$@"; shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*)
		[ -z "$input" ] || die "expected one input, got '$input' and '$1'"
		input=$1; shift ;;
	esac
done
[ -n "$input" ] || die "no input; expected a file (--help explains)"
input=$(absolute "$input")
[ ! -d "$input" ] || die "$input is a folder; expected a file (triage.sh takes folders)"
source_options_done
choose_build "$input"
overrule_bytes "$input"
[ -n "$output" ] || [ -n "$json" ] || [[ $input == "$root"/corpus/* ]] || output=${input%.ops}.min.ops
[ -z "$output" ] || check_output "$output"
build_programs minimize

cd "$invoked_from"
"$bin/minimize" "${options[@]}" ${output:+--output "$output"} "$(shown "$input")"
if [ -n "$output" ] && [ -z "$json" ]; then
	cat "$output"
	say "written:  $(shown "$output")"
fi
