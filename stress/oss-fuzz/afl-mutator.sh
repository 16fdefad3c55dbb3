#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# afl-mutator.sh: a target's wishes reach its mutator under AFL++ as they do under
# libFuzzer: no switches where nothing interleaves, and the operations that it is about.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/setup.sh
source "$root/scripts/lib/setup.sh"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev python3
targets=(fuzz_offline fuzz_virtio_mem memoffline)
build fuzz replay "${targets[@]/%/_mutator}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for target in "${targets[@]}"; do
	mkdir "$work/$target"
	library=$(find build/fuzz -name "lib${target}_mutator.so" -print -quit)
	python3 stress/oss-fuzz/afl-mutator.py "$root/$library" "$work/$target" 1000
	build/fuzz/bin/replay --to-text "$work/$target"/* >"$work/$target.text"
	ops=$(grep -c '^cpu' "$work/$target.text")
	switches=$(grep -c '^cpu.*@' "$work/$target.text" || true)
	focused=$(grep -cE '^cpu[0-9] (virtio_mem_|unplug_online|auto_online)' "$work/$target.text" || true)
	echo "$target: $ops operations, $switches with a switch, $focused of virtio-mem"
	[ "$ops" -gt 5000 ] || { echo 'expected some operations in each of 1000 results'; exit 1; }
	declare "switches_$target=$switches" "percent_$target=$((focused * 100 / ops))"
done
# shellcheck disable=SC2154 # declared above
{
	[ "$switches_memoffline" -gt 100 ] || { echo 'no target, and no switches'; exit 1; }
	[[ $switches_fuzz_offline = 0 && $switches_fuzz_virtio_mem = 0 ]] || { echo 'switches where nothing interleaves'; exit 1; }
	[ "$percent_fuzz_virtio_mem" -gt $((2 * percent_fuzz_offline)) ] || { echo 'fuzz_virtio_mem is not about virtio-mem'; exit 1; }
}
