#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-again.sh: what fuzz.sh says of an input that a target broke on, when the target and a
# plain replay see different things.  The programs are made up here.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/summary.sh
source "$root/scripts/lib/summary.sh"
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
target=fuzz_it run=$bin
echo 'what the engine logged' >"$run/log.0"

program() { printf '#!/bin/bash\n%s\n' "$2" >"$bin/$1"; chmod +x "$bin/$1"; }

# saw WHAT INVARIANT OPTION WORDS
saw() {
	local said invariant option
	run_again input
	[ "$invariant/$option" = "$2/$3" ] || { echo "$1: '$invariant' by '$option', expected '$2' by '$3'"; exit 1; }
	grep -q -- "$4" <<<"$said" || { echo "$1: expected '$4' in:"; echo "$said"; exit 1; }
}

breaks() { echo "echo 'ASSERTION FAILED: $1'; echo '$2'; exit $3"; }
program replay "$(breaks lock_balance 'at length' 1)"
program replay_fuzz_it "$(breaks lock_balance 'in short' 134)"
saw 'the same breaks' lock_balance '' 'at length'
program replay_fuzz_it "$(breaks page_leak 'in short' 134)"
saw 'something else breaks first' page_leak '--target fuzz_it ' 'in short'
program replay_fuzz_it 'kill -SEGV $$'
saw 'the target crashes' '' '--target fuzz_it ' 'ended by signal SEGV, no invariant broke'
program replay_fuzz_it 'echo "FUZZ_MUST(x)"; kill -ABRT $$'
saw 'the target gives up' '' '--target fuzz_it ' 'FUZZ_MUST'
program replay_fuzz_it 'exit 0'
saw 'only replay breaks' lock_balance '' 'at length'
program replay 'exit 0'
saw 'nothing breaks again' '' '--target fuzz_it ' 'what the engine logged'
