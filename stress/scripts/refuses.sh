#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# refuses.sh: what a person gives wrongly costs one clear line and exit status 2, before
# anything is built or run, and nothing is left behind.  On a machine without a compiler:
# what is not refused is told that one is needed.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=stress/scripts/basics.sh
source "$root/stress/scripts/basics.sh"
basic_tools "$work/bin"
fake_linux "$work/linux"
cp "$root/corpus/scenario/offline-free-block.ops" "$work/a.ops"
echo 'workload 1 geometry=tiny' >"$work/tiny.load"
echo 'workload 1 geometry=x86_64' >"$work/mine.load"
mkdir "$work/folder"
printf '#!/bin/sh\nexit 1\n' >"$work/fails"
chmod +x "$work/fails"
echo keep >"$work/file"
cd "$work"
before=$(find . | sort)

status=0 lines=1
# says WORDS SCRIPT ARGUMENT...: sets said.
says() {
	local code=0 script=$2
	said=$(env -i PATH="$work/bin" HOME="$work" "$root/scripts/$script" "${@:3}" 2>&1 </dev/null) || code=$?
	[ "$code" = 2 ] || { echo "$script ${*:3}: exit status $code, expected 2: $said"; status=1; }
	[ "$(wc -l <<<"$said")" = "$lines" ] || { echo "$script ${*:3}: says more than a line: $said"; status=1; }
	[[ $said == *"$1"* ]] || { echo "$script ${*:3}: says '$said', expected '$1'"; status=1; }
}

# --- results that could not be kept ---
says 'folder: it is a folder' fuzz.sh --summary folder --corpus folder
says 'there is no folder /nonexistent/regress' promote.sh --sentence X --corpus /nonexistent a.ops page-what
says 'there is no folder /nonexistent' c-repro.sh -o /nonexistent/x a.ops
says 'folder: it is a folder' c-repro.sh -o folder a.ops
says 'folder: it is a folder' minimize.sh -o folder a.ops
says 'it is a file, expected a folder' rediscover.sh --output file
says 'cannot write /proc/x' coverage.sh --summary /proc/x
says 'it is a file, expected a folder' coverage.sh --html file
says 'there is no folder' bench.sh --quick --json new/dir/x
says 'there is no folder' bench.sh --quick --history new/dir/x
says 'there is no folder' check-oss-fuzz.sh --json new/dir/x
says 'there is no folder' compare-minimizers.sh --output new/dir/x
says 'it is a file, expected a folder' scale.sh --workload mine.load --output file

# --- what is not what it should be ---
says '--policy is for the model' fuzz.sh --subject source --tree linux --policy frozen
says "no target 'fuzz_offline fuzz_balloon', there are: fuzz_offline " fuzz.sh --target 'fuzz_offline fuzz_balloon'
says "no policy 'legacy skippable'" fuzz.sh --policy 'legacy skippable'
for target in fuzz_empty fuzz_interleave_once cli fuzz_canary; do
	says "no target '$target', there are: fuzz_offline " replay.sh --target $target a.ops
done
says '--target needs a value' replay.sh --target
says '--target is for the model' replay.sh --subject source --tree linux --target fuzz_offline a.ops
says "no target 'fuzz_offline fuzz_balloon'" corpus.sh stats 'fuzz_offline fuzz_balloon'
says "--under is a file or folder in $root, not '/proc'" coverage.sh --under /proc
says "--under is a file or folder in $root" coverage.sh --under "$root"
says 'cannot read' scale.sh --workload folder
says 'no workload of the geometry x86_64' scale.sh --workload file
says 'no workload of the geometry x86_64' scale.sh --workload tiny.load
says '--seconds needs a value' compare-designs.sh --seconds
says '--tables needs a program' update-readme.sh --tables
says 'there is no such program' update-readme.sh --tables /nonexistent
says 'does not list its tables' update-readme.sh --tables fails
says 'there is no such program' check-oldbugs.sh --program /nonexistent

# --- what was expected ---
says 'up to 9999999, not' fuzz.sh --seconds 99999999
says '--sample is a whole number up to 9999999, not' compare-minimizers.sh --sample x
says 'up to 9999999999, not' conform.sh --ops 99999999999
says 'needs --tree PATH' conform.sh
[[ $said != *--subject* ]] || { echo "conform.sh speaks of --subject, which it does not have: $said"; status=1; }
for change in plant fix; do
	says "no 'NONE' in stress/source" replay.sh --subject source --tree linux --$change NONE a.ops
	twice=$(tr ' ' '\n' <<<"${said##*there are: }" | sort | uniq -d)
	[ -z "$twice" ] || { echo "--$change: names that are listed twice:" "$twice"; status=1; }
done

# --- what is right is not refused: taken from where the caller stands, however it is written ---
lines=2
says 'needs the Debian packages' scale.sh --workload mine.load --output folder
says 'needs the Debian packages' coverage.sh --under "$root/core/mm/" --summary folder/new
says 'needs the Debian packages' c-repro.sh -o folder/new a.ops

[ "$(find . | sort) $(cat file)" = "$before keep" ] || { echo "left behind:"; diff <(echo "$before") <(find . | sort); status=1; }
exit $status
