#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# corpus.sh [--oldbugs] REPLAY [OPTION...]: runs every scenario of corpus/ through
# the program REPLAY.  Those of corpus/oldbugs need a build with MO_OLDBUGS.
set -euo pipefail

folders=(corpus/scenario corpus/regress corpus/stress)
[ "${1:-}" != --oldbugs ] || { folders+=(corpus/oldbugs); shift; }
replay=$(realpath "${1:?usage: corpus.sh [--oldbugs] REPLAY [OPTION...]}")
shift
cd "$(dirname "$0")/.."

existing=()
for folder in "${folders[@]}"; do
	[ ! -d "$folder" ] || existing+=("$folder")
done
[ ${#existing[@]} -gt 0 ] || { echo "there is no corpus"; exit 1; }
exec "$replay" "$@" "${existing[@]}"
