#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh: the fuzz targets as OSS-Fuzz and ClusterFuzzLite want them.
#
# Runs in their image with CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE SRC WORK OUT
# SANITIZER FUZZING_ENGINE ARCHITECTURE set; needs no network; may run again.
# Locally: scripts/check-oss-fuzz.sh.  In $OUT: for each target T the program T,
# T_seed_corpus.zip, T.options and T.dict; nothing else.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The service copies this file to $SRC.
[ -f "$root/fuzz/CMakeLists.txt" ] || root=$SRC/memoffline
mapfile -t targets < <("$root/scripts/lib/targets.sh")

# trace-cmp finds nothing in a stream of operations and costs a factor of two.
quiet=
[ "${FUZZING_ENGINE:-libfuzzer}" != libfuzzer ] || [ "${SANITIZER:-address}" = coverage ] ||
	quiet=-fno-sanitize-coverage=trace-cmp

configure() {
	cmake -S "$root" -B "$1" -G Ninja -DCMAKE_BUILD_TYPE=None -DMO_WERROR=OFF \
		-DBUILD_TESTING=OFF -DMO_STATIC_LIBBSD=ON "${@:2}"
}

CFLAGS="${CFLAGS:-} $quiet" configure "$WORK/memoffline" -DMO_FUZZER=ON
cmake --build "$WORK/memoffline" --target "${targets[@]}"

# Seeds are made of the text corpus, by a program of this machine: no sanitizer,
# no engine, and not in $OUT.
(
	unset CFLAGS CXXFLAGS LIB_FUZZING_ENGINE
	export AFL_NOOPT=1
	configure "$WORK/memoffline-host" -DCMAKE_C_FLAGS=-O0
	cmake --build "$WORK/memoffline-host" --target replay
	"$root/scripts/lib/seeds.sh" "$WORK/memoffline-host/bin/replay" "$WORK/seeds"
)

for target in "${targets[@]}"; do
	cp "$WORK/memoffline/bin/$target" "$OUT/"
	for kind in options dict; do
		[ ! -f "$root/fuzz/$target.$kind" ] || cp "$root/fuzz/$target.$kind" "$OUT/"
	done
	# Same seeds, same archive: names are hashes of the content, in order.
	rm -f "$OUT/${target}_seed_corpus.zip"
	(cd "$WORK/seeds/$target" && find . -type f | LC_ALL=C sort | zip -q -X -j "$OUT/${target}_seed_corpus.zip" -@)
done
