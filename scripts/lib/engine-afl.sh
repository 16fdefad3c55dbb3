# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of fuzz.sh
#
# AFL++ for fuzz.sh: a campaign of workers that sync in one folder.  Worker 0 is the
# main one; 1 and up take turns in power schedules; number 2 also solves comparisons
# (CMPLOG), number 3 runs under ASan and UBSan.  All use the project's mutator, every
# second one nothing else.
#
# The folder is build/afl/TARGET, or HOSTS_DIR/TARGET with --distributed: machines that
# share it (NFS, or rsync both ways now and then) sync like workers do, because their
# workers carry the host's name.  A second start goes on where the first one stopped.

afl_schedules=(explore fast coe rare exploit quad)

engine_prepare() {
	need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev afl++
	build fuzz "$target" "${target}_mutator" replay "replay_$target"
	build afl "$target"
	[ "$jobs" -lt 3 ] || build afl-cmplog "$target"
	[ "$jobs" -lt 4 ] || build afl-asan "$target"
	afl_out=${distributed:-$root/build/afl}/$target
	check_writable "$afl_out"
	afl_host=$(hostname | tr -cd 'A-Za-z0-9' | cut -c 1-16)
	afl_mutator=$(find "$root/build/fuzz" -name "lib${target}_mutator.so" | head -n 1)
	export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_TRY_AFFINITY=1 AFL_AUTORESUME=1 \
		AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_IGNORE_SEED_PROBLEMS=1 \
		AFL_FAST_CAL=1 AFL_CMPLOG_ONLY_NEW=1 AFL_FORKSRV_INIT_TMOUT=30000
	# A hang is what takes libFuzzer's 25 s: on a busy machine AFL++'s one second is no finding.
	export AFL_HANG_TMOUT=25000
}

# The seeds without worlds of real size: one execution there costs as much as a thousand
# others, and AFL++ gives every seed its turn.  The mutator draws such worlds now and then.
small_seeds() {
	local file name
	while IFS= read -r file; do
		name=$(basename "$file" .ops)
		rm -f "$seeds/$name" "$seeds/$name.ops"
	done < <(grep -rlE '^memoffline .*geometry=(x86|arm)' corpus --include='*.ops')
}

afl_name() { [ "$1" = 0 ] && echo "$afl_host-main" || echo "$afl_host-s$1"; }

# Becomes worker number $1.
afl_worker() {
	local i=$1 role=(-S) binary=$root/build/afl/bin/$target more=()
	[ "$i" != 0 ] || { role=(-M); more+=(-F "$corpus"); }
	[ "$i" != 2 ] || more+=(-c "$root/build/afl-cmplog/bin/$target" -l 2)
	[ "$i" != 3 ] || binary=$root/build/afl-asan/bin/$target
	[ "$seconds" = 0 ] || more+=(-V "$seconds")
	[ ! -f "$root/fuzz/$target.dict" ] || more+=(-x "$root/fuzz/$target.dict")
	[ $((i % 2)) = 0 ] || export AFL_CUSTOM_MUTATOR_ONLY=1
	export MEMOFFLINE_STATS=$run/stats.$i AFL_CUSTOM_MUTATOR_LIBRARY=$afl_mutator
	exec afl-fuzz "${role[@]}" "$(afl_name "$i")" -p "${afl_schedules[i % ${#afl_schedules[@]}]}" \
		-m none -t 5000+ -G 512 -i "$seeds" -o "$afl_out" "${more[@]}" -- "$binary" \
		>"$run/log.$i" 2>&1 </dev/null
}

engine_start() {
	local i
	names=() pids=()
	small_seeds
	for ((i = 0; i < jobs; i++)); do
		afl_worker "$i" &
		pids+=($!)
		names+=("$(afl_name "$i")")
	done
}

# Edges from plot_data, which has no row in the first minute of a start and one every five
# seconds then (relative_time, cycles_done, cur_item, corpus_count, pending_total,
# pending_favs, map_size, saved_crashes, saved_hangs, max_depth, execs_per_sec, total_execs,
# edges_found); inputs are counted where they lie.
engine_coverage() {
	local name fields inputs
	for name in "${names[@]}"; do
		inputs=("$afl_out/$name"/queue/id:*)
		[ -e "${inputs[0]}" ] || continue
		IFS=', ' read -r -a fields < <(grep -v '^#' "$afl_out/$name/plot_data" 2>/dev/null | tail -n 1) || fields=()
		[ "${fields[12]:-0}" -gt "$edges" ] || [ "${#inputs[@]}" -gt "$nr_inputs" ] || continue
		[ "${fields[12]:-0}" -le "$edges" ] || edges=${fields[12]}
		nr_inputs=${#inputs[@]}
		corpus_size=$(du -sh --apparent-size "$afl_out/$name/queue" | cut -f 1)
	done
}

# Crashes and hangs of this start, copied to crashes/ under a name from the content.
engine_found() {
	local file kept
	found=()
	while IFS= read -r file; do
		kept=$crashes/crash-$(sha1sum <"$file" | cut -d ' ' -f 1)
		[ -e "$kept" ] || cp "$file" "$kept"
		found+=("$kept")
	done < <(find "$afl_out"/*/crashes "$afl_out"/*/hangs -type f -name 'id:*' -newer "$run/started" 2>/dev/null | sort)
	mapfile -t found < <(printf '%s\n' "${found[@]}" | sort -u | sed '/^$/d')
}

engine_stop() {
	local i status found_edges
	for i in "${!pids[@]}"; do
		kill -INT "${pids[i]}" 2>/dev/null || true
	done
	for i in "${!pids[@]}"; do
		status=0
		wait "${pids[i]}" || status=$?
		[ $status = 0 ] || [ -n "$failed_worker" ] || [ -n "$stop" ] ||
			failed_worker="$status: $(sed 's/\x1b\[[0-9;]*m//g' "$run/log.$i" | grep -aE 'PROGRAM ABORT|\[-\]' | tail -n 1)"
	done
	engine_coverage
	found_edges=$(sed -n 's/^edges_found *: *//p' "$afl_out"/*/fuzzer_stats 2>/dev/null | sort -n | tail -n 1 || true)
	[ "${found_edges:-0}" -le "$edges" ] || edges=$found_edges
	nr_edges=$(sed -n 's/^total_edges *: *//p' "$afl_out/${names[0]}/fuzzer_stats" 2>/dev/null || true)
	stability=$(sed -n 's/^stability *: *//p' "$afl_out/${names[0]}/fuzzer_stats" 2>/dev/null || true)
	share_corpus
}

# What AFL++ found is libFuzzer's too: the minimal set goes to the common corpus.
share_corpus() {
	local queues=()
	mapfile -t queues < <(find "$afl_out" -mindepth 2 -maxdepth 2 -type d -name queue)
	[ ${#queues[@]} = 0 ] || [ ! -x "$bin/$target" ] ||
		"$bin/$target" -merge=1 -use_counters=0 "$corpus" "${queues[@]}" >"$run/merge" 2>&1 </dev/null || true
}
