#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# targets.sh VERSION: fuzz_source and fuzz_source_interleave of Debian's
# linux-source-VERSION are built and run, and the corpus under their ASan and UBSan.
# Exit 4: no such package here.
set -euo pipefail

version=${1:?usage: targets.sh VERSION}
cd "$(dirname "$0")/../../scripts"
# shellcheck source=scripts/lib/setup.sh
source ./lib/setup.sh
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source_need
tree=$(source_debian_tree "$version") || exit 4
source_check_tree "$tree"
source_build "$tree" tiny-pairs fuzz
ASAN_OPTIONS=detect_leaks=0 "$root/stress/source/corpus.sh" "$lane_dir/replay" || failed=1
cd "$work"
for target in fuzz_source fuzz_source_interleave; do
	said=$("$lane_dir/$target" -seed=1 -runs=3000 -max_len=1024 -len_control=0 -detect_leaks=0 2>&1) ||
		{ echo "$target: $(tail -n 40 <<<"$said")"; failed=1; }
	[[ $said =~ Done\ 3000\ runs ]] || { echo "$target did not run: $(tail -n 5 <<<"$said")"; failed=1; }
done
exit $failed
