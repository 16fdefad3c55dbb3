#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# threads.sh: worlds in several threads share no state: ThreadSanitizer finds no race in
# all workloads, and finds one at once when two threads do share a world.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib/setup.sh
source "$root/scripts/lib/setup.sh"
need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
build thread soak
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
build/thread/bin/soak --threads 2 --ops 4000 --episode 1000 --state "$work/s" corpus/stress >"$work/out" 2>&1 || status=$?
! grep -A12 'WARNING: ThreadSanitizer' "$work/out" || { echo "a race between worlds"; exit 1; }
[ $status = 0 ] || { tail -n 30 "$work/out"; exit 1; }
tail -n 1 "$work/out"

cat >"$work/shared.c" <<'END'
#include <pthread.h>
#include "memoffline.h"
static const uint8_t input[256];
static void *run(void *mo)
{
	struct mo_result r;
	for (int i = 0; i < 100; i++)
		mo_run_bytes(mo, input, sizeof(input), &(struct mo_options){ .level = 1 }, &r);
	return 0;
}
int main(void)
{
	struct mo *mo = mo_create();
	pthread_t t;
	pthread_create(&t, 0, run, mo);
	run(mo);
	pthread_join(t, 0);
	return 0;
}
END
clang -fsanitize=thread -g -Icore "$work/shared.c" build/thread/core/libmemoffline.a -lbsd -o "$work/shared"
"$work/shared" >"$work/out" 2>&1 || true
grep -q 'WARNING: ThreadSanitizer: data race' "$work/out" || { echo "ThreadSanitizer does not see a shared world: its silence means nothing"; exit 1; }
