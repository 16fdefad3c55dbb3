#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# checks-run.sh: check-oss-fuzz.sh without --only runs the checks of the files, too, and with
# --only another no more than that.  Of a tree that does not build, so it ends soon.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
(cd "$root" && cp -a --parents scripts/oss-fuzz .clusterfuzzlite .github "$work/tree")
printf '#!/bin/bash -eu\nexit 1\n' >"$work/tree/scripts/oss-fuzz/build.sh"

# runs CHECKS ARGUMENT...: all and in this order
runs() {
	local said ran
	said=$(MO_TREE=$work/tree "$root/scripts/check-oss-fuzz.sh" --engine libfuzzer --sanitizer address "${@:2}" 2>&1) || true
	ran=$(sed -nE 's/^  ([a-z-]+) +(holds|FAILS) .*/\1/p' <<<"$said" | paste -sd' ')
	[ "$ran" = "$1" ] || { echo "check-oss-fuzz.sh ${*:2}: runs '$ran', expected '$1':"; echo "$said"; exit 1; }
}
runs 'lint build'
runs 'lint' --only lint
runs 'build' --only build
