#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh BUILD_DIR CC: installs BUILD_DIR into a new folder, then builds and runs
# the outside program of this folder against that copy, by CMake and by pkg-config.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: test.sh BUILD_DIR CC} cc=${2:?usage: test.sh BUILD_DIR CC}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

cmake --install "$build" --prefix "$prefix" >"$work/log"

echo "--- installed, and nothing else:"
(cd "$prefix" && find . -type f | LC_ALL=C sort)
headers=$(find "$prefix" -name '*.h' | wc -l)
[ "$headers" = 1 ] || { echo "expected memoffline.h alone, found $headers headers"; exit 1; }

echo "--- find_package(memoffline)"
cmake -S "$here" -B "$work/cmake" -G Ninja -DCMAKE_C_COMPILER="$cc" \
	-DCMAKE_PREFIX_PATH="$prefix" >"$work/log" || { cat "$work/log"; exit 1; }
cmake --build "$work/cmake" >"$work/log" || { cat "$work/log"; exit 1; }
"$work/cmake/offline_once"

echo "--- pkg-config"
pc=$(dirname "$(find "$prefix" -name memoffline.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs memoffline)
echo "${flags//$work\//}"
# shellcheck disable=SC2086 # flags are words
"$cc" -std=c11 -Wall -Werror "$here/offline_once.c" $flags -o "$work/offline_once"
"$work/offline_once"
