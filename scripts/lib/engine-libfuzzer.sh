# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of fuzz.sh
#
# libFuzzer for fuzz.sh: one process, or -fork=N which shares the corpus between jobs
# and goes on behind a finding.  engine-afl.sh has the same functions.

engine_prepare() {
	need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
	build fuzz "$target" replay "replay_$target"
	engine_options "$target"
}

# engine_options TARGET: sets options.
engine_options() {
	mapfile -t options < <("$root/scripts/lib/options.sh" "$1")
	[ "$jobs" = 1 ] || options+=(-fork="$jobs" -ignore_crashes="$keep_going" -ignore_timeouts="$keep_going" -ignore_ooms="$keep_going")
	[ "$jobs" != 1 ] || [ "$keep_going" = 0 ] || options+=(-fork=1 -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1)
}

engine_start() {
	MEMOFFLINE_STATS=$run/stats.0 setsid "$bin/$target" -max_total_time="$seconds" \
		"${options[@]}" -artifact_prefix="$crashes/" "$corpus" "$seeds" >"$run/log.0" 2>&1 </dev/null &
	pids=($!)
}

# From libFuzzer's last line, one process:
#   #123 NEW    cov: 500 ft: 1200 corp: 80/5Kb lim: 128 exec/s: 1000 rss: 50Mb ...
# and with -fork, where "cov" counts something else and a feature is an edge:
#   #123: cov: 700 ft: 500 corp: 80 exec/s 1000 oom/timeout/crash: 0/0/0 time: 10s ...
engine_coverage() {
	local line
	line=$(tail -c "${1:-4096}" "$run/log.0" | grep -a ' cov: .* corp: ' | tail -n 1) || return 0
	if [[ $line =~ :\ cov:\ [0-9]+\ ft:\ ([0-9]+)\ corp:\ ([0-9]+)\ exec/s ]]; then
		edges=${BASH_REMATCH[1]} nr_inputs=${BASH_REMATCH[2]}
		corpus_size=$(du -sh --apparent-size "$corpus" 2>/dev/null | cut -f 1) || true
	elif [[ $line =~ cov:\ ([0-9]+)\ .*corp:\ ([0-9]+)/([0-9]+[KMG]?b) ]]; then
		edges=${BASH_REMATCH[1]} nr_inputs=${BASH_REMATCH[2]} corpus_size=${BASH_REMATCH[3]}
	fi
}

# Files in crashes/ that are new since the start; artifacts are named by content.
engine_found() {
	mapfile -t found < <(find "$crashes" -maxdepth 1 -type f -newer "$run/started" \
		\( -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' -o -name 'leak-*' \) ! -name '*.ops' | sort)
}

# libFuzzer takes SIGTERM for the end of its time, -fork also SIGINT.  The first status
# that is neither that nor "found something" is kept in failed_worker.  The jobs of
# -fork are a process group with their parent.
engine_stop() {
	local status=0
	kill -TERM "${pids[0]}" 2>/dev/null || true
	wait "${pids[0]}" || status=$?
	kill -TERM -- "-${pids[0]}" 2>/dev/null || true
	case $status in
	0 | 70 | 71 | 72 | 77) ;;
	143) ;;
	*) failed_worker="$status: $(tail -n 1 "$run/log.0")" ;;
	esac
	engine_coverage 1000000000
	nr_edges=$(sed -n 's/.*INFO: Loaded .*(\([0-9]*\) inline 8-bit counters).*/\1/p' "$run/log.0" | head -n 1)
}
