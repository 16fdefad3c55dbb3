#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# campaign.sh ENGINE: scripts/fuzz.sh with two workers of this engine shows them in one
# line, ends on Ctrl-C as on time, leaves no process behind, and goes on where it stopped.
set -euo pipefail

engine=${1:?usage: campaign.sh ENGINE}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(--engine "$engine" --jobs 2 --target fuzz_text --corpus "$work/corpus" --summary "$work/summary")
[ "$engine" != afl ] || options+=(--distributed "$work/hosts")
fail() { echo "$*"; tail -n 20 "$work/said"; exit 1; }
field() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$work/summary" | head -n 1; }

# A process of the campaign has the folder in what it was started with.
left_over() {
	grep -lsF "campaign_mark=$work" /proc/[0-9]*/environ | sed -nE 's#^/proc/([0-9]+)/environ$#\1#p' || true
}

# Two campaigns that made the seeds of one folder took them away from each other.
shared_seeds() {
	local one
	for one in $(left_over); do
		tr '\0' '\n' 2>/dev/null <"/proc/$one/cmdline" | grep "^$root/.*/seeds/fuzz_text$" || true
	done
}

# wait_for REGEX SECONDS: in what the command $pid says
wait_for() {
	local i
	for ((i = 0; i < $2 * 5; i++)); do
		! grep -qE "${1//|/\\|}" "$work/said" || return 0
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.2
	done
	return 1
}

# Begins one in the background, sets pid.  A shell that starts something there lets it ignore
# Ctrl-C: undone by env.  Ctrl-C goes to the whole process group of the terminal; the command
# is alone in one.
begin() {
	: >"$work/said" # what the run before said is not what this one says
	campaign_mark=$work setsid env --default-signal=INT "$root/scripts/fuzz.sh" "${options[@]}" --seconds 0 >"$work/said" 2>&1 </dev/null &
	pid=$!
	# It may have to build first.
	wait_for '^Fuzzing: ' 500 || { kill -- -$pid || true; fail "does not begin"; }
}

run_until_ctrl_c() {
	local others
	begin
	wait_for ' corpus [0-9]' 300 || {
		kill -0 $pid 2>/dev/null || fail "ended before it showed its corpus"
		kill -- -$pid || true
		fail "shows no corpus after 300 s"
	}
	# What is looked for at the end is seen while it is there.
	[ -n "$(left_over)" ] || { kill -- -$pid || true; fail "sees no process of the campaign"; }
	others=$(shared_seeds | sort -u)
	[ -z "$others" ] || { kill -- -$pid || true; fail "other campaigns use the same seeds: $others"; }
	kill -INT -- -$pid || fail "ended before Ctrl-C"
	ends_with 0 "after Ctrl-C"
	grep -q 's (interrupted), 0 violation(s)' "$work/said" || fail "no summary"
	[ "$(field ended)" = interrupted ] || fail "the summary says '$(field ended)'"
}

# ends_with STATUS AFTER: and leaves nobody behind
ends_with() {
	local status=0
	wait $pid || status=$?
	[ $status = "$1" ] || fail "status $status $2"
	sleep 0.2
	[ -z "$(left_over)" ] || fail "processes are left: $(left_over | xargs ps -o pid,args -p)"
}

run_until_ctrl_c
edges=$(field edges) inputs=$(find "$work/corpus" -type f | wc -l)
[ "$inputs" -gt 0 ] || fail "nothing in the common corpus"
[ "$(field executions)" -gt 0 ] || fail "no executions were counted"
run_until_ctrl_c
[ "$(find "$work/corpus" -type f | wc -l)" -ge "$inputs" ] || fail "the second run lost inputs"
[ "$(field edges)" -ge $((edges * 9 / 10)) ] || fail "the second run began anew: $(field edges) edges, before $edges"
[ "$engine" != afl ] || [ "$(find "$work/hosts/fuzz_text" -maxdepth 1 -mindepth 1 -type d | wc -l)" = 2 ] || fail "not two workers in the shared folder"
said="$engine: $edges edges, then $(field edges); $inputs inputs, then $(find "$work/corpus" -type f | wc -l)"

# Somebody tidies up.
begin
mv "$work/corpus" "$work/moved"
ends_with 2 "after its corpus was removed"
tail -n 1 "$work/said" | grep -q "$work/corpus" || fail "does not say what was removed"
echo "$said"
