# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # root, dir, clang are the caller's
#
# What ninja.sh and ninja-host.sh say alike: how a file that sees libc and core/ is compiled.
# Sourced.  common: more flags for all of them.

# The compiler $cc, of ninja.sh's kernel half too, and the rule hcc.  TIMELINE_HTML: see
# fuzz/CMakeLists.txt.
host_rules() {
	local flags="-DTIMELINE_HTML='\"$root/fuzz/timeline.html\"' -std=gnu11 -O2 -g -Wall -Wextra -Werror"
	cat <<N
cc = $(command -v ccache || true) $clang
rule hcc
  command = \$cc $flags -DMO_SUBJECT_SOURCE -I$root/core -I$root/fuzz -I$root/stress/source/host ${common-} -MMD -MF \$out.d -c -o \$out \$in
  depfile = \$out.d
  deps = gcc
N
}

# hcc OBJECT FILE
hcc() { echo "build $dir/$1: hcc $2"; }
