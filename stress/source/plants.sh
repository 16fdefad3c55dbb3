#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# plants.sh TREE DIR [NAME...]: puts each planted bug of plants.txt (or those named) into
# a scratch copy, links it with the objects of the plain build in DIR, and runs the
# corpus until something breaks.  Prints what broke, where, and after how long.
# Exit 1: one was not found.
set -euo pipefail

tree=$(readlink -f "${1:?usage: plants.sh TREE DIR [NAME...]}") dir=$(readlink -f "${2:?usage: plants.sh TREE DIR [NAME...]}")
shift 2
lane=$(cd "$(dirname "$0")" && pwd)
cd "$lane/../.."
[ $# -gt 0 ] || mapfile -t names < <(sed -n 's/^\([A-Z][A-Z0-9_]*\)|.*/\1/p' "$lane/plants.txt")
[ $# = 0 ] || names=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The command that made a file of the build, with other files in it.
made() {
	local file=$1
	shift
	ninja -C "$dir" -t commands "$file" | tail -n 1 | sed -E "s#[^ ]*ccache ##; s# -MMD -MF [^ ]*##; $*"
}

# One object is compiled again, everything else is as it was.
link_planted() {
	local file=$1 object
	case $file in
	mm/page_alloc.c | mm/compaction.c | mm/swap.c) object=$dir/kern/$(basename "$file").o ;;
	*) object=$dir/real/${file//\//_}.o ;;
	esac
	bash -c "$(made "$object" "s#-o $object#-o $scratch/o.o#; s#-I$dir/plant#-I$scratch/plant#; s#-c (.*) $tree/$file\$#-c \1 $scratch/plant/$file#")" &&
		bash -c "$(made "$dir/kernel.o" "s#$object#$scratch/o.o#; s#-o $dir/kernel.o#-o $scratch/kernel.o#")" &&
		ld -r -o "$scratch/lane.o" "$scratch/kernel.o" "$dir/stubs.o" &&
		objcopy -w --keep-global-symbol='lane_*' "$scratch/lane.o" &&
		bash -c "$(made "$dir/replay" "s#$dir/lane.o#$scratch/lane.o#; s#-o $dir/replay#-o $scratch/replay#")"
}

# Says what the first scenario breaks that breaks anything.
find_planted() {
	local file said status
	for file in corpus/scenario/*.ops; do
		! grep -qE '^expect violation|^memoffline .*(oldbug=|drain=)' "$file" || continue
		status=0
		said=$(timeout 20 "$scratch/replay" "$file" 2>&1) || status=$?
		[ "$status" != 124 ] || { echo "does not end in $file"; return; }
		if grep -qE '^ASSERTION FAILED|^source lane: ' <<<"$said"; then
			echo "$(grep -m 1 -oE 'ASSERTION FAILED: .*|source lane: .*' <<<"$said") in $(basename "$file")"
			return
		fi
	done
	return 1
}

failed=0
for name in "${names[@]}"; do
	file=$("$lane/plant.sh" "$lane/plants.txt" "$tree" --file "$name")
	rm -rf "$scratch/plant"
	mkdir -p "$scratch/plant/$(dirname "$file")"
	"$lane/plant.sh" "$lane/plants.txt" "$tree" "$name" >"$scratch/plant/$file"
	link_planted "$file" || { echo "$name: does not build"; failed=1; continue; }
	start=$(date +%s%N)
	if found=$(find_planted); then
		echo "$name: $found, $((($(date +%s%N) - start) / 1000000)) ms"
	else
		echo "$name: not found"
		failed=1
	fi
done
exit $failed
