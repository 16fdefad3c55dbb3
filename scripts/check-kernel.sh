#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-kernel.sh: you changed mm/*.c; does memory still go off line as it should?
#
#   ./scripts/check-kernel.sh --tree PATH [--base PATH] [OPTION...]
#
#   --tree PATH    a Linux source tree with your change (stress/source/README.md)
#   --base PATH    the tree without it: what is so there, too, does not count
#   --seconds N    of each search                                           (30)
#   --ops N        random operations beside the model; 0: none          (100000)
#   --plant NAME   with this bug of stress/source/plants.txt in it: must be noticed
#   --json         results for programs
#
# Builds the tree's own mm/*.c, which is only read, into programs of this machine, and
# runs there: the corpus; programs drawn at random, one operation after the other, then
# interleaved; the corpus and random programs beside the model, which must do the same; and
# what is known of published kernels. What breaks is kept in crashes/check-kernel.
#
# Exit status: 0 nothing new, 1 something breaks, or is done otherwise than by the model
# (meant so? --ops 0 leaves that out), 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

base='' seconds=30 ops=100000 json=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--json) json=1; shift ;;
	--base)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		base=$(absolute "$2")
		shift 2 ;;
	--seconds | --ops)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		check_number "$1" "$2"
		declare "${1#--}=$2"
		shift 2 ;;
	--tree | --plant) source_option "$@"; shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
[ "$seconds" -gt 0 ] || die "--seconds is at least 1"
[ -n "$tree" ] || die "needs --tree PATH, a Linux source tree"
[ -z "$base" ] || source_check_tree "$base"
source_check_tree "$tree"
kept=$root/crashes/check-kernel
make_folder "$kept"
source_need
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- one check each: prints what was done; what breaks, a line each, goes to $1 ---

run_corpus() {
	local said
	said=$("$root/stress/source/corpus.sh" "$machine/replay" 2>&1) || {
		sed -nE 's/^(.*): FAILS: breaks ([a-z0-9_]+).*/\2 in \1/p; s/^source lane: .*/&/p' <<<"$said" >"$1"
		[ -s "$1" ] || tail -n 1 <<<"$said" >"$1"
		echo "$(wc -l <"$1") of the scenarios"
		return
	}
	tail -n 1 <<<"$said"
}

# search FILE HOW...
search() {
	local file=$1 said broken
	shift
	said=$("$machine/swarm" --geometry tiny --policy legacy --drain disable --level 3 --seed 1 \
		--seconds "$seconds" --json -o "$kept" "$@" 2>"$work/report") || true
	broken=$(sed -n 's/.*"invariant": "\([a-z0-9_]*\)", "input": "\([^"]*\)".*/\1 (\2)/p' <<<"$said")
	[ -z "$broken" ] || echo "${broken//$root\//}" >"$file"
	[[ $said == *'"runs": '* ]] || tail -n 1 "$work/report" >"$file"
	sed -nE 's/.*"runs": ([0-9]+), "ops": ([0-9]+).*/\1 programs, \2 operations/p' <<<"$said"
}

beside_the_model() {
	local said status=0
	said=$("$root/scripts/conform.sh" --tree "$now" ${planted:+--plant "$planted"} --quiet --seed 1 --ops "$ops" 2>"$work/report") || status=$?
	[ "$status" -le 1 ] || { tail -n 1 "$work/report" >"$1"; return; }
	if [ "$status" = 1 ]; then
		printf '%s\n' "$said" >"$kept/difference-$lane_version.txt"
		sed -n 's/^First difference: [^;]*; //p' <<<"$said" >"$1"
	fi
	tail -n 1 <<<"$said" | sed -E 's/ alike.*, ([0-9]+) inputs, ([0-9]+) of them differ/, \2 of \1 inputs differ/'
}

# check NAME FILE
check() {
	case $1 in
	corpus) run_corpus "$2" ;;
	search) search "$2" --sequential ;;
	interleaved) search "$2" --oracle random ;;
	model) beside_the_model "$2" ;;
	esac
}

# --- a kernel: its programs, its checks ---

# Known findings whose scenario breaks something, on a machine that boots.
findings() {
	local file
	"$machine/replay" corpus/scenario/offline-free-block.ops >/dev/null || return 0
	for file in stress/source/findings/*.ops; do
		! grep -qE '^memoffline .*geometry=vmemmap' "$file" || continue
		LANE_FINDINGS=1 timeout 60 "$machine/replay" "$file" >"$work/said" 2>&1 || true
		! grep -q '^ASSERTION FAILED' "$work/said" || basename "$file" .ops
	done
}

checks=(corpus search interleaved)
[ "$ops" = 0 ] || checks+=(model)
declare -A about=([corpus]='the corpus' [search]='one after the other' [interleaved]='interleaved' [model]='beside the model')

# examine NAME TREE [PLANT]: into $work/NAME.
examine() {
	local name=$1 now=$2 planted=${3-} check machine
	mkdir "$work/$name"
	say_aside "$name: Linux $(sed -nE 's/^(VERSION|PATCHLEVEL|SUBLEVEL) = ([0-9]+)$/\2/p' "$now/Makefile" | head -n 3 | paste -sd.) at $now${planted:+ with $planted}"
	source_check_tree "$now"
	# The machine in which a free page spans two pageblocks at most: see stress/source/README.md.
	source_build "$now" tiny-pairs plain "$planted"
	machine=$lane_dir
	for check in "${checks[@]}"; do
		say_aside "$name: ${about[$check]}"
		check "$check" "$work/$name/$check.broken" >"$work/$name/$check" || true
		touch "$work/$name/$check.broken"
	done
	source_build "$now" tiny plain "$planted"
	machine=$lane_dir
	say_aside "$name: what is known"
	findings >"$work/$name/findings" 2>/dev/null
}

[ -z "$base" ] || examine base "$base"
examine tree "$tree" "$plant"

# --- the verdict ---

# What breaks is told apart without the file it is kept in.
ids() { sed 's/ (.*//' "$1"; }
status=0 rows=''
[ -n "$json" ] || say
for check in "${checks[@]}"; do
	verdict=clean why=''
	if [ -s "$work/tree/$check.broken" ]; then
		verdict=breaks
		[ "$check" != model ] || verdict=differs
		why=$(head -n 1 "$work/tree/$check.broken")
		if [ -n "$base" ] && [ "$(ids "$work/tree/$check.broken")" = "$(ids "$work/base/$check.broken")" ]; then
			why+=', as in the base'
		else
			status=1
		fi
	fi
	said=$(<"$work/tree/$check")
	if [ -n "$json" ]; then
		rows+="${rows:+,}{\"check\":\"$check\",\"verdict\":\"$verdict\",\"said\":$(json_string "$said"),\"what\":$(json_string "$why")}"
	else
		printf '%-20s %-8s %s\n' "${about[$check]}" "$verdict" "$said${said:+${why:+; }}$why"
	fi
done
: >"$work/gone"
[ -z "$base" ] || comm -13 <(sort "$work/tree/findings") <(sort "$work/base/findings") >"$work/gone"
if [ -n "$json" ]; then
	names() { sed 's/.*/"&"/' "$1" | paste -sd,; }
	printf '{"kernel":"%s","checks":[%s],"findings":[%s],"gone":[%s]}\n' "$lane_version" "$rows" \
		"$(names "$work/tree/findings")" "$(names "$work/gone")"
else
	printf '%-20s %-8s %s\n' 'known findings' "$(wc -l <"$work/tree/findings")" "$(paste -sd' ' "$work/tree/findings")"
	[ ! -s "$work/gone" ] || printf '%-20s %-8s %s\n' '' 'gone' "$(paste -sd' ' "$work/gone")"
	say
	case $status in
	0) say "Nothing new." ;;
	*) say "Something is new (above). Kept in crashes/check-kernel; ./scripts/replay.sh --subject source --tree $tree FILE shows it." ;;
	esac
fi
exit $status
