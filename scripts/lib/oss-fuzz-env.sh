# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # variables of check-oss-fuzz.sh
#
# The environment that the service gives build.sh and the targets; values of its
# base images (google/oss-fuzz, infra/base-images, August 2026) for clang 14.

sanitizers_of() {
	case $1 in
	libfuzzer) echo address undefined memory coverage none ;;
	afl | external) echo address none ;;
	esac
}

ubsan_kinds=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,shift,signed-integer-overflow,unsigned-integer-overflow,unreachable,vla-bound,vptr

sanitizer_flags() {
	case $1 in
	address) echo "-fsanitize=address -fsanitize-address-use-after-scope" ;;
	undefined) echo "-fsanitize=$ubsan_kinds -fno-sanitize-recover=${ubsan_kinds/unsigned-integer-overflow,/} -fno-sanitize=function" ;;
	memory) echo "-fsanitize=memory -fsanitize-memory-track-origins" ;;
	coverage) echo "-fprofile-instr-generate -fcoverage-mapping -pthread" ;;
	esac
}

# An engine that the project does not know, in a file: $1.  It is the service's, and has
# neither its flags nor ours.
build_engine() {
	clang -O1 -c "$root/stress/oss-fuzz/engine.c" -o "${1%.a}.o"
	rm -f "$1"
	ar rcs "$1" "${1%.a}.o"
}

# The service's variables as NAME=VALUE lines; $1: folder with src, out and work.
contract() {
	local cflags="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
	cflags+=" $(sanitizer_flags "$sanitizer")"
	printf '%s\n' "SRC=$1/src" "OUT=$1/out" "WORK=$1/work" SANITIZER="$sanitizer" \
		FUZZING_ENGINE="$engine" ARCHITECTURE=x86_64 FUZZING_LANGUAGE=c \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$1/home"
	case $engine in
	libfuzzer)
		[ "$sanitizer" = coverage ] || cflags+=" -fsanitize=fuzzer-no-link"
		printf '%s\n' CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer ;;
	afl)
		printf '%s\n' CC=afl-clang-fast CXX=afl-clang-fast++ \
			LIB_FUZZING_ENGINE=/usr/lib/afl/libAFLDriver.a \
			AFL_QUIET=1 AFL_IGNORE_PROBLEMS=1 AFL_IGNORE_UNKNOWN_ENVS=1 ;;
	external)
		cflags+=" -fsanitize-coverage=trace-pc-guard,indirect-calls,trace-cmp"
		printf '%s\n' CC=clang CXX=clang++ LIB_FUZZING_ENGINE="$1/engine.a" ;;
	esac
	printf '%s\n' "CFLAGS=$cflags" "CXXFLAGS=$cflags"
}

# The runner's settings, less the paths.
runner_env=(
	ASAN_OPTIONS=alloc_dealloc_mismatch=0:allocator_may_return_null=1:detect_odr_violation=0:detect_leaks=1:detect_stack_use_after_return=1:fast_unwind_on_fatal=0:handle_abort=1:handle_segv=1:handle_sigill=1:max_uar_stack_size_log=16:print_scariness=1:quarantine_size_mb=10:strict_memcmp=1:symbolize=0:use_sigaltstack=1:dedup_token_length=3
	MSAN_OPTIONS=print_stats=1:symbolize=0:dedup_token_length=3
	UBSAN_OPTIONS=print_stacktrace=1:print_summary=1:silence_unsigned_overflow=1:symbolize=0:dedup_token_length=3
)
afl_env=(
	ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0
	AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_TRY_AFFINITY=1 AFL_FAST_CAL=1 AFL_FORKSRV_INIT_TMOUT=30000
	AFL_IGNORE_PROBLEMS=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
)

# in_jail FOLDER-TO-WRITE COMMAND...: as nobody, without network; there is nothing but
# the targets at $away (read-only), the shared libraries, /proc, /dev and /tmp.
in_jail() {
	local writable=$1 binds=() lib vars=() v
	shift
	for lib in /lib /lib64 /usr/lib /usr/lib64; do
		if [ -L "$lib" ]; then
			binds+=(--symlink "$(readlink "$lib")" "$lib")
		elif [ -d "$lib" ]; then
			binds+=(--ro-bind "$lib" "$lib")
		fi
	done
	[ "$engine" != afl ] || binds+=(--ro-bind /usr/bin /usr/bin --symlink usr/bin /bin)
	if [ "$engine" = afl ]; then vars=("${afl_env[@]}"); else vars=("${runner_env[@]}"); fi
	for v in "${vars[@]}" "${jail_env[@]}" PATH=/usr/bin; do
		binds+=(--setenv "${v%%=*}" "${v#*=}")
	done
	chmod 777 "$writable"
	bwrap --unshare-all --die-with-parent --clearenv "${binds[@]}" --proc /proc --dev /dev --tmpfs /tmp \
		--ro-bind "$away" "$away" --bind "$writable" /data --chdir "$away" \
		--uid 65534 --gid 65534 "$@" </dev/null
}
jail_env=()

# The targets run where they were not built; sets away and targets.
move_away() {
	away=$work/somewhere.$RANDOM
	cp -a "$1" "$away"
	chmod -R a+rX,a-w "$away"
	mapfile -t targets < <(find_targets "$away")
}

# As the service finds them: executable files that contain the entry point.
find_targets() {
	find "$1" -maxdepth 1 -type f -perm /111 ! -name 'afl-*' ! -name llvm-symbolizer -printf '%f\n' | LC_ALL=C sort |
		while read -r name; do
			! grep -qa LLVMFuzzerTestOneInput "$1/$name" || echo "$name"
		done
}
