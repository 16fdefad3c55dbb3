# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of setup.sh, and of the caller
#
# The source lane: builds stress/source/ from the kernel tree that the user names.
# Everything that is made stands in build/source/; the tree is only read.
#
# Sourced after setup.sh.  Sets lane_dir (of the build) and lane_version.

# shellcheck source=scripts/lib/source-debian.sh
source "$root/scripts/lib/source-debian.sh"

# Kernels the lane is kept running on; see stress/source/README.md for others.
lane_oldest=6.1

# --- options that fuzz.sh, replay.sh and minimize.sh share ---
#   --subject source --tree PATH   the user's kernel instead of the model
#   --plant NAME                   with this bug of stress/source/plants.txt in it
#   --fix NAME                     with this fix of stress/source/fixes.txt in it
subject=model tree='' plant='' change=()

# source_option OPTION VALUE
source_option() {
	[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
	case $1 in
	--subject)
		[[ $2 =~ ^(model|source)$ ]] || die "--subject is model or source, not '$2'"
		subject=$2 ;;
	--tree) tree=$(absolute "$2") ;;
	--plant | --fix)
		[ -z "$plant" ] || die "one --plant or --fix at a time"
		source_has_change "$1" "$2"
		plant=$2 change=("$1" "$2") ;;
	esac
}

# What the targets of the lane say instead of an input's header bytes; fuzz_source has
# --sequential, too.
source_overrules=(--geometry tiny --policy legacy --drain disable)

# The options as a person types them, to run something on this kernel again.
source_again() {
	local words
	printf -v words '%q ' --subject source --tree "$tree" "${change[@]}"
	echo "${words% }"
}

source_has_change() {
	local table=$root/stress/source/plants.txt names
	[ "$1" != --fix ] || table=$root/stress/source/fixes.txt
	names=$(sed -n 's/^\([A-Z][A-Z0-9_]*\)|.*/\1/p' "$table")
	grep -qxF -- "$2" <<<"$names" || die "$1: no '$2' in ${table#"$root"/}, there are: $(awk '!seen[$0]++' <<<"$names" | paste -sd' ')"
}

source_options_done() {
	[ "$subject" = source ] || [ -z "$tree$plant" ] || die "--tree, --plant and --fix are for --subject source"
	[ "$subject" = model ] || source_check_tree "$tree"
}

# source_programs KIND [GEOMETRY]: what stands in $bin afterwards is the lane's.  Without
# LANE_FINDINGS the machine is one in which UNISOLATE_SPANNING cannot happen.
source_programs() {
	source_need
	local geometry=${2:-tiny}
	[ -n "${LANE_FINDINGS-}" ] || geometry+=-pairs
	source_build "$tree" "$geometry" "$1" "$plant"
	bin=$lane_dir
}

# Scenarios as bytes, in $seeds; sets the options of the engine.
source_seeds() {
	local status=0
	engine_options fuzz_offline
	mkdir -p "$seeds"
	# The shell's own word on an abort would be a second one.
	{ "$bin/replay" --to-bytes "$seeds" corpus/scenario corpus/regress >"$run/log.seeds" 2>&1 || status=$?; } 2>/dev/null
	[ $status -le 128 ] || source_breaks_at_boot
	[ $status = 0 ] || die "cannot make seeds of corpus/: $(tail -n 1 "$run/log.seeds")"
}

# No input is needed then.
source_breaks_at_boot() {
	say "Linux $lane_version${plant:+ with $plant} breaks before the first operation:"
	cat "$run/log.seeds"
	say
	say "Again:  ./scripts/replay.sh $(source_again) corpus/scenario/offline-free-block.ops"
	exit 1
}

# What the build needs, apart from the tree.
source_need() {
	need clang libclang-rt-dev llvm lld ninja-build make flex bison bc binutils libbsd-dev
}

# The newest clang of Debian 12, for trees that want more than its first one.
lane_newest=19

# Sets lane_clang, the suffix of the compiler and of its tools: "", or "-19".
source_compiler() {
	local tree=$1 least have
	lane_clang=''
	least=$(sh "$tree/scripts/min-tool-version.sh" llvm 2>/dev/null) || return 0
	have=$(clang -dumpversion)
	[ "$(printf '%s\n' "$least" "$have" | sort -V | head -n 1)" != "$least" ] || return 0
	[ "$(printf '%s\n' "$least" "$lane_newest.99" | sort -V | head -n 1)" = "$least" ] ||
		die "$tree wants clang $least, and $lane_newest is the newest that is looked for"
	lane_clang=-$lane_newest
	need "clang$lane_clang" "libclang-rt$lane_clang-dev" "llvm$lane_clang" "lld$lane_clang"
}

# One line about what is wrong, exit 2.
source_check_tree() {
	local tree=$1
	[ -n "$tree" ] || die "needs --tree PATH, a Linux source tree"
	[ -d "$tree" ] || die "no kernel tree at $tree: no such folder"
	local file
	for file in mm/page_isolation.c Makefile Kconfig; do
		[ -r "$tree/$file" ] || die "$tree is not a Linux source tree: it has no $file that can be read"
	done
	lane_version=$(sed -nE 's/^(VERSION|PATCHLEVEL) = ([0-9]+)$/\2/p' "$tree/Makefile" | head -n 2 | paste -sd.)
	[[ $lane_version =~ ^[0-9]+\.[0-9]+$ ]] || die "$tree/Makefile names no version"
	[ "$(printf '%s\n' "$lane_oldest" "$lane_version" | sort -V | head -n 1)" = "$lane_oldest" ] ||
		die "$tree is Linux $lane_version, expected $lane_oldest or later"
	# What Kbuild itself calls not clean.
	for file in .config include/config arch/um/include/generated; do
		[ ! -e "$tree/$file" ] ||
			die "$tree was built in place, which Kbuild does not build elsewhere: run 'make mrproper' there, or name a clean one"
	done
}

# Kbuild, as far as one object: its flags and generated headers.  Once per tree.
source_configure() {
	local tree=$1 out=$2 lane=$root/stress/source now make
	now=$(cat "$tree/Makefile" "$tree/Kconfig" "$lane/Kconfig.lane" "$lane/lane.config" <("clang$lane_clang" --version) | sha256sum)
	[ ! -f "$out/.lane" ] || [ "$(cat "$out/.lane")" != "$now" ] || return 0
	say_aside "Configuring Linux $lane_version (ARCH=um, out of tree)"
	rm -rf "$out"
	mkdir -p "$out"
	# `source "Kconfig"` would not do: mainmenu must come first.
	{ cat "$tree/Kconfig"; echo; cat "$lane/Kconfig.lane"; } >"$out/Kconfig.lane"
	make=(make -C "$tree" "O=$out" ARCH=um "LLVM=${lane_clang:-1}" "HOSTCC=clang$lane_clang" "KBUILD_KCONFIG=$out/Kconfig.lane"
		"CC=clang$lane_clang -I$lane/overlay" "-j$(nproc)")
	# What allnoconfig writes is whole; older than .config, it would be made again, with each
	# of Kconfig's questions to the compiler.
	if ! { "${make[@]}" allnoconfig "KCONFIG_ALLCONFIG=$lane/lane.config" &&
		touch "$out"/include/config/auto.conf* "$out/include/generated/autoconf.h" &&
		"${make[@]}" prepare mm/page_isolation.o; } >"$out/log" 2>&1 </dev/null; then
		grep -E 'error|\*\*\*' "$out/log" | head -n 8 >&2
		die "Kbuild cannot configure $tree (above; all of it: ${out#"$root"/}/log)"
	fi
	echo "$now" >"$out/.lane"
}

# source_ninja DIR COMMAND...: builds what the build.ninja that COMMAND prints says, in DIR.
source_ninja() {
	local dir=$1 log=$1/log
	shift
	"$@" >"$dir/build.ninja.new" || die "cannot make a build of $tree (above)"
	cmp -s "$dir/build.ninja.new" "$dir/build.ninja" ||
		mv "$dir/build.ninja.new" "$dir/build.ninja"
	if ! ninja -C "$dir" 2>&1 </dev/null 9>&- | show_progress "source lane" "$log.new"; then
		mv "$log.new" "$log"
		grep -vE '^\[[0-9]+/[0-9]+\]|^ninja: |^FAILED: |^cd ' "$log" | head -n 40 >&2 || true
		die "the source lane does not build with $tree (above; all of it: ${log#"$root"/})"
	fi
	rm -f "$log.new"
}

# What all builds of the lane share.
lane_host=$root/build/source/host

# source_build TREE GEOMETRY KIND [PLANT]: KIND is plain (replay, conform) or fuzz
# (fuzz_source too, with coverage, ASan and UBSan).
source_build() {
	local tree geometry=$2 kind=$3 plant=${4-} base
	tree=$(readlink -f "$1")
	base=$root/build/source/$lane_version-$(sha256sum <<<"$tree" | cut -c1-8)
	lane_dir=$base/$geometry-$kind${plant:+-$plant}
	mkdir -p "$lane_dir" "$lane_host" 2>/dev/null || die "cannot write to $root/build"
	exec 9>"$root/build/source/.lock"
	flock 9
	source_ninja "$lane_host" "$root/stress/source/ninja-host.sh" "$lane_host"
	exec 9>"$base/.lock"
	flock 9
	source_compiler "$tree"
	source_configure "$tree" "$base/kbuild"
	LANE_CLANG=clang$lane_clang source_ninja "$lane_dir" "$root/stress/source/ninja.sh" \
		"$tree" "$base/kbuild" "$lane_host" "$lane_dir" "$geometry" "$kind" "$plant"
	exec 9>&-
	[ "$is_terminal" = 0 ] || printf '\r\033[K' >&2
}
