#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# corpus.sh: care for the inputs that fuzzing found, build/corpus/TARGET.
#
#   ./scripts/corpus.sh stats  [TARGET...]         sizes, edges and states reached
#   ./scripts/corpus.sh merge  TARGET FOLDER...    take over what reaches something new
#   ./scripts/corpus.sh prune  TARGET              keep the smallest set that reaches as much
#   ./scripts/corpus.sh export TARGET FILE         pack it: .zip as OSS-Fuzz does, or .tar.gz
#   ./scripts/corpus.sh import TARGET FILE|FOLDER  merge a pack, a backup of OSS-Fuzz, a folder
#
#   --corpus DIR    instead of build/corpus/TARGET
#   --json          stats for machines
#
# Reached means edges and abstract states (block states, page-state transitions, results
# per operation: preset fuzz-state).  Files are named by the SHA-1 of their content.  The
# corpus of a person or a service stays out of git; what belongs to the project is text in
# corpus/.  An input is never lost: merge and import only add, prune works on a copy
# and replaces the folder when that is complete.
#
# Exit status: 0 done, 1 nothing was there or taken, 2 could not run.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"

words=() corpus_option='' json=''
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--json) json=1; shift ;;
	--corpus)
		[ $# -gt 1 ] || die "$1 needs a folder (--help explains)"
		corpus_option=$(absolute "$2")
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) words+=("$1"); shift ;;
	esac
done
command=${words[0]:-}
mapfile -t known < <(scripts/lib/targets.sh)
case $command in
stats) ;;
merge | prune | export | import) [ ${#words[@]} -gt 1 ] || die "$command needs a target: ${known[*]}" ;;
*) die "expected stats, merge, prune, export or import, not '$command' (--help explains)" ;;
esac
target=${words[1]:-}
[ -z "$target" ] || is_one_of "$target" "${known[@]}" || die "no target '$target', there are: ${known[*]}"
arguments=("${words[@]:2}")
corpus=${corpus_option:-$root/build/corpus/$target}
bin=$root/build/fuzz-state/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

needs_engine() {
	need clang libclang-rt-dev llvm cmake ninja-build libbsd-dev
	build fuzz-state "$1"
}

# fuzzer TARGET ARGUMENT...: the engine's words in $work/log
fuzzer() {
	"$bin/$1" -use_counters=0 -print_funcs=0 -artifact_prefix="$work/" "${@:2}" >"$work/log" 2>&1 </dev/null || {
		sed -n '/^ASSERTION FAILED/,$p' "$work/log" | head -n 40 >&2
		die "$1 ended while it read the inputs (above); ./scripts/replay.sh --target $1 on the folder shows which"
	}
}

nr_files() { find "$1" -maxdepth 1 -type f | wc -l; }
bytes_in() { find "$1" -maxdepth 1 -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; }

show_stats() {
	local name=$1 folder=$2 edges states
	[ -d "$folder" ] || return 1
	needs_engine "$name"
	fuzzer "$name" -runs=0 "$folder"
	# cov: edges; ft: edges and states
	read -r edges states < <(sed -n 's/.*DONE *cov: \([0-9]*\) ft: \([0-9]*\).*/\1 \2/p' "$work/log")
	if [ -n "$json" ]; then
		printf '{ "target": "%s", "inputs": %d, "bytes": %d, "edges": %d, "states": %d }' \
			"$name" "$(nr_files "$folder")" "$(bytes_in "$folder")" "$edges" $((states - edges))
	else
		printf '%-18s %8s inputs %12s bytes %8s edges %8s states\n' "$name" "$(commas "$(nr_files "$folder")")" \
			"$(commas "$(bytes_in "$folder")")" "$(commas "$edges")" "$(commas $((states - edges)))"
	fi
}

# A folder of AFL++ holds state beside its inputs.  The engine names by content what it takes.
gather() {
	find "$@" -type f ! -path '*/.state/*' ! -name '.*' ! -name '*.md' -size -1025k -print0 |
		xargs -0r cp --parents -t "$work/in"
}

merge_in() {
	local before nr
	mkdir -p "$corpus" || die "cannot create $corpus"
	before=$(nr_files "$corpus")
	nr=$(find "$work/in" -type f | wc -l)
	needs_engine "$target"
	[ "$nr" -gt 0 ] || { say "No input in ${arguments[*]}"; exit 1; }
	fuzzer "$target" -merge=1 "$corpus" "$work/in"
	say "$target: read $(commas "$nr"), took $(commas $(($(nr_files "$corpus") - before))) that reach something new; the corpus has $(commas "$(nr_files "$corpus")")"
}

mkdir -p "$work/in"
case $command in
stats)
	shown=0
	for name in "${words[@]:1}"; do
		is_one_of "$name" "${known[@]}" || die "no target '$name', there are: ${known[*]}"
	done
	names=("${words[@]:1}")
	[ ${#names[@]} -gt 0 ] || names=("${known[@]}")
	[ -z "$json" ] || printf '['
	for name in "${names[@]}"; do
		[ -d "${corpus_option:-$root/build/corpus/$name}" ] || continue
		[ -z "$json" ] || [ $shown = 0 ] || printf ', '
		show_stats "$name" "${corpus_option:-$root/build/corpus/$name}"
		shown=$((shown + 1))
	done
	[ -z "$json" ] || printf ']\n'
	[ $shown -gt 0 ] || { say_aside "There is no corpus yet: ./scripts/fuzz.sh makes one"; exit 1; } ;;
merge)
	[ ${#arguments[@]} -gt 0 ] || die "merge needs folders to read from"
	for folder in "${arguments[@]}"; do
		[ -d "$(absolute "$folder")" ] || die "there is no folder $folder"
		gather "$(absolute "$folder")"
	done
	merge_in ;;
prune)
	[ -d "$corpus" ] || { say "There is no corpus of $target"; exit 1; }
	needs_engine "$target"
	before=$(nr_files "$corpus")
	fresh=$corpus.pruned.$$
	mkdir -p "$fresh" || die "cannot create $fresh"
	fuzzer "$target" -set_cover_merge=1 "$fresh" "$corpus"
	mv "$corpus" "$corpus.old.$$"
	mv "$fresh" "$corpus"
	rm -rf "$corpus.old.$$"
	say "$target: $(commas "$before") inputs, now $(commas "$(nr_files "$corpus")")" ;;
export)
	[ ${#arguments[@]} = 1 ] || die "export needs one file to write, .zip or .tar.gz"
	[ -d "$corpus" ] || { say "There is no corpus of $target"; exit 1; }
	file=$(absolute "${arguments[0]}")
	[ ! -e "$file" ] || die "$file exists already"
	case $file in
	*.zip) need zip; (cd "$corpus" && find . -maxdepth 1 -type f | LC_ALL=C sort | zip -q -X -j "$file" -@) || die "cannot write $file" ;;
	*.tar.gz) tar -C "$corpus" --sort=name --mtime=@0 --owner=0 --group=0 -czf "$file" . || die "cannot write $file" ;;
	*) die "export writes .zip or .tar.gz, not '$file'" ;;
	esac
	say "$target: $(commas "$(nr_files "$corpus")") inputs in $file" ;;
import)
	[ ${#arguments[@]} = 1 ] || die "import needs one pack or folder"
	file=$(absolute "${arguments[0]}")
	mkdir "$work/pack"
	case $file in
	*.zip) need unzip; [ -r "$file" ] || die "cannot read $file"
		unzip -qo "$file" -d "$work/pack" 2>"$work/errors" || die "$file: not a zip archive: $(head -n 1 "$work/errors")" ;;
	*.tar.gz | *.tgz) [ -r "$file" ] || die "cannot read $file"
		tar -C "$work/pack" -xzf "$file" 2>"$work/errors" || die "$file: not a tar archive: $(head -n 1 "$work/errors")" ;;
	*) [ -d "$file" ] || die "import reads .zip, .tar.gz or a folder, not '$file'"
		rmdir "$work/pack"; ln -s "$file" "$work/pack" ;;
	esac
	gather "$work/pack/"
	merge_in ;;
esac
