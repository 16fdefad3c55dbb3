#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# afl-campaign.sh [SECONDS [BYTES]]: what AFL++ costs.  A campaign of two workers from the
# seeds (300 s), programs of at most 512 bytes as scripts/fuzz.sh has them, beside
# fuzz_empty, the engine alone, from the same seeds before and behind it.
# Prints a table; CPU time is that of the whole process tree (cputime.py).
set -euo pipefail

seconds=${1:-300} bytes=${2:-512}
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/setup.sh
source "$root/scripts/lib/setup.sh"
# shellcheck source=scripts/lib/engine-afl.sh
source "$root/scripts/lib/engine-afl.sh"
is_number "$seconds" || die "a number of seconds, not '$seconds'"
is_number "$bytes" || die "a number of bytes, not '$bytes'"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev afl++ python3
build fuzz fuzz_offline_mutator replay
build afl fuzz_empty fuzz_offline
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
"$root/scripts/lib/seeds.sh" build/fuzz/bin/replay "$run/all" >"$run/log.seeds"
seeds=$run/all/fuzz_offline
small_seeds
AFL_CUSTOM_MUTATOR_LIBRARY=$(find build/fuzz -name 'libfuzz_offline_mutator.so' -print -quit)
export AFL_CUSTOM_MUTATOR_LIBRARY AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_FAST_CAL=1 \
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FORKSRV_INIT_TMOUT=30000

# worker ROLE NAME OUT TARGET SECONDS [VARIABLE=VALUE...]
worker() {
	env MEMOFFLINE_STATS="$run/$3.$2" "${@:6}" python3 stress/oss-fuzz/cputime.py "$run/cpu.$3.$2" \
		afl-fuzz "$1" "$2" -s 1 -m none -t 5000+ -G "$bytes" -V "$5" \
		-i "$run/seeds" -o "$run/$3" -- "build/afl/bin/$4" >"$run/log.$3.$2" 2>&1 </dev/null
}

campaign() {
	worker -M main "$@" &
	worker -S second "$@" AFL_CUSTOM_MUTATOR_ONLY=1 &
	wait
}

sum() { sed -n "s/^$1 *: //p" "$run/$2"/*/fuzzer_stats | awk '{ n += $1 } END { print n + 0 }'; }

# row WHAT OUT TARGET SECONDS
row() {
	local what=$1 out=$2 target=$3 cpu executions ops=0 file counts stability
	campaign "$out" "$target" "$4" 2>/dev/null
	cpu=$(awk '{ u += $1; s += $2 } END { print u, s }' "$run/cpu.$out".*)
	executions=$(sum execs_done "$out")
	for file in "$run/$out".{main,second}; do
		[ -s "$file" ] || continue
		read -r -a counts < <(od -An -v -t u8 -w16 -N 16 "$file")
		ops=$((ops + counts[1]))
	done
	# A finding outlives the folder: found again is not found.
	while IFS= read -r file; do
		mkdir -p "crashes/$target"
		cp "$file" "crashes/$target/crash-$(sha1sum <"$file" | cut -d ' ' -f 1)"
		say "a crash of $target is kept in crashes/$target"
	done < <(find "$run/$out"/*/crashes -name 'id:*')
	stability=$(sed -n 's/^stability *: //p' "$run/$out"/*/fuzzer_stats | sort -u | paste -sd' ')
	awk -v what="$what" -v cpu="$cpu" -v n="$executions" -v ops="$ops" -v s="$4" -v stability="$stability" \
		-v edges="$(sed -n 's/^edges_found *: //p' "$run/$out/main/fuzzer_stats")" -v inputs="$(sum saved_crashes "$out")" 'BEGIN {
		split(cpu, t, " ")
		printf "| %s | %d | %d | %.1f | %.1f | %.1f | %.1f | %d | %s | %d |\n", what, n / s, n, (t[1] + t[2]) / n * 1e6,
			t[1] / n * 1e6, t[2] / n * 1e6, ops / n, edges, stability, inputs
	}'
}

short=$((seconds / 10 + 1))
say "load $(cut -d ' ' -f 1-3 /proc/loadavg), $(nproc) CPUs, $(date '+%-d %B %Y %H:%M')"
say '| two workers | exec/s | executions | CPU us/exec | user | system | ops/exec | edges | stability | crashes |'
say '|---|---|---|---|---|---|---|---|---|---|'
row 'fuzz_empty' e1 fuzz_empty $short
row "fuzz_offline, $seconds s, $bytes bytes" o1 fuzz_offline "$seconds"
row 'fuzz_empty' e2 fuzz_empty $short
say "load $(cut -d ' ' -f 1-3 /proc/loadavg)"
