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

list=$(find corpus/scenario corpus/regress -name '*.ops' | sort | xargs grep -L '^expect violation')
[ -z "$geometry" ] || list=$(xargs grep -l "^memoffline .*geometry=$geometry" <<<"$list")
mapfile -t files <<<"$list"
status=0
said=$("$replay" "${options[@]}" "${files[@]}" 2>&1) || status=$?
# The last line: N inputs, N violations, N failed, N broken, N s.
if [ "$status" -gt 2 ] || ! [[ $(tail -n 1 <<<"$said") =~ ^${#files[@]}\ inputs,\ 0\ violations,\ .*\ ([0-9]+)\ broken ]]; then
	grep -E 'FAILS: breaks|source lane: ' <<<"$said" || tail -n 3 <<<"${said:-it says nothing, status $status}"
	exit 1
fi
echo "${#files[@]} scenarios, ${BASH_REMATCH[1]} of them outside what the lane supports"
