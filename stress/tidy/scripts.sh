#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts.sh ROOT: every command of scripts/ explains itself with --help and
# answers an unknown option with one sentence and exit status 2; all shell code
# is clean under shellcheck (exit 4, skip, when that is not installed).
set -euo pipefail

cd "${1:?usage: scripts.sh ROOT}"
status=0
for script in scripts/*.sh; do
	help=$("$script" --help) || { echo "$script --help: fails"; status=1; continue; }
	[[ $help == *"$(basename "$script")"* ]] || { echo "$script --help: does not name the script"; status=1; }
	code=0
	said=$("$script" --no-such-option 2>&1) || code=$?
	[ "$code" = 2 ] || { echo "$script --no-such-option: exit status $code, expected 2"; status=1; }
	[[ $said == *--no-such-option* ]] || { echo "$script --no-such-option: says '$said'"; status=1; }
	[ "$(wc -l <<<"$said")" -le 2 ] || { echo "$script --no-such-option: says more than two lines"; status=1; }
done

if ! command -v shellcheck >/dev/null; then
	echo "shellcheck is not installed (Debian: shellcheck)"
	exit $((status ? 1 : 4))
fi
find scripts stress .ci -name '*.sh' -not -path 'stress/tidy/fixtures/*' -print0 |
	xargs -0 shellcheck -x .ci/run || status=1
exit $status
