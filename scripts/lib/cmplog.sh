#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cmplog.sh COMPILER ARGUMENT...: AFL++'s compiler, told to log comparisons (CMPLOG).
AFL_LLVM_CMPLOG=1 exec "$@"
