#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# conform.sh: the model against the kernel's own source, operation by operation.
#
#   ./scripts/conform.sh --tree PATH [--ops N] [--seed S] [--keep-going]
#
#   --tree PATH    a Linux source tree (stress/source/README.md)
#   --ops N        random operations behind the corpus                (100000)
#   --seed S       of the random operations                           (1)
#   --keep-going   all inputs, and by which operation they first differ
#
# Runs corpus/ and a random stream on both and compares, after each operation, what
# it returned, the state of every block, pageblock and page, the free lists by order
# and type, and the counters.  Stops at the first difference and shows both states.
#
# Exit status: 0 no difference, 1 a difference, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

ops=100000 seed=1 keep_going=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--keep-going) keep_going=1; shift ;;
	--ops | --seed)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[[ $2 =~ ^[0-9]{1,10}$ ]] || die "$1 is a whole number, not '$2'"
		declare "${1#--}=$2"
		shift 2 ;;
	--tree) source_option "$@"; shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
subject=source
source_options_done
source_programs plain
build fuzz states

# What the lane can run: see host/skipped.c for the rest.
mapfile -t files < <(grep -LE '^memoffline .*(geometry=(flat|numa|vmemmap|one|x86_64|nodeless)|policy=(skippable|frozen|isolate)|drain=|oldbug=)|^expect violation' \
	corpus/scenario/*.ops corpus/regress/*.ops | grep -vE '/(race|balloon|hugetlb|vm|policy|state-h)[a-z]*-')
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
for side in model source; do
	program=$root/build/fuzz/bin/states
	[ $side = model ] || program=$bin/states
	"$program" "${files[@]}" --random "$seed" "$ops" >"$run/$side" 2>"$run/$side.err" || true
done

# The first line of each input that is not the same.
awk '
	NR == FNR { model[$1, $3] = $0; next }
	{
		if (!($1 in seen)) {
			seen[$1] = 1
			nr_inputs++
		}
		if ($1 in differs)
			next
		if (model[$1, $3] == $0) {
			nr_same++
			next
		}
		differs[$1] = 1
		nr_differ++
		print "differ " model[$1, $3] "\nsource " $0
	}
	END { printf "total %d operations alike, %d inputs, %d of them differ\n", nr_same, nr_inputs, nr_differ }' \
	"$run/model" "$run/source" >"$run/result"

tail -n 1 "$run/result" | sed "s/^total/Linux $lane_version:/"
! grep -q '^differ' "$run/result" && exit 0
if [ -n "$keep_going" ]; then
	sed -n 's/^differ [^ ]* op [0-9]* [^ ]* [0-9]* cpu[0-9] \([^ ]*\).*/\1/p' "$run/result" | sort | uniq -c | sort -rn
	exit 1
fi
read -r _ input _ op _ < <(grep -m 1 '^differ' "$run/result")
say "First difference: $input, operation $op"
for side in model source; do
	program=$root/build/fuzz/bin/states
	[ $side = model ] || program=$bin/states
	say
	say "--- $side"
	if [[ $input == random:* ]]; then
		"$program" --input "${input#random:}" --show "$op" --random "$seed" "$ops" 2>&1 || true
	else
		"$program" --show "$op" "$input" 2>&1 || true
	fi
done
exit 1
