#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds.sh REPLAY DIR: makes DIR/TARGET/ for every fuzz target from the text in
# corpus/: the scenarios, the regressions, and corpus/seeds/TARGET/.
set -euo pipefail

replay=${1:?usage: seeds.sh REPLAY DIR} out=${2:?usage: seeds.sh REPLAY DIR}
cd "$(dirname "$0")/../.."

scripts/lib/targets.sh | while read -r target; do
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
