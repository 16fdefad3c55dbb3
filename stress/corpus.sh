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

existing=(/dev/null)
for folder in "${folders[@]}"; do
	[ ! -d "$folder" ] || existing+=("$folder")
done
mapfile -t scenarios < <(find "${existing[@]}" -name '*.ops' | LC_ALL=C sort)
[ ${#scenarios[@]} -gt 0 ] || { echo "there is no scenario in ${folders[*]}"; exit 1; }
exec "$replay" "$@" "${scenarios[@]}"
