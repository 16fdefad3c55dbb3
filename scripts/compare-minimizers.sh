#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compare-minimizers.sh: our minimiser beside those of libFuzzer and AFL++.
#
#   ./scripts/compare-minimizers.sh [--seconds N] [--sample N] [--seed N] [--output FILE]
#
#   --seconds N    what libFuzzer and afl-tmin get for each input   (20)
#   --sample N     reproducers of corpus/oldbugs, evenly chosen     (12)
#   --seed N       of the junk                                      (1)
#   --output FILE  the table                                        (build/minimizers.md)
#
# Each reproducer stands as raw bytes among 512 operations of junk (2 KiB), made by
# stress/pad.  Counted are the operations and choices of the result as a scenario;
# the other two keep any crash, "other" is a result that breaks something else.
# The table in fuzz/README.md is what this printed.
#
# Exit status: 0 compared, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

seconds=20 sample=12 seed=1 output=build/minimizers.md
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--seconds | --sample | --seed | --output)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		declare "${1#--}=$2"
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
check_number --seconds "$seconds"
check_number --sample "$sample"
check_number --seed "$seed"
if [ "$output" = build/minimizers.md ]; then
	make_folder build
else
	output=$(absolute "$output")
fi
check_output "$output"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev afl++
build oldbugs pad replay minimize fuzz_offline fuzz_interleave replay_fuzz_offline replay_fuzz_interleave
build afl-oldbugs fuzz_offline fuzz_interleave
bin=$root/build/oldbugs/bin afl=$root/build/afl-oldbugs/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export AFL_NO_UI=1 AFL_QUIET=1 AFL_NO_AFFINITY=1 AFL_CRASH_EXITCODE=-1 AFL_SKIP_CPUFREQ=1

# Operations of a scenario or of bytes, and choices behind them.
size_of() {
	"$bin/replay" --to-text "$1" >"$work/text"
	echo "$(grep -cE '^cpu[0-9]+ ' "$work/text") $(grep -oE '@|\(' "$work/text" | wc -l)"
}
# In a shell of its own, whose word on the abort nobody needs.
breaks() {
	{ bash -c '"$1" "$2" >"$3" 2>&1; true' - "$1" "$2" "$work/said" || true; } 2>/dev/null
	sed -n 's/^ASSERTION FAILED: //p' "$work/said" | head -n 1
}
# cell RESULT MILLISECONDS TARGET INVARIANT: "3 + 1, 0.02 s"
cell() {
	local ops choices other=''
	[ -s "$1" ] || { printf 'nothing in %d s' "$seconds"; return; }
	read -r ops choices < <(size_of "$1")
	[ "$(breaks "$bin/replay_$3" "$1")" = "$4" ] || other=' other'
	printf '%d + %d%s, %d.%02d s' "$ops" "$choices" "$other" $(($2 / 1000)) $(($2 % 1000 / 10))
}
ms() { echo $(("${EPOCHREALTIME/[.,]/}" / 1000)); }

{
	echo "| reproducer | by hand | padded | minimize | libFuzzer -minimize_crash=1 | afl-tmin |"
	echo "|---|---|---|---|---|---|"
} >"$output"
all=(corpus/oldbugs/*.ops)
for ((i = 0; i < sample && i < ${#all[@]}; i++)); do
	scenario=${all[i * ${#all[@]} / sample]}
	[ "$sample" -lt ${#all[@]} ] || scenario=${all[i]}
	name=$(basename "$scenario" .ops)
	input=$work/$name
	invariant=$(sed -n 's/^expect violation //p' "$scenario")
	"$bin/pad" "$scenario" 512 "$seed" "$input" >/dev/null || continue
	target=fuzz_offline
	[ "$(breaks "$bin/replay_$target" "$input")" = "$invariant" ] || target=fuzz_interleave
	[ "$(breaks "$bin/replay_$target" "$input")" = "$invariant" ] || { say_aside "$name: no target breaks it as it stands"; continue; }

	start=$(ms)
	"$bin/minimize" --quiet --output "$input.ops" "$input" 2>/dev/null
	ours=$(($(ms) - start))
	start=$(ms)
	(cd "$work" && timeout $((seconds + 5)) "$bin/$target" -minimize_crash=1 -max_total_time="$seconds" \
		-exact_artifact_path="$input.lf" "$input" >/dev/null 2>&1 </dev/null) || true
	libfuzzer=$(($(ms) - start))
	start=$(ms)
	timeout "$seconds" afl-tmin -m none -t 5000 -i "$input" -o "$input.afl" -- "$afl/$target" >/dev/null 2>&1 </dev/null || true
	tmin=$(($(ms) - start))
	row="| $name | $(size_of "$scenario" | sed 's/ / + /') | $(size_of "$input" | sed 's/ / + /') | $("$bin/minimize" --quiet --json "$input" 2>/dev/null | sed -E 's/.*"ops": ([0-9]+), "choices": ([0-9]+), .*/\1 + \2/'), $((ours / 1000)).$(printf '%02d' $((ours % 1000 / 10))) s"
	row+=" | $(cell "$input.lf" $libfuzzer "$target" "$invariant") | $(cell "$input.afl" $tmin "$target" "$invariant") |"
	echo "$row" >>"$output"
	say_aside "$row"
done
say "written:  ${output#"$root"/}"
