#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compare-designs.sh: designs of PageOffline and drain strategies against the claims
# that were made of them.
#
#   ./scripts/compare-designs.sh [--seconds N] [--markdown | --json | --update] [OPTION...]
#
#   --seconds N   how long to search, all in all (default: a number of programs, so
#                 that the result depends on the seed alone; about two minutes)
#   --markdown    the table as Markdown
#   --json        everything, with each scenario, as JSON
#   --update      writes the table into core/policy/README.md
#   OPTION...     --seed N, --runs N, --policy NAME, --drain NAME, --quiet
#
# Each claim is a predicate (stress/compare/claims.def, stress/unit/compare_claims.c).
# It holds as long as no program that was generated and run breaks it; what breaks it
# is minimised and shown.  Nothing is known in advance.
#
# Exit status: 0 compared, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

update='' options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--update) update=1 options+=(--markdown); shift ;;
	--markdown | --json | --quiet) options+=("$1"); shift ;;
	--seconds | --seed | --runs | --policy | --drain)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		options+=("$1" "$2")
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
need gcc libc6-dev cmake ninja-build libbsd-dev
build release compare
compare=$root/build/release/bin/compare
if [ -z "$update" ]; then
	exec "$compare" "${options[@]}"
fi

page=core/policy/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$compare" "${options[@]}" >"$work/table"
awk -v table="$work/table" '
	{ if (!inside) print }
	/^<!-- comparison -->$/ {
		inside = found = 1
		print ""
		while ((getline line < table) > 0) print line
		print ""
	}
	/^<!-- end of comparison -->$/ { if (inside) print; inside = 0 }
	END { exit inside || !found }
' "$page" >"$work/page" || die "$page: no lines <!-- comparison --> and <!-- end of comparison -->"
cat "$work/page" >"$page"
say "$page: updated"
