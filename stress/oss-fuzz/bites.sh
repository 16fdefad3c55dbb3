#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bites.sh CHECK: shows that this check of scripts/check-oss-fuzz.sh passes a target
# that keeps the contract, and fails one that breaks just this line of it.
set -euo pipefail

check=${1:?usage: bites.sh CHECK}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
engine=libfuzzer sanitizer=address
case $check in order | report) sanitizer=coverage ;; esac

# compile FOLDER FLAG...: an $OUT with one target
compile() {
	local out=$1 flags=(-O1)
	shift
	mkdir -p "$out"
	case $sanitizer in
	coverage) flags+=(-fprofile-instr-generate -fcoverage-mapping) ;;
	*) flags+=(-fsanitize=address -fsanitize=fuzzer-no-link) ;;
	esac
	[[ " $* " != *" -DPLAIN "* ]] || flags=(-O1)
	clang "${flags[@]}" "$@" -c "$here/fixture.c" -o "$work/fixture.o"
	clang++ "${flags[@]}" "$work/fixture.o" -fsanitize=fuzzer ${ubsan:+-fsanitize=undefined} -o "$out/fixture" ${libs:+"$libs"}
	mkdir -p "$work/seeds"
	for i in {1..12}; do printf 'ok%*s' "$i" '' >"$work/seeds/$i"; done
	(cd "$work/seeds" && zip -q -j "$out/fixture_seed_corpus.zip" -- *)
	printf '[libfuzzer]\nmax_len = 64\n' >"$out/fixture.options"
	printf '"ok"\n' >"$out/fixture.dict"
}

verdict() {
	"$root/scripts/check-oss-fuzz.sh" --out "$1" --engine $engine --sanitizer $sanitizer --only "$check"
}

# A tree with just what the checks read: for 'build' and 'lint'.
copy_tree() {
	mkdir -p "$work/tree/scripts/oss-fuzz"
	(cd "$root" && cp -a --parents scripts/oss-fuzz .clusterfuzzlite .github "$work/tree")
	cp "$here/fixture.c" "$work/tree/"
	cat >"$work/tree/scripts/oss-fuzz/build.sh" <<-'END'
		#!/bin/bash -eu
		# shellcheck disable=SC2086
		$CC $CFLAGS -c "$SRC/memoffline/fixture.c" -o "$WORK/fixture.o"
		$CXX $CXXFLAGS $LIB_FUZZING_ENGINE "$WORK/fixture.o" -o "$OUT/fixture"
	END
}

say_and_exit() { echo "$2"; exit "$1"; }

ubsan='' libs=''
if [ "$check" = lint ] || [ "$check" = build ]; then
	copy_tree
	export MO_TREE=$work/tree
	run=("$root/scripts/check-oss-fuzz.sh" --only "$check")
	[ "$check" = lint ] || run+=(--engine "$engine" --sanitizer "$sanitizer")
	"${run[@]}" || say_and_exit 1 "fails a tree that is right"
	if [ "$check" = build ]; then
		# shellcheck disable=SC2016
		echo 'touch "$SRC/memoffline/stamp"' >>"$work/tree/scripts/oss-fuzz/build.sh"
	else
		flows=$work/tree/.github/workflows
		cp -r "$flows" "$work/flows"
		# One thing wrong at a time; the last one is left for the end.
		for edit in 's/^\( *\)mode: code-change/\1mode: code-changes/' 's/^\( *\)fuzz-seconds:/\1fuzz-second:/' \
			's/runs-on:/run-on:/' 's/matrix.sanitizer/matrix.sanitiser/' 's/steps.run.outcome/steps.fuzz.outcome/' \
			's/^permissions: .*/&\npermissions: read-all/' 's/^jobs:/ jobs:/' 's/^\( *uses: [^@]*\)@.*/\1@v1/'; do
			cp "$work/flows/cflite_pr.yml" "$flows/"
			sed -i "$edit" "$flows/cflite_pr.yml"
			! cmp -s "$work/flows/cflite_pr.yml" "$flows/cflite_pr.yml" || say_and_exit 1 "changed nothing: $edit"
			! "${run[@]}" >"$work/said" || say_and_exit 1 "did not notice: $edit"
		done
		cp "$work/flows/cflite_pr.yml" "$flows/"
		for edit in 's,scripts/test.sh,scripts/tests.sh,' 's/--jobs 2/--job 2/' 's/safe.directory "/safe.directory /'; do
			cp "$work/flows/ci.yml" "$flows/"
			sed -i "$edit" "$flows/ci.yml"
			! cmp -s "$work/flows/ci.yml" "$flows/ci.yml" || say_and_exit 1 "changed nothing: $edit"
			! "${run[@]}" >"$work/said" || say_and_exit 1 "did not notice: $edit"
		done
	fi
	status=0
	"${run[@]}" >"$work/said" || status=$?
else
	compile "$work/good"
	verdict "$work/good" || say_and_exit 1 "fails a target that is right"
	bad=$work/bad
	case $check in
	only-targets) compile "$bad"; cp /bin/true "$bad/helper" ;;
	no-canary) compile "$bad"; cp "$bad/fixture" "$bad/fuzz_canary" ;;
	libraries) libs=-lbsd compile "$bad" -DNEEDS_LIBRARY ;;
	machine) compile "$bad"; printf '#!/bin/sh\n# LLVMFuzzerTestOneInput\n' >"$bad/fixture" ;;
	seed-corpus) compile "$bad"; (cd "$work" && zip -q -r "$bad/fixture_seed_corpus.zip" seeds) ;;
	options) compile "$bad"; echo 'no_such_option = 1' >>"$bad/fixture.options" ;;
	instrumented) compile "$bad" -DPLAIN ;;
	sanitizer) ubsan=1 compile "$bad" -fsanitize=undefined ;;
	startup) compile "$bad" "-DNEEDS_FILE=\"$work/seeds/1\"" ;;
	seeds) compile "$bad" -DBREAKS ;;
	reproduce) compile "$bad" -DENDS ;;
	order) compile "$bad" -DKEEPS_STATE ;;
	report) compile "$bad" -DPLAIN ;;
	*) say_and_exit 2 "no fixture for the check '$check'" ;;
	esac
	status=0
	verdict "$bad" >"$work/said" || status=$?
fi
cat "$work/said"
[ "$status" = 1 ] || say_and_exit 1 "did not notice: status $status"
grep -q "^  $check *FAILS" "$work/said" || say_and_exit 1 "failed, but not by $check"
