#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeline.sh BIN WORK: the page that replay --html writes, in a real browser
# (headless Chromium; exit 4, skip, without one).  It loads without a word on the
# console, opens at the violation and marks the guilty page, steps by keys, works
# for machines of real size, and stays small for long runs.  Screenshots are left in
# WORK.  BIN: folder of replay with the old bugs.
set -euo pipefail

bin=$(realpath "${1:?usage: timeline.sh BIN WORK}") work=${2:?usage: timeline.sh BIN WORK}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
	{ echo "no Chromium on this machine (Debian: chromium)"; exit 4; }
cd "$(dirname "$0")/.."
rm -rf "$work"
mkdir -p "$work"
work=$(realpath "$work")
status=0
wrong() { echo "$*"; status=1; }

# browse URL OPTION...: the page's DOM on stdout, its console in $work/console.
browse() {
	local url=$1
	shift
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$work/profile" --window-size=1500,1000 --virtual-time-budget=2000 \
		--enable-logging=stderr --v=0 "$@" "$url" 2>"$work/log"
	grep CONSOLE "$work/log" >"$work/console" || true
}

# page NAME SCENARIO: NAME.html
page() { "$bin/replay" --html "$work/$1.html" "$2" >/dev/null || [ $? = 1 ]; }

# keys NAME KEY...: NAME-keys.html presses them in turn.
keys() {
	local name=$1 key
	shift
	{
		cat "$work/$name.html"
		echo '<script>'
		for key in "$@"; do
			echo "document.dispatchEvent(new KeyboardEvent('keydown', { key: '$key' }));"
		done
		echo '</script>'
	} >"$work/$name-keys.html"
}

page oldbug corpus/oldbugs/unisolate_spanning.ops
page race corpus/oldbugs/pcp_drain_once.ops
page large corpus/scenario/geometry-x86-64-unplug.ops
# The last steps of a long run are what matters.
awk '{ print } /^memoffline/ { for (i = 0; i < 5000; i++) printf "cpu0 folio_alloc -> q%d\ncpu0 __free_pages q%d\n", i, i }' \
	corpus/oldbugs/zone_movable_reserved.ops >"$work/long.ops"
page long "$work/long.ops"

for name in oldbug race long; do
	browse "file://$work/$name.html#violation" --dump-dom >"$work/dom"
	[ ! -s "$work/console" ] || wrong "$name: the console says $(head -n 1 "$work/console")"
	grep -q 'data-kind="violation"' "$work/dom" || wrong "$name: does not step to the violation"
	[ "$(grep -o '<i class="[^"]*guilty' "$work/dom" | wc -l)" = 1 ] || wrong "$name: expected one guilty page to be marked"
	! grep -oE 'https?://[^" ]*' "$work/$name.html" | grep -v '^http://www.w3.org/2000/svg$' ||
		wrong "$name: the page needs the network"
	size=$(wc -c <"$work/$name.html")
	[ "$size" -lt 8000000 ] || wrong "$name: $size bytes, expected less than 8 MB"
done

browse "file://$work/large.html" --dump-dom >"$work/dom"
[ ! -s "$work/console" ] || wrong "large: the console says $(head -n 1 "$work/console")"
grep -q 'one cell is 512 pages' "$work/dom" || wrong "large: expected 512 pages a cell"

keys race Home ArrowRight ArrowRight ArrowLeft ArrowDown v ArrowLeft
browse "file://$work/race-keys.html" --dump-dom >"$work/dom"
at=$(grep -o 'data-step="[0-9]*"' "$work/dom" | tr -dc 0-9)
last=$(grep -o 'id="slider"[^>]*max="[0-9]*"' "$work/dom" | grep -o 'max="[0-9]*"' | tr -dc 0-9)
[ "$at" = "$((last - 1))" ] || wrong "race: keys lead to step $at, expected the one before the violation, $((last - 1))"

# The guard bites: an error of the page is seen.
echo '<script>nonsense()</script>' | cat "$work/race.html" - >"$work/bad.html"
browse "file://$work/bad.html" --dump-dom >/dev/null
[ -s "$work/console" ] || wrong "an error on the console would not be seen"

for name in oldbug race large; do
	browse "file://$work/$name.html" --screenshot="$work/$name.png" >/dev/null
	[ "$(wc -c <"$work/$name.png")" -gt 20000 ] || wrong "$name: no picture in $work/$name.png"
done
rm -rf "$work/profile" "$work"/*-keys.html "$work/bad.html"
exit $status
