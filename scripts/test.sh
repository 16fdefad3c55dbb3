#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh: everything that must hold before a change is kept.
#
#   ./scripts/test.sh [--quick | --all] [-- CTEST_OPTION...]
#
#   --quick       two builds instead of four, no fuzzing
#   --all         also what CI leaves out to end within 20 minutes: clang without optimisation,
#                 gcc under ASan and UBSan, two more kernels whole, six more builds as the
#                 fuzzing services make them
#   -- OPTION...  for ctest: -R REGEX (tests by name), -V, --rerun-failed ...
#
# Builds with gcc, and with clang under ASan and UBSan, under MSan and with the old bugs,
# warnings as errors, then runs the tests of all builds in one ctest: unit tests, the
# corpus, 10 s of each fuzz target, house rules, README tables, installation.
# Installs missing Debian packages with apt.  Results for CI systems (JUnit XML) are
# in build/test/junit.xml.
#
# Exit status: 0 all passed, 1 a test failed, 2 it does not build or could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

presets=(dev-gcc asan memory oldbugs) without=rest ctest_options=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--quick) presets=(dev-gcc asan) without='fuzz|slow'; shift ;;
	--all) presets+=(dev-clang asan-gcc) without=brief; shift ;;
	--) shift; break ;;
	*) die "unknown option '$1' (--help lists them)" ;;
	esac
done
# Of several label-excludes ctest leaves out what each of them names.
while [ $# -gt 0 ]; do
	case $1 in
	-LE | --label-exclude)
		[ $# -gt 1 ] || die "$1 needs a value"
		without+="|$2"
		shift ;;
	*) ctest_options+=("$1") ;;
	esac
	shift
done

need gcc clang libclang-rt-dev llvm cmake ninja-build pkg-config binutils \
	libbsd-dev libcmocka-dev shellcheck python3-yaml afl++ bubblewrap zip unzip file util-linux valgrind
# A page is tested in a browser, of the build with the old bugs.
[[ " ${presets[*]} " != *" oldbugs "* ]] || need chromium
for preset in "${presets[@]}"; do
	build "$preset"
done

# One ctest over the builds: names begin with the preset.
mkdir -p build/test
printf 'subdirs("%s")\n' "${presets[@]/#/$root/build/}" >build/test/CTestTestfile.cmake
status=0
ctest --test-dir build/test --parallel "$(nproc)" --output-on-failure \
	--no-tests=error --label-exclude "$without" --output-junit "$root/build/test/junit.xml" "${ctest_options[@]}" || status=1
exit $status
