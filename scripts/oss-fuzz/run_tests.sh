#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_tests.sh: the project's own tests, for OSS-Fuzz: builds in $WORK without
# sanitizers or engine, needs no network, leaves the source tree as it is.
#
# Exit status: 0 all passed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The service copies this file to $SRC.
[ -f "$root/fuzz/CMakeLists.txt" ] || root=$SRC/memoffline
unset CFLAGS CXXFLAGS LIB_FUZZING_ENGINE
export AFL_NOOPT=1
work=${WORK:?}/memoffline-tests

# Without cmocka, which the image does not have: the corpus under every sanitizer-free
# program, not the unit tests.
cmake -S "$root" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS=-O1 \
	-DMO_WERROR=OFF -DMO_TEST_TREE=OFF -DMO_PROGRAMS=ON -DBUILD_TESTING=OFF
cmake --build "$work" --target replay
"$root/stress/corpus.sh" "$work/bin/replay"
