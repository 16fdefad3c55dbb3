#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-oss-fuzz.sh: would OSS-Fuzz and ClusterFuzzLite take us?  What their
# machines check after a build, here and without Docker, and what they do not check.
#
#   ./scripts/check-oss-fuzz.sh [--engine E] [--sanitizer S] [--only CHECK] [--keep DIR]
#   ./scripts/check-oss-fuzz.sh --out DIR --engine E --sanitizer S [--only CHECK]
#   ./scripts/check-oss-fuzz.sh --list
#
#   --engine E      libfuzzer, afl, or external: an archive in LIB_FUZZING_ENGINE that we
#                   do not know, with honggfuzz's flags (stress/oss-fuzz/engine.c)   (all)
#   --sanitizer S   address, undefined, memory, coverage, none
#                   (libfuzzer: all; afl and external: address, none)
#   --only CHECK    one of --list                    (all that apply)
#   --keep DIR      builds and logs stay there       (a temporary folder)
#   --out DIR       check this $OUT instead of building one
#   --json FILE     the results for machines
#
# MO_TREE: the tree to check instead of this one (tests do that).
#
# Builds with scripts/oss-fuzz/build.sh into an empty $OUT, from a copy of the
# tracked files, with the contract's variables alone and no network; then runs each
# target elsewhere, as nobody, with nothing else to read.
#
# Exit status: 0 all hold, 1 one does not, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/oss-fuzz-env.sh
source "$root/scripts/lib/oss-fuzz-env.sh"
# shellcheck source=scripts/lib/oss-fuzz-checks.sh
source "$root/scripts/lib/oss-fuzz-checks.sh"
# shellcheck source=scripts/lib/oss-fuzz-runs.sh
source "$root/scripts/lib/oss-fuzz-runs.sh"
# shellcheck source=scripts/lib/oss-fuzz-lint.sh
source "$root/scripts/lib/oss-fuzz-lint.sh"

engines='' sanitizers='' only='' keep='' out='' json=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--list) list_checks; exit 0 ;;
	--engine | --sanitizer | --only | --keep | --out | --json)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		case $1 in
		--engine) engines=$2 ;;
		--sanitizer) sanitizers=$2 ;;
		*) declare "${1#--}=$2" ;;
		esac
		shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
[[ ' libfuzzer afl external ' == *" ${engines:-afl} "* ]] || die "--engine is libfuzzer, afl or external, not '$engines'"
[[ ' address undefined memory coverage none ' == *" ${sanitizers:-none} "* ]] ||
	die "--sanitizer is address, undefined, memory, coverage or none, not '$sanitizers'"
[ -z "$only" ] || list_checks | grep -q "^$only " || die "no check '$only' (--list shows them)"
[ -z "$out" ] || { [ -n "$engines" ] && [ -n "$sanitizers" ]; } || die "--out needs --engine and --sanitizer: how it was built"
[ -z "$out" ] || out=$(absolute "$out")
[ -z "$out" ] || [ -d "$out" ] || die "there is no folder $out"
if [ -n "$json" ]; then
	json=$(absolute "$json")
	check_output "$json"
fi

need git clang libclang-rt-dev llvm cmake ninja-build libbsd-dev binutils file zip unzip \
	bubblewrap util-linux shellcheck python3-yaml
[[ ${engines:-afl} != afl ]] || need afl++

if [ -n "$keep" ]; then
	keep=$(absolute "$keep")
	make_folder "$keep"
else
	keep=$(mktemp -d)
	trap 'chmod -R u+w "$keep"; rm -rf "$keep"' EXIT
fi

nr_failed=0 nr_passed=0 results=''

# report NAME STATUS: one line a check; what it said is shown when it failed.
report() {
	local name=$1 status=$2 verdict
	if [ "$status" = 0 ]; then
		verdict=holds nr_passed=$((nr_passed + 1))
	else
		verdict=FAILS nr_failed=$((nr_failed + 1))
	fi
	printf '  %-12s %-6s %s\n' "$name" "$verdict" "$(describe "$name")"
	[ "$status" = 0 ] || sed 's/^/      /' "$work/$name.log" | tail -n 30
	results+="${results:+, }{ \"engine\": \"$engine\", \"sanitizer\": \"$sanitizer\", \"check\": \"$name\", \"holds\": $([ "$status" = 0 ] && echo true || echo false) }"
}

# Runs a check in a subshell of its own: 'exit 1' is "does not hold".
run_check() {
	local name=$1 status=0
	[ -z "$only" ] || [ "$only" = "$name" ] || return 0
	(set +e; "check_${name//-/_}") >"$work/$name.log" 2>&1 || status=$?
	report "$name" "$status"
}

check_combination() {
	engine=$1 sanitizer=$2
	work=$keep/$engine-$sanitizer
	rm -rf "$work"
	mkdir -p "$work/home"
	say "$engine, $sanitizer"
	if [ -z "$out" ]; then
		local asked=$only
		only='' run_check build
		only=$asked
		[ -d "$work/out" ] || return 0
		move_away "$work/out"
	else
		move_away "$out"
	fi
	local name
	for name in $(checks_for "$engine" "$sanitizer"); do
		run_check "$name"
	done
}

engine=none sanitizer=none work=$keep
if [ -z "$out" ] && [[ ${only:-lint} = lint ]]; then
	say "files"
	run_check lint
fi
[ "$only" = lint ] || for engine in ${engines:-libfuzzer afl external}; do
	for sanitizer in ${sanitizers:-$(sanitizers_of "$engine")}; do
		check_combination "$engine" "$sanitizer"
	done
done

say
say "$nr_passed passed, $nr_failed failed"
[ -z "$json" ] || printf '{ "passed": %d, "failed": %d, "checks": [%s] }\n' "$nr_passed" "$nr_failed" "$results" >"$json" ||
	die "cannot write $json"
[ $((nr_passed + nr_failed)) -gt 0 ] || die "nothing was checked: '$only' does not apply here"
[ "$nr_failed" = 0 ]
