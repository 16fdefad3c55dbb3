#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-again.sh: what fuzz.sh says of an input that a target broke on, when the target and a
# plain replay see different things, and of one on the user's own kernel, which replay.sh and
# minimize.sh must take again.  The programs are made up here.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/summary.sh
source "$root/scripts/lib/summary.sh"
# shellcheck source=scripts/lib/input.sh
source "$root/scripts/lib/input.sh"
say() { echo "$*"; }
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

# --- the user's kernel ---
# It breaks when it is told all that the target says.
subject=source tree='/my linux' change=(--plant BUG) target=fuzz_source crashes=$bin
lane='--subject source --tree /my\ linux --plant BUG '
program replay '
case "$*" in
"--geometry tiny --policy legacy --drain disable --sequential "*)
	echo "ASSERTION FAILED: page_leak"; echo "replay:   ./scripts/replay.sh FILE"; echo "keep:     ./scripts/promote.sh FILE"; exit 1 ;;
esac'
saw 'the kernel breaks' page_leak "$lane--sequential " "^replay:   ./scripts/replay.sh --subject source .* --sequential FILE"
run_again input
! grep promote <<<"$said" || { echo "advises to promote what breaks on a kernel"; exit 1; }
target=fuzz_source_interleave
program replay '[[ $* != *--sequential* ]] && echo "ASSERTION FAILED: lock_balance"; exit 1'
saw 'schedules count' lock_balance "$lane" lock_balance
program replay 'echo "ERROR: AddressSanitizer"; exit 1'
saw 'the sanitizers alone see it' '' "$lane--confirm " AddressSanitizer

# What is kept, and what is said of it.
target=fuzz_source
# shellcheck disable=SC2016 # for the program
program replay '
case "$*" in
--to-text*) echo "memoffline $(od -An -tx1 "$2")"; echo "cpu1 nop (fail X) @SCAN>cpu0 @A>cpu1" ;;
*) echo "ASSERTION FAILED: page_leak"; exit 1 ;;
esac'
printf '\1\2\3\4#\n' >"$bin/crash-abc"
said=$(root=$bin show_violation "$bin/crash-abc")
for line in 'Kept:   page_leak-abc (as text: .ops)' "Again:  ./scripts/replay.sh $lane--sequential page_leak-abc"; do
	grep -qxF -- "$line" <<<"$said" || { echo "expected '$line' in:"; echo "$said"; exit 1; }
done
text=$'memoffline  01 00 00 04 23 0a\ncpu1 nop (fail X)'
[ "$(cat "$bin/page_leak-abc.ops")" = "$text" ] || { echo "as text it is:"; cat "$bin/page_leak-abc.ops"; exit 1; }

# The engine is told of --jobs and --keep-going, too.
# shellcheck source=scripts/lib/engine-libfuzzer.sh
source "$root/scripts/lib/engine-libfuzzer.sh"
program replay 'exit 0'
seeds=$bin/seeds jobs=2 keep_going=1
source_seeds
[[ " ${options[*]} " == *' -fork=2 -ignore_crashes=1 '* ]] || { echo "--jobs 2 --keep-going: options are ${options[*]}"; exit 1; }

# replay.sh and minimize.sh overrule the header of bytes, not of a scenario.
# overruled FILE OPTIONS
overruled() {
	local options=(-v)
	overrule_bytes "$1"
	[ "${options[*]}" = "$2-v" ] || { echo "$1: options '${options[*]}', expected '$2-v'"; exit 1; }
}
overruled "$bin/page_leak-abc" '--geometry tiny --policy legacy --drain disable '
overruled "$bin/page_leak-abc.ops" ''
overruled "$root/corpus/scenario" ''
subject=model overruled "$bin/page_leak-abc" ''
