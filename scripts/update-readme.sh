#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# update-readme.sh: print the .def tables and a real report into README.md.
#
#   ./scripts/update-readme.sh [--check] [--tables PROGRAM]
#
#   --check           change nothing; exit 1 when a table is stale
#   --tables PROGRAM  the program "tables" of a build, instead of building one;
#                     what a build without old bugs cannot tell stays as it is
#
# A table stands between the lines <!-- table: NAME --> and <!-- end of table -->,
# the report between <!-- report --> and <!-- end of report -->.
#
# Exit status: 0 up to date, or brought there, 1 --check found a stale one, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

check='' tables=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--check) check=1; shift ;;
	--tables)
		[ $# -gt 1 ] || die "$1 needs a program (--help explains)"
		tables=$(absolute "$2")
		is_program "$tables" || die "--tables $2: there is no such program"
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
if [ -z "$tables" ]; then
	need gcc clang libclang-rt-dev cmake ninja-build libbsd-dev
	build oldbugs tables replay rediscover
	tables=$root/build/oldbugs/bin/tables
fi
[ -f README.md ] || die "there is no README.md"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
known=$("$tables") || die "$tables does not list its tables; expected the program tables of a build"
for name in $known; do
	grep -q "^<!-- table: $name -->$" README.md || die "README.md has no line <!-- table: $name -->"
	status=0
	"$tables" "$name" >"$work/$name" || status=$?
	case $status in
	0) ;;
	4) rm "$work/$name" ;;
	*) die "$tables $name: exit status $status" ;;
	esac
done

# What a violation prints: a bug of 3.18 and an earlier kernel.
report() {
	cat >"$work/isolated.ops" <<-END
	# A page freed while isolated is counted as free.
	memoffline 1 geometry=tiny policy=legacy oldbug=NR_FREE_COUNTS_ISOLATED
	cpu0 alloc_pages order=2 zone=movable -> p
	cpu1 start_isolate_page_range block=4 pb=0 nr=1 mode=offline -> i
	cpu0 __free_pages p
	END
	(cd "$work" && { "$(dirname "$tables")/replay" isolated.ops 2>&1 || true; }) | sed 's/^/    /'
}
[ ! -f "$work/old-bugs" ] || report >"$work/report"
# The trials that were published; stress/README.md says how they were made.
[ ! -f "$work/old-bugs" ] || "$(dirname "$tables")/rediscover" \
	--report stress/rediscover/trials.tsv >"$work/rediscovery"

# Copies README.md; replaces what stands between the marks of something we have.
awk -v work="$work" '
	/^<!-- (table: .*|report) -->$/ {
		print
		file = work "/" ($2 == "report" ? $2 : $3)
		if ((getline line < file) > 0) {
			inside = 1
			print ""
			do print line; while ((getline line < file) > 0)
			print ""
		}
		next
	}
	/^<!-- end of (table|report) -->$/ { inside = 0 }
	!inside
	END { if (inside) exit 1 }
' README.md >"$work/README.md" || die "README.md: a table has no <!-- end of table -->, or the report none of its own"

if cmp -s README.md "$work/README.md"; then
	say "README.md: all tables are up to date"
elif [ -n "$check" ]; then
	diff -u README.md "$work/README.md" | head -n 60 || true
	say "README.md is stale: run ./scripts/update-readme.sh"
	exit 1
else
	cat "$work/README.md" >README.md
	say "README.md: updated"
fi
