# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # failed is the test's
#
# Sourced by tests of commands: status and words of each, the test goes on.
failed=0
complain() { echo "$1"; failed=1; }

# expect STATUS WORDS COMMAND...: it exits so, and says the words.  What cannot be had here
# (status 4) ends the test in the same way.
expect() {
	local wanted=$1 words=$2 said status=0
	shift 2
	said=$("$@" 2>&1) || status=$?
	[ $status != 4 ] || { echo "$said"; exit 4; }
	[ $status = "$wanted" ] || complain "$*: exit $status, expected $wanted: $said"
	[[ $said == *"$words"* ]] || complain "$*: says '$said', expected '$words'"
}
