#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# targets.sh [--all]: names of the fuzz targets, one a line, from the one list in
# fuzz/CMakeLists.txt.  --all: fuzz_canary too, which must fail and is never shipped.
set -euo pipefail

list=$(sed -n 's/^ *add_fuzzer(\([a-z_]*\).*)\( *#.*\)\?$/\1/p' "$(dirname "$0")/../../fuzz/CMakeLists.txt")
[ "${1:-}" = --all ] || list=$(grep -vx fuzz_canary <<<"$list")
printf '%s\n' "$list"
