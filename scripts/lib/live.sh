# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of fuzz.sh
#
# The part of fuzz.sh that watches a run; summary.sh tells how it ended.

# Below this, a crash could not be written any more (inputs are at most 512 KiB).
min_free_kib=65536

free_kib() { df --output=avail -k "$1" | tail -n 1; }

check_writable() {
	mkdir -p "$1" 2>/dev/null || die "cannot create the folder $1"
	if ! { echo 1 >"$1/.write-test.$$"; } 2>/dev/null; then
		[ "$(free_kib "$1")" -gt 0 ] || die "the disk with $1 is full"
		die "cannot write to the folder $1"
	fi
	rm -f "$1/.write-test.$$"
	[ "$(free_kib "$1")" -ge $min_free_kib ] ||
		die "the disk with $1 is nearly full: less than $((min_free_kib / 1024)) MiB are free"
}

# Executions and operations of all workers; see fuzz/stats.c.
read_counts() {
	local file counts
	nr_executions=0 nr_ops=0
	for file in "$run"/stats.*; do
		[ -s "$file" ] || continue
		read -r -a counts < <(od -An -v -t u8 -w16 -N 16 "$file")
		nr_executions=$((nr_executions + counts[0]))
		nr_ops=$((nr_ops + counts[1]))
	done
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
millions() {
	if [ "$1" -lt 1000000 ]; then
		commas "$1"
	else
		awk -v n="$1" 'BEGIN { printf "%.1f M", n / 1e6 }'
	fi
}
microseconds() { echo "${EPOCHREALTIME/[.,]/}"; }

# One line: over and over on a terminal, else every ten seconds.
show_status() {
	local now elapsed left
	now=$(microseconds)
	read_counts
	engine_coverage
	elapsed=$(((now - started) / 1000000))
	left="$(clock $((seconds > elapsed ? seconds - elapsed : 0))) left"
	[ "$seconds" -gt 0 ] || left="until Ctrl-C"
	local rate=$(((nr_executions - last_executions) * 1000000 / (now - last_time + 1)))
	local op_rate=$(((nr_ops - last_ops) * 1000000 / (now - last_time + 1)))
	last_executions=$nr_executions last_ops=$nr_ops last_time=$now
	local text
	text="$target  $(clock $elapsed), $left | $(commas $rate) exec/s | $(millions $op_rate) ops/s"
	if [ "$edges" = 0 ] && [ "$nr_inputs" = 0 ]; then
		text="$text | reading the corpus"
	else
		[ "$edges" = 0 ] || text="$text | $(commas "$edges") edges"
		text="$text | corpus $(commas "$nr_inputs") ($corpus_size)"
		[ "$keep_going" = 0 ] || [ ${#found[@]} = 0 ] || text="$text | ${#found[@]} found"
	fi
	if [ "$is_terminal" = 1 ]; then
		printf '\r\033[K%s' "$text"
	else
		say "$text"
	fi
}

all_run() {
	local pid
	for pid in "${pids[@]}"; do
		kill -0 "$pid" 2>/dev/null || return 1
	done
}

# Returns when the time is over, a worker ended, something was found, the disk is full, the
# corpus was taken away, or on Ctrl-C.
watch_run() {
	local tick=0 every=50
	[ "$is_terminal" = 0 ] || every=5
	edges=0 nr_inputs=0 corpus_size=0b
	started=$(microseconds) last_time=$started last_executions=0 last_ops=0
	say "Fuzzing: $target, $engine, $([ "$seconds" = 0 ] && echo 'until Ctrl-C' || echo "$seconds s"), $jobs process$([ "$jobs" = 1 ] || echo es)"
	while [ -z "$stop" ] && all_run; do
		sleep 0.2 || true
		tick=$((tick + 1))
		[ -d "$corpus" ] || { stop=gone; break; }
		[ $((tick % every)) = 0 ] || continue
		show_status
		engine_found
		[ ${#found[@]} = 0 ] || [ "$keep_going" = 1 ] || break
		if [ "$(free_kib "$corpus")" -lt $min_free_kib ] || [ "$(free_kib "$crashes")" -lt $min_free_kib ]; then
			stop=full
		fi
	done
	[ "$is_terminal" = 0 ] || printf '\r\033[K'
	lasted=$((($(microseconds) - started) / 1000))
}

stop_workers() {
	failed_worker='' nr_edges=0 stability=''
	engine_stop
	pids=()
	read_counts
	engine_found
}

# However the run ends, nobody is left behind.  libFuzzer's jobs are a process group.
end_workers() {
	local pid
	for pid in "${pids[@]}"; do
		kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
	done
}
