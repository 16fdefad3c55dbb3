#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# probe.sh PROBES DIR COMPILER...: for each line of the table PROBES, "#define HAVE_NAME"
# when its code compiles, else a comment.  One compilation for all of them: each has a
# file name of its own, and what the compiler says names those that do not.
# Exit 1: the headers themselves do not compile.
set -euo pipefail

table=$1 dir=$2
shift 2
{
	echo '#include "env_probe.h"'
	awk '/^[A-Z]/ { name = $1; $1 = ""
		printf "#line 1 \"probe:%s\"\nvoid lane_probe_%s(void);\nvoid lane_probe_%s(void) {%s (void)f; }\n", name, name, name, $0 }' "$table"
} >"$dir/probe.c"
# -w would silence what the answer depends on.
args=()
for arg in "$@"; do
	[ "$arg" = -w ] || args+=("$arg")
done
status=0
"${args[@]}" -Werror=incompatible-function-pointer-types -Werror=incompatible-pointer-types \
	-Werror=implicit-function-declaration -ferror-limit=0 -fno-caret-diagnostics \
	-fsyntax-only "$dir/probe.c" >"$dir/probe.log" 2>&1 || status=$?
missing=$(sed -nE 's/^probe:([A-Z0-9_]+):[0-9:]+ (fatal )?error: .*/\1/p' "$dir/probe.log" | paste -sd' ')
others=$(sed -n '/^probe:/d; /error: /p' "$dir/probe.log")
if [ -n "$others" ] || { [ $status != 0 ] && [ -z "$missing" ]; }; then
	[ -z "$others" ] || echo "$others" >&2
	echo "probe.sh: what the probes include does not compile (all of it: $dir/probe.log)" >&2
	exit 1
fi
awk -v missing="$missing" 'BEGIN { nr = split(missing, names, " "); for (i = 1; i <= nr; i++) none[names[i]] = 1 }
	/^[A-Z]/ { print $1 in none ? "/* no " $1 " */" : "#define HAVE_" $1 }' "$table"
