#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fuzz.sh: try to break memory offlining.
#
#   ./scripts/fuzz.sh [--seconds N] [--target T] [--engine E] [--jobs N] [--corpus DIR] ...
#
#   --seconds N     how long; 0: until Ctrl-C                      (60)
#   --subject source --tree PATH   fuzz your own kernel's mm/*.c (stress/source/README.md);
#                   targets fuzz_source and fuzz_source_interleave
#   --plant BUG, --fix FINDING     ... with a bug of stress/source/plants.txt, or a fix
#                   of fixes.txt, put into a copy of it
#   --target T      fuzz_offline, fuzz_text, ...: one property each (fuzz_offline)
#   --policy NAME   all inputs under this design of PageOffline     (what they say)
#   --engine E      libfuzzer, or afl: AFL++ with our mutator       (libfuzzer)
#   --jobs N        processes that share the corpus                (1)
#   --keep-going    collect what breaks until the time is over; else the first ends it
#   --distributed HOSTS_DIR   AFL++ workers of several machines sync in this folder
#   --corpus DIR    inputs that reached something new, kept and
#                   used again by the next run                     (build/corpus/T)
#   --summary FILE  the closing summary as JSON                    (build/corpus/T.json)
#
# Builds what it needs; installs missing Debian packages with apt.  Ctrl-C ends a run like
# its time does, and the next one goes on there.  An input that breaks an invariant is
# kept for good in crashes/T/, and shown with the command that runs it again.
#
# Exit status: 0 nothing broke, 1 something did, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/live.sh
source "$root/scripts/lib/live.sh"
# shellcheck source=scripts/lib/summary.sh
source "$root/scripts/lib/summary.sh"
# shellcheck source=scripts/lib/source.sh
source "$root/scripts/lib/source.sh"

seconds=60 target=fuzz_offline jobs=1 corpus='' summary='' engine=libfuzzer policy='' keep_going=0 distributed=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--keep-going) keep_going=1; shift ;;
	--seconds | --target | --policy | --jobs | --corpus | --summary | --engine | --distributed)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		declare "${1#--}=$2"
		shift 2 ;;
	--subject | --tree | --plant | --fix) source_option "$@"; shift 2 ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
check_number --seconds "$seconds"
[[ $jobs =~ ^[1-9][0-9]{0,2}$ ]] || die "--jobs is a whole number from 1 to 999, not '$jobs'"
[[ $engine =~ ^(libfuzzer|afl)$ ]] || die "--engine is libfuzzer or afl, not '$engine'"
[ "$subject" = model ] || [ "$engine" = libfuzzer ] || die "--subject source is for --engine libfuzzer"
[ -z "$distributed" ] || [ "$engine" = afl ] || die "--distributed is for --engine afl; libFuzzer shares a folder by --corpus"
source_options_done
mapfile -t targets < <(scripts/lib/targets.sh)
if [ "$subject" = source ]; then
	targets=(fuzz_source fuzz_source_interleave)
	target=${target/#fuzz_offline/fuzz_source}
fi
if [ -n "$policy" ]; then
	[ "$subject" = model ] || die "--policy is for the model: the kernel has no design to choose"
	mapfile -t policies < <(sed -n 's/^POLICY([0-9]*, \([a-z_]*\),.*/\1/p' core/policy/policies.def)
	is_one_of "$policy" "${policies[@]}" || die "no policy '$policy', there are: ${policies[*]}"
	export MEMOFFLINE_POLICY=$policy
fi
is_one_of "$target" "${targets[@]}" || die "no target '$target', there are: ${targets[*]}"

corpus=$(absolute "${corpus:-$root/build/corpus/$target}")
crashes=$root/crashes/$target
summary=$(absolute "${summary:-$root/build/corpus/$target.json}")
check_writable "$corpus"
check_writable "$crashes"
check_writable "$(dirname "$summary")"
check_output "$summary"
[ -z "$distributed" ] || distributed=$(absolute "$distributed")
# shellcheck source=scripts/lib/engine-libfuzzer.sh
source "$root/scripts/lib/engine-$engine.sh"
# All that is of this run alone, its seeds too: another may go on beside it.
run=$(mktemp -d)
pids=()
trap 'end_workers; rm -rf "$run"' EXIT
seeds=$run/seeds/$target
if [ "$subject" = source ]; then
	source_programs fuzz
	source_seeds
else
	engine_prepare
	bin=$root/build/fuzz/bin
	"$root/scripts/lib/seeds.sh" "$bin/replay" "$run/seeds" "$target" || die "cannot make seeds of corpus/"
fi

touch "$run/started"
found=()
engine_start

stop=''
trap 'stop=interrupted' INT TERM
watch_run
trap '' INT TERM
stop_workers
finish_run
