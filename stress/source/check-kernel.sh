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
# shellcheck source=stress/expect.sh
source "$root/stress/expect.sh"
command=$root/scripts/check-kernel.sh

expect 2 "needs --tree" "$command"
expect 2 "no such folder" "$command" --tree /none
expect 2 "--seconds is at least 1" "$command" --tree / --seconds 0
expect 2 "whole number" "$command" --tree / --ops many
tree=$(source_debian_tree "$version") || exit 4
expect 2 "no such folder" "$command" --tree "$tree" --base /none
expect 0 "Nothing new." "$command" --tree "$tree" --seconds 2 --ops 5000
expect 1 "the corpus           breaks" "$command" --tree "$tree" --seconds 2 --ops 0 --plant NO_CANCEL
exit $failed
