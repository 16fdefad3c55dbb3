#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""afl-mutator.py LIBRARY FOLDER N: N results of a mutator as AFL++ calls it, from one input that says
nothing, as files into FOLDER."""
import ctypes
import os
import sys

MAX_SIZE = 512

library, folder, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
mutator = ctypes.CDLL(library)
mutator.afl_custom_init.restype = ctypes.c_void_p
mutator.afl_custom_fuzz.restype = ctypes.c_size_t
handle = ctypes.c_void_p(mutator.afl_custom_init(None, 1))


def fuzz(data):
    result = ctypes.POINTER(ctypes.c_uint8)()
    buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
    size = mutator.afl_custom_fuzz(handle, buffer, ctypes.c_size_t(len(data)), ctypes.byref(result), None,
                                   ctypes.c_size_t(0), ctypes.c_size_t(MAX_SIZE))
    if not result:
        sys.exit('no buffer: afl-fuzz gives up')
    return bytes(result[:size])


for i in range(number):
    made = fuzz(bytes([1, 0, 0, 0, 0, 0, 0, 0, 0x38, 4, 0, 0]))
    if not 0 < len(made) <= MAX_SIZE:
        sys.exit(f'result {i} has {len(made)} bytes')
    with open(os.path.join(folder, f'{i:05}'), 'wb') as file:
        file.write(made)
if fuzz(b'memoffline 1 geometry=tiny policy=legacy\n'):
    sys.exit('text is taken for records')
mutator.afl_custom_deinit(handle)
