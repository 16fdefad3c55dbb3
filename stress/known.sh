#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# known.sh REPLAY: what a design cannot keep, targets are silent about: bytes of theirs
# that break it are told as known, with exit status 0.  What a person wrote is not.
set -euo pipefail

replay=$(realpath "${1:?usage: known.sh REPLAY}")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=stress/expect.sh
source stress/expect.sh

grep -v '^expect' corpus/scenario/policy-isolate-notifier-failed-attempt.ops >"$work/scenario.ops"
mkdir "$work/bytes"
"$replay" --to-bytes "$work/bytes" "$work/scenario.ops" corpus/scenario/offline-free-block.ops
bytes=$(echo "$work"/bytes/*scenario)
expect 0 "KNOWN: breaks failed_attempt_restores, which its design cannot keep" "$replay" "$bytes"
expect 0 "2 inputs, 0 violations, 1 known of their design, 0 failed" "$replay" "$work/bytes"
expect 0 '"status": "known"' "$replay" --json "$work/bytes"
expect 0 "PASSES" "$replay" --policy legacy "$bytes"
expect 1 "FAILS: breaks failed_attempt_restores" "$replay" "$work/scenario.ops"
# Only what is known of the design.
mkdir "$work/other"
"$replay" --to-bytes "$work/other" corpus/scenario/race-2020-steps-once.ops
expect 1 "FAILS: breaks offline_progress" "$replay" "$(echo "$work"/other/*)"
exit $failed
