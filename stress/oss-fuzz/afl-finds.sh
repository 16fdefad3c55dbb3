#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# afl-finds.sh [SECONDS]: an AFL++ campaign of two workers with our mutator, from one
# seed that says nothing, finds a planted old bug (fuzz_canary), and its stability is 100 %.
set -euo pipefail

limit=${1:-120}
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/setup.sh
source "$root/scripts/lib/setup.sh"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev afl++
build afl-oldbugs fuzz_canary fuzz_offline
build fuzz memoffline_mutator
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_FAST_CAL=1 AFL_BENCH_UNTIL_CRASH=1 \
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FORKSRV_INIT_TMOUT=30000
AFL_CUSTOM_MUTATOR_LIBRARY=$(find build/fuzz -name '*memoffline_mutator.so' -print -quit)
export AFL_CUSTOM_MUTATOR_LIBRARY
mkdir "$work/seed"
head -c 64 /dev/zero >"$work/seed/zero"

# start NAME ROLE OUT TARGET SECONDS
start() {
	afl-fuzz "$2" "$1" -s 1 -m none -t 5000+ -G 512 -V "$5" -i "$work/seed" -o "$work/$3" -- "build/afl-oldbugs/bin/$4" >"$work/$1.log" 2>&1 </dev/null &
}
start main -M canary fuzz_canary "$limit"
start second -S canary fuzz_canary "$limit"
wait
crash=$(find "$work/canary" -path '*/crashes/id:*' -print -quit)
[ -n "$crash" ] || { tail -n 5 "$work/main.log"; echo "found nothing in $limit s"; exit 1; }
said=$("build/afl-oldbugs/bin/fuzz_canary" "$crash" 2>&1 || true)
grep -m 1 '^ASSERTION FAILED: nr_free_pages$' <<<"$said" || { echo "$said"; echo "the crash is not the planted bug"; exit 1; }
sed -n 's/^\(run_time\|execs_done\) *: /\1 /p' "$work"/canary/*/fuzzer_stats

start stable -M stable fuzz_offline 8
wait
stability=$(sed -n 's/^stability *: *//p' "$work/stable/stable/fuzzer_stats")
echo "stability $stability"
[ "$stability" = 100.00% ] || { echo "an input does not always run the same code"; exit 1; }
