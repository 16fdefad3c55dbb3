#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# probe.sh PROBES NAME DIR COMPILER...: prints "#define HAVE_NAME" when the line of
# code that the table PROBES has for NAME compiles, else a comment.
set -euo pipefail

table=$1 name=$2 dir=$3
shift 3
code=$(awk -v n="$name" '$1 == n { $1 = ""; print }' "$table")
{
	echo '#include "env_probe.h"'
	echo "void lane_probe(void);"
	echo "void lane_probe(void) { $code (void)f; }"
} >"$dir/probe_$name.c"
# -w would silence what the answer depends on.
args=()
for arg in "$@"; do
	[ "$arg" = -w ] || args+=("$arg")
done
if "${args[@]}" -Werror=incompatible-function-pointer-types -Werror=incompatible-pointer-types \
	-Werror=implicit-function-declaration -fsyntax-only "$dir/probe_$name.c" >"$dir/probe_$name.log" 2>&1; then
	echo "#define HAVE_$name"
else
	echo "/* no $name */"
fi
