#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cputime.py FILE COMMAND...: writes the CPU seconds of COMMAND, user and system, into FILE.  Unlike
time(1) it counts processes that their parent killed and did not wait for, as afl-fuzz does with its
fork server and the target: whoever is orphaned becomes a child of this program, which waits for all
and kills who is still there two seconds after COMMAND (a CMPLOG fork server stays for ever).
Exit status: that of COMMAND, 128 + N after signal N."""
import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 2


def reap_orphans():
    end = time.monotonic() + PATIENCE
    try:
        while True:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
            if time.monotonic() > end:
                with open(f'/proc/self/task/{os.getpid()}/children') as file:
                    for child in file.read().split():
                        os.kill(int(child), signal.SIGKILL)
            time.sleep(0.01)
    except ChildProcessError:
        pass


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit('cputime.py: PR_SET_CHILD_SUBREAPER: ' + os.strerror(ctypes.get_errno()))
    try:
        status = subprocess.call(sys.argv[2:])
    except OSError as e:
        sys.exit(f'cputime.py: {sys.argv[2]}: {e.strerror}')
    reap_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(sys.argv[1], 'w') as file:
        print(f'{used.ru_utime:.3f} {used.ru_stime:.3f}', file=file)
    sys.exit(status if status >= 0 else 128 - status)


main()
