#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# soak.sh: run the stress workloads for as long as you like.
#
#   ./scripts/soak.sh [OPTION...] [WORKLOAD...]
#
#   WORKLOAD        files, or folders: all .load there, at any depth (corpus/stress)
#   --sanitize      under ASan and UBSan
#   --state DIR     how far it came; the next start goes on there (build/soak).  Of another
#                   run (other workloads, seed ...)?  Another DIR, or remove that one, to
#                   begin anew
#
# Other options are those of the program soak; the important ones:
#   --ops N         operations of each workload under each policy (1000000)
#   --seconds N     stop after so long
#   --seed N, --episode N, --blocks N    what the workloads draw, and how far they go
#   -l, --level N   checks: 0 the kernel's own .. 3 all           (3)
#   --policy NAME   only this design of PageOffline
#   -j, --jobs N    processes                                     (one a core)
#   --threads N     threads of one process instead
#   --unit N        print the scenario of one unit, as a finding names it
#   --reaches       tell what the workloads bring about, beside what they claim
#   --json          results for machines
#
# What breaks is kept in DIR/found, cut down to a short .ops, and the run goes on; so it
# does after Ctrl-C, a kill or a power cut when it is started again.
#
# Exit status: 0 clean, 1 something broke, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

preset=release options=() loads=() state='' workers=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--sanitize) preset=asan; shift ;;
	--json | --reaches) options+=("$1"); shift ;;
	--state)
		[ $# -gt 1 ] || die "$1 needs a folder (--help explains)"
		state=$(absolute "$2")
		shift 2 ;;
	--ops | --seconds | --seed | --episode | --blocks | --world-blocks | -l | --level | --policy | --oldbug | -j | --jobs | --threads | --unit)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		[ "$1" != --oldbug ] || preset=oldbugs
		case $1 in -j | --jobs | --threads) workers=$2 ;; esac
		options+=("$1" "$2")
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) loads+=("$(absolute "$1")"); shift ;;
	esac
done
[ ${#loads[@]} -gt 0 ] || loads=(corpus/stress)
[ -n "$workers" ] || options+=(--jobs "$(nproc)")
need gcc clang cmake ninja-build libbsd-dev
build "$preset" soak
mkdir -p build
exec "$root/build/$preset/bin/soak" --state "${state:-$root/build/soak}" "${options[@]}" "${loads[@]}"
