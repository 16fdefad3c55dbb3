#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-oldbugs.sh: every old bug breaks what it must, and nothing breaks without it.
#
#   ./scripts/check-oldbugs.sh [--json] [--quiet] [--bug NAME] [--folder DIR]
#
#   --json          results for programs
#   --quiet         only what is wrong
#   --bug NAME      only this one
#   --folder DIR    of reproducers                         (corpus/oldbugs)
#   --program FILE  the program "oldbugs" of a build, instead of building one
#
# Each line of core/lib/oldbugs.def has one reproducer, DIR/<name>.ops.  With the bug on
# it breaks exactly the listed invariant, under every policy where the mistake can be
# made; with the bug off the same run is clean under all policies.
#
# Exit status: 0 all behave both ways, 1 one does not, 2 it does not build.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

folder=$root/corpus/oldbugs program='' options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--json | --quiet) options+=("$1"); shift ;;
	--bug | --folder | --program)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		case $1 in
		--bug) options+=(--bug "$2") ;;
		--folder) folder=$(absolute "$2") ;;
		*)
			program=$(absolute "$2")
			is_program "$program" || die "--program $2: there is no such program" ;;
		esac
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
[ -d "$folder" ] || die "$folder is no folder; expected one of reproducers, such as corpus/oldbugs"
if [ -z "$program" ]; then
	need clang libclang-rt-dev cmake ninja-build libbsd-dev
	build oldbugs oldbugs
	program=$root/build/oldbugs/bin/oldbugs
fi
# Paths in messages begin where the project does.
exec "$program" "${options[@]}" "${folder#"$root/"}"
