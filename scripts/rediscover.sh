#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# rediscover.sh: which old bugs are found from nothing, and how fast?
#
#   ./scripts/rediscover.sh [OPTION...]
#
#   --engine NAME   swarm, pct, libfuzzer or afl; may be repeated  (all but afl)
#   --bug NAME      only this one; may be repeated; none: no bug is on
#   --trials N      for each bug and engine                        (5)
#   --budget N      CPU seconds of a trial; those that found nothing with a smaller one
#                   are made again                                 (60)
#   --decide        no more trials of a bug and engine once the median is known
#   --seed N        of the first trial                             (1)
#   --jobs N        trials at the same time                        (1)
#   --output DIR    trials.tsv there is gone on with; report.md, report.json and
#                   survival.svg are written                       (build/rediscover)
#
# A trial begins with an empty corpus and ends when an invariant breaks or the budget is
# spent.  Progress and the time to go are shown; an interrupted campaign goes on with the
# same command.  What breaks with no bug on is kept in DIR as a scenario.
#
# Exit status: 0 done, 1 something broke with no bug on, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

options=() afl='' output=$root/build/rediscover
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--decide) options+=("$1"); shift ;;
	--engine | --bug | --trials | --budget | --seed | --jobs | --output)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[ "$1 $2" != '--engine afl' ] || afl=1
		if [ "$1" = --output ]; then output=$(absolute "$2"); else options+=("$1" "$2"); fi
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
make_folder "$output"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
build oldbugs rediscover fuzz_oldbug
if [ -n "$afl" ]; then
	need afl++
	build oldbugs fuzz_oldbug_mutator
	# The preset of AFL++, with the old bugs.
	[ -f build/afl-oldbugs/build.ninja ] ||
		cmake --preset afl -B build/afl-oldbugs -DMO_OLDBUGS=ON -DMO_STATS=OFF >build/afl-oldbugs.log 2>&1 ||
		die "cannot configure AFL++ (build/afl-oldbugs.log)"
	cmake --build build/afl-oldbugs --target fuzz_oldbug >build/afl-oldbugs.log 2>&1 ||
		die "the target for AFL++ does not build (build/afl-oldbugs.log)"
	options+=(--afl-target "$root/build/afl-oldbugs/bin/fuzz_oldbug"
		--afl-mutator "$(find "$root/build/oldbugs" -name '*fuzz_oldbug_mutator.so' | head -n 1)")
fi
exec "$root/build/oldbugs/bin/rediscover" "${options[@]}" --output "$output"
