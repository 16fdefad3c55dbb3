#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-tests.sh: the run_tests.sh of OSS-Fuzz passes, and fails when the source is
# broken; it leaves the tree as it was.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src"
(cd "$root" && cp -a --parents CMakeLists.txt scripts core fuzz stress corpus "$work/src")
before=$(cd "$work/src" && find . -type f -exec sha256sum {} + | sort)
WORK=$work "$work/src/scripts/oss-fuzz/run_tests.sh" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "fails on a good tree"; exit 1; }
[ "$before" = "$(cd "$work/src" && find . -type f -exec sha256sum {} + | sort)" ] || { echo "changed the tree"; exit 1; }

# Isolation never refuses: scenarios that expect -EBUSY notice.
sed -i 's/return -EBUSY;/return 0;/' "$work"/src/core/mm/page_isolation.c
cmp -s "$root/core/mm/page_isolation.c" "$work/src/core/mm/page_isolation.c" && { echo "nothing was broken: page_isolation.c has changed"; exit 1; }
! WORK=$work "$work/src/scripts/oss-fuzz/run_tests.sh" >"$work/log" 2>&1 || { echo "passes on a broken tree"; exit 1; }
