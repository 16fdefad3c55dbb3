#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh VERSION [quick]: the lane on Debian's linux-source-VERSION: scenarios, planted
# bugs, proposed fixes, the model beside it, and what bad trees are told.  quick: without
# planted bugs, memmap_on_memory, what the model is told apart by, and the fixes that are
# the same in all kernels.  Exit 4: that package is not to be had here.
set -euo pipefail

version=${1:?usage: test.sh VERSION [quick]} quick=${2-}
[[ $quick =~ ^(quick)?$ ]] || { echo "test.sh: '$quick': expected quick, or nothing" >&2; exit 2; }
cd "$(dirname "$0")/../../scripts"
# shellcheck source=scripts/lib/setup.sh
source ./lib/setup.sh
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

failed=0
complain() { echo "$1"; failed=1; }

# refuses WHAT ARGS...: exit 2, and one line that says WHAT.
refuses() {
	local what=$1 said status=0
	shift
	said=$("$root/scripts/replay.sh" --subject source "$@" "$root/corpus/scenario/offline-free-block.ops" 2>&1) || status=$?
	[ "$status" = 2 ] || complain "replay.sh $*: exit $status, expected 2"
	[[ $said == *"$what"* ]] || complain "replay.sh $*: says '$said', expected '$what'"
	[ "$(wc -l <<<"$said")" = 1 ] || complain "replay.sh $*: says more than one line"
}

bad=$(mktemp -d)
trap 'rm -rf "$bad"' EXIT
refuses "needs --tree"
refuses "no such folder" --tree "$bad/none"
refuses "not a Linux source tree" --tree "$bad"
mkdir "$bad/mm"
touch "$bad/mm/page_isolation.c"
refuses "not a Linux source tree" --tree "$bad"
touch "$bad/Kconfig"
: >"$bad/Makefile"
refuses "names no version" --tree "$bad"
printf 'VERSION = 5\nPATCHLEVEL = 4\n' >"$bad/Makefile"
refuses "is Linux 5.4, expected" --tree "$bad"
printf 'VERSION = 6\nPATCHLEVEL = 12\n' >"$bad/Makefile"
touch "$bad/.config"
refuses "was built in place" --tree "$bad"
rm "$bad/.config"
mkdir -p "$bad/include/config"
refuses "was built in place" --tree "$bad"
rmdir "$bad/include/config"
refuses "no 'NONE' in stress/source/fixes.txt" --tree "$bad" --fix NONE
refuses "no 'NONE' in stress/source/plants.txt" --tree "$bad" --plant NONE

source_need
tree=$(source_debian_tree "$version") || exit 4
source_check_tree "$tree"
source_build "$tree" tiny plain
"$root/stress/source/corpus.sh" "$lane_dir/replay" || failed=1
# No fact is told of a kernel whose headers do not compile.
! said=$("$root/stress/source/probe.sh" "$root/stress/source/probes.txt" "$bad" clang 2>&1) ||
	complain "probe.sh without headers tells: $said"
[[ $said == *"what the probes include does not compile"* ]] || complain "probe.sh without headers says '$said'"
# A reset puts everything back, also when it follows faults: the same run after another
# program.  Short enough that no finding is met with these seeds.  Then with the
# programs' operations in flight at once.
# swarms ARGS...: finds nothing, and did something.
swarms() {
	local said
	said=$("$lane_dir/swarm" --geometry tiny --policy legacy --drain disable --level 3 --twice \
		--seed 77 --runs 600 --seconds 0 -o "$bad" "$@" 2>&1) || complain "swarm --twice $* found something: $said"
	[[ $said =~ programs,\ [0-9]{4,}\ operations ]] || complain "swarm $* did nothing: $said"
}
swarms --sequential
swarms --oracle random
swarms --oracle pct

# What a schedule that was drawn finds, its record finds again.
mkdir "$bad/found"
LANE_FINDINGS=1 "$lane_dir/swarm" --geometry tiny --policy legacy --drain disable --level 3 --oracle random \
	--seed 1 --seconds 60 -o "$bad/found" >/dev/null 2>&1 || true
file=$(echo "$bad"/found/swarm-*.ops)
broken=$(basename "$file" | sed -E 's/swarm-(.*)-[0-9]+.ops/\1/')
said=$(LANE_FINDINGS=1 "$lane_dir/replay" "$file" 2>&1) || true
[[ $said == *"ASSERTION FAILED: $broken"* ]] || complain "the record $file does not break $broken: $said"
[ -n "$quick" ] || "$root/stress/source/plants.sh" "$tree" "$lane_dir" || failed=1
"$root/stress/source/findings.sh" ${quick:+--own} "$tree" "$lane_dir" || failed=1

# --- the model does the same ---
# conforms STATUS ARGS...: conform.sh on this tree.
conforms() {
	local expected=$1 said status=0
	shift
	said=$("$root/scripts/conform.sh" --tree "$tree" --quiet "$@" 2>&1) || status=$?
	[ "$status" = "$expected" ] || complain "conform.sh $*: exit $status, expected $expected: $said"
	[ "$expected" != 0 ] || tail -n 1 <<<"$said"
}
conforms 0 --ops "$([ -n "$quick" ] && echo 200000 || echo 500000)"
[ -z "$quick" ] || exit "$failed"
bugs=(NR_FREE_COUNTS_ISOLATED ISOLATE_UNDO_SHORT LRU_CACHE_NOT_DISABLED PCP_BULK_CACHED_TYPE
	BALLOON_DEFLATE_SKIPS_ALL BBM_UNSAFE_UNPLUG)
# Poison is not compared with 6.1.
[ "$version" = 6.1 ] || bugs+=(HWPOISON_PCP_IGNORED)
for bug in "${bugs[@]}"; do
	conforms 1 --ops 20000 --no-minimize --oldbug "$bug"
done

# It is shown in what is left of the input.
said=$("$root/scripts/conform.sh" --tree "$tree" --quiet --ops 0 --oldbug BALLOON_DEFLATE_SKIPS_ALL \
	"$root/corpus/scenario/balloon-hyperv-unmovable.ops" 2>&1) || true
[[ $said == *"Before: alike"*"--- source"* ]] || complain "conform.sh does not show the difference: $said"

# --- the targets' flags, which every tree's compiler must take; targets.sh builds them whole ---
targets=$bad/targets
mkdir "$targets"
LANE_CLANG=clang$lane_clang "$root/stress/source/ninja.sh" "$tree" "$(dirname "$lane_dir")/kbuild" "$lane_host" "$targets" tiny-pairs fuzz '' >"$targets/build.ninja"
said=$(ninja -C "$targets" "$targets/kern/look.c.o" 2>&1) || complain "the targets of the lane do not build: $said"

# --- memmap_on_memory, where the kernel can be forced to it ---
source_build "$tree" vmemmap plain
said=$("$lane_dir/replay" --geometry vmemmap "$root/corpus/scenario/vmemmap-block-cycle.ops" 2>&1) || true
if [[ $said == *"cannot be forced"* ]]; then
	echo "$said"
else
	"$root/stress/source/corpus.sh" "$lane_dir/replay" vmemmap || failed=1
	"$root/stress/source/findings.sh" "$tree" "$lane_dir" VMEMMAP_PREFIX_ISOLATED || failed=1
	conforms 0 --geometry vmemmap --ops 200000
	conforms 1 --geometry vmemmap --ops 20000 --no-minimize --oldbug ONLINE_UNALIGNED_CHUNKS
fi
exit $failed
