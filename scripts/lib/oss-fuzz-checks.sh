# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034,SC2016 # variables of check-oss-fuzz.sh
#
# The checks of check-oss-fuzz.sh.  Each is a function that says what is wrong and
# exits 1.  Here: the table, and what shows without running a target; the rest is in
# oss-fuzz-runs.sh.  Names in brackets: the service's own check.

all_checks='
lint          project.yaml, Dockerfile, scripts and workflows keep the rules of the services
build         build.sh builds with the contract alone, without network, twice, and leaves the source alone
only-targets  $OUT holds programs that are targets, their seeds, options and dictionaries, nothing else
no-canary     a target that must fail is not shipped
libraries     no shared library but those of the C and C++ run time
machine       targets are programs for x86-64
seed-corpus   every target has a flat archive of seeds
options       options and dictionary are read by the engine
instrumented  coverage is in the target: 100 edges at least [bad_build_check]
sanitizer     the sanitizer is in the target, and no other [bad_build_check]
startup       starts and runs four inputs, elsewhere, as nobody [bad_build_check]
seeds         no target breaks on its own seeds
reproduce     a given input runs a hundred times
order         seeds in order and reversed run the same code: no state is kept
report        the coverage build makes a report'

list_checks() { sed '1d' <<<"$all_checks"; }
describe() { list_checks | sed -n "s/^$1  *//p"; }

checks_for() {
	local common="only-targets no-canary libraries machine seed-corpus"
	case $1-$2 in
	*-coverage) echo "$common order report" ;;
	libfuzzer-*) echo "$common options instrumented sanitizer startup seeds reproduce" ;;
	afl-*) echo "$common instrumented startup seeds" ;;
	external-*) echo "$common instrumented sanitizer startup seeds" ;;
	esac
}

wrong() { echo "$*"; exit 1; }

# The lists of targets must not be empty: a check of nothing would hold.
each_target() {
	[ ${#targets[@]} -gt 0 ] || wrong "no target in \$OUT"
	local target
	for target in "${targets[@]}"; do
		"$@" "$target"
	done
}

# Tracked files and new ones, as a checkout would have them.
copy_tree() {
	if [ -e "$1/.git" ]; then
		(cd "$1" && git ls-files -z --cached --others --exclude-standard)
	else
		(cd "$1" && find . -type f -print0)
	fi | (cd "$1" && while IFS= read -r -d '' file; do
		[ ! -e "$file" ] || printf '%s\0' "$file"
	done | xargs -0 cp -a --parents -t "$2")
}

check_build() {
	local vars run before net=()
	mkdir -p "$work/src/memoffline" "$work/work" "$work/out"
	copy_tree "${MO_TREE:-$root}" "$work/src/memoffline"
	cp "$work/src/memoffline/scripts/oss-fuzz/build.sh" "$work/src/"
	before=$(cd "$work/src" && find . -type f -exec sha256sum {} + | sort)
	! unshare -n true 2>/dev/null || net=(unshare -n)
	[ "$engine" != external ] || build_engine "$work/engine.a"
	mapfile -t vars < <(contract "$work")
	for run in first second; do
		(cd "$work/src/memoffline" && "${net[@]}" env -i "${vars[@]}" bash -eux "$work/src/build.sh") ||
			{ rm -rf "$work/out"; wrong "build.sh failed, the $run time"; }
		find "$work/out" -printf '%P\n' | sort >"$work/out.$run"
	done
	cmp "$work/out.first" "$work/out.second" || wrong "the second run left other files"
	[ "$before" = "$(cd "$work/src" && find . -type f -exec sha256sum {} + | sort)" ] ||
		wrong "build.sh changed the source tree"
	[ -n "$(find_targets "$work/out")" ] || wrong "no target in \$OUT"
}

check_only_targets() {
	local name
	while IFS= read -r name; do
		case $name in
		*_seed_corpus.zip) grep -qxF "${name%_seed_corpus.zip}" <(printf '%s\n' "${targets[@]}") || wrong "$name belongs to no target" ;;
		*.options | *.dict) grep -qxF "${name%.*}" <(printf '%s\n' "${targets[@]}") || wrong "$name belongs to no target" ;;
		*) grep -qxF "$name" <(printf '%s\n' "${targets[@]}") || wrong "$name is not a target" ;;
		esac
		[[ $name =~ ^[A-Za-z0-9_.-]+$ ]] || wrong "'$name': letters, digits, '_' and '-' only"
	done < <(find "$away" -mindepth 1 -printf '%P\n')
	each_target true
}

check_no_canary() {
	local name
	for name in "${targets[@]}"; do
		[[ $name != *canary* ]] || wrong "$name must fail, and is in \$OUT"
	done
	each_target true
}

target_libraries() {
	local lib
	while read -r lib; do
		[[ $lib =~ ^(lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|resolv)\.so|linux-vdso|/lib64/ld-linux|ld-linux) ]] ||
			wrong "$1 needs $lib, which the runner has not"
	done < <(ldd "$away/$1" | awk '{ print $1 }')
}
check_libraries() { each_target target_libraries; }

target_machine() { file -bL "$away/$1" | grep -q 'ELF 64-bit.*x86-64' || wrong "$1: $(file -bL "$away/$1")"; }
check_machine() { each_target target_machine; }

target_seed_corpus() {
	local zip=$away/$1_seed_corpus.zip nr
	[ -f "$zip" ] || wrong "$1 has no seeds: ${zip##*/} is missing"
	unzip -tq "$zip" || wrong "${zip##*/} is broken"
	! unzip -Z1 "$zip" | grep / || wrong "${zip##*/} is not flat"
	nr=$(unzip -Z1 "$zip" | wc -l)
	[ "$nr" -ge 10 ] || wrong "${zip##*/} holds only $nr seeds"
}
check_seed_corpus() { each_target target_seed_corpus; }

# Calls of __asan*, __msan* and __ubsan*, in that order.
calls() {
	objdump -dC --no-show-raw-insn "$away/$1" | awk '
		/callq? +[0-9a-f]+ +<__/ && match($0, /<__(asan|msan|ubsan)/) { nr[substr($0, RSTART + 3, 1)]++ }
		END { print nr["a"] + 0, nr["m"] + 0, nr["u"] + 0 }'
}
at_least() { [ "$3" -ge "$4" ] || wrong "$1: $3 calls of $2, $4 at least"; }
at_most() { [ "$3" -le "$4" ] || wrong "$1: $3 calls of $2, $4 at most"; }

target_sanitizer() {
	local asan msan ubsan
	read -r asan msan ubsan < <(calls "$1")
	case $sanitizer in
	address) at_least "$1" asan "$asan" 1000; at_most "$1" msan "$msan" 3; at_most "$1" ubsan "$ubsan" 200 ;;
	undefined) at_most "$1" asan "$asan" 0; at_most "$1" msan "$msan" 3; at_least "$1" ubsan "$ubsan" 168 ;;
	memory) at_most "$1" asan "$asan" 0; at_least "$1" msan "$msan" 1000; at_most "$1" ubsan "$ubsan" 200 ;;
	esac
}
check_sanitizer() { each_target target_sanitizer; }
