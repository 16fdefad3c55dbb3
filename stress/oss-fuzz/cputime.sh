#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cputime.sh: cputime.py counts a process that was killed and that nobody waited for, and
# `time` does not.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The parent ends first; the child kills itself after half a second of CPU time.
cat >"$work/burn.py" <<'END'
import os, signal, time
while time.process_time() < 0.5:
    pass
os.kill(os.getpid(), signal.SIGKILL)
END
burn="(python3 $work/burn.py &); exit 7"
status=0
python3 cputime.py "$work/used" bash -c "$burn" || status=$?
[ $status = 7 ] || { echo "exit status $status, not the command's"; exit 1; }
read -r user system <"$work/used"
echo "counted: user $user, system $system"
awk -v s="$user" -v t="$system" 'BEGIN { exit !(s + t >= 0.49 && s + t < 2) }' || { echo 'expected half a second of CPU time'; exit 1; }
# Who stays for ever is killed.
timeout 60 python3 cputime.py "$work/used" bash -c '(sleep 1000 &)' || { echo 'waits for a process that does not end'; exit 1; }
status=0
python3 cputime.py "$work/used" bash -c 'kill -TERM $$' || status=$?
[ $status = 143 ] || { echo "exit status $status after SIGTERM, expected 143"; exit 1; }
status=0
python3 cputime.py "$work/none" /no/such/program 2>"$work/said" || status=$?
grep -q 'No such file' "$work/said" && status=$((status - 1))
[ $status = 0 ] || { echo "exit status $status: $(cat "$work/said")"; exit 1; }
