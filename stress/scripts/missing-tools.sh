#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# missing-tools.sh: on a machine without the tools, and without apt-get, each command
# of scripts/ says in one or two lines which packages it needs, and ends with exit
# status 2.  A command that has no line here fails the test.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
# A machine with the basics only.
for tool in bash sh env sed awk grep cat cut head tail tr sort uniq wc find mktemp mkdir rm cp mv ln dirname basename \
	readlink realpath date df du stat touch od id nproc hostname flock sha1sum sha256sum paste tac comm diff cmp \
	xargs tee printf expr git sleep chmod ls seq uname; do
	path=$(command -v "$tool" || true)
	[ -z "$path" ] || [[ $path != /* ]] || ln -sf "$path" "$work/bin/$tool"
done
cp "$(find "$root/corpus/scenario" -name '*.ops' -print -quit)" "$work/a.ops"
mkdir "$work/folder"
# What a command sees of a kernel tree before it needs a compiler.
mkdir -p "$work/linux/mm"
touch "$work/linux/mm/page_isolation.c" "$work/linux/Kconfig"
printf 'VERSION = 6\nPATCHLEVEL = 12\n' >"$work/linux/Makefile"

status=0 seen=()
# check NAME ARGUMENT...
check() {
	local said code=0
	seen+=("$1")
	said=$(env -i PATH="$work/bin" HOME="$work" "$root/scripts/$1" "${@:2}" 2>&1 </dev/null) || code=$?
	if [ "$code" != 2 ]; then
		echo "$1: exit status $code, expected 2: $said"; status=1
	elif [ "$(wc -l <<<"$said")" -gt 2 ] || ! grep -qE 'needs the Debian packages? .*(clang|gcc|cmake)' <<<"$said"; then
		echo "$1: does not say in a line what it needs: $said"; status=1
	else
		echo "$1: $(tail -n 1 <<<"$said" | cut -c 1-110)"
	fi
}
check bench.sh
check c-repro.sh "$work/a.ops"
check check-oldbugs.sh
check check-oss-fuzz.sh
check compare-designs.sh
check compare-minimizers.sh
check conform.sh --tree "$work/linux"
check corpus.sh stats --corpus "$work/folder" fuzz_offline
check coverage.sh
check fuzz.sh --seconds 1 --corpus "$work/folder"
check fuzz.sh --engine afl --seconds 1 --corpus "$work/folder"
check fuzz.sh --subject source --tree "$work/linux"
check minimize.sh "$work/a.ops"
check promote.sh "$work/a.ops" page-any
check rediscover.sh
check replay.sh "$work/a.ops"
check scale.sh
check soak.sh --seconds 1 --state "$work/folder"
check test.sh
check triage.sh "$work/a.ops"
check update-readme.sh
check vm.sh
for script in "$root"/scripts/*.sh; do
	[[ " ${seen[*]} " == *" ${script##*/} "* ]] || { echo "${script##*/}: is not tested here"; status=1; }
done

# Which presets are configured only where the unit tests' library is, build() asks cmake.
with_tests=$(
	# shellcheck source=scripts/lib/setup.sh
	source "$root/scripts/lib/setup.sh"
	for preset in dev-gcc oldbugs release fuzz afl; do
		! has_tests "$preset" || printf '%s ' "$preset"
	done
)
[ "$with_tests" = 'dev-gcc oldbugs ' ] || { echo "presets with tests: $with_tests, expected dev-gcc oldbugs"; status=1; }
exit $status
