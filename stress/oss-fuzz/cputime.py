#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cputime.py FILE COMMAND...: writes the CPU seconds of COMMAND, user and system, into FILE.  Unlike
time(1) it counts processes that their parent killed and did not wait for, as afl-fuzz does with its
fork server and the target: whoever is orphaned becomes a child of this program, which waits for all.
Exit status: that of COMMAND, 128 + N after signal N."""
import ctypes
import os
import resource
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit('cputime.py: PR_SET_CHILD_SUBREAPER: ' + os.strerror(ctypes.get_errno()))
    try:
        status = subprocess.call(sys.argv[2:])
    except OSError as e:
        sys.exit(f'cputime.py: {sys.argv[2]}: {e.strerror}')
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(sys.argv[1], 'w') as file:
        print(f'{used.ru_utime:.3f} {used.ru_stime:.3f}', file=file)
    sys.exit(status if status >= 0 else 128 - status)


main()
