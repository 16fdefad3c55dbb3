#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# triage.sh: from hundreds of crash files to the few bugs behind them.
#
#   ./scripts/triage.sh [--scenarios] [--json] DIR|FILE...
#
#   DIR          crash files of any engine, at any depth
#   --scenarios  the smallest scenario of each group too
#   --json       groups as JSON (schema: fuzz/README.md)
#   --bin DIR    programs of a build, instead of building them
#
# Groups by the broken invariant and the smallest scenario that breaks it; a table
# with counts, the smallest member of each group, and when it was first seen.
#
# Exit status: 0 nothing breaks, 1 there are groups, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"

bin='' preset=fuzz inputs=() options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--scenarios | --json) options+=("$1"); shift ;;
	--bin)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		bin=$2
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) inputs+=("$(absolute "$1")"); shift ;;
	esac
done
[ ${#inputs[@]} -gt 0 ] || die "no input; expected a folder of crashes (--help explains)"
choose_build "${inputs[@]}"
build_programs triage
cd "$invoked_from"
for i in "${!inputs[@]}"; do
	inputs[i]=$(shown "${inputs[i]}")
done
status=0
"$bin/triage" "${options[@]}" "${inputs[@]}" || status=$?
exit $((status > 2 ? 1 : status))
