#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# unstable.sh REPLAY REPLAY_UNSTABLE: --times tells a run that is always the same
# from one that is not, which two runs do not show.
set -euo pipefail

replay=${1:?usage: unstable.sh REPLAY REPLAY_UNSTABLE} unstable=${2:?}
scenario=$(dirname "$0")/../corpus/scenario/race-isolators-overlap.ops

"$replay" --times 100 "$scenario"
"$unstable" "$scenario" || { echo "one decision in a hundred: two runs should not have shown it"; exit 1; }
code=0
said=$("$unstable" --times 100 "$scenario") || code=$?
if [ $code != 1 ] || ! grep -q 'runs of the same input differ' <<<"$said"; then
	printf 'exit %s, expected 1 and "runs of the same input differ" in:\n%s\n' $code "$said"
	exit 1
fi
