#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# missing-tools.sh: on a machine without the tools, and without apt-get, each command
# says in one or two lines which packages it needs, and ends with exit status 2.
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

status=0
# check NAME ARGUMENT...
check() {
	local said code=0
	said=$(env -i PATH="$work/bin" HOME="$work" "$root/scripts/$1" "${@:2}" 2>&1 </dev/null) || code=$?
	if [ "$code" != 2 ]; then
		echo "$1: exit status $code, expected 2: $said"; status=1
	elif [ "$(wc -l <<<"$said")" -gt 2 ] || ! grep -q 'needs the Debian packages .*clang' <<<"$said"; then
		echo "$1: does not say in a line what it needs: $said"; status=1
	else
		echo "$1: $(tail -n 1 <<<"$said" | cut -c 1-110)"
	fi
}
check fuzz.sh --seconds 1 --corpus "$work/folder"
check fuzz.sh --engine afl --seconds 1 --corpus "$work/folder"
check test.sh
check replay.sh "$work/a.ops"
check coverage.sh
check check-oss-fuzz.sh
check corpus.sh stats --corpus "$work/folder" fuzz_offline
check bench.sh
exit $status
