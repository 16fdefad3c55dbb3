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
# shellcheck source=stress/scripts/basics.sh
source "$root/stress/scripts/basics.sh"
basic_tools "$work/bin"
cp "$(find "$root/corpus/scenario" -name '*.ops' -print -quit)" "$work/a.ops"
mkdir "$work/folder"
fake_linux "$work/linux"

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
check check-kernel.sh --tree "$work/linux"
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
