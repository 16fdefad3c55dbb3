#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-kernel.sh VERSION: scripts/check-kernel.sh on Debian's linux-source-VERSION: nothing
# is new there; a planted bug is, and it is told where. Exit 4: no such package here.
set -euo pipefail

version=${1:?usage: check-kernel.sh VERSION}
cd "$(dirname "$0")/../../scripts"
# shellcheck source=scripts/lib/setup.sh
source ./lib/setup.sh
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"
failed=0

# expect STATUS WHAT ARGS...
expect() {
	local wanted=$1 what=$2 said status=0
	shift 2
	said=$("$root/scripts/check-kernel.sh" "$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] || { echo "check-kernel.sh $*: exit $status, expected $wanted: $said"; failed=1; }
	[[ $said == *"$what"* ]] || { echo "check-kernel.sh $*: says '$said', expected '$what'"; failed=1; }
}

expect 2 "needs --tree"
expect 2 "no such folder" --tree /none
expect 2 "--seconds is at least 1" --tree / --seconds 0
expect 2 "whole number" --tree / --ops many
tree=$(source_debian_tree "$version") || exit 4
expect 2 "no such folder" --tree "$tree" --base /none
expect 0 "Nothing new." --tree "$tree" --seconds 2 --ops 5000
expect 1 "the corpus           breaks" --tree "$tree" --seconds 2 --ops 0 --plant NO_CANCEL
exit $failed
