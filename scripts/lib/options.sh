#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# options.sh TARGET: the arguments for libFuzzer, one a line, from the files that
# OSS-Fuzz reads too: "name = value" in fuzz/TARGET.options becomes -name=value, and
# fuzz/TARGET.dict is the dictionary.
set -euo pipefail

fuzz=$(cd "$(dirname "$0")/../../fuzz" && pwd)
file=$fuzz/${1:?usage: options.sh TARGET}
printf '%s\n' -timeout=25 -rss_limit_mb=2560 -print_final_stats=1
# Names of new functions would cost a run of the symbolizer.
printf '%s\n' -print_funcs=0
[ ! -f "$file.options" ] ||
	sed -n '/^\[libfuzzer\]/,/^\[[^l]/s/^\([a-z_]*\) *= *\(.*\)$/-\1=\2/p' "$file.options"
[ ! -f "$file.dict" ] || printf '%s\n' "-dict=$file.dict"
