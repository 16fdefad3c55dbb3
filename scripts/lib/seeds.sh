#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds.sh REPLAY DIR [TARGET...]: makes DIR/TARGET/ for these fuzz targets, or for every one,
# from the text in corpus/: the scenarios, the regressions, and corpus/seeds/TARGET/.
set -euo pipefail

usage='usage: seeds.sh REPLAY DIR [TARGET...]'
replay=${1:?$usage} out=${2:?$usage}
targets=("${@:3}")
cd "$(dirname "$0")/../.."
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(scripts/lib/targets.sh)

for target in "${targets[@]}"; do
	sources=()
	for folder in corpus/scenario corpus/regress "corpus/seeds/$target"; do
		[ ! -d "$folder" ] || sources+=("$folder")
	done
	rm -rf "${out:?}/$target"
	mkdir -p "$out/$target"
	[ ${#sources[@]} -gt 0 ] || continue
	"$replay" --to-bytes "$out/$target" "${sources[@]}"
	# This target takes text as well.
	[ "$target" != fuzz_text ] ||
		find "${sources[@]}" -name '*.ops' -exec cp -t "$out/$target" {} +
done
