# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by every command: messages, packages, builds.  Expects $0 to be the
# command; changes to the project's root.

invoked_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
root=$PWD
self=$(basename "$0")
is_terminal=0
[ ! -t 1 ] || is_terminal=1
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
# Beside the results, which another program may read.
say_aside() { printf '%s\n' "$*" >&2; }
# Bad input or a machine that cannot: one sentence, exit 2.
die() { printf '%s: %s\n' "$self" "$*" >&2; exit 2; }
# The header comment of the command is its help.
usage() { sed -n '4,/^[^#]/s/^# \{0,1\}//p' "$root/scripts/$self"; exit 0; }

# A path as the caller meant it.
absolute() { [[ $1 == /* ]] && echo "$1" || echo "$invoked_from/$1"; }
is_number() { [[ $1 =~ ^[0-9]{1,7}$ ]]; }
# check_number OPTION VALUE
check_number() { is_number "$2" || die "$1 is a whole number up to 9999999, not '$2'"; }
# is_one_of WORD WORD...: the first is one of the others, and no list of them.
is_one_of() { printf '%s\n' "${@:2}" | grep -qxF -- "$1"; }
is_program() { [ -f "$1" ] && [ -x "$1" ]; }
# check_output FILE: it can be written.  Before the work whose result it gets.
check_output() {
	local new=1
	[ ! -e "$1" ] && [ ! -L "$1" ] || new=''
	[ ! -d "$1" ] || die "cannot write $1: it is a folder, expected the name of a file"
	[ -d "$(dirname "$1")" ] || die "cannot write $1: there is no folder $(dirname "$1")"
	{ : >>"$1"; } 2>/dev/null || die "cannot write $1"
	[ -z "$new" ] || rm -f "$1"
}
# make_folder FOLDER: for results.
make_folder() {
	[ ! -e "$1" ] || [ -d "$1" ] || die "cannot write to $1: it is a file, expected a folder"
	mkdir -p "$1" 2>/dev/null || die "cannot create the folder $1"
}
# json_string TEXT: one line of it, with quotes.
json_string() {
	local text=${1//\\/\\\\}
	printf '"%s"' "${text//\"/\\\"}"
}
# 1234567 -> 1,234,567
commas() { sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"; }

# --- packages ---

has() { command -v "$1" >/dev/null; }
has_header() { [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ]; }
has_fuzzer_runtime() {
	has "clang${1-}" && compgen -G "$("clang${1-}" -print-resource-dir)/lib/*/libclang_rt.fuzzer*.a" >/dev/null
}

# What shows that a package is there, whatever its name on this system.
probe() {
	local version
	case $1 in
	ninja-build) has ninja || has ninja-build ;;
	llvm) has llvm-cov && has llvm-symbolizer ;;
	python3-yaml) has python3 && python3 -c 'import yaml' 2>/dev/null ;;
	binutils) has objdump ;;
	bubblewrap) has bwrap ;;
	util-linux) has unshare ;;
	afl++) has afl-fuzz && [ -f /usr/lib/afl/libAFLDriver.a ] ;;
	libclang-rt-dev) has_fuzzer_runtime ;;
	libclang-rt-*-dev) version=${1#libclang-rt}; has_fuzzer_runtime "${version%-dev}" ;;
	llvm-*) has "llvm-ar${1#llvm}" ;;
	lld-*) has "ld.$1" ;;
	libbsd-dev) has_header bsd/stdlib.h ;;
	libcmocka-dev) has_header cmocka.h ;;
	libc6-dev) has_header stdlib.h ;;
	qemu-system-x86) has qemu-system-x86_64 ;;
	busybox-static) has busybox ;;
	kmod) has modprobe ;;
	xz-utils) has xz ;;
	*) has "$1" ;;
	esac
}

# need PACKAGE...: silent when all are there, else installs what is missing.
need() {
	local package missing=() sudo=() log
	for package in "$@"; do
		probe "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say_aside "Missing on this machine: ${missing[*]}"
	command -v apt-get >/dev/null ||
		die "needs the Debian packages ${missing[*]}, or what they are called here; there is no apt-get to install them"
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || die "needs the packages ${missing[*]}; run as root: apt-get install ${missing[*]}"
		sudo=(sudo)
	fi
	say_aside "Installing: apt-get install --no-install-recommends ${missing[*]}"
	log=$(mktemp)
	if ! { "${sudo[@]}" apt-get update && DEBIAN_FRONTEND=noninteractive "${sudo[@]}" \
		apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
		die "cannot install ${missing[*]}: $(grep -m 1 -E '^[EW]: Failed to fetch' "$log" || grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
	fi
	rm -f "$log"
	for package in "${missing[@]}"; do
		probe "$package" || die "installed the package $package, but cannot find what it should bring"
	done
}

# --- builds ---

# Ninja's [3/40] as one line that is written over and over.
show_progress() {
	local line
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$2"
		[[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] && [ "$is_terminal" = 1 ] &&
			[ "${BASH_REMATCH[2]}" -gt 2 ] && printf '\r\033[KBuilding %s %d/%d' "$1" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
	done
	return 0
}

# A preset whose tests are built is not even configured without what these need.
has_tests() { ! cmake -N --preset "$1" | grep -qE '^ +(BUILD_TESTING="OFF"|MO_FUZZING_ENGINE=)'; }

# build PRESET [TARGET...]: quiet when there is nothing to do; errors of the
# compiler are shown, then exit 2.
build() {
	local preset=$1 dir=$root/build/$1 log=$root/build/$1.log start=$SECONDS
	shift
	mkdir -p "$dir" 2>/dev/null || die "cannot write to $root/build"
	exec 9>"$dir/.lock"
	flock 9
	: >"$log" || die "cannot write to $root/build: no space left, or not ours"
	if [ ! -f "$dir/build.ninja" ] || [ CMakePresets.json -nt "$dir/build.ninja" ]; then
		! has_tests "$preset" || need libcmocka-dev
		cmake --preset "$preset" >"$log" 2>&1 </dev/null || { sed -n '/^CMake Error/,$p' "$log" >&2; die "cannot configure preset $preset (above)"; }
	fi
	if ! cmake --build "$dir" --parallel "$(nproc)" ${1:+--target "$@"} 2>&1 </dev/null 9>&- |
		show_progress "$preset" "$log"; then
		[ "$is_terminal" = 0 ] || printf '\r\033[K' >&2
		grep -vE '^(-- |Preset |  [A-Z_]+="|$)|^\[[0-9]+/[0-9]+\]|^ninja: |^FAILED: |^(: && )?/[^ ]*/(gcc|g\+\+|clang[^ ]*|ar|cmake) ' "$log" | head -n 60 >&2 || true
		die "preset $preset does not build (above; all of it: build/$preset.log)"
	fi
	exec 9>&-
	[ "$is_terminal" = 0 ] || printf '\r\033[K' >&2
	[ $((SECONDS - start)) -lt 2 ] || say_aside "Built preset $preset in $((SECONDS - start)) s (build/$preset)"
}
