# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of check-oss-fuzz.sh
#
# The checks of check-oss-fuzz.sh that run targets; oss-fuzz-checks.sh has the others.

# The libFuzzer section as the service's parse_options.py reads it.
option_arguments() {
	[ ! -f "$away/$1.options" ] ||
		sed -n '/^\[libfuzzer\]/,/^\[[^l]/s/^\([a-z_]*\) *= *\(.*\)$/-\1=\2/p' "$away/$1.options"
	[ ! -f "$away/$1.dict" ] || echo "-dict=$away/$1.dict"
}

target_options() {
	local arguments said
	[ ! -f "$away/$1.options" ] || ! grep -vE '^(;.*|\[(libfuzzer|asan|msan|ubsan)\]|[a-z_]+ *= *[^ ]+|)$' "$away/$1.options" ||
		wrong "$1.options: the line above is neither section, 'name = value' nor comment"
	mapfile -t arguments < <(option_arguments "$1")
	said=$(in_jail "$work/home" "$away/$1" -runs=0 "${arguments[@]}" 2>&1) || wrong "$said"
	! grep -E 'WARNING: unrecognized flag|ParseDictionaryFile: error' <<<"$said" || wrong "$1: the engine does not know the above"
}
check_options() { each_target target_options; }

target_edges_libfuzzer() {
	local said edges
	said=$(in_jail "$work/home" "$away/$1" -- -seed=1337 -runs=4 2>&1)
	! grep 'no interesting inputs were found' <<<"$said" || wrong "$1: not instrumented"
	edges=$(sed -n 's/.*INFO: Loaded [0-9]* module.*(.*\(counters\|guards\)): *\([0-9]*\).*/\2/p' <<<"$said" | head -n 1)
	[ "${edges:-0}" -ge 100 ] || wrong "$1: ${edges:-no} edges, 100 at least"
	echo "$1: $edges edges"
}

target_edges_afl() {
	local said
	unpack_seeds "$1"
	said=$(in_jail "$work/home" /usr/bin/afl-showmap -q -C -i /data/seeds -o /data/map -- "$away/$1" - 2>&1)
	[ -s "$work/home/map" ] || wrong "$1: no map: $said"
	[ "$(wc -l <"$work/home/map")" -ge 100 ] || wrong "$1: its seeds show $(wc -l <"$work/home/map") edges, 100 at least"
	echo "$1: $(wc -l <"$work/home/map") edges"
	rm -f "$work/home/map"
}
# "Done: N guards, M reached", after seeds and changed copies of them.
target_edges_external() {
	local said
	run_external "$1"
	[[ $said =~ Done:\ ([0-9]+)\ guards,\ ([0-9]+)\ reached ]] || wrong "$1: $said"
	[ "${BASH_REMATCH[2]}" -ge 100 ] || wrong "$1: ${BASH_REMATCH[2]} of ${BASH_REMATCH[1]} edges, 100 at least"
	echo "$1: ${BASH_REMATCH[2]} of ${BASH_REMATCH[1]} edges"
}
check_instrumented() { each_target "target_edges_$engine"; }

target_startup_libfuzzer() {
	local said
	said=$(in_jail "$work/home" "$away/$1" -rss_limit_mb=2560 -timeout=25 -seed=1337 -runs=4 2>&1)
	grep -q '^Done 4 runs' <<<"$said" || wrong "$1: $said"
}

target_startup_afl() {
	local said
	rm -rf "$work/home/in" "$work/home/afl"
	mkdir -p "$work/home/in"
	echo input >"$work/home/in/input"
	chmod -R a+rwX "$work/home"
	said=$(in_jail "$work/home" /usr/bin/timeout --preserve-status -s INT 60 /usr/bin/afl-fuzz -V 1 -m none -t 5000+ -i /data/in -o /data/afl -- "$away/$1" 2>&1)
	grep -q 'All set and ready to roll' <<<"$said" || wrong "$1: $said"
	! grep -E 'target binary (crashed|terminated)' <<<"$said" || wrong "$1: crashed at start"
}
target_startup_external() {
	local said
	said=$(in_jail "$work/home" "$away/$1" 2>&1)
	grep -q '^Done: ' <<<"$said" || wrong "$1: $said"
}
check_startup() { each_target "target_startup_$engine"; }

unpack_seeds() {
	rm -rf "$work/home/seeds"
	mkdir -p "$work/home/seeds"
	unzip -qo "$away/$1_seed_corpus.zip" -d "$work/home/seeds"
	chmod -R a+rX "$work/home/seeds"
}

target_seeds() {
	local said seeds status=0
	unpack_seeds "$1"
	mapfile -t seeds < <(cd "$work/home/seeds" && find . -type f -printf '/data/seeds/%P\n' | LC_ALL=C sort)
	said=$(in_jail "$work/home" "$away/$1" "${seeds[@]}" 2>&1) || status=$?
	[ $status = 0 ] || wrong "$1 breaks on a seed: $(grep -v '^Execut' <<<"$said" | tail -n 25)"
}
check_seeds() { each_target target_seeds; }

# Sets said.
run_external() {
	local seeds
	unpack_seeds "$1"
	mapfile -t seeds < <(cd "$work/home/seeds" && find . -type f -printf '/data/seeds/%P\n' | LC_ALL=C sort)
	said=$(in_jail "$work/home" "$away/$1" "${seeds[@]}" 2>&1)
}

target_reproduce() {
	local said seed
	unpack_seeds "$1"
	seed=$(find "$work/home/seeds" -type f -printf '%P\n' | LC_ALL=C sort | head -n 1)
	said=$(in_jail "$work/home" "$away/$1" -runs=100 "/data/seeds/$seed" 2>&1) || wrong "$1: $seed: $said"
	grep -q "^Executed /data/seeds/$seed in" <<<"$said" || wrong "$1 did not run $seed: $said"
}
check_reproduce() { each_target target_reproduce; }

# Execution counts of every region, the inputs in the given order.  How often a fiber
# begins says which was left by a violation before: that is no state of the machine.
region_counts() {
	jail_env=(LLVM_PROFILE_FILE=/data/raw)
	rm -f "$work/home/raw"
	in_jail "$work/home" "$away/$1" "${@:2}" >/dev/null 2>&1 || wrong "$1 broke"
	llvm-profdata merge -sparse "$work/home/raw" -o "$work/home/profdata"
	llvm-profdata show --all-functions --counts "$work/home/profdata" |
		sed -E '/(fiber.c:fiber_main|exec_concurrent.c:work[0-9]?):$/,/Block counts/d'
}

# Each input pays for putting back what the one before it touched, and the last is
# not put back: so the seeds stand in one order before and behind those that change.
target_order() {
	local seeds reversed
	unpack_seeds "$1"
	mapfile -t seeds < <(cd "$work/home/seeds" && find . -type f -printf '/data/seeds/%P\n' | LC_ALL=C sort)
	mapfile -t reversed < <(printf '%s\n' "${seeds[@]}" | tac)
	region_counts "$1" "${seeds[@]}" "${seeds[@]}" "${seeds[@]}" >"$work/forward"
	region_counts "$1" "${seeds[@]}" "${reversed[@]}" "${seeds[@]}" >"$work/backward"
	cmp -s "$work/forward" "$work/backward" ||
		wrong "$1: what an input runs depends on the one before: $(diff "$work/forward" "$work/backward" | head -n 4)"
}
check_order() { each_target target_order; }

target_report() {
	local seeds lines
	unpack_seeds "$1"
	mapfile -t seeds < <(cd "$work/home/seeds" && find . -type f -printf '/data/seeds/%P\n')
	region_counts "$1" "${seeds[@]}" >/dev/null
	llvm-cov export -summary-only -instr-profile="$work/home/profdata" "$away/$1" >"$work/summary.json" || wrong "$1: llvm-cov"
	lines=$(sed -n 's/.*"totals":.*"lines":{"count":[0-9]*,"covered":[0-9]*,"percent":\([0-9]*\).*/\1/p' "$work/summary.json")
	[ "${lines:-0}" -ge 30 ] || wrong "$1: seeds run ${lines:-no} % of the lines, 30 at least"
	llvm-cov show -format=html -output-dir="$work/report" -instr-profile="$work/home/profdata" "$away/$1" >/dev/null
	[ -s "$work/report/index.html" ] || wrong "$1: no page"
	echo "$1: $lines % of lines"
}
check_report() { each_target target_report; }
