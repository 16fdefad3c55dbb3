#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# corpus.sh REPLAY [GEOMETRY]: runs corpus/scenario and corpus/regress on the source lane,
# of a build that is not of tiny what says so.  A
# scenario may break none of its invariants there; expectations about places and
# numbers are the model's, and are not asked.
#
set -euo pipefail

replay=${1:?usage: corpus.sh REPLAY [GEOMETRY]} geometry=${2-} options=()
[ -z "$geometry" ] || options=(--geometry "$geometry")
cd "$(dirname "$0")/../.."
[ -x "$replay" ] || { echo "no program $replay"; exit 1; }

nr=0 refused=0 failed=0
while read -r file; do
	! grep -q '^expect violation' "$file" || continue
	[ -z "$geometry" ] || grep -q "^memoffline .*geometry=$geometry" "$file" || continue
	status=0
	said=$("$replay" "${options[@]}" "$file" 2>&1) || status=$?
	nr=$((nr + 1))
	if [ "$status" = 2 ]; then
		refused=$((refused + 1))
	elif [ "$status" -gt 2 ] || grep -q 'ASSERTION FAILED' <<<"$said"; then
		echo "$file: $(grep -m 1 -E 'ASSERTION|source lane' <<<"$said")"
		failed=1
	fi
done < <(find corpus/scenario corpus/regress -name '*.ops' | sort)
echo "$nr scenarios, $refused of them outside what the lane supports"
exit $failed
