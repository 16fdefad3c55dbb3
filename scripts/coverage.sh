#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh: which branches of the library the corpus reaches.
#
#   ./scripts/coverage.sh [--min PERCENT] [--list] [--functions PERCENT] [--targets] [--schedules]
#                         [--html DIR] [--under PATH] [--summary FILE] [FOLDER...]
#
#   FOLDER...        more inputs, as build/corpus/fuzz_offline, beside corpus/
#   --under PATH     the files that count, a file or folder of the project (core/mm)
#   --min PERCENT    fail when fewer of their branches are taken
#   --list           every branch never taken: file:line, true or false
#   --functions PERCENT  functions of which fewer branches are taken
#   --targets        through each fuzz target as well: one table row a target, from its
#                    seeds and build/corpus/TARGET
#   --schedules      every schedule of the corpus's interleaved scenarios with at most one
#                    preemption, too (dfs:1, under a minute)
#   --html DIR       the source with counts, as web pages; with --targets also DIR/TARGET
#   --summary FILE   the totals as JSON
#
# Branches that the last run with the same --under took and this one does not are listed.
#
# Exit status: 0 measured, 1 below --min, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

min=0 list='' html='' under=core/mm functions='' targets='' schedules='' summary=''
folders=(corpus/scenario corpus/regress)
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--list) list=1; shift ;;
	--targets) targets=1; shift ;;
	--schedules) schedules=1; shift ;;
	--min | --html | --under | --functions | --summary)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		declare "${1#--}=$2"
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) folders+=("$(absolute "$1")"); shift ;;
	esac
done
[[ $min =~ ^([0-9]{1,2}|100)$ ]] || die "--min is a whole number up to 100, not '$min'"
[[ $functions =~ ^([0-9]{1,2}|100|)$ ]] || die "--functions is a whole number up to 100, not '$functions'"
[ -e "$under" ] || die "there is no $under"
# As the table names files: however it was written, where it is in the project.
under=$(realpath --relative-to="$root" "$under")
[[ $under != . && $under != ..* ]] || die "--under is a file or folder in $root, not '$(realpath "$under")'"
if [ -n "$html" ]; then
	html=$(absolute "$html")
	make_folder "$html"
fi
if [ -n "$summary" ]; then
	summary=$(absolute "$summary")
	check_output "$summary"
fi
inputs=()
for folder in "${folders[@]}"; do
	[ -e "$folder" ] || [[ $folder != /* ]] || die "there is no $folder"
	[ ! -e "$folder" ] || inputs+=("$folder")
done
[ ${#inputs[@]} -gt 0 ] || die "nothing to run: neither corpus/ nor a folder"

need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
# A compiler cache may shorten the paths in the profile's map.
export CCACHE_DISABLE=1
mapfile -t names < <(scripts/lib/targets.sh)
programs=(replay)
[ -z "$targets" ] || programs+=("${names[@]/#/replay_}")
build coverage "${programs[@]}"
bin=$root/build/coverage/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A program of this build that is not measured leaves its profile here, not where it runs.
export LLVM_PROFILE_FILE=$work/unread.profraw

# run NAME PROGRAM INPUT...: its counts become $work/NAME.profdata
run() {
	local name=$1 status=0
	LLVM_PROFILE_FILE=$work/$name.profraw "${@:2}" >"$work/$name.log" 2>&1 || status=$?
	[ $status -le 2 ] || die "${2##*/} itself crashed, status $status; ./scripts/replay.sh with the same folders shows where"
	[ $status -lt 2 ] || say "some inputs are broken: $(tail -n 1 "$work/$name.log")"
	llvm-profdata merge -sparse "$work/$name.profraw" -o "$work/$name.profdata"
}

# The same library, maybe in another program: the counts of $work/$1.profdata are added.
add_to_all() {
	llvm-profdata merge -sparse "$work/all.profdata" "$work/$1.profdata" -o "$work/merged"
	mv "$work/merged" "$work/all.profdata"
}

# Tools of another LLVM than the compiler's cannot read its profile.
cov() { llvm-cov "$@" 2>"$work/errors" || die "llvm-cov: $(head -n 1 "$work/errors")"; }

show() {
	cov show -show-branches=count -show-expansions -show-instantiations=false \
		-instr-profile="$1" "$2" "$root/$under" >"$work/show"
	awk -v root="$root/" "${@:3}" -f scripts/lib/coverage.awk "$work/show"
}

pages() {
	cov show -format=html -show-branches=count -output-dir="$1" -instr-profile="$2" "$3" "$root/core" >/dev/null
	say "Pages: $1/index.html"
}

run all "$bin/replay" "${inputs[@]}"
tail -n 1 "$work/all.log"
[ -z "$targets" ] || for name in "${names[@]}"; do
	"$root/scripts/lib/seeds.sh" "$bin/replay" "$work/seeds" >"$work/seeds.log" 2>&1 || die "cannot make seeds: $(tail -n 1 "$work/seeds.log")"
	mine=("$work/seeds/$name")
	[ ! -d "build/corpus/$name" ] || mine+=("build/corpus/$name")
	run "$name" "$bin/replay_$name" "${mine[@]}"
	printf '%-18s%s\n' "$name" "$(show "$work/$name.profdata" "$bin/replay_$name" | tail -n 1 | sed 's/^all *//')"
	[ -z "$html" ] || pages "$html/$name" "$work/$name.profdata" "$bin/replay_$name"
	add_to_all "$name"
done
[ -z "$schedules" ] || {
	mapfile -t mine < <(grep -l '^cpu.*@' corpus/scenario/*.ops corpus/regress/*.ops)
	say "Schedules of ${#mine[@]} interleaved scenarios"
	run schedules "$bin/replay" --oracle dfs:1 "${mine[@]}"
	add_to_all schedules
}
[ -z "$html" ] || pages "$html" "$work/all.profdata" "$bin/replay"

[ -z "$functions" ] || {
	say "Functions of $under with less than $functions % of their branches taken:"
	cov report -show-functions -instr-profile="$work/all.profdata" "$bin/replay" "$root/$under" |
		awk -v limit="$functions" -v root="$root/" -f scripts/lib/functions.awk
}

last=$root/build/coverage/taken.${under//\//.}
old=()
[ ! -f "$last" ] || old=(-v last="$last")
status=0
show "$work/all.profdata" "$bin/replay" -v list="$list" -v min="$min" -v state="$work/taken" "${old[@]}" | tee "$work/table" || status=$?
[ $status -lt 2 ] || die "$(tail -n 1 "$work/table")"
mv "$work/taken" "$last"
[ -z "$summary" ] || awk -v under="$under" '$1 == "all" {
	printf "{ \"under\": \"%s\", \"branches\": %d, \"branches_taken\": %d, \"lines\": %d, \"lines_run\": %d }\n", under, $4, $2, $9, $7
}' "$work/table" >"$summary"
exit $status
