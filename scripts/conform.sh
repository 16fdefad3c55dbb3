#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# conform.sh: the model against the kernel's own source, operation by operation.
#
#   ./scripts/conform.sh --tree PATH [--ops N] [--seed S] [--keep-going] [FILE...]
#
#   --tree PATH    a Linux source tree (stress/source/README.md)
#   --plant NAME   with this bug of stress/source/plants.txt in it: must differ
#   --oldbug NAME  with this old bug in the model: must differ
#   --ops N        random operations behind the corpus                (100000)
#   --seed S       of the random operations                           (1)
#   --keep-going   all inputs, and the kinds of difference by frequency
#   --no-minimize  the differing input as it is
#   --quiet        no progress
#   --geometry G   of the lane and the model: tiny (sbm and bbm, too), or
#                  vmemmap (memmap_on_memory; not in 6.1)             (tiny)
#   FILE...        these inputs instead of corpus/scenario and corpus/regress
#
# Runs all of it on both and compares, after each operation, what it returned, the
# state of every block, pageblock and page, the free lists by order and type, and the
# counters.  The model is of the kernel's age (era).  Stops at the first difference,
# takes out of the input what is not needed for it, and shows both states.
#
# Exit status: 0 no difference, 1 a difference, 2 could not run, 4 nothing compared.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

options=() files=() geometry=tiny
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--keep-going | --no-minimize | --quiet) options+=("$1"); shift ;;
	--ops | --seed)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[[ $2 =~ ^[0-9]{1,10}$ ]] || die "$1 is a whole number up to 9999999999, not '$2'"
		options+=("$1" "$2")
		shift 2 ;;
	--geometry)
		[[ ${2-} =~ ^(tiny|vmemmap)$ ]] || die "--geometry is tiny or vmemmap, not '${2-}'"
		geometry=$2
		options+=("$1" "$2")
		shift 2 ;;
	--oldbug)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		options+=("$1" "$2")
		shift 2 ;;
	--tree | --plant) source_option "$@"; shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) files+=("$(absolute "$1")"); shift ;;
	esac
done
subject=source
export LANE_FINDINGS=1 # the machine as it is: the model has what is stepped around elsewhere
source_options_done
source_programs plain "$geometry"
build oldbugs conform

# The newest era that the kernel is not younger than.
era=7.2
for age in 6.12 6.1; do
	[ "$(printf '%s\n' "$lane_version" "$age" | sort -V | head -n 1)" != "$lane_version" ] || era=$age
done

# What the lane can run: see host/skipped.c for the rest.
not_here='flat|numa|one|x86_64|nodeless|'
[ "$geometry" = tiny ] && not_here+=vmemmap || not_here+='tiny|sbm|bbm'
[ ${#files[@]} -gt 0 ] ||
	mapfile -t files < <(grep -LE '^memoffline .*(geometry=('"$not_here"')|policy=(skippable|frozen|isolate)|drain=|oldbug=|era=)|^expect violation' \
		corpus/scenario/*.ops corpus/regress/*.ops)
say_aside "Linux $lane_version, the model as of $era"
exec "$root/build/oldbugs/bin/conform" --lane "$bin/states" --era "$era" "${options[@]}" "${files[@]}"
